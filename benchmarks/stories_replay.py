"""Articles one after another, each given its story: what the pipeline does, without an archive.

For trying rules on a set of articles (`benchmarks/stories.py`, tests); `run/grouping.py` records the same decisions.
"""

from __future__ import annotations

from monitor.topics.stories import revise
from monitor.topics.stories.fingerprint import Fingerprint
from monitor.topics.stories.grouping import Placement, Rules, place
from monitor.topics.stories.window import Window


class Replay:
    """`stories`: article → story. A story has the number of its first article."""

    def __init__(self, window: Window, rules: Rules) -> None:
        self.window = window
        self.rules = rules
        self.stories: dict[int, int] = {}
        self.merges = 0
        self.splits = 0

    def take(self, print_: Fingerprint) -> Placement:
        """Place one article; then merge and split what that makes plain."""
        self.window.forget(print_.when)
        where = place(self.window, print_, self.rules)
        story = self._put(print_, where)
        if found := revise.merge(self.window, story, where.also, self.rules):
            story = self._merge(found)
        for number in revise.strays(self.window, story, self.rules):
            self._move(number, story)
        return where

    def _put(self, print_: Fingerprint, where: Placement) -> int:
        story = print_.article_id if where.story_id is None else where.story_id
        self.window.add(print_, story, where.copy_of)
        self.stories[print_.article_id] = story
        return story

    def _merge(self, found: revise.Merge) -> int:
        self.merges += 1
        for _, number in list(self.window.stories[found.other_story_id]):
            placed = self.window.articles[number]
            self.window.add(placed.print, found.story_id, placed.copy_of)
        for number, story in self.stories.items():
            if story == found.other_story_id:
                self.stories[number] = found.story_id
        return found.story_id

    def _move(self, number: int, story: int) -> None:
        self.splits += 1
        print_ = self.window.articles[number].print
        self.window.remove(number)
        where = place(self.window, print_, self.rules)
        self._put(print_, where if where.story_id != story else Placement(story_id=None, similarity=1.0, reason=""))
