"""The outbox: alerts that are due become a message owed; a message owed is sent at least once.

The order of writes is the promise. Alerts are inserted with their match. Bundling them into a message is
one transaction. Before a message leaves, `claim` says so durably; after it has left, `sent` says so. A
process that dies in between leaves a row in state `sending`: it is sent again, marked as a repeat.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.archive import alert_json
from monitor.archive.connection import writing
from monitor.archive.due import Alerts, Due
from monitor.archive.rows import to_json, to_text
from monitor.models import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A message in the outbox that may leave now."""

    message_id: str
    channel: str
    alert: Alert
    attempts: int
    created_at: datetime
    interrupted: bool  # an earlier attempt was cut off: a copy may have arrived
    refused: tuple[str, ...] = ()  # recipients refused for good so far
    recipients: tuple[str, ...] | None = None  # those still to be told; None: all of the channel
    handle: str | None = None  # what the channel calls the message that this one answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where an alert about an article stands."""

    channel: str
    topic: str
    due_at: str
    state: str  # waiting | folded | owed | sending | sent | dead
    message_id: str | None
    sent_at: str | None
    folded: str | None = None  # why no message tells it


class Outbox:
    """`alerts` waiting to be bundled and the `outbox` of messages."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def due(self, now: datetime) -> list[Due]:
        """Alerts whose time has come, bundled by channel and topic, oldest first."""
        alerts = Alerts(self._db)
        return [alerts.due_of(channel, topic, now) for channel, topic in alerts.groups(now)]

    def owe(self, alert: Alert, alert_ids: Sequence[int], subject: str, now: datetime) -> None:
        """Bundle alerts into a message owed. One transaction: no alert is in two messages, or in none."""
        with writing(self._db):
            self._db.execute(
                """INSERT INTO outbox (message_id, channel, topic, created_at, next_attempt_at, subject, alert)
                VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (
                    alert.alert_id,
                    alert.channel,
                    alert.topic,
                    to_text(alert.created),
                    to_text(now),
                    subject,
                    alert_json.dump(alert),
                ),
            )
            self._db.executemany(
                "UPDATE alerts SET message_id = ? WHERE id = ? AND message_id IS NULL",
                [(alert.alert_id, alert_id) for alert_id in alert_ids],
            )

    def next_owed(self, channel: str, now: datetime) -> Owed | None:
        """The channel's oldest message that may leave now. Order is kept: a later one never overtakes it in a topic."""
        row = self._db.execute(
            """SELECT * FROM outbox AS mine WHERE channel = ? AND state IN ('owed', 'sending') AND next_attempt_at <= ?
              AND NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.channel = mine.channel
                AND earlier.topic = mine.topic AND earlier.state IN ('owed', 'sending') AND earlier.rowid < mine.rowid)
            ORDER BY rowid LIMIT 1""",
            (channel, to_text(now)),
        ).fetchone()
        if row is None:
            return None
        alert = alert_json.load(row["alert"])
        return Owed(
            message_id=row["message_id"],
            channel=row["channel"],
            alert=alert,
            attempts=row["attempts"],
            created_at=datetime.fromisoformat(row["created_at"]),
            interrupted=row["state"] == "sending",
            refused=tuple(json.loads(row["refused"])),
            recipients=tuple(json.loads(row["recipients"])) if row["recipients"] else None,
            handle=self._handle(alert.thread),
        )

    def _handle(self, message_id: str | None) -> str | None:
        row = self._db.execute("SELECT handle FROM outbox WHERE message_id = ?", (message_id,)).fetchone()
        return None if row is None else row["handle"]

    def claim(self, message_id: str) -> None:
        """Say, durably, that the message is about to leave."""
        with writing(self._db):
            self._db.execute(
                "UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE message_id = ?",
                (message_id,),
            )

    def sent(self, message_id: str, refused: Sequence[str], now: datetime, handle: str = "") -> None:
        """The channel took it; `handle` is what the channel calls it, for later messages to answer."""
        with writing(self._db):
            self._db.execute(
                """UPDATE outbox SET state = 'sent', sent_at = ?, refused = ?, error = NULL, handle = nullif(?, '')
                WHERE message_id = ?""",
                (to_text(now), to_json(refused), handle, message_id),
            )

    def partly(self, message_id: str, refused: Sequence[str], left: Sequence[str], error: str, at: datetime) -> None:
        """Some recipients have it, some never will; `left` are told at `at`, and nobody else again."""
        with writing(self._db):
            self._db.execute(
                """UPDATE outbox SET state = 'owed', refused = ?, recipients = ?, error = ?, next_attempt_at = ?
                WHERE message_id = ?""",
                (to_json(refused), to_json(left), error, to_text(at), message_id),
            )

    def retry(self, message_id: str, error: str, at: datetime) -> None:
        """It certainly did not arrive; try again at `at`."""
        with writing(self._db):
            self._db.execute(
                "UPDATE outbox SET state = 'owed', error = ?, next_attempt_at = ? WHERE message_id = ?",
                (error, to_text(at), message_id),
            )

    def uncertain(self, message_id: str, error: str, at: datetime) -> None:
        """It may have arrived (the answer was lost): try again at `at`, marked as a possible repeat."""
        with writing(self._db):
            self._db.execute(
                "UPDATE outbox SET error = ?, next_attempt_at = ? WHERE message_id = ?",
                (error, to_text(at), message_id),
            )

    def bury(self, message_id: str, error: str) -> None:
        """A dead letter: refused for good, kept with its words, shown by `monitor status`."""
        with writing(self._db):
            self._db.execute("UPDATE outbox SET state = 'dead', error = ? WHERE message_id = ?", (error, message_id))

    def revive(self, channel: str, now: datetime) -> int:
        """Dead letters of a channel are owed again (`monitor resend`). Returns how many."""
        with writing(self._db):
            return self._db.execute(
                """UPDATE outbox SET state = 'owed', attempts = 0, next_attempt_at = ?, created_at = ?
                WHERE state = 'dead' AND channel = ?""",
                (to_text(now), to_text(now), channel),
            ).rowcount

    def let_go(self, channel: str, before: datetime, reason: str) -> int:
        """Nobody is there to tell: alerts and notices due `before` are told no more, messages made `before` are dead
        letters. Returns how many they were."""
        since = to_text(before)
        with writing(self._db):
            return sum(
                self._db.execute(sql, values).rowcount
                for sql, values in (
                    (
                        """UPDATE alerts SET folded = ? WHERE message_id IS NULL AND folded IS NULL AND channel = ?
                        AND due_at < ?""",
                        (reason, channel, since),
                    ),
                    (
                        "DELETE FROM notice_alerts WHERE message_id IS NULL AND channel = ? AND due_at < ?",
                        (channel, since),
                    ),
                    (
                        """UPDATE outbox SET state = 'dead', error = ? WHERE state IN ('owed', 'sending')
                        AND channel = ? AND created_at < ?""",
                        (reason, channel, since),
                    ),
                )
            )

    def channels_owed(self, now: datetime) -> list[str]:
        rows = self._db.execute(
            "SELECT DISTINCT channel FROM outbox WHERE state IN ('owed', 'sending') AND next_attempt_at <= ?",
            (to_text(now),),
        )
        return [row[0] for row in rows]

    def messages_since(self, channel: str, since: datetime) -> int:
        """Messages made for a channel since a moment; what the caps count."""
        row = self._db.execute(
            "SELECT count(*) FROM outbox WHERE channel = ? AND created_at > ?", (channel, to_text(since))
        ).fetchone()
        return int(row[0])

    def made_at(self, message_id: str) -> datetime:
        """When a message was made."""
        row = self._db.execute("SELECT created_at FROM outbox WHERE message_id = ?", (message_id,)).fetchone()
        return datetime.fromisoformat(row["created_at"])

    def of_article(self, article_id: int) -> list[Told]:
        """The alerts an article made, and the messages that carried them."""
        rows = self._db.execute(
            """SELECT alerts.channel, alerts.topic, due_at, alerts.message_id, sent_at, folded,
                coalesce(state, iif(folded IS NULL, 'waiting', 'folded')) AS state
            FROM alerts LEFT JOIN outbox ON outbox.message_id = alerts.message_id
            WHERE article_id = ? ORDER BY alerts.id""",
            (article_id,),
        )
        return [Told(**dict(row)) for row in rows]
