"""Full-text search: the archive's index, and the same index over a batch in memory.

Both are FTS5 with the same tokenizer and the same four columns, each fed with `script.fold()`, so a query
means the same when it alerts, when it searches and when it is tried on the archive.

The archive's index reads its content from `articles` but is fed here rather than by triggers: SQL alone
cannot split Chinese or fold Arabic. Removing a row needs the very text that was indexed, which is why
`reindex` is handed the old columns.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from monitor.archive.connection import writing
from monitor.errors import QueryError
from monitor.models import Article
from monitor.script import TOKENIZE, WILD, fold

INDEXED = ("title", "text", "translated_title", "translated_text")
# Raised whenever fold() changes what it returns; an archive with another number is indexed anew at start.
INDEX_VERSION = "2"

TIDIED_PAGES = 200  # of 4 KB, in one transaction: 10 ms in a million articles

MOST_WORDS = 2_000  # that one *word may stand for in the archive; FTS5 takes 0.1 s for as many
_WILD = re.compile(f'"{WILD}([^"]+)"')

_INSERT = "INSERT INTO articles_fts (rowid, title, text, translated_title, translated_text) VALUES (?, ?, ?, ?, ?)"
_DELETE = (
    "INSERT INTO articles_fts (articles_fts, rowid, title, text, translated_title, translated_text) "
    "VALUES ('delete', ?, ?, ?, ?, ?)"
)


def reindex(
    connection: sqlite3.Connection, article_id: int, before: Sequence[str] | None, after: Sequence[str]
) -> None:
    """Replace one article's line in the index. `before` and `after` are the INDEXED columns; None: not indexed yet."""
    if before is not None:
        connection.execute(_DELETE, (article_id, *map(fold, before)))
    connection.execute(_INSERT, (article_id, *map(fold, after)))


def rebuild(connection: sqlite3.Connection) -> int:
    """Index the whole archive anew. Returns the number of articles."""
    with writing(connection):
        connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
        rows = connection.execute("SELECT id, title, text, translated_title, translated_text FROM articles")
        count = 0
        for row in rows:
            connection.execute(_INSERT, (row["id"], *map(fold, row[1:])))
            count += 1
        connection.execute("INSERT OR REPLACE INTO settings VALUES ('index_version', ?)", (INDEX_VERSION,))
    return count


def tidy(connection: sqlite3.Connection, pages: int = TIDIED_PAGES) -> bool:
    """Join small pieces of the index, some pages of them. Returns whether there was anything to join.

    Each write adds a piece, and a query looks up each of its words in each piece. Left alone, FTS5 joins sixteen pieces
    at a time, whatever their size: a million articles are then written anew in one transaction of half a minute.
    """
    with writing(connection):
        before = connection.total_changes
        connection.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('merge', ?)", (pages,))
        return connection.total_changes - before >= 2  # as FTS5's documentation tells it: "the 'merge' command"


def is_current(connection: sqlite3.Connection) -> bool:
    row = connection.execute("SELECT value FROM settings WHERE key = 'index_version'").fetchone()
    return row is not None and row[0] == INDEX_VERSION


def open_vocabulary(connection: sqlite3.Connection, table: str = "articles_fts") -> None:
    """Make the words of an index readable as temp.indexed_words; the table is SQLite's own view and costs nothing."""
    connection.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed_words USING fts5vocab(main, {table}, row)")


def expanded(connection: sqlite3.Connection, expression: str, *, most: int | None = MOST_WORDS) -> str:
    """The expression with every *word replaced by the words of the index that end so (or hold it).

    Reads the whole vocabulary once, which takes about 1.5 s for 100,000 articles (420,000 words); other
    expressions come back at once. Raises QueryError when a *word stands for more than `most`.
    """
    asked = set(_WILD.findall(expression))
    if not asked:
        return expression
    open_vocabulary(connection)
    known = [row[0] for row in connection.execute("SELECT term FROM temp.indexed_words")]
    answers = {one: " OR ".join(f'"{word}"' for word in _meant(one, known, most)) for one in asked}
    return _WILD.sub(lambda match: answers[match[1]] or match[0], expression)


def _meant(wild: str, known: Sequence[str], most: int | None) -> Iterator[str]:
    end = wild.removesuffix(WILD)
    found = [word for word in known if (end in word if wild != end else word.endswith(end))]
    if most is not None and len(found) > most:
        raise QueryError(
            f"*{end} stands for {len(found):,} words of the archive, {found[0]} and {found[-1]} among them; "
            f"{most:,} is the most. Write more letters of it.",
            query=f"*{end}",
        )
    return iter(found)


class BatchIndex:
    """An index in memory over a few articles; thrown away after the batch."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            f"CREATE VIRTUAL TABLE batch USING fts5({', '.join(INDEXED)}, content='', tokenize='{TOKENIZE}')"
        )
        self._db.executemany(
            "INSERT INTO batch (rowid, title, text, translated_title, translated_text) VALUES (?, ?, ?, ?, ?)",
            ((a.id, fold(a.title), fold(a.text), fold(a.translated_title), fold(a.translated_text)) for a in articles),
        )

    def matching(self, expression: str) -> set[int]:
        """Ids of the articles that satisfy an FTS5 expression. Raises QueryError if SQLite cannot read it."""
        if WILD in expression:
            open_vocabulary(self._db, "batch")
            expression = expanded(self._db, expression, most=None)  # the words of a few articles are few
        try:
            return {row[0] for row in self._db.execute("SELECT rowid FROM batch WHERE batch MATCH ?", (expression,))}
        except sqlite3.OperationalError as error:
            raise QueryError(f"The query could not be run: {error}.", query=expression) from error

    def close(self) -> None:
        self._db.close()
