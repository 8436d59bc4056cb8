"""Sources: each declared feed as it stands, with what it brought lately. Reads only, and never a text.

Everything is counted over the last 30 days, on indices alone, and of the feeds that are shown: an old archive costs
no more than a young one, and 2,000 feeds little more than a hundred.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.archive.feeds import Feeds, Poll
from monitor.archive.notices import Notices
from monitor.archive.rows import to_text
from monitor.models import Feed, FeedState, Notice

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a feed brought in 30 days. An entry is an article, duplicates of other feeds' articles included."""

    week: int = 0  # articles in the last 7 days
    month: int = 0
    languages: tuple[tuple[str, int], ...] = ()  # most first; `und`: not known
    foreign: int = 0  # articles in another language than the working one
    translated: int = 0  # of these
    matched: int = 0  # articles that a topic found
    gap: timedelta | None = None  # the mean time between two entries; None: fewer than three came


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A declared feed, and what we know of it."""

    feed: Feed
    state: FeedState
    notice: Notice | None  # the open one about it


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Articles of one day (UTC) in one language."""

    day: str  # 2026-11-23
    language: str
    articles: int


class Sources:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._feeds = Feeds(connection)
        self._notices = Notices(connection)

    def all(self) -> list[Source]:
        """Every declared feed, without its intake."""
        notices = {one.subject: one for one in self._notices.open() if one.subject.startswith("feed ")}
        return [
            Source(feed=feed, state=state, notice=notices.get(f"feed {state.feed_id}"))
            for feed, state in self._feeds.all()
        ]

    def one(self, feed_id: int) -> Source | None:
        """A feed that is declared, or was once."""
        known = self._feeds.get(feed_id)
        if known is None:
            return None
        about = [notice for notice in self.notices(feed_id, 1) if notice.healed_at is None]
        return Source(feed=known[0], state=known[1], notice=about[0] if about else None)

    def intake(self, feed_id: int, now: datetime) -> Intake:
        """What one feed brought."""
        rows = self._db.execute(
            """SELECT coalesce(language, 'und') AS language, count(*) AS month, sum(first_seen >= :week) AS week,
                min(first_seen) AS oldest, max(first_seen) AS newest,
                sum(translation_state = 'translated') AS translated,
                sum(translation_state NOT IN ('unknown', 'not needed')) AS foreign_,
                sum(EXISTS (SELECT 1 FROM matches WHERE article_id = articles.id AND relevant = 1)) AS matched
            FROM articles INDEXED BY articles_intake WHERE feed_id = :feed AND first_seen >= :month GROUP BY 1""",
            {"feed": feed_id, "week": to_text(now - WEEK), "month": to_text(now - MONTH)},
        )
        return _intake(rows.fetchall())

    def languages(self) -> list[str]:
        """Every language that an article is in, found by leaping from one to the next on the index."""
        rows = self._db.execute(
            """WITH RECURSIVE spoken(code) AS (
                SELECT (SELECT min(language) FROM articles)
                UNION ALL SELECT (SELECT min(language) FROM articles WHERE language > code) FROM spoken
                WHERE code IS NOT NULL)
            SELECT code FROM spoken WHERE code IS NOT NULL"""
        )
        return [row[0] for row in rows]

    def speaking(self, language: str, now: datetime) -> set[int]:
        """Feeds that brought an article in that language."""
        rows = self._db.execute(
            """SELECT DISTINCT feed_id FROM articles INDEXED BY articles_ledger
            WHERE first_seen >= ? AND language = ? AND feed_id IS NOT NULL""",
            (to_text(now - MONTH), language),
        )
        return {row[0] for row in rows}

    def days(self, feed_id: int, since: datetime) -> list[DayCount]:
        """What it brought, by day and language."""
        rows = self._db.execute(
            """SELECT substr(first_seen, 1, 10) AS day, coalesce(language, 'und') AS language, count(*) AS articles
            FROM articles WHERE feed_id = ? AND first_seen >= ? GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2""",
            (feed_id, to_text(since)),
        )
        return [DayCount(**dict(row)) for row in rows]

    def polls(self, feed_id: int, limit: int) -> list[Poll]:
        """The latest visits, the latest first."""
        return self._feeds.latest_polls(feed_id, limit)

    def notices(self, feed_id: int, limit: int) -> list[Notice]:
        """What was told about it, the open one first, then the latest."""
        return self._notices.about(f"feed {feed_id}", limit)

    def latest(self, feed_id: int, limit: int) -> list[int]:
        """Numbers of its newest articles."""
        rows = self._db.execute(
            "SELECT id FROM articles WHERE feed_id = ? ORDER BY first_seen DESC, id DESC LIMIT ?", (feed_id, limit)
        )
        return [row[0] for row in rows]


def _intake(parts: list[sqlite3.Row]) -> Intake:
    """From a row for each language."""
    if not parts:
        return Intake()
    month = sum(row["month"] for row in parts)
    oldest = datetime.fromisoformat(min(row["oldest"] for row in parts))
    newest = datetime.fromisoformat(max(row["newest"] for row in parts))
    ranked = sorted(((row["language"], row["month"]) for row in parts), key=lambda pair: (-pair[1], pair[0]))
    return Intake(
        week=sum(row["week"] for row in parts),
        month=month,
        languages=tuple(ranked),
        foreign=sum(row["foreign_"] for row in parts),
        translated=sum(row["translated"] for row in parts),
        matched=sum(row["matched"] for row in parts),
        gap=(newest - oldest) / (month - 1) if month > 2 else None,
    )
