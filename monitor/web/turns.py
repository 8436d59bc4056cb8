"""How many pages are made at once: more would not be made sooner, and each takes memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from monitor.errors import BusyPageError

MOST = 32  # pages that are made or wait for their turn; whoever comes then is asked to come again
# Datasette's pages hold whole rows, texts and all.
AT_ONCE, DATASETTES_AT_ONCE = 16, 2


@dataclass(slots=True)
class Turns:
    """Of one server."""

    under_way: int = 0
    ours: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    theirs: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DATASETTES_AT_ONCE))

    @property
    def crowded(self) -> bool:
        return self.under_way > DATASETTES_AT_ONCE


class Turn:
    """One request's. Given back when its page is made, however slowly it is then read."""

    def __init__(self, turns: Turns, *, datasettes: bool) -> None:
        self._turns = turns
        self._places = turns.theirs if datasettes else turns.ours
        self._waits = self._has_place = False

    async def take(self) -> None:
        """Raises BusyPageError when too many wait already."""
        if self._turns.under_way >= MOST:
            raise BusyPageError
        self._turns.under_way += 1
        self._waits = True
        await self._places.acquire()
        self._has_place = True

    def give_back(self) -> None:
        """Once, however often it is called."""
        if self._has_place:
            self._places.release()
        if self._waits:
            self._turns.under_way -= 1
        self._waits = self._has_place = False
