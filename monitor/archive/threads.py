"""Threads: what each channel has been told of a story under a topic, looked up through merges of stories."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import to_json, to_text
from monitor.models import Thread


class Threads:
    """`threads`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def of(self, channel: str, topic: str, story_id: int) -> Thread | None:
        """What the channel was told of the story, or of any that was merged into it; None: nothing."""
        rows = self._db.execute(
            """WITH RECURSIVE family(id) AS (  -- the story and all that were merged into it, at any remove
                SELECT ? UNION SELECT stories.id FROM stories JOIN family ON merged_into = family.id)
            SELECT threads.* FROM threads JOIN family ON family.id = story_id
            WHERE channel = ? AND topic = ? ORDER BY subject = '', started_at""",
            (story_id, channel, topic),
        ).fetchall()
        return _joined([_thread(row) for row in rows]) if rows else None

    def keep(self, channel: str, topic: str, story_id: int, thread: Thread) -> None:
        """What the channel has been told by now. Call it in the transaction that makes the message owed."""
        with writing(self._db):
            self._db.execute(
                """INSERT OR REPLACE INTO threads (topic, story_id, channel, message_id, subject, started_at, last_at,
                    messages, articles, outlets, languages, tier, facts, day, day_messages)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    topic,
                    story_id,
                    channel,
                    thread.message_id,
                    thread.subject,
                    to_text(thread.started_at),
                    to_text(thread.last_at),
                    thread.messages,
                    thread.articles,
                    to_json(thread.outlets),
                    to_json(thread.languages),
                    thread.tier,
                    to_json(thread.facts),
                    thread.day,
                    thread.day_messages,
                ),
            )


def _joined(threads: Sequence[Thread]) -> Thread:
    """Threads of stories that became one: the first goes on, and all that was told in any of them is told."""
    first, latest = threads[0], max(threads, key=lambda thread: thread.last_at)
    if len(threads) == 1:
        return first
    return Thread(
        message_id=first.message_id,
        subject=first.subject,
        started_at=first.started_at,
        last_at=latest.last_at,
        messages=sum(thread.messages for thread in threads),
        articles=max(thread.articles for thread in threads),
        outlets=tuple(dict.fromkeys(outlet for thread in threads for outlet in thread.outlets)),
        languages=tuple(dict.fromkeys(language for thread in threads for language in thread.languages)),
        tier=min(thread.tier for thread in threads),
        facts=tuple(dict.fromkeys(fact for thread in threads for fact in thread.facts)),
        day=latest.day,
        day_messages=latest.day_messages,
    )


def _thread(row: sqlite3.Row) -> Thread:
    return Thread(
        message_id=row["message_id"],
        subject=row["subject"],
        started_at=datetime.fromisoformat(row["started_at"]),
        last_at=datetime.fromisoformat(row["last_at"]),
        messages=row["messages"],
        articles=row["articles"],
        outlets=tuple(json.loads(row["outlets"])),
        languages=tuple(json.loads(row["languages"])),
        tier=row["tier"],
        facts=tuple(json.loads(row["facts"])),
        day=row["day"],
        day_messages=row["day_messages"],
    )
