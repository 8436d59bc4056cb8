"""Notes: what people write about an article."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import to_text
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

    def get(self, number: int) -> Note | None:
        row = self._db.execute("SELECT * FROM notes WHERE id = ?", (number,)).fetchone()
        return _note(row) if row else None

    def add(self, note: Note) -> None:
        """Keep a note; one whose key is kept already, or whose article is gone, is left out."""
        with writing(self._db):
            self._db.execute(
                """INSERT INTO notes (article_id, at, author, text, key)
                SELECT id, ?, ?, ?, ? FROM articles WHERE id = ? ON CONFLICT (key) DO NOTHING""",
                (to_text(note.at), note.author, note.text, note.key, note.article_id),
            )

    def remove(self, number: int, author: str) -> None:
        """Take a note back, if it is that author's; one that is gone is fine."""
        with writing(self._db):
            self._db.execute("DELETE FROM notes WHERE id = ? AND author = ?", (number, author))


def _note(row: sqlite3.Row) -> Note:
    return Note(
        id=row["id"],
        article_id=row["article_id"],
        at=datetime.fromisoformat(row["at"]),
        author=row["author"],
        text=row["text"],
        key=row["key"],
    )
