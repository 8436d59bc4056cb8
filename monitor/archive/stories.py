"""Stories: which article belongs to which, and how stories merged and split."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import to_json, to_text, to_time
from monitor.models import Member, Placed, Story, StoryChange


class Stories:
    """`stories`, `story_articles` and `story_changes`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

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

    def members(self, story_id: int, *, most: int = -1, after: int = 0) -> list[Member]:
        """Its articles in the order they were first seen: the first `most` whose numbers are beyond `after`."""
        rows = self._db.execute(
            """SELECT part.*, outlet, language, title, translated_title, url, first_seen, published
            FROM (SELECT * FROM story_articles WHERE story_id = ? AND article_id > ? ORDER BY article_id LIMIT ?) part
            JOIN articles ON articles.id = article_id ORDER BY first_seen, article_id""",
            (story_id, after, most),
        )
        return [_member(row) for row in rows]

    def latest(self, limit: int, since: datetime | None = None, articles: int = 1) -> list[Story]:
        """Stories with at least so many articles, those that last had one first."""
        rows = self._db.execute(
            """SELECT * FROM stories WHERE merged_into IS NULL AND articles >= ? AND (?2 IS NULL OR last_seen >= ?2)
            ORDER BY last_seen DESC, id DESC LIMIT ?3""",
            (articles, to_text(since), limit),
        )
        return [_story(row) for row in rows]

    def changes(self, story_id: int) -> list[StoryChange]:
        """How it came to be what it is: merges and splits it had a part in, in order."""
        rows = self._db.execute(
            "SELECT * FROM story_changes WHERE story_id = ?1 OR other_story_id = ?1 ORDER BY id", (story_id,)
        )
        return [_change(row) for row in rows]

    def size(self, story_id: int) -> int:
        """Number of its articles, counted."""
        row = self._db.execute("SELECT count(*) FROM story_articles WHERE story_id = ?", (story_id,)).fetchone()
        return int(row[0])

    def window(self) -> list[Placed]:
        """Every article that new ones are compared with, the oldest first."""
        rows = self._db.execute(
            "SELECT * FROM story_articles WHERE fingerprint IS NOT NULL ORDER BY seen_at, article_id"
        )
        return [_placed(row) for row in rows]

    # ── writing; call inside `writing` ──────────────────────────────────────────────────────────

    def open(self, now: datetime) -> int:
        """A new story, still empty. Returns its number, which no other story ever had or will have."""
        moment = to_text(now)
        cursor = self._db.execute("INSERT INTO stories (first_seen, last_seen) VALUES (?, ?)", (moment, moment))
        return int(cursor.lastrowid or 0)

    def put(self, placed: Placed, now: datetime) -> None:
        """An article into a story. One that is in a story already only learns how it is recognised by now.

        To take it from one story to another is `split`; `refresh` brings the stories' own rows up to date.
        """
        self._db.execute(
            """INSERT INTO story_articles (article_id, story_id, joined_at, similarity, reason, copy_of, seen_at,
                fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (article_id) DO UPDATE SET fingerprint = excluded.fingerprint, seen_at = excluded.seen_at""",
            (
                placed.article_id,
                placed.story_id,
                to_text(now),
                placed.similarity,
                placed.reason,
                placed.copy_of,
                to_text(placed.seen_at),
                placed.fingerprint or None,
            ),
        )

    def merge(self, story_id: int, other_story_id: int, reason: str, now: datetime) -> list[int]:
        """The other story goes into this one. Returns its articles.

        This is the one place where stories merge: the threads of alerts kept under its number are moved by who calls
        it, in the same transaction; mutes keep the number they were given, and are read through `Mutes.holding`.
        """
        with writing(self._db):
            moved = self._articles(other_story_id)
            self._db.execute("UPDATE story_articles SET story_id = ? WHERE story_id = ?", (story_id, other_story_id))
            self._db.execute(
                "UPDATE stories SET merged_into = ?, articles = 0 WHERE id = ?", (story_id, other_story_id)
            )
            self._record("merge", story_id, other_story_id, moved, reason, now)
            return moved

    def split(self, story_id: int, placed: Placed, now: datetime) -> None:
        """An article of this story goes to the one that `placed` names, for the reason it gives."""
        with writing(self._db):
            self._db.execute("DELETE FROM story_articles WHERE article_id = ?", (placed.article_id,))
            self.put(placed, now)
            self._record("split", story_id, placed.story_id, [placed.article_id], placed.reason, now)

    def refresh(self, story_id: int, headline_article_id: int | None = None) -> None:
        """Count its articles, outlets and languages again; `headline_article_id`: its most central, None: as it was."""
        members = self.members(story_id)
        if not members:
            return
        story = self._db.execute("SELECT headline_article_id FROM stories WHERE id = ?", (story_id,)).fetchone()
        wanted = headline_article_id or story["headline_article_id"]
        head = next((member for member in members if member.article_id == wanted), members[0])
        first, last = members[0], members[-1]
        self._db.execute(
            """UPDATE stories SET headline = ?, headline_article_id = ?, first_article_id = ?, first_seen = ?,
                last_seen = ?, articles = ?, outlets = ?, languages = ? WHERE id = ?""",
            (
                head.translated_title or head.title,
                head.article_id,
                first.article_id,
                to_text(first.first_seen),
                to_text(last.first_seen),
                len(members),
                to_json(dict.fromkeys(member.outlet for member in members)),
                to_json(dict.fromkeys(member.language for member in members)),
                story_id,
            ),
        )

    def forget_fingerprints(self, before: datetime) -> None:
        """Of articles that nothing is compared with any more."""
        self._db.execute(
            "UPDATE story_articles SET fingerprint = NULL WHERE fingerprint IS NOT NULL AND seen_at < ?",
            (to_text(before),),
        )

    def _articles(self, story_id: int) -> list[int]:
        rows = self._db.execute("SELECT article_id FROM story_articles WHERE story_id = ? ORDER BY 1", (story_id,))
        return [row[0] for row in rows]

    def _record(
        self, kind: str, story_id: int, other: int, articles: Sequence[int], reason: str, now: datetime
    ) -> None:
        self._db.execute(
            """INSERT INTO story_changes (at, kind, story_id, other_story_id, articles, reason)
            VALUES (?, ?, ?, ?, ?, ?)""",
            (to_text(now), kind, story_id, other, to_json(articles), reason),
        )


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


def _placed(row: sqlite3.Row) -> Placed:
    return Placed(
        article_id=row["article_id"],
        story_id=row["story_id"],
        similarity=row["similarity"],
        reason=row["reason"],
        seen_at=datetime.fromisoformat(row["seen_at"]),
        copy_of=row["copy_of"],
        fingerprint=row["fingerprint"],
    )


def _change(row: sqlite3.Row) -> StoryChange:
    return StoryChange(
        at=datetime.fromisoformat(row["at"]),
        kind=row["kind"],
        story_id=row["story_id"],
        other_story_id=row["other_story_id"],
        articles=tuple(json.loads(row["articles"])),
        reason=row["reason"],
    )
