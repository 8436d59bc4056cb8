"""Stage five and a half: the story of each article, before anybody is told of it.

    article ──fingerprint──▶ place among the stories of the window ──▶ join, open, move; merge, split

An article comes by again when it is translated, and is recognised anew: what stood alone for want of words may
now prove to be part of another story. What is older than the window keeps the story it has, or gets one of its own:
neither a backlog nor `monitor reprocess` stirs old stories up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.archive import Archive
from monitor.config import StorySettings
from monitor.models import Article, Placed
from monitor.topics.packs import Pack
from monitor.topics.stories import revise
from monitor.topics.stories.central import central
from monitor.topics.stories.fingerprint import Fingerprint, fingerprint, from_text, to_text
from monitor.topics.stories.grouping import ALONE, Placement, Rules, place
from monitor.topics.stories.likeness import likeness
from monitor.topics.stories.names import gazetteer
from monitor.topics.stories.window import Window

MARGIN = 0.05  # an article in company moves only to a story that is nearer by this much (hysteresis)


class Grouping:
    """The stories of the last days in memory, in step with the archive."""

    def __init__(self, archive: Archive, settings: StorySettings, packs: Iterable[Pack], working: str) -> None:
        self._archive = archive
        self._settings = settings
        self._working = working
        self._names = gazetteer(packs)
        self.rules = Rules()
        self.window = Window()
        self.reload()

    def reload(self) -> None:
        """Fill the window from the archive: at the start, and when a transaction that changed it was rolled back."""
        self.window = Window(self._settings.window_hours, self._settings.max_articles, self._working)
        for kept in self._archive.stories.window():
            print_ = from_text(kept.article_id, kept.seen_at, kept.fingerprint)
            self.window.add(print_, kept.story_id, kept.copy_of)

    def group(self, articles: Sequence[Article], now: datetime) -> None:
        """Give each article its story, the earliest first. Call inside the transaction that records their matches."""
        self.window.forget(now)
        self._archive.stories.forget_fingerprints(now - self.window.span)
        touched: dict[int, None] = {}
        for article in sorted(articles, key=lambda article: (article.first_seen, article.id)):
            touched.update(dict.fromkeys(self._group(article, now)))
        for story in touched:
            self._archive.stories.refresh(story, central(self.window, story) if story in self.window.stories else None)

    def _group(self, article: Article, now: datetime) -> list[int]:
        """Returns the stories that changed."""
        print_ = fingerprint(article, self._names, self._working)
        story = self._archive.stories.of_article(article.id)
        if not self.window.holds(print_.when, now):
            return [] if story else [self._open(print_, now, compared=False)]
        if story is None:
            return self._settle(print_, place(self.window, print_, self.rules), now)
        return self._again(print_, story.id, now)

    def _settle(self, print_: Fingerprint, where: Placement, now: datetime) -> list[int]:
        if where.story_id is None:
            return [self._open(print_, now)]
        self._archive.stories.put(_placed(print_, where.story_id, where), now)
        self.window.add(print_, where.story_id, where.copy_of)
        return self._revise(where.story_id, where.also, now)

    def _open(self, print_: Fingerprint, now: datetime, *, compared: bool = True) -> int:
        story = self._archive.stories.open(now)
        self._archive.stories.put(_placed(print_, story, ALONE, kept=compared), now)
        if compared:
            self.window.add(print_, story)
        return story

    def _again(self, print_: Fingerprint, story: int, now: datetime) -> list[int]:
        """An article that has a story comes by with more to be known by: it stays, moves, or brings its story along."""
        before = self.window.articles.get(print_.article_id)
        self.window.remove(print_.article_id)
        where = place(self.window, print_, self.rules)
        company = self._archive.stories.size(story) > 1
        if company and self._leaves(print_, story, where):
            return self._move(print_, story, where, now)
        self._archive.stories.put(_placed(print_, story, where), now)
        self.window.add(print_, story, before.copy_of if before else where.copy_of)
        if company or where.story_id in (None, story):
            return self._revise(story, where.also if where.story_id == story else (), now)
        assert where.story_id is not None
        return [self._merge(min(story, where.story_id), max(story, where.story_id), where.reason, now)]

    def _leaves(self, print_: Fingerprint, story: int, where: Placement) -> bool:
        """Whether another story is clearly nearer than what is left of its own, or that is clearly too far."""
        if where.story_id == story or story not in self.window.stories:
            return False
        own = likeness(self.window, print_, self.window.voices(story))
        if where.story_id is None:
            return not own.across and own.score < self.rules.join - MARGIN
        return where.similarity >= own.score + MARGIN

    def _revise(self, story: int, also: tuple[int, ...], now: datetime) -> list[int]:
        """Second thoughts about a story that has grown. Returns the stories that changed, that one among them."""
        if found := revise.merge(self.window, story, also, self.rules):
            story = self._merge(found.story_id, found.other_story_id, found.reason, now)
        touched = [story]
        for number in revise.strays(self.window, story, self.rules):
            touched += self._stray(story, number, now)
        return touched

    def _merge(self, story: int, other: int, reason: str, now: datetime) -> int:
        self._archive.stories.merge(story, other, reason, now)
        for _, number in list(self.window.stories.get(other, ())):
            placed = self.window.articles[number]
            self.window.add(placed.print, story, placed.copy_of)
        return story

    def _stray(self, story: int, article_id: int, now: datetime) -> list[int]:
        print_ = self.window.articles[article_id].print
        self.window.remove(article_id)
        return self._move(print_, story, place(self.window, print_, self.rules), now)

    def _move(self, print_: Fingerprint, story: int, where: Placement, now: datetime) -> list[int]:
        """An article that does not belong goes where it does, or into a story of its own. Returns both stories."""
        if where.story_id in (None, story):
            where = Placement(story_id=self._archive.stories.open(now), similarity=1.0, reason="a story of its own")
        assert where.story_id is not None
        self._archive.stories.split(story, _placed(print_, where.story_id, where), now)
        self.window.add(print_, where.story_id, where.copy_of)
        return [story, where.story_id]


def _placed(print_: Fingerprint, story: int, where: Placement, *, kept: bool = True) -> Placed:
    return Placed(
        article_id=print_.article_id,
        story_id=story,
        similarity=where.similarity,
        reason=where.reason,
        seen_at=print_.when,
        copy_of=where.copy_of,
        fingerprint=to_text(print_) if kept else "",
    )
