"""A full-text index in memory, made as the archive makes its own, for tests of what a query finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from monitor.archive.search import expanded, open_vocabulary
from monitor.models import Article
from monitor.script import TOKENIZE, WILD, fold
from monitor.topics.plan import COLUMNS


def article(title: str = "", text: str = "", translated_title: str = "", translated_text: str = "") -> Article:
    return Article(
        id=1,
        feed_id=None,
        url="https://outlet.example/1",
        canonical_url="https://outlet.example/1",
        title=title,
        text=text,
        translated_title=translated_title,
        translated_text=translated_text,
    )


def matching(expression: str, articles: Sequence[Article]) -> list[int]:
    """Which of the articles (by place in the list) an FTS5 expression finds."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f'CREATE VIRTUAL TABLE t USING fts5({", ".join(COLUMNS)}, tokenize="{TOKENIZE}")')
    for rowid, one in enumerate(articles):
        row = [fold(getattr(one, column)) for column in COLUMNS]
        connection.execute(f"INSERT INTO t (rowid, {', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?)", (rowid, *row))
    if WILD in expression:
        open_vocabulary(connection, "t")
        expression = expanded(connection, expression)
    found = [row[0] for row in connection.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (expression,))]
    connection.close()
    return found


def finds(expression: str, text: str) -> bool:
    """Whether an FTS5 expression finds an article with this text."""
    return matching(expression, [article(text=text)]) == [0]


def indexed_words(texts: Sequence[str]) -> list[list[str]]:
    """The words that FTS5 holds for each text after fold(), in order."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f'CREATE VIRTUAL TABLE t USING fts5(x, tokenize="{TOKENIZE}")')
    connection.execute("CREATE VIRTUAL TABLE words USING fts5vocab(t, instance)")
    connection.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", enumerate(map(fold, texts)))
    found: list[list[str]] = [[] for _ in texts]
    for term, document in connection.execute("SELECT term, doc FROM words ORDER BY doc, offset"):
        found[document].append(term)
    connection.close()
    return found
