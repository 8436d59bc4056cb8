"""Hits: the articles that an expression finds, without their texts, so that 20,000 of them take no time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.rows import article as to_article
from monitor.archive.rows import to_text
from monitor.archive.search import expanded
from monitor.errors import QueryError
from monitor.models import Article


@dataclass(frozen=True, slots=True)
class Found:
    """An article that was found, as far as counting goes."""

    article_id: int
    day: str  # UTC, "2026-11-23"
    language: str  # `und` when it is not known
    outlet: str
    story_id: int | None


class Hits:
    """`articles_fts` and what is counted of the articles that it finds. Duplicates are never among them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def find(self, expression: str, *, since: datetime | None = None, languages: Collection[str] = ()) -> list[Found]:
        """Every article first seen since a moment that an FTS5 expression finds, in no order. () is every language.

        Raises QueryError if SQLite cannot read the expression.
        """
        sql = """
            SELECT articles.id, substr(first_seen, 1, 10), coalesce(language, 'und'), outlet, story_id
            FROM articles_fts JOIN articles ON articles.id = articles_fts.rowid
                LEFT JOIN story_articles ON story_articles.article_id = articles.id
            WHERE articles_fts MATCH :expression AND (:since IS NULL OR first_seen >= :since)
              AND (:languages = '[]' OR language IN (SELECT value FROM json_each(:languages)))
              AND articles.id NOT IN (SELECT id FROM articles WHERE duplicate_of IS NOT NULL)"""
        values = {"since": to_text(since), "languages": json.dumps(list(languages))}
        expression = expanded(self._db, expression)
        try:
            return [Found(*row) for row in self._db.execute(sql, values | {"expression": expression})]
        except sqlite3.OperationalError as error:
            raise QueryError(f"The query could not be run: {error}.", query=expression) from error

    def days(self, since: datetime | None = None) -> dict[str, int]:
        """Day → articles first seen on it, in order; days without any are left out."""
        rows = self._db.execute(
            """SELECT substr(first_seen, 1, 10) AS day, count(*) FROM articles
            WHERE (:since IS NULL OR first_seen >= :since)
              AND id NOT IN (SELECT id FROM articles WHERE duplicate_of IS NOT NULL)
            GROUP BY day ORDER BY day""",
            {"since": to_text(since)},
        )
        return {row[0]: row[1] for row in rows}

    def span(self, since: datetime | None = None) -> tuple[datetime, datetime] | None:
        """When the first and the last article since a moment were first seen; None if there are none."""
        row = self._db.execute(
            "SELECT min(first_seen), max(first_seen) FROM articles WHERE ? IS NULL OR first_seen >= ?",
            (to_text(since), to_text(since)),
        ).fetchone()
        return None if row[0] is None else (datetime.fromisoformat(row[0]), datetime.fromisoformat(row[1]))

    def articles(self, ids: Iterable[int]) -> list[Article]:
        """These articles with their texts, in the order asked for; those that are gone are left out."""
        wanted = list(ids)
        rows = self._db.execute(
            "SELECT * FROM articles WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)
        )
        found = {row["id"]: to_article(row) for row in rows}
        return [found[number] for number in wanted if number in found]

    def holding(self, words: Sequence[str], languages: Collection[str] = ()) -> int:
        """How many articles in these languages hold folded words in a row. () is every language, and much faster."""
        phrase, among = f'"{" ".join(words)}"', json.dumps(list(languages))
        if not languages:
            row = self._db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", (phrase,))
        else:
            row = self._db.execute(
                """SELECT count(*) FROM articles_fts JOIN articles ON articles.id = articles_fts.rowid
                WHERE articles_fts MATCH ? AND language IN (SELECT value FROM json_each(?))""",
                (phrase, among),
            )
        return int(row.fetchone()[0])

    def by_language(self) -> dict[str, int]:
        """Language → articles."""
        return dict(self._db.execute("SELECT coalesce(language, 'und'), count(*) FROM articles GROUP BY language"))
