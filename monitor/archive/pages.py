"""Pages as fetched, compressed; paragraphs a host repeats; earlier versions of articles."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import zstandard

from monitor.archive.connection import writing
from monitor.archive.rows import to_text
from monitor.models import NEVER

# Level 6: pages shrink to about a sixth; higher levels gain a few per cent and cost several times the time.
_LEVEL = 6
# No page is larger than the client's own cap; a stored frame that claims more is damaged.
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The fetched document behind an article."""

    url: str
    body: bytes
    content_type: str | None
    sha256: str  # as it was when fetched; "" for a page that is not stored
    fetched_at: datetime = NEVER


class Pages:
    """Raw pages: the evidence, and what `monitor reprocess` works from."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def keep(self, article_id: int, url: str, body: bytes, content_type: str | None, now: datetime) -> None:
        packed = zstandard.ZstdCompressor(level=_LEVEL).compress(body)
        with writing(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    article_id,
                    url,
                    to_text(now),
                    content_type,
                    hashlib.sha256(body).hexdigest(),
                    len(body),
                    packed,
                ),
            )

    def get(self, article_id: int) -> Page | None:
        """The page, or None when none was fetched or its time was up."""
        row = self._db.execute(
            "SELECT * FROM pages WHERE article_id = ? AND body IS NOT NULL", (article_id,)
        ).fetchone()
        if row is None:
            return None
        body = zstandard.ZstdDecompressor().decompress(row["body"], max_output_size=_MOST_BYTES)
        return Page(
            url=row["url"],
            body=body,
            content_type=row["content_type"],
            sha256=row["sha256"],
            fetched_at=datetime.fromisoformat(row["fetched_at"]),
        )

    def prune(self, before: datetime) -> int:
        """Let go of old bodies; address, time and hash stay. Never those behind a match: alerts cite them."""
        with writing(self._db):
            return self._db.execute(
                """UPDATE pages SET body = NULL WHERE fetched_at < ? AND body IS NOT NULL
                AND article_id NOT IN (SELECT article_id FROM matches)""",
                (to_text(before),),
            ).rowcount


class Boilerplate:
    """On how many articles of a host each paragraph was seen."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def counts(self, host: str, fingerprints: Sequence[str]) -> Mapping[str, int]:
        marks = ", ".join("?" * len(fingerprints)) or "NULL"
        rows = self._db.execute(
            f"SELECT fingerprint, pages FROM boilerplate WHERE host = ? AND fingerprint IN ({marks})",  # noqa: S608
            (host, *fingerprints),
        )
        return {row["fingerprint"]: row["pages"] for row in rows}

    def saw(self, host: str, fingerprints: Sequence[str], now: datetime) -> None:
        """Count one more article with these paragraphs."""
        with writing(self._db):
            self._db.executemany(
                """INSERT INTO boilerplate VALUES (?, ?, 1, ?)
                ON CONFLICT DO UPDATE SET pages = pages + 1, last_seen = excluded.last_seen""",
                [(host, fingerprint, to_text(now)) for fingerprint in set(fingerprints)],
            )

    def forget(self, before: datetime) -> int:
        """Paragraphs seen once, long ago, are articles' own and not worth their row."""
        with writing(self._db):
            return self._db.execute(
                "DELETE FROM boilerplate WHERE pages = 1 AND last_seen < ?", (to_text(before),)
            ).rowcount
