"""Stories: which article belongs to which, and how stories merged and split."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from monitor.archive.rows import to_time
from monitor.models import Member, Story


class Stories:
    """`stories`, `story_articles` and `story_changes`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def get(self, story_id: int) -> Story | None:
        """The story of that number; one that was merged is the story that took it in."""
        row = self._db.execute("SELECT * FROM stories WHERE id = ?", (story_id,)).fetchone()
        while row is not None and row["merged_into"] is not None:
            row = self._db.execute("SELECT * FROM stories WHERE id = ?", (row["merged_into"],)).fetchone()
        return None if row is None else _story(row)

    def of_article(self, article_id: int) -> Story | None:
        """The story an article belongs to now."""
        row = self._db.execute("SELECT story_id FROM story_articles WHERE article_id = ?", (article_id,)).fetchone()
        return None if row is None else self.get(row["story_id"])

    def members(self, story_id: int) -> list[Member]:
        """Its articles in the order they were first seen."""
        rows = self._db.execute(
            """SELECT story_articles.*, outlet, language, title, translated_title, url, first_seen, published
            FROM story_articles JOIN articles ON articles.id = article_id
            WHERE story_id = ? ORDER BY first_seen, article_id""",
            (story_id,),
        )
        return [_member(row) for row in rows]


def _story(row: sqlite3.Row) -> Story:
    return Story(
        id=row["id"],
        headline=row["headline"],
        headline_article_id=row["headline_article_id"] or 0,
        first_article_id=row["first_article_id"] or 0,
        first_seen=datetime.fromisoformat(row["first_seen"]),
        last_seen=datetime.fromisoformat(row["last_seen"]),
        articles=row["articles"],
        outlets=tuple(json.loads(row["outlets"])),
        languages=tuple(json.loads(row["languages"])),
        merged_into=row["merged_into"],
    )


def _member(row: sqlite3.Row) -> Member:
    return Member(
        story_id=row["story_id"],
        article_id=row["article_id"],
        joined_at=datetime.fromisoformat(row["joined_at"]),
        similarity=row["similarity"],
        reason=row["reason"],
        copy_of=row["copy_of"],
        outlet=row["outlet"],
        language=row["language"] or "und",
        title=row["title"],
        translated_title=row["translated_title"],
        url=row["url"],
        first_seen=to_time(row["first_seen"]),
        published=to_time(row["published"]),
    )
