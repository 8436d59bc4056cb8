"""Work under way: a bounded set of tasks, one a row, so that slow rows never hold up the others."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Hashable
from typing import Any


class Flight:
    """Tasks keyed by the row they work on; at most `limit` at once and `per_host` for one host."""

    def __init__(self, limit: int, per_host: int = 0) -> None:
        self._limit = limit
        self._per_host = per_host
        self._tasks: dict[Hashable, asyncio.Task[Any]] = {}
        self._hosts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def free(self) -> int:
        """How many more tasks may start."""
        return self._limit - len(self._tasks)

    def takes(self, key: Hashable, host: str = "") -> bool:
        """Whether a task for this row, at this host, may start now."""
        crowded = self._per_host and host and self._hosts[host] >= self._per_host
        return self.free > 0 and key not in self._tasks and not crowded

    def launch(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, Any]], host: str = "") -> None:
        """Start a task. Its exceptions surface in `drain` or in the event loop's handler, never silently."""
        task = asyncio.create_task(work())
        self._tasks[key] = task
        self._hosts[host] += 1
        task.add_done_callback(lambda _: self._landed(key, host))

    def _landed(self, key: Hashable, host: str) -> None:
        del self._tasks[key]
        self._hosts[host] -= 1

    async def drain(self, seconds: float | None = None) -> bool:
        """Wait for what is under way; cancel what is left after `seconds`. Returns whether all came home."""
        if not self._tasks:
            return True
        _, left = await asyncio.wait(self._tasks.values(), timeout=seconds)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return not left
