"""Notes: what people write about an article."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from monitor.models import Note

MOST = 200  # of one article that are read


class Notes:
    """`notes`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def of_article(self, article_id: int) -> list[Note]:
        """In the order in which they were written, the latest 200."""
        rows = self._db.execute(
            "SELECT * FROM (SELECT * FROM notes WHERE article_id = ? ORDER BY id DESC LIMIT ?) ORDER BY id",
            (article_id, MOST),
        )
        return [_note(row) for row in rows]


def _note(row: sqlite3.Row) -> Note:
    return Note(
        article_id=row["article_id"], at=datetime.fromisoformat(row["at"]), author=row["author"], text=row["text"]
    )
