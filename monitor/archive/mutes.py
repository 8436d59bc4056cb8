"""Mutes: stories and sources that nobody wants to hear of, for good or for a while."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import to_text, to_time
from monitor.archive.stories import Stories
from monitor.models import Mute


class Mutes:
    """`mutes`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._stories = Stories(connection)

    def all(self) -> list[Mute]:
        """All of them, those that have ended and were not yet cleared away included; the oldest first."""
        return [_mute(row) for row in self._db.execute("SELECT * FROM mutes ORDER BY at, kind, subject, topic")]

    def holding(self, now: datetime, topic: str | None = None) -> list[Mute]:
        """Those that have not ended, the latest last; a story that was merged goes by the number it has now.

        `topic`: only those that silence it.
        """
        asked = (one for one in self.all() if one.holds(now) and (topic is None or one.topic in ("", topic)))
        return [self._renumbered(mute) for mute in asked]

    def _renumbered(self, mute: Mute) -> Mute:
        if mute.kind != "story" or not mute.subject.isdigit():
            return mute
        story = self._stories.get(int(mute.subject))
        return replace(mute, subject=str(story.id)) if story else mute

    def put(self, mute: Mute) -> None:
        """Mute, or change until when. The time it began stays that of the first."""
        with writing(self._db):
            self._db.execute(
                """INSERT INTO mutes (kind, subject, topic, at, until, author) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (kind, subject, topic) DO UPDATE SET until = excluded.until, author = excluded.author""",
                (mute.kind, mute.subject, mute.topic, to_text(mute.at), to_text(mute.until), mute.author),
            )

    def get(self, kind: str, subject: str, topic: str) -> Mute | None:
        row = self._db.execute(
            "SELECT * FROM mutes WHERE kind = ? AND subject = ? AND topic = ?", (kind, subject, topic)
        ).fetchone()
        return _mute(row) if row else None

    def remove(self, mute: Mute) -> None:
        with writing(self._db):
            self._db.execute(
                "DELETE FROM mutes WHERE kind = ? AND subject = ? AND topic = ?", (mute.kind, mute.subject, mute.topic)
            )


def _mute(row: sqlite3.Row) -> Mute:
    return Mute(
        kind=row["kind"],
        subject=row["subject"],
        topic=row["topic"],
        at=datetime.fromisoformat(row["at"]),
        until=to_time(row["until"]),
        author=row["author"],
    )
