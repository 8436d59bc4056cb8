"""Timelines: when topics found articles, counted in periods, without reading the articles.

A period begins with the number of the first article seen in it: numbers are given in the order in which articles are
first seen. So a match is counted by its article's number alone, which an index holds, and days begin where the
reader's do, whatever his zone.

Indices are named and ruled out by hand: statistics taken when the archive was small make SQLite walk through tables
that have grown since.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.rows import to_text


@dataclass(frozen=True, slots=True)
class Find:
    """An article that a topic found, as far as counting goes."""

    article_id: int
    score: int  # 0 … 100
    language: str  # `und` when it is not known
    outlet: str
    story_id: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """The same without what only its article knows."""

    topic: str
    article_id: int
    score: int


class Timelines:
    """Reads only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def starts(self, moments: Sequence[datetime]) -> tuple[int, ...]:
        """For each moment the number of the first article seen at or after it; one beyond the last when none was."""
        last = self._db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
        return tuple(self._start(moment, last + 1) for moment in moments)

    def _start(self, moment: datetime, beyond: int) -> int:
        row = self._db.execute(
            "SELECT id FROM articles WHERE first_seen >= ? ORDER BY first_seen, id LIMIT 1", (to_text(moment),)
        ).fetchone()
        return int(row[0]) if row else beyond

    def hits(self, since: int) -> list[Hit]:
        """What every declared topic found worth telling, from an article's number on, in no order."""
        rows = self._db.execute(
            """SELECT topic, article_id, coalesce(score, 100) FROM topics
            CROSS JOIN matches INDEXED BY matches_newest ON topic = name
            WHERE declared = 1 AND relevant = 1 AND article_id >= ?""",
            (since,),
        )
        return [Hit(*row) for row in rows]

    def finds(self, topic: str, since: int, *, relevant: bool, limit: int) -> list[Find]:
        """The newest articles of a topic from a number on; `relevant`: those worth telling, or those passed over."""
        rows = self._db.execute(
            """SELECT article_id, score, coalesce(language, 'und'), outlet, story_id FROM (
                SELECT article_id, coalesce(score, 100) AS score FROM matches INDEXED BY matches_newest
                WHERE topic = ? AND relevant = ? AND article_id >= ? ORDER BY article_id DESC LIMIT ?)
            CROSS JOIN articles INDEXED BY articles_card ON articles.id = article_id
            LEFT JOIN story_articles NOT INDEXED USING (article_id) ORDER BY article_id DESC""",
            (topic, relevant, since, limit),
        )
        return [Find(*row) for row in rows]

    def stories_of(self, article_ids: Collection[int]) -> dict[int, int]:
        """Article → its story; those in none are left out."""
        rows = self._db.execute(
            """SELECT article_id, story_id FROM story_articles NOT INDEXED
            WHERE article_id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(article_ids)),),
        )
        return {row[0]: row[1] for row in rows}


def place(article_id: int, starts: Sequence[int]) -> int:
    """Which period an article is in: 0 for the first; -1 for before."""
    return bisect_right(starts, article_id) - 1
