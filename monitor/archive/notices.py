"""Notices: what is told that is no article. Open until healed, told once each way, bundled when they fall due.

A notice and what it owes each channel are one transaction, so are a message and the notices in it: whatever is
killed, a notice is told at least once, as an alert is (see `outbox.py`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from monitor.archive.connection import writing
from monitor.archive.rows import to_text, to_time
from monitor.models import Chart, Notice

OPERATORS = "Monitor"  # the topic of what is told about the program itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A notice that one channel is to be told of now, raised or healed."""

    notice_id: int
    channel: str
    topic: str
    event: str  # raised | healed
    notice: Notice
    answers: str | None  # id of the message that told it was raised; None: this is the first


class Notices:
    """`notices` and `notice_alerts`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def open(self, kinds: Sequence[str] = ()) -> list[Notice]:
        """Those not healed, the oldest first; `kinds`: only these."""
        rows = self._db.execute("SELECT * FROM notices WHERE healed_at IS NULL ORDER BY id")
        return [_notice(row) for row in rows if not kinds or row["kind"] in kinds]

    def last(self, kind: str, subject: str = "") -> Notice | None:
        """The latest of a kind (and subject), healed or not."""
        row = self._db.execute(
            "SELECT * FROM notices WHERE kind = ? AND ? IN ('', subject) ORDER BY id DESC LIMIT 1", (kind, subject)
        ).fetchone()
        return _notice(row) if row else None

    def about(self, subject: str, limit: int) -> list[Notice]:
        """Those on one subject: open ones first, then the latest."""
        rows = self._db.execute(
            "SELECT * FROM notices WHERE subject = ? ORDER BY healed_at IS NOT NULL, id DESC LIMIT ?", (subject, limit)
        )
        return [_notice(row) for row in rows]

    def since(self, kinds: Sequence[str], moment: datetime) -> list[Notice]:
        """Those of some kinds raised since a moment, or open, the oldest first."""
        rows = self._db.execute(
            "SELECT * FROM notices WHERE raised_at >= ? OR healed_at IS NULL ORDER BY id", (to_text(moment),)
        )
        return [_notice(row) for row in rows if row["kind"] in kinds]

    def raise_(self, notice: Notice, topic: str, due: Mapping[str, datetime]) -> bool:
        """Open a notice and owe it to each channel at its time. False, and nothing, when it is open already."""
        with writing(self._db):
            cursor = self._db.execute(
                """INSERT INTO notices (kind, subject, title, text, raised_at, chart) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (kind, subject) WHERE healed_at IS NULL DO NOTHING""",
                (
                    notice.kind,
                    notice.subject,
                    notice.title,
                    notice.text,
                    to_text(notice.raised_at),
                    json.dumps(asdict(notice.chart), ensure_ascii=False) if notice.chart else None,
                ),
            )
            if cursor.rowcount:
                self._owe(int(cursor.lastrowid or 0), "raised", topic, due)
            return bool(cursor.rowcount)

    def heal(self, notice: Notice, now: datetime, topic: str = "", due: Mapping[str, datetime] | None = None) -> bool:
        """Close an open notice and owe its end to the channels of `due` that have been told of it.

        Who has not been told yet, is told neither. False when it is not open.
        """
        with writing(self._db):
            row = self._db.execute(
                "SELECT id FROM notices WHERE kind = ? AND subject = ? AND healed_at IS NULL",
                (notice.kind, notice.subject),
            ).fetchone()
            if row is None:
                return False
            self._db.execute("UPDATE notices SET healed_at = ? WHERE id = ?", (to_text(now), row["id"]))
            self._db.execute("DELETE FROM notice_alerts WHERE notice_id = ? AND message_id IS NULL", (row["id"],))
            told = self._db.execute("SELECT channel FROM notice_alerts WHERE notice_id = ?", (row["id"],))
            names = {one["channel"] for one in told}
            self._owe(row["id"], "healed", topic, {name: at for name, at in (due or {}).items() if name in names})
            return True

    def _owe(self, notice_id: int, event: str, topic: str, due: Mapping[str, datetime]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO notice_alerts (notice_id, channel, event, topic, due_at) VALUES (?, ?, ?, ?, ?)",
            [(notice_id, channel, event, topic, to_text(at)) for channel, at in due.items()],
        )

    def due(self, now: datetime) -> list[Telling]:
        """What is to be told by now, oldest first."""
        rows = self._db.execute(
            """SELECT mine.*, notices.*,
                (SELECT message_id FROM notice_alerts AS first WHERE first.notice_id = mine.notice_id
                    AND first.channel = mine.channel AND first.event = 'raised') AS answers
            FROM notice_alerts AS mine JOIN notices ON notices.id = mine.notice_id
            WHERE mine.message_id IS NULL AND due_at <= ? ORDER BY mine.notice_id""",
            (to_text(now),),
        )
        return [_telling(row) for row in rows]

    def told(self, tellings: Sequence[Telling], message_id: str) -> None:
        """These are in that message. Call inside the transaction that makes the message."""
        self._db.executemany(
            "UPDATE notice_alerts SET message_id = ? WHERE notice_id = ? AND channel = ? AND event = ?",
            [(message_id, one.notice_id, one.channel, one.event) for one in tellings],
        )


def _telling(row: sqlite3.Row) -> Telling:
    return Telling(
        notice_id=row["notice_id"],
        channel=row["channel"],
        topic=row["topic"],
        event=row["event"],
        notice=_notice(row),
        answers=row["answers"] if row["event"] == "healed" else None,
    )


def _notice(row: sqlite3.Row) -> Notice:
    return Notice(
        kind=row["kind"],
        subject=row["subject"],
        title=row["title"],
        text=row["text"],
        raised_at=datetime.fromisoformat(row["raised_at"]),
        healed_at=to_time(row["healed_at"]),
        chart=_chart(row["chart"]),
    )


def _chart(text: str | None) -> Chart | None:
    if text is None:
        return None
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in json.loads(text).items()}
    return Chart(**values)
