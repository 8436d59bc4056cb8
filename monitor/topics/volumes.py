"""Counts by hour, in memory: each topic in each cell of languages and countries, and all that was collected. Pure.

A cell is (language, country); "*" stands for any, so that every count is kept four times, from the narrow cell
up to (*, *).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate

ANY = "*"
Cell = tuple[str, str]  # language, country
Count = tuple[int, str, str, str, int]  # hour, topic ("" for all that was collected), language, country, articles

WEEK = 168


class Board:
    """Hours are numbered since 1970, UTC."""

    def __init__(self) -> None:
        self._leaves: dict[tuple[int, str, str, str], int] = {}
        self._series: dict[tuple[str, Cell], dict[int, int]] = defaultdict(dict)
        self._sums: dict[tuple[str, Cell], tuple[int, list[int]]] = {}  # first hour, articles before each hour
        self.first = 0  # the first hour there is a count of; 0: none

    def update(self, counts: Iterable[Count], since: int) -> None:
        """Take over the counts of every hour from `since` on; what was known of these hours is forgotten."""
        stale = [leaf for leaf in self._leaves if leaf[0] >= since]
        for leaf in stale:
            self._add(leaf, -self._leaves.pop(leaf))
        for hour, topic, language, country, articles in counts:
            leaf = (hour, topic, language, country)
            self._leaves[leaf] = articles
            self._add(leaf, articles)
            if not self.first or hour < self.first:
                self.first = hour

    def forget(self, before: int) -> None:
        """Drop the hours before one."""
        for leaf in [leaf for leaf in self._leaves if leaf[0] < before]:
            self._add(leaf, -self._leaves.pop(leaf))
        self.first = max(self.first, before) if self.first else 0

    def _add(self, leaf: tuple[int, str, str, str], articles: int) -> None:
        hour, topic, language, country = leaf
        for cell in ((language, country), (language, ANY), (ANY, country), (ANY, ANY)):
            series = self._series[topic, cell]
            series[hour] = series.get(hour, 0) + articles
            self._sums.pop((topic, cell), None)

    def cells(self, topic: str) -> list[Cell]:
        """The cells a topic has been seen in, the broadest first."""
        found = [cell for known, cell in self._series if known == topic]
        return sorted(found, key=lambda cell: (-cell.count(ANY), cell[1] == ANY, cell))

    def window(self, topic: str, cell: Cell, end: int, hours: int) -> int:
        """Articles in the `hours` before hour `end`."""
        first, sums = self._cumulated(topic, cell)
        last = len(sums) - 1
        return sums[min(max(end - first, 0), last)] - sums[min(max(end - hours - first, 0), last)]

    def windows(self, topic: str, cell: Cell, ends: Iterable[int], hours: int) -> list[int]:
        return [self.window(topic, cell, end, hours) for end in ends]

    def _cumulated(self, topic: str, cell: Cell) -> tuple[int, list[int]]:
        if (topic, cell) not in self._sums:
            series = self._series.get((topic, cell)) or {0: 0}
            first = min(series)
            hours = range(first, max(series) + 1)
            self._sums[topic, cell] = first, [0, *accumulate(series.get(hour, 0) for hour in hours)]
        return self._sums[topic, cell]
