"""What was and was not read: the numbers behind a coverage line and `monitor status`."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from monitor.archive.funnel import Funnel, funnel
from monitor.archive.rows import to_text
from monitor.models import Coverage, TranslationState

# A feed that failed once is not yet news; three weighted failures are about an hour of silence.
FAILING_AFTER = 3.0
_NAMED = 5  # feeds named in one coverage line
REFUSALS = ("refused", "robots.txt", "bot wall")  # of `articles.page_outcome`
SILENT = ("feed silent", "feed frozen")  # notices on feeds that answer, and bring nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One line of `monitor status` and of the demo's table."""

    feed_id: int
    title: str
    url: str
    status: str
    last_poll_at: str | None
    last_success_at: str | None
    last_entry_at: str | None
    next_poll_at: str | None
    failures: float
    error: str | None
    articles: int
    languages: str  # "fr 5, ru 1"
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageHealth:
    """One language of the archive."""

    language: str
    articles: int
    states: str  # "waiting for a model 3", by translation state
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that did not get through, or not yet."""

    message_id: str
    channel: str
    topic: str
    state: str
    attempts: int
    subject: str
    error: str | None
    created_at: str
    next_attempt_at: str


class Ledger:
    """Counts over the archive; reads only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def coverage(self, since: datetime) -> Coverage:
        """For articles first seen since a moment, and the feeds as they stand."""
        failing = self._failing()
        waiting = self._waiting(since)
        return Coverage(
            feeds=self._count("SELECT count(*) FROM feeds WHERE declared = 1"),
            feeds_failing=len(failing),
            failing_feeds=tuple(failing[:_NAMED]),
            articles=self._count("SELECT count(*) FROM articles WHERE first_seen >= ?", to_text(since)),
            untranslated=self._count(
                """SELECT count(*) FROM articles INDEXED BY articles_ledger
                WHERE first_seen >= ? AND translation_state IN (?, ?, ?)""",
                to_text(since),
                TranslationState.PENDING,
                TranslationState.WAITING,
                TranslationState.FAILED,
            ),
            languages_without_model=tuple(language for language, _ in waiting),
            silent_feeds=self._silent(),
            refusing_sites=self._refusing(since),
            waiting=waiting,
        )

    def funnel(self, since: datetime, until: datetime) -> Funnel:
        """What became of every entry first seen in [since, until)."""
        return funnel(self._db, since, until)

    def _count(self, sql: str, *values: object) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])

    def _failing(self) -> list[str]:
        rows = self._db.execute(
            """SELECT coalesce(nullif(title, ''), url) FROM feeds JOIN feed_states ON feed_id = id
            WHERE declared = 1 AND (failures >= ? OR (failures > 0 AND last_success_at IS NULL))
            ORDER BY failures DESC, last_success_at""",
            (FAILING_AFTER,),
        )
        return [row[0] for row in rows]

    def _waiting(self, since: datetime) -> tuple[tuple[str, int], ...]:
        rows = self._db.execute(
            """SELECT language, count(*) FROM articles INDEXED BY articles_ledger
            WHERE first_seen >= ? AND translation_state = ? GROUP BY language ORDER BY count(*) DESC, language""",
            (to_text(since), TranslationState.WAITING),
        )
        return tuple((row[0], row[1]) for row in rows)

    def _silent(self) -> tuple[str, ...]:
        """Feeds with an open notice of silence that do not fail as well."""
        rows = self._db.execute(
            """SELECT coalesce(nullif(feeds.title, ''), url) FROM notices JOIN feeds ON subject = 'feed ' || feeds.id
            JOIN feed_states ON feed_id = feeds.id
            WHERE healed_at IS NULL AND kind IN (?, ?) AND declared = 1 AND failures < ?
            ORDER BY raised_at""",
            (*SILENT, FAILING_AFTER),
        )
        return tuple(row[0] for row in rows)

    def _refusing(self, since: datetime) -> tuple[str, ...]:
        """Hosts that refused more of their pages than they gave, and hosts of feeds that refuse us."""
        rows = self._db.execute(
            """SELECT url, page_outcome FROM articles INDEXED BY articles_ledger
            WHERE first_seen >= ? AND page_outcome IN (?, ?, ?, 'fetched')""",
            (to_text(since), *REFUSALS),
        )
        balance: Counter[str] = Counter()
        for row in rows:
            balance[_host(row["url"])] += 1 if row["page_outcome"] in REFUSALS else -1
        hosts = {host for host, refused in balance.items() if refused > 0}
        feeds = self._db.execute(
            """SELECT poll_url FROM feed_states JOIN feeds ON id = feed_id WHERE declared = 1
            AND error_kind IN ('status 401', 'status 403', 'status 451', 'blocked', 'botwall')"""
        )
        return tuple(sorted(hosts | {_host(row[0]) for row in feeds}))

    def feeds(self) -> list[FeedHealth]:
        """Every declared feed, troubled ones first."""
        rows = self._db.execute(
            """
            SELECT feeds.id AS feed_id, title, url, status, last_poll_at, last_success_at, last_entry_at, next_poll_at,
                failures, error,
                (SELECT count(*) FROM articles WHERE feed_id = feeds.id) AS articles,
                (SELECT count(DISTINCT article_id) FROM matches JOIN articles ON articles.id = article_id
                    WHERE relevant = 1 AND articles.feed_id = feeds.id) AS matched,
                coalesce((SELECT group_concat(line, ', ') FROM (SELECT language || ' ' || count(*) AS line FROM articles
                    WHERE feed_id = feeds.id AND language IS NOT NULL
                    GROUP BY language ORDER BY count(*) DESC)), '') AS languages
            FROM feeds JOIN feed_states ON feed_states.feed_id = feeds.id
            WHERE declared = 1 ORDER BY failures DESC, title, url"""
        )
        return [FeedHealth(**dict(row)) for row in rows]

    def languages(self) -> list[LanguageHealth]:
        """Articles by language, the commonest first; duplicates not counted."""
        rows = self._db.execute(
            """
            SELECT coalesce(language, 'not read yet') AS language, count(*) AS articles,
                (SELECT group_concat(line, ', ') FROM (SELECT translation_state || ' ' || count(*) AS line
                    FROM articles AS mine WHERE mine.language IS articles.language AND mine.duplicate_of IS NULL
                    GROUP BY translation_state ORDER BY count(*) DESC)) AS states,
                (SELECT count(DISTINCT article_id) FROM matches JOIN articles AS mine ON mine.id = article_id
                    WHERE relevant = 1 AND mine.language IS articles.language) AS matched
            FROM articles WHERE duplicate_of IS NULL GROUP BY articles.language ORDER BY 2 DESC"""
        )
        return [LanguageHealth(**dict(row)) for row in rows]

    def article_languages(self) -> dict[str, int]:
        """Languages that were read in articles, the commonest first; duplicates not counted."""
        rows = self._db.execute(
            """SELECT language, count(*) FROM articles WHERE language IS NOT NULL AND duplicate_of IS NULL
            GROUP BY language ORDER BY 2 DESC, 1"""
        )
        return {row[0]: row[1] for row in rows}

    def letters(self) -> list[Letter]:
        """Messages owed, interrupted or dead, oldest first."""
        rows = self._db.execute(
            """SELECT message_id, channel, topic, state, attempts, subject, error, created_at, next_attempt_at
            FROM outbox WHERE state <> 'sent' ORDER BY rowid"""
        )
        return [Letter(**dict(row)) for row in rows]

    def outbox_counts(self) -> dict[str, int]:
        rows = self._db.execute("SELECT state, count(*) FROM outbox GROUP BY state")
        return {row[0]: row[1] for row in rows}

    def alerts_unsent(self) -> int:
        return self._count("SELECT count(*) FROM alerts WHERE message_id IS NULL AND folded IS NULL")

    def waiting_by_channel(self) -> dict[str, int]:
        """Channel → alerts, notices and messages that are to be told or sent and were not yet."""
        rows = self._db.execute(
            """SELECT channel, count(*) FROM (
                SELECT channel FROM alerts WHERE message_id IS NULL AND folded IS NULL
                UNION ALL SELECT channel FROM notice_alerts WHERE message_id IS NULL
                UNION ALL SELECT channel FROM outbox WHERE state IN ('owed', 'sending')
            ) GROUP BY channel ORDER BY channel"""
        )
        return {row[0]: row[1] for row in rows}

    def last_errors(self, limit: int) -> list[tuple[int, str, str]]:
        """(article id, stage, error) of the latest articles in trouble."""
        rows = self._db.execute(
            "SELECT id, stage, error FROM articles WHERE error IS NOT NULL ORDER BY id DESC LIMIT ?", (limit,)
        )
        return [(row["id"], row["stage"], row["error"]) for row in rows]

    def totals(self) -> dict[str, int]:
        return {
            "articles": self._count("SELECT count(*) FROM articles"),
            "matches": self._count("SELECT count(*) FROM matches WHERE relevant = 1"),
            "pages": self._count("SELECT count(*) FROM pages WHERE body IS NOT NULL"),
        }

    def translations(self) -> dict[str, int]:
        """Articles by translation state."""
        rows = self._db.execute("SELECT translation_state, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC")
        return {row[0]: row[1] for row in rows}


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
