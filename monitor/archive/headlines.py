"""Headlines: stories and articles as a list shows them, and what a topic found in them, without their texts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.matches import match_from
from monitor.models import Match, Topic

Key = tuple[int, int]  # (story, 0), or (0, article)


def key_of(article_id: int, story_id: int | None) -> Key:
    """What an article is listed under: its story, or itself when it is in none."""
    return (story_id, 0) if story_id else (0, article_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A story, or an article that stands alone."""

    story_id: int | None
    article_id: int  # the article whose title it is
    title: str  # in the working language where there is a translation
    original: str  # the title as it was published; "" where it is the same
    language: str  # of the original; `und` when it is not known
    doubt: str | None  # why the translated title cannot be trusted
    outlets: tuple[str, ...]  # in the order they came
    languages: tuple[str, ...]
    articles: int
    first_seen: datetime
    last_seen: datetime

    @property
    def url(self) -> str:
        """The page of ours on it."""
        return f"/stories/{self.story_id}" if self.story_id else f"/articles/{self.article_id}"


# The translation of the title is the first sentence of the first paragraph, numbered 0.
_DOUBT = "(SELECT unverified FROM sentences WHERE article_id = articles.id AND position = 0 AND paragraph = 0)"
_STORIES = f"""
    SELECT stories.id AS story_id, coalesce(articles.id, 0) AS article_id, headline AS title,
        coalesce(articles.title, '') AS original, coalesce(language, 'und') AS language, {_DOUBT} AS doubt,
        outlets, languages, stories.articles, stories.first_seen, last_seen
    FROM stories LEFT JOIN articles ON articles.id = headline_article_id
    WHERE stories.id IN (SELECT value FROM json_each(?))"""  # noqa: S608
_ARTICLES = f"""
    SELECT NULL AS story_id, id AS article_id, coalesce(nullif(translated_title, ''), title) AS title,
        title AS original, coalesce(language, 'und') AS language, {_DOUBT} AS doubt, json_array(outlet) AS outlets,
        json_array(coalesce(language, 'und')) AS languages, 1 AS articles, first_seen, first_seen AS last_seen
    FROM articles WHERE id IN (SELECT value FROM json_each(?))"""  # noqa: S608


class Headlines:
    """Reads only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def topics(self) -> list[tuple[str, str]]:
        """(name, description) of the declared ones."""
        rows = self._db.execute("SELECT name, description FROM topics WHERE declared = 1 ORDER BY name")
        return [(row[0], row[1]) for row in rows]

    def topic(self, name: str) -> tuple[Topic, bool] | None:
        """The topic of that name, and whether it is still declared; None: there never was one."""
        row = self._db.execute("SELECT * FROM topics WHERE name = ?", (name,)).fetchone()
        return None if row is None else (_topic(row), bool(row["declared"]))

    def of(self, keys: Iterable[Key]) -> dict[Key, Headline]:
        """Of stories and of articles that stand alone: (story, 0) and (0, article)."""
        asked = list(keys)
        stories = self.stories(story for story, _ in asked if story)
        articles = self.articles(article for story, article in asked if not story)
        return {
            **{(number, 0): headline for number, headline in stories.items()},
            **{(0, number): headline for number, headline in articles.items()},
        }

    def stories(self, ids: Iterable[int]) -> dict[int, Headline]:
        """By the story's number; those that are gone are left out."""
        rows = self._db.execute(_STORIES, (json.dumps(list(ids)),))
        return {row["story_id"]: _headline(row) for row in rows}

    def articles(self, ids: Iterable[int]) -> dict[int, Headline]:
        """Articles that stand alone, by their number."""
        rows = self._db.execute(_ARTICLES, (json.dumps(list(ids)),))
        return {row["article_id"]: _headline(row) for row in rows}

    def matches(self, topic: str, article_ids: Iterable[int]) -> dict[int, Match]:
        """What the topic found in these articles, by their number."""
        rows = self._db.execute(
            "SELECT * FROM matches WHERE topic = ? AND article_id IN (SELECT value FROM json_each(?))",
            (topic, json.dumps(list(article_ids))),
        )
        return {row["article_id"]: match_from(row) for row in rows}

    def verdicts(self, topic: str, article_ids: Iterable[int]) -> dict[int, str]:
        """What a person said of these articles: `accepted` or `rejected`; nothing for the rest."""
        rows = self._db.execute(
            """SELECT article_id, verdict || 'ed' FROM labels
            WHERE topic = ? AND article_id IN (SELECT value FROM json_each(?))""",
            (topic, json.dumps(list(article_ids))),
        )
        return dict(rows.fetchall())

    def rejected(self, since: int) -> set[tuple[str, int]]:
        """(topic, article) of what a person rejected, from an article's number on."""
        rows = self._db.execute(
            "SELECT topic, article_id FROM labels WHERE verdict = 'reject' AND article_id >= ?", (since,)
        )
        return {(row[0], row[1]) for row in rows}


def _topic(row: sqlite3.Row) -> Topic:
    return Topic(
        name=row["name"],
        query=row["query"],
        description=row["description"],
        languages=tuple(json.loads(row["languages"])),
        channels=tuple(json.loads(row["channels"])),
        min_score=row["min_score"],
        within=row["within"],
        exclude=tuple(json.loads(row["exclude"])),
    )


def _headline(row: sqlite3.Row) -> Headline:
    original = row["original"]
    return Headline(
        story_id=row["story_id"],
        article_id=row["article_id"],
        title=row["title"] or original,
        original=original if original != row["title"] else "",
        language=row["language"],
        doubt=row["doubt"],
        outlets=tuple(json.loads(row["outlets"])),
        languages=tuple(json.loads(row["languages"])),
        articles=row["articles"],
        first_seen=datetime.fromisoformat(row["first_seen"]),
        last_seen=datetime.fromisoformat(row["last_seen"]),
    )
