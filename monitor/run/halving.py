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

    async def run(self, items: Sequence[W], share: float = 1.0) -> list[R]:
        """One result an item, in order. Raises the WorkerError when children die however little they are given."""
        try:
            return list(await self._ask(items, share))
        except WorkerError as error:
            self._deaths += 1
            if self._deaths >= MOST_DEATHS:
                raise
            log.event(logger, "warning", "translator died", sentences=len(items), error=str(error))
            return await self._smaller(items, share, error)

    async def _smaller(self, items: Sequence[W], share: float, error: WorkerError) -> list[R]:
        if len(items) == 1:
            return [await self._once_more(items[0], share)]
        middle = math.ceil(len(items) / 2)
        share = max(share / 2, SMALLEST_SHARE)
        return await self.run(items[:middle], share) + await self.run(items[middle:], share)

    async def _once_more(self, item: W, share: float) -> R:
        """A child can die of something else, out of memory on a full machine say: only the second time counts."""
        try:
            return (await self._ask([item], share))[0]
        except WorkerError as error:
            self._deaths += 1
            return self._blame(item, error)
