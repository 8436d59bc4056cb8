"""Sources: each declared feed as it stands, with what it brought lately. Reads only, and never a text.

Everything is counted over the last 30 days, through the index `articles_ledger`, so that an old archive costs no
more than a young one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.archive.feeds import Feeds, Poll
from monitor.archive.notices import Notices
from monitor.archive.rows import to_text, to_time
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
    """A declared feed, what we know of it, and what it brought."""

    feed: Feed
    state: FeedState
    notice: Notice | None  # the open one about it
    intake: Intake


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

    def all(self, now: datetime) -> list[Source]:
        """Every declared feed."""
        intakes = self._intakes(now)
        notices = {one.subject: one for one in self._notices.open() if one.subject.startswith("feed ")}
        return [
            Source(
                feed=feed,
                state=state,
                notice=notices.get(f"feed {state.feed_id}"),
                intake=intakes.get(state.feed_id, Intake()),
            )
            for feed, state in self._feeds.all()
        ]

    def one(self, feed_id: int, now: datetime) -> Source | None:
        """A feed that is declared, or was once."""
        known = self._feeds.get(feed_id)
        if known is None:
            return None
        about = [notice for notice in self.notices(feed_id, 1) if notice.healed_at is None]
        return Source(
            feed=known[0],
            state=known[1],
            notice=about[0] if about else None,
            intake=self._intakes(now, feed_id).get(feed_id, Intake()),
        )

    def _intakes(self, now: datetime, feed_id: int | None = None) -> Mapping[int, Intake]:
        """Of every feed that brought something, or of one."""
        # Named, since SQLite's statistics may favour an index that leaves the columns behind the texts to be read.
        index = "" if feed_id else "INDEXED BY articles_ledger"
        condition, values = ("feed_id = :feed", {"feed": feed_id}) if feed_id else ("feed_id IS NOT NULL", {})
        rows = self._db.execute(
            f"""SELECT feed_id, coalesce(language, 'und') AS language, count(*) AS month,
                sum(first_seen >= :week) AS week, min(first_seen) AS oldest, max(first_seen) AS newest,
                sum(translation_state = 'translated') AS translated,
                sum(translation_state NOT IN ('unknown', 'not needed')) AS foreign_
            FROM articles {index} WHERE first_seen >= :month AND {condition} GROUP BY 1, 2""",  # noqa: S608
            {"week": to_text(now - WEEK), "month": to_text(now - MONTH), **values},
        )
        of_feed: dict[int, list[sqlite3.Row]] = defaultdict(list)
        for row in rows:
            of_feed[row["feed_id"]].append(row)
        matched = self._matched(now)
        return {number: _intake(parts, matched[number]) for number, parts in of_feed.items()}

    def _matched(self, now: datetime) -> Counter[int]:
        """Feed → its articles of the time that a topic found. No match is older than its article."""
        rows = self._db.execute(
            """SELECT feed_id, count(DISTINCT article_id) FROM matches JOIN articles ON articles.id = article_id
            WHERE matched_at >= ?1 AND relevant = 1 AND first_seen >= ?1 AND feed_id IS NOT NULL GROUP BY feed_id""",
            (to_text(now - MONTH),),
        )
        return Counter({row[0]: row[1] for row in rows})

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


def _intake(parts: list[sqlite3.Row], matched: int) -> Intake:
    """From a row for each language."""
    month = sum(row["month"] for row in parts)
    oldest, newest = (to_time(which(row[name] for row in parts)) for which, name in ((min, "oldest"), (max, "newest")))
    ranked = sorted(((row["language"], row["month"]) for row in parts), key=lambda pair: (-pair[1], pair[0]))
    return Intake(
        week=sum(row["week"] for row in parts),
        month=month,
        languages=tuple(ranked),
        foreign=sum(row["foreign_"] for row in parts),
        translated=sum(row["translated"] for row in parts),
        matched=matched,
        gap=(newest - oldest) / (month - 1) if newest and oldest and month > 2 else None,
    )
