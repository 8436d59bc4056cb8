"""How a story spread: times, languages and outlets of its articles, topics they met, the way from one to the next.

Everything is bounded: a story that runs for months has thousands of articles.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article of a story, as far as its spread goes. `at`: when published, as far as that is believed."""

    article_id: int
    at: datetime
    language: str
    outlet: str


@dataclass(frozen=True, slots=True)
class TopicMet:
    """A topic that articles of a story met."""

    topic: str
    articles: int
    best: int | None  # highest score; None: never judged


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The articles before and after one, by number; None: it is the first or the last."""

    before: int | None
    after: int | None


class Spread:
    """`story_articles` beside `articles` and `matches`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def arrivals(self, story_id: int, most: int) -> list[Arrival]:
        """In order of time; of a story with more articles, the first that came in."""
        rows = self._db.execute(
            """SELECT article_id, seen_at, coalesce(language, 'und'), outlet
            FROM (SELECT article_id, seen_at FROM story_articles WHERE story_id = ? ORDER BY article_id LIMIT ?)
            JOIN articles ON articles.id = article_id ORDER BY seen_at, article_id""",
            (story_id, most),
        )
        return [Arrival(row[0], datetime.fromisoformat(row[1]), row[2], row[3]) for row in rows]

    def topics(self, article_ids: Collection[int]) -> list[TopicMet]:
        """Topics these articles met and are relevant to, the one with most articles first."""
        rows = self._db.execute(
            """SELECT topic, count(*), max(score) FROM matches
            WHERE article_id IN (SELECT value FROM json_each(?)) AND relevant = 1
            GROUP BY topic ORDER BY 2 DESC, topic""",
            (json.dumps(list(article_ids)),),
        )
        return [TopicMet(*row) for row in rows]

    def in_story(self, story_id: int, article_id: int) -> Neighbours:
        return self._neighbours("story_articles", "story_id", story_id, article_id)

    def in_topic(self, topic: str, article_id: int) -> Neighbours:
        return self._neighbours("matches", "topic", topic, article_id)

    def _neighbours(self, table: str, column: str, value: int | str, article_id: int) -> Neighbours:
        row = self._db.execute(
            f"""SELECT (SELECT max(article_id) FROM {table} WHERE {column} = ?1 AND article_id < ?2),
                (SELECT min(article_id) FROM {table} WHERE {column} = ?1 AND article_id > ?2)""",  # noqa: S608
            (value, article_id),
        ).fetchone()
        return Neighbours(row[0], row[1])
