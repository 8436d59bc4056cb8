"""Feeds: what is declared (`feeds`), what we have learnt (`feed_states`), each visit (`polls`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.archive.connection import writing
from monitor.archive.rows import to_json, to_text, to_time
from monitor.models import Feed, FeedState, Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One visit to a feed, as logged."""

    feed_id: int
    at: datetime
    outcome: str  # new | nothing new | not modified | host paused | error
    status: int | None = None
    entries: int = 0
    new_entries: int = 0
    undated: int | None = None  # entries without a date to believe; None: nothing was read anew
    seconds: float | None = None
    notes: str | None = None


class Feeds:
    """Declared feeds and their learnt state. A reload of the configuration never touches what was learnt."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def declare(self, feeds: Iterable[Feed], now: datetime) -> None:
        """Make the declared feeds equal to `feeds`. Feeds no longer declared keep their rows and articles."""
        with writing(self._db):
            self._db.execute("UPDATE feeds SET declared = 0 WHERE declared = 1")
            for feed in feeds:
                self._declare_one(feed, now)

    def _declare_one(self, feed: Feed, now: datetime) -> None:
        minutes = feed.interval.total_seconds() / 60 if feed.interval else None
        self._db.execute(
            """
            INSERT INTO feeds (url, title, tags, language, country, tier, interval_minutes, added_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (url) DO UPDATE SET declared = 1, tags = excluded.tags, language = excluded.language,
                country = excluded.country, tier = excluded.tier, interval_minutes = excluded.interval_minutes,
                title = CASE WHEN excluded.title <> '' THEN excluded.title ELSE title END""",
            (feed.url, feed.title, to_json(feed.tags), feed.language, feed.country, feed.tier, minutes, to_text(now)),
        )
        self._db.execute(
            "INSERT OR IGNORE INTO feed_states (feed_id, poll_url) SELECT id, url FROM feeds WHERE url = ?",
            (feed.url,),
        )

    def due(self, now: datetime, limit: int) -> list[tuple[Feed, FeedState]]:
        """Declared feeds whose next poll has come, the longest overdue first."""
        rows = self._db.execute(
            """
            SELECT * FROM feeds JOIN feed_states ON feed_id = id
            WHERE declared = 1 AND (next_poll_at IS NULL OR next_poll_at <= ?)
            ORDER BY coalesce(next_poll_at, '') LIMIT ?""",
            (to_text(now), limit),
        )
        return [(_feed(row), _state(row)) for row in rows]

    def all(self) -> list[tuple[Feed, FeedState]]:
        rows = self._db.execute("SELECT * FROM feeds JOIN feed_states ON feed_id = id WHERE declared = 1 ORDER BY url")
        return [(_feed(row), _state(row)) for row in rows]

    def get(self, feed_id: int) -> tuple[Feed, FeedState] | None:
        """One feed, still declared or not."""
        row = self._db.execute(
            "SELECT * FROM feeds JOIN feed_states ON feed_id = id WHERE id = ?", (feed_id,)
        ).fetchone()
        return (_feed(row), _state(row)) if row else None

    def save(self, state: FeedState, poll: Poll, *, title: str = "") -> None:
        """What a poll taught us and its line in the log, in one transaction (or the caller's)."""
        with writing(self._db):
            columns = _state_columns(state)
            assignments = ", ".join(f"{name} = :{name}" for name in columns)
            self._db.execute(f"UPDATE feed_states SET {assignments} WHERE feed_id = :feed_id", columns)  # noqa: S608
            if title:
                self._db.execute("UPDATE feeds SET title = ? WHERE id = ? AND title = ''", (title[:200], state.feed_id))
            self._db.execute(
                """INSERT INTO polls (feed_id, at, outcome, status, entries, new_entries, undated, seconds, notes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    poll.feed_id,
                    to_text(poll.at),
                    poll.outcome,
                    poll.status,
                    poll.entries,
                    poll.new_entries,
                    poll.undated,
                    poll.seconds,
                    poll.notes,
                ),
            )

    def pauses(self, now: datetime) -> Mapping[str, datetime]:
        """Hosts that asked us to stay away, and until when."""
        rows = self._db.execute("SELECT host, paused_until FROM hosts WHERE paused_until > ?", (to_text(now),))
        return {row["host"]: datetime.fromisoformat(row["paused_until"]) for row in rows}

    def save_pauses(self, pauses: Mapping[str, datetime], now: datetime) -> None:
        with writing(self._db):
            self._db.execute("DELETE FROM hosts WHERE paused_until <= ?", (to_text(now),))
            self._db.executemany(
                "INSERT OR REPLACE INTO hosts (host, paused_until) VALUES (?, ?)",
                [(host, to_text(until)) for host, until in pauses.items() if until > now],
            )

    def polls_of(self, feed_id: int, since: datetime) -> list[Poll]:
        """The visits to a feed since a moment, the earliest first."""
        rows = self._db.execute(
            "SELECT * FROM polls WHERE feed_id = ? AND at >= ? ORDER BY at", (feed_id, to_text(since))
        )
        return [_poll(row) for row in rows]

    def latest_polls(self, feed_id: int, limit: int) -> list[Poll]:
        """The latest visits to a feed, the latest first."""
        rows = self._db.execute(
            "SELECT * FROM polls WHERE feed_id = ? ORDER BY at DESC, id DESC LIMIT ?", (feed_id, limit)
        )
        return [_poll(row) for row in rows]

    def latest_outcomes(self, since: datetime) -> dict[int, str]:
        """How each feed asked since a moment answered last."""
        rows = self._db.execute(
            "SELECT feed_id, outcome FROM polls WHERE at >= ? AND outcome <> 'host paused' ORDER BY at",
            (to_text(since),),
        )
        return {row["feed_id"]: row["outcome"] for row in rows}

    def mostly_undated(self, since: datetime) -> set[int]:
        """Feeds that have shown a document since a moment of whose entries more than half bore no date."""
        rows = self._db.execute(
            "SELECT DISTINCT feed_id FROM polls WHERE at >= ? AND undated * 2 > entries AND entries > 0",
            (to_text(since),),
        )
        return {row["feed_id"] for row in rows}

    def prune_polls(self, before: datetime) -> int:
        with writing(self._db):
            return self._db.execute("DELETE FROM polls WHERE at < ?", (to_text(before),)).rowcount


def _feed(row: sqlite3.Row) -> Feed:
    minutes = row["interval_minutes"]
    return Feed(
        url=row["url"],
        title=row["title"],
        tags=tuple(json.loads(row["tags"])),
        country=row["country"],
        tier=row["tier"],
        language=row["language"],
        interval=timedelta(minutes=minutes) if minutes else None,
    )


def _poll(row: sqlite3.Row) -> Poll:
    return Poll(
        feed_id=row["feed_id"],
        at=datetime.fromisoformat(row["at"]),
        outcome=row["outcome"],
        status=row["status"],
        entries=row["entries"],
        new_entries=row["new_entries"],
        undated=row["undated"],
        seconds=row["seconds"],
        notes=row["notes"],
    )


def _state(row: sqlite3.Row) -> FeedState:
    return FeedState(
        feed_id=row["feed_id"],
        url=row["url"],
        poll_url=row["poll_url"],
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
        body_hash=row["body_hash"],
        interval=timedelta(seconds=row["interval_seconds"]),
        next_poll_at=to_time(row["next_poll_at"]),
        last_poll_at=to_time(row["last_poll_at"]),
        last_success_at=to_time(row["last_success_at"]),
        last_entry_at=to_time(row["last_entry_at"]),
        last_full_at=to_time(row["last_full_at"]),
        failures=row["failures"],
        status=row["status"],
        error_kind=row["error_kind"],
        error=row["error"],
        moved_to=row["moved_to"],
        moved_count=row["moved_count"],
    )


def _state_columns(state: FeedState) -> dict[str, object]:
    return {
        "feed_id": state.feed_id,
        "poll_url": state.poll_url,
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "body_hash": state.body_hash,
        "interval_seconds": state.interval.total_seconds(),
        "next_poll_at": to_text(state.next_poll_at),
        "last_poll_at": to_text(state.last_poll_at),
        "last_success_at": to_text(state.last_success_at),
        "last_entry_at": to_text(state.last_entry_at),
        "last_full_at": to_text(state.last_full_at),
        "failures": state.failures,
        "status": state.status,
        "error_kind": state.error_kind,
        "error": state.error,
        "moved_to": state.moved_to,
        "moved_count": state.moved_count,
    }
