"""The articles and stories of the last days, in memory: what a new article is compared with.

Everything here follows from which articles there are and in which story, not from the order they came in: a window
that is filled again from the archive after a crash decides as the one that was lost would have.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

from monitor.topics.stories.fingerprint import Fingerprint
from monitor.topics.stories.sketch import KEYS, hashes

# What a feature counts beside a word, by the first letter of its kind; sounds count only across alphabets.
WEIGHTS = {"w": 1.0, "n": 1.0, "p": 0.4, "f": 0.8, "d": 0.4, "s": 0.0}
SOUND_WEIGHTS = {"w": 0.0, "n": 1.0, "p": 0.8, "f": 0.5, "d": 0.0, "s": 0.8}
# Until this many articles have come, rarity is told as if so many had: else the first day's words are all common.
LEAST_ARTICLES = 300
LATEST = 10  # members that say what a story is about: its newest, so that a story may move on, and its cost is bounded


@dataclass(slots=True)
class Placed:
    """An article in the window."""

    print: Fingerprint
    story_id: int
    copy_of: int | None


Key = tuple[datetime, int]
"""When an article was published, and its id: its place among others, whatever order they came in."""


class Window:
    """Open stories. `hours`: how long after its publication an article is still compared with; `most`: articles kept.

    `working`: the language that articles are translated into.
    """

    def __init__(self, hours: float = 96, most: int = 50_000, working: str = "en") -> None:
        self.working = working
        self.span = timedelta(hours=hours)
        self.most = most
        self.articles: dict[int, Placed] = {}
        self.stories: dict[int, list[Key]] = {}  # oldest first
        self._postings: dict[str, list[int]] = {}  # feature → articles
        self._copies: dict[int, set[int]] = {}  # hash of a sketch → articles
        self._ages: list[Key] = []  # a heap; what has left the window may still stand in it

    def add(self, print_: Fingerprint, story_id: int, copy_of: int | None = None) -> None:
        """Put an article into a story; one that is there already moves, with what it is known by now."""
        self.remove(print_.article_id)
        key = _key(print_)
        self.articles[print_.article_id] = Placed(print_, story_id, copy_of)
        insort(self.stories.setdefault(story_id, []), key)
        heappush(self._ages, key)
        self._enter(print_)
        for value in hashes(print_.sketch, KEYS):
            self._copies.setdefault(value, set()).add(print_.article_id)

    def remove(self, article_id: int) -> None:
        """Forget an article; its story goes with the last."""
        placed = self.articles.pop(article_id, None)
        if placed is None:
            return
        self._leave(placed.print)
        for value in hashes(placed.print.sketch, KEYS):
            self._copies[value].discard(article_id)
            if not self._copies[value]:
                del self._copies[value]
        self.stories[placed.story_id].remove(_key(placed.print))
        if not self.stories[placed.story_id]:
            del self.stories[placed.story_id]

    def forget(self, now: datetime) -> None:
        """Drop what is older than the window, and the oldest of what is too much."""
        while self._ages and (self._ages[0][0] < now - self.span or len(self.articles) > self.most):
            key = heappop(self._ages)
            placed = self.articles.get(key[1])
            if placed is not None and _key(placed.print) == key:
                self.remove(key[1])

    def holds(self, when: datetime, now: datetime) -> bool:
        """Whether an article of that time is compared with anything."""
        return when >= now - self.span

    def vector(self, print_: Fingerprint, weights: Mapping[str, float]) -> dict[str, float]:
        """Its features, each by its weight, its kind and how rare it is in the window as it is now.

        Rarity is the inverse document frequency, ln((articles + LEAST_ARTICLES) / (1 + articles that have it)).
        """
        total, postings, log = len(self.articles) + LEAST_ARTICLES, self._postings, math.log
        return {
            feature: weight * kind * log(total / (1 + len(postings.get(feature, ()))))
            for feature, weight in zip(print_.features, print_.weights, strict=True)
            if (kind := weights[feature[0]])
        }

    def frequency(self, feature: str) -> int:
        """Articles of the window that have it."""
        return len(self._postings.get(feature, ()))

    def stories_with(self, feature: str) -> set[int]:
        """Stories with an article that has it."""
        return {self.articles[number].story_id for number in self._postings.get(feature, ())}

    def with_hash(self, key: int) -> Iterable[int]:
        """Articles whose sketch has one of its smallest hashes in common."""
        return self._copies.get(key, ())

    def voices(self, story_id: int) -> list[Fingerprint]:
        """The members that say what a story is about: its latest that are no copies."""
        found: list[Fingerprint] = []
        for _, number in reversed(self.stories[story_id]):
            if self.articles[number].copy_of is None:
                found.append(self.articles[number].print)
                if len(found) == LATEST:
                    break
        return found or [self.articles[self.stories[story_id][0][1]].print]

    def _enter(self, print_: Fingerprint) -> None:
        for feature in print_.features:
            self._postings.setdefault(feature, []).append(print_.article_id)

    def _leave(self, print_: Fingerprint) -> None:
        for feature in print_.features:
            articles = self._postings[feature]
            articles.remove(print_.article_id)  # the oldest leave first, and they stand in front
            if not articles:
                del self._postings[feature]


def _key(print_: Fingerprint) -> Key:
    return print_.when, print_.article_id
