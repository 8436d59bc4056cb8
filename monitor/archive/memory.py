"""The translation memory: sentences that were translated before, under keys that say how.

Bounded: what was used least recently is forgotten. Keys and meaning are `translate/memory.py`'s business.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import to_text
from monitor.models import Doubt, Output

_LOOKUPS, _HITS = "translation memory lookups", "translation memory hits"
_CHUNK = 500  # keys in one statement: SQLite before 3.32 takes 999 values


class Memory:
    """Table `translation_memory`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def recall(self, keys: Sequence[bytes], counted: Collection[bytes], now: datetime) -> dict[bytes, Output]:
        """What is remembered under these keys. Terms pinned are not kept. `counted` are those the hit rate is about."""
        found: dict[bytes, Output] = {}
        with writing(self._db):
            for at in range(0, len(keys), _CHUNK):
                some = keys[at : at + _CHUNK]
                marks = ", ".join("?" * len(some))
                rows = self._db.execute(f"SELECT * FROM translation_memory WHERE key IN ({marks})", some)  # noqa: S608
                found |= {row["key"]: _output(row) for row in rows}
            self._db.executemany(
                "UPDATE translation_memory SET used_at = ? WHERE key = ?", [(to_text(now), key) for key in found]
            )
            self._count(_LOOKUPS, len(counted))
            self._count(_HITS, sum(key in found for key in counted))
        return found

    def remember(self, outputs: Mapping[bytes, Output], now: datetime) -> None:
        with writing(self._db):
            self._db.executemany(
                """INSERT OR REPLACE INTO translation_memory (key, target, score, doubts, used_at)
                VALUES (?, ?, ?, ?, ?)""",
                [(key, output.text, output.score, _doubts(output), to_text(now)) for key, output in outputs.items()],
            )

    def prune(self, most: int) -> int:
        """Forget what was used least recently, beyond `most` sentences. Returns how many."""
        with writing(self._db):
            return self._db.execute(
                """DELETE FROM translation_memory WHERE key IN (SELECT key FROM translation_memory
                ORDER BY used_at DESC LIMIT -1 OFFSET ?)""",
                (most,),
            ).rowcount

    def size(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM translation_memory").fetchone()[0])

    def lookups(self) -> tuple[int, int]:
        """(hits, lookups) since the archive was made."""
        rows = self._db.execute("SELECT key, value FROM settings WHERE key IN (?, ?)", (_LOOKUPS, _HITS))
        counts = {row["key"]: int(row["value"]) for row in rows}
        return counts.get(_HITS, 0), counts.get(_LOOKUPS, 0)

    def _count(self, what: str, number: int) -> None:
        self._db.execute(
            """INSERT INTO settings (key, value) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + excluded.value""",
            (what, number),
        )


def _doubts(output: Output) -> str | None:
    return json.dumps([asdict(doubt) for doubt in output.doubts], ensure_ascii=False) if output.doubts else None


def _output(row: sqlite3.Row) -> Output:
    doubts = tuple(Doubt(**doubt) for doubt in json.loads(row["doubts"] or "[]"))
    return Output(text=row["target"], score=row["score"], doubts=doubts)
