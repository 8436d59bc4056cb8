"""Counts by hour, in memory: each topic in each cell of languages and countries, and all that was collected. Pure.

A cell is (language, country); "*" stands for any, so that every count is kept four times, from the narrow cell
up to (*, *).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate
from operator import sub

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
        self._stale: set[tuple[str, Cell]] = set()  # whose sums lack their latest hours
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
            self._cut((topic, cell), hour)

    def _cut(self, key: tuple[str, Cell], hour: int) -> None:
        """The sums after an hour that changed are wrong; those before it stay, so that an hour costs an hour's work."""
        self._stale.add(key)
        if key in self._sums:
            first, sums = self._sums[key]
            if hour < first:
                del self._sums[key]
            else:
                del sums[hour - first + 1 :]

    def cells(self, topic: str) -> list[Cell]:
        """The cells a topic has been seen in, the broadest first."""
        found = [cell for known, cell in self._series if known == topic]
        return sorted(found, key=lambda cell: (-cell.count(ANY), cell[1] == ANY, cell))

    def window(self, topic: str, cell: Cell, end: int, hours: int) -> int:
        """Articles in the `hours` before hour `end`."""
        return self.windows(topic, cell, (end,), hours)[0]

    def windows(self, topic: str, cell: Cell, ends: Iterable[int], hours: int) -> list[int]:
        """Articles in the `hours` before each of the hours `ends`."""
        first, sums = self._cumulated(topic, cell)
        last, total = len(sums) - 1, sums[-1]
        places = [end - first for end in ends]
        until = [0 if at < 0 else sums[at] if at < last else total for at in places]
        since = [0 if at < hours else sums[at - hours] if at - hours < last else total for at in places]
        return list(map(sub, until, since))

    def _cumulated(self, topic: str, cell: Cell) -> tuple[int, list[int]]:
        key = topic, cell
        if key not in self._series:
            return 0, [0]
        if key in self._stale:
            series = self._series[key]
            first, sums = self._sums.setdefault(key, (min(series), [0]))
            hours = range(first + len(sums) - 1, max(series) + 1)
            sums[-1:] = accumulate((series.get(hour, 0) for hour in hours), initial=sums[-1])
            self._stale.discard(key)
        return self._sums[key]
