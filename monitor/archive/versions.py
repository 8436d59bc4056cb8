"""Earlier versions of articles that were edited, and what earlier translations of them were worth."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

_MOST = 100  # versions and translations listed of one article, the latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A text that was replaced. `number` counts an article's versions from 1, the oldest."""

    number: int
    replaced_at: datetime  # when we saw the next text
    title: str
    content_hash: str
    text: str = ""  # left out in a list


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTranslation:
    """A translation that a better one replaced."""

    replaced_at: datetime
    packages: tuple[str, ...]
    score: float | None  # 0 … 100
    sentences: int
    unverified: int


class Versions:
    """`versions` and `translations`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def of_article(self, article_id: int) -> list[Version]:
        """Without their texts, the oldest first; of very many the latest."""
        rows = self._db.execute(
            """SELECT row_number() OVER (ORDER BY id) AS number, replaced_at, title, content_hash FROM versions
            WHERE article_id = ? ORDER BY id DESC LIMIT ?""",
            (article_id, _MOST),
        )
        return [_version(row) for row in rows][::-1]

    def get(self, article_id: int, number: int) -> Version | None:
        """One with its text."""
        row = self._db.execute(
            """SELECT ?2 AS number, replaced_at, title, content_hash, text FROM versions
            WHERE article_id = ?1 ORDER BY id LIMIT 1 OFFSET ?2 - 1""",
            (article_id, number),
        ).fetchone()
        return _version(row, row["text"]) if row else None

    def translations(self, article_id: int) -> list[EarlierTranslation]:
        """The oldest first."""
        rows = self._db.execute(
            "SELECT * FROM translations WHERE article_id = ? ORDER BY id DESC LIMIT ?", (article_id, _MOST)
        )
        return [
            EarlierTranslation(
                replaced_at=datetime.fromisoformat(row["replaced_at"]),
                packages=tuple(json.loads(row["packages"])),
                score=row["score"],
                sentences=row["sentences"],
                unverified=row["unverified"],
            )
            for row in rows
        ][::-1]


def _version(row: sqlite3.Row, text: str = "") -> Version:
    return Version(
        number=row["number"],
        replaced_at=datetime.fromisoformat(row["replaced_at"]),
        title=row["title"],
        content_hash=row["content_hash"],
        text=text,
    )
