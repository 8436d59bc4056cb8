"""A batch that kills the child: halved until the sentence to blame stands alone, is marked, and the rest goes on."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from monitor import log
from monitor.errors import WorkerError

W = TypeVar("W")
R = TypeVar("R")

# Deaths after which the child is what is broken, not a sentence: one bad sentence of 1,000 costs 22.
MOST_DEATHS = 60
SMALLEST_SHARE = 0.1  # of the wall limit, however small the part
logger = log.get("translate")


class Halving(Generic[W, R]):
    """One batch on its way through children that may die. `ask(some, share)` raises WorkerError when one does."""

    def __init__(
        self, ask: Callable[[Sequence[W], float], Awaitable[Sequence[R]]], blame: Callable[[W, WorkerError], R]
    ) -> None:
        self._ask = ask
        self._blame = blame
        self._deaths = 0
        self._answers = 0
        self._last: WorkerError | None = None

    async def run(self, items: Sequence[W]) -> list[R]:
        """One result an item, in order. Raises the last WorkerError when children die however little they are given:
        too often, or of every one of several items.
        """
        found = await self._part(items, 1.0)
        # A machine that is out of memory for a minute must not mark every sentence of a short article.
        if self._last and not self._answers and len(items) > 1:
            raise self._last
        return found

    async def _part(self, items: Sequence[W], share: float) -> list[R]:
        try:
            return await self._asked(items, share)
        except WorkerError as error:
            if self._deaths >= MOST_DEATHS:
                raise
            log.event(logger, "warning", "translator died", sentences=len(items), error=str(error))
        if len(items) == 1:
            return [await self._once_more(items[0], share)]
        middle = math.ceil(len(items) / 2)
        share = max(share / 2, SMALLEST_SHARE)
        return await self._part(items[:middle], share) + await self._part(items[middle:], share)

    async def _once_more(self, item: W, share: float) -> R:
        """A child can die of something else, out of memory on a full machine say: only the second time counts."""
        try:
            return (await self._asked([item], share))[0]
        except WorkerError as error:
            return self._blame(item, error)

    async def _asked(self, items: Sequence[W], share: float) -> list[R]:
        try:
            found = list(await self._ask(items, share))
        except WorkerError as error:
            self._deaths, self._last = self._deaths + 1, error
            raise
        self._answers += 1
        return found
