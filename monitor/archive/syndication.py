"""What a topic's feed lists: its newest stories, and articles that are in none, as its channels would be told."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.headlines import Key, key_of
from monitor.archive.mutes import Mutes
from monitor.archive.rows import to_time
from monitor.archive.stories import Stories
from monitor.models import Mute, Story

READ = 1_000  # newest matches of a topic that are looked at, so that an old topic costs no more than a young one
SHOWN = 12  # articles listed of one story


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article, without its texts."""

    article_id: int
    story_id: int | None
    outlet: str
    language: str  # `und` when it is not known
    title: str
    translated_title: str
    url: str
    first_seen: datetime
    published: datetime | None
    updated: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The sentence that a match rests on."""

    sentence: str
    translation: str
    unverified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed: a story with the articles of it that the topic found, or an article in no story."""

    story: Story | None
    head: Listed  # the article that stands for it
    articles: tuple[Listed, ...]  # the newest first, at most SHOWN
    passage: Passage | None
    doubt: str | None  # why the translated title of the head cannot be trusted


class Syndication:
    """Reads only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._stories = Stories(connection)
        self._mutes = Mutes(connection)

    def archive_id(self) -> str:
        """32 hex digits that are this archive's own; "" in one that was begun before there were any."""
        row = self._db.execute("SELECT value FROM settings WHERE key = 'archive_id'").fetchone()
        return str(row[0]) if row else ""

    def items(self, topic: str, now: datetime, limit: int) -> list[Item]:
        """The newest stories and lone articles, the newest first. Left out: what is rejected or muted."""
        mutes = self._mutes.holding(now, topic)
        groups: dict[Key, list[Listed]] = {}
        for article in self.articles(self._matched(topic)):
            key = key_of(article.article_id, article.story_id)
            if not _is_muted(article, mutes) and (key in groups or len(groups) < limit):
                groups.setdefault(key, []).append(article)
        return [self._item(topic, articles) for articles in groups.values()]

    def articles(self, numbers: Sequence[int]) -> list[Listed]:
        """Those articles, in that order; what is gone is left out."""
        marks = ", ".join("?" * len(numbers))
        rows = self._db.execute(
            f"""SELECT articles.id AS article_id, story_id, outlet, coalesce(language, 'und') AS language, title,
                translated_title, url, first_seen, published, updated
            FROM articles LEFT JOIN story_articles ON article_id = articles.id WHERE articles.id IN ({marks})""",  # noqa: S608
            tuple(numbers),
        )
        found = {row["article_id"]: _listed(row) for row in rows}
        return [found[number] for number in numbers if number in found]

    def doubt(self, article_id: int) -> str | None:
        """Why its translated title cannot be trusted; None: nothing speaks against it."""
        row = self._db.execute(
            "SELECT unverified FROM sentences WHERE article_id = ? AND position = 0 AND paragraph = 0", (article_id,)
        ).fetchone()
        return row[0] if row else None

    def _matched(self, topic: str) -> list[int]:
        rows = self._db.execute(
            """SELECT article_id FROM (
                SELECT article_id FROM matches WHERE topic = ?1 AND relevant = 1 ORDER BY article_id DESC LIMIT ?2)
            WHERE article_id NOT IN (SELECT article_id FROM labels WHERE topic = ?1 AND verdict = 'reject')
            ORDER BY article_id DESC""",
            (topic, READ),
        )
        return [row[0] for row in rows]

    def _item(self, topic: str, articles: list[Listed]) -> Item:
        story = self._stories.get(articles[0].story_id) if articles[0].story_id else None
        head = next((one for one in articles if story and one.article_id == story.headline_article_id), articles[0])
        return Item(
            story=story,
            head=head,
            articles=tuple(articles[:SHOWN]),
            passage=self._passage(topic, head.article_id),
            doubt=self.doubt(head.article_id) if head.translated_title else None,
        )

    def _passage(self, topic: str, article_id: int) -> Passage | None:
        row = self._db.execute(
            "SELECT sentence, translation, unverified FROM matches WHERE topic = ? AND article_id = ?",
            (topic, article_id),
        ).fetchone()
        return Passage(**dict(row)) if row else None


def _is_muted(article: Listed, mutes: Sequence[Mute]) -> bool:
    """Its story, or its source, as alerts are muted."""
    story = ("story", str(article.story_id))
    return any((mute.kind, mute.subject) == story or mute.covers(article.outlet, article.url) for mute in mutes)


def _listed(row: sqlite3.Row) -> Listed:
    times = {name: to_time(row[name]) for name in ("published", "updated")}
    first_seen = datetime.fromisoformat(row["first_seen"])
    return Listed(**{**dict(row), **times, "first_seen": first_seen})
