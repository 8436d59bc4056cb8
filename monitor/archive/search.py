"""Full-text search: the archive's index, and the same index over a batch in memory.

Both are FTS5 with the same tokenizer and the same four columns, each fed with `script.fold()`, so a query
means the same when it alerts, when it searches and when it is tried on the archive.

The archive's index reads its content from `articles` but is fed here rather than by triggers: SQL alone
cannot split Chinese or fold Arabic. Removing a row needs the very text that was indexed, which is why
`reindex` is handed the old columns.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import article as to_article
from monitor.archive.rows import to_text
from monitor.errors import QueryError
from monitor.models import Article
from monitor.script import TOKENIZE, fold

INDEXED = ("title", "text", "translated_title", "translated_text")
# Raised whenever fold() changes what it returns; an archive with another number is indexed anew at start.
INDEX_VERSION = "2"

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


def is_current(connection: sqlite3.Connection) -> bool:
    row = connection.execute("SELECT value FROM settings WHERE key = 'index_version'").fetchone()
    return row is not None and row[0] == INDEX_VERSION


def search(
    connection: sqlite3.Connection,
    expression: str,
    *,
    since: datetime | None = None,
    language: str | None = None,
    limit: int = 20,
) -> list[Article]:
    """Articles an FTS5 expression finds, best first. Raises QueryError if SQLite cannot read it."""
    sql = """
        SELECT articles.* FROM articles_fts JOIN articles ON articles.id = articles_fts.rowid
        WHERE articles_fts MATCH :expression
          AND (:since IS NULL OR first_seen >= :since) AND (:language IS NULL OR language = :language)
        ORDER BY rank LIMIT :limit"""
    values = {"expression": expression, "since": to_text(since), "language": language, "limit": limit}
    try:
        return [to_article(row) for row in connection.execute(sql, values)]
    except sqlite3.OperationalError as error:
        raise QueryError(f"The query could not be run: {error}.", query=expression) from error


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
        try:
            return {row[0] for row in self._db.execute("SELECT rowid FROM batch WHERE batch MATCH ?", (expression,))}
        except sqlite3.OperationalError as error:
            raise QueryError(f"The query could not be run: {error}.", query=expression) from error

    def close(self) -> None:
        self._db.close()
