"""The articles and stories of the last days, in memory: what a new article is compared with.

Everything here follows from which articles there are and in which story, not from the order they came in: a window
that is filled again from the archive after a crash decides as the one that was lost would have.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

from monitor.topics.stories.fingerprint import Fingerprint
from monitor.topics.stories.sketch import KEYS

Vector = Mapping[str, float]

# What a feature counts beside a word, by the first letter of its kind; sounds count only across alphabets.
WEIGHTS = {"w": 1.0, "n": 1.0, "f": 0.8, "d": 0.4, "s": 0.0}
SOUND_WEIGHTS = {"w": 0.0, "n": 1.0, "f": 0.5, "d": 0.0, "s": 0.8}
# Until this many articles have come, rarity is told as if so many had: else the first day's words are all common.
LEAST_ARTICLES = 300
LATEST = 12  # members that say what a story is about: its newest, so that a story may move on, and its cost is bounded


@dataclass(slots=True)
class Placed:
    """An article in the window."""

    print: Fingerprint
    story_id: int
    copy_of: int | None


Key = tuple[datetime, int]
"""When an article was published, and its id: its place among others, whatever order they came in."""


class Window:
    """Open stories. `hours`: how long after its publication an article is still compared with."""

    def __init__(self, hours: float = 96, most: int = 50_000) -> None:
        self.span = timedelta(hours=hours)
        self.most = most
        self.articles: dict[int, Placed] = {}
        self.stories: dict[int, list[Key]] = {}  # oldest first
        self._frequency: Counter[str] = Counter()
        self._postings: dict[str, Counter[int]] = {}  # feature → story → members that have it
        self._copies: dict[int, set[int]] = {}  # hash of a sketch → articles
        self._ages: list[Key] = []  # a heap; what has left the window may still stand in it

    def add(self, print_: Fingerprint, story_id: int, copy_of: int | None = None) -> None:
        """Put an article into a story; one that is there already moves, with what it is known by now."""
        self.remove(print_.article_id)
        key = _key(print_)
        self.articles[print_.article_id] = Placed(print_, story_id, copy_of)
        insort(self.stories.setdefault(story_id, []), key)
        heappush(self._ages, key)
        self._count(print_, story_id, 1)
        for value in print_.sketch[:KEYS]:
            self._copies.setdefault(value, set()).add(print_.article_id)

    def remove(self, article_id: int) -> None:
        """Forget an article; its story goes with the last."""
        placed = self.articles.pop(article_id, None)
        if placed is None:
            return
        self._count(placed.print, placed.story_id, -1)
        for value in placed.print.sketch[:KEYS]:
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

    def rarity(self, feature: str) -> float:
        """How much a feature tells: rare ones much. Inverse document frequency over the window as it is now."""
        return math.log((len(self.articles) + LEAST_ARTICLES) / (1 + self._frequency[feature]))

    def frequency(self, feature: str) -> int:
        return self._frequency[feature]

    def with_feature(self, feature: str) -> Mapping[int, int]:
        """Stories with an article that has it, and how many of their articles do."""
        return self._postings.get(feature, {})

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

    def _count(self, print_: Fingerprint, story_id: int, step: int) -> None:
        for feature in print_.features:
            self._frequency[feature] += step
            posting = self._postings.setdefault(feature, Counter())
            posting[story_id] += step
            if not posting[story_id]:
                del posting[story_id]
                if not posting:
                    del self._postings[feature], self._frequency[feature]


def _key(print_: Fingerprint) -> Key:
    return print_.when, print_.article_id
