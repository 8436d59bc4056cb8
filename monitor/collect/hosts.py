"""Whose turn it is at a host: how many requests at once, how far apart, and not before a host said so.

A host is a name without port: two ports are one machine. Gaps are measured on the monotonic clock; pauses
on the wall clock, because they outlive the process: the daemon writes them down and hands them back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeAlias

from monitor.collect.headers import MAX_RETRY
from monitor.errors import StatusError
from monitor.models import Clock

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

FIRST_PAUSE = timedelta(minutes=15)  # after a 429 that does not say how long; doubled by each one that follows
MAX_CRAWL_DELAY = 120.0  # seconds; Common Crawl's news-crawl caps robots.txt's Crawl-delay there too
_MANY = 4096  # lanes kept before idle ones are dropped


class Lane:
    """What we keep about one host while we use it."""

    def __init__(self, connections: int) -> None:
        self.slots = asyncio.Semaphore(connections)
        self.gate = asyncio.Lock()  # one at a time decides when it starts
        self.next_start = 0.0  # monotonic seconds
        self.delay = 0.0  # seconds robots.txt asked for
        self.users = 0


class Hosts:
    """Turns and pauses for every host. `sleep` is replaceable for tests."""

    def __init__(
        self,
        clock: Clock,
        *,
        delay: float,
        per_host: int,
        total: int,
        pauses: Mapping[str, datetime] | None = None,
        first_pause: timedelta = FIRST_PAUSE,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep, self._first_pause = clock, sleep, first_pause
        self._delay, self._per_host = delay, per_host
        self._total = asyncio.Semaphore(total)
        self._lanes: dict[str, Lane] = {}
        self._pauses = dict(pauses or {})
        self._strikes: dict[str, int] = {}  # 429s in a row

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Waits until a request to `host` may start. Raises StatusError at once while the host is paused."""
        self.refuse_if_paused(host)
        lane = self._lane(host)
        lane.users += 1
        try:
            async with lane.slots:
                await self._start(host, lane)
                try:
                    yield
                finally:
                    self._total.release()
        finally:
            lane.users -= 1

    async def _start(self, host: str, lane: Lane) -> None:
        """Takes one of the slots of all hosts, no sooner than the gap to the last start here allows."""
        async with lane.gate:
            self.refuse_if_paused(host)
            wait = lane.next_start - self._clock.monotonic()
            if wait > 0:
                await self._sleep(wait)
            await self._total.acquire()
            lane.next_start = self._clock.monotonic() + max(self._delay, lane.delay)

    def _lane(self, host: str) -> Lane:
        if len(self._lanes) >= _MANY and host not in self._lanes:
            now = self._clock.monotonic()
            self._lanes = {name: lane for name, lane in self._lanes.items() if lane.users or lane.next_start > now}
        return self._lanes.setdefault(host, Lane(self._per_host))

    def set_delay(self, host: str, seconds: float) -> None:
        """Keeps requests to `host` at least `seconds` apart (at most 120), if that is more than configured."""
        self._lane(host).delay = min(max(seconds, 0.0), MAX_CRAWL_DELAY)

    def pause(self, host: str, until: datetime) -> None:
        """Nobody asks `host` before `until`. A shorter pause never cuts a longer one."""
        self._pauses[host] = max(until, self.paused_until(host) or until)

    def paused_until(self, host: str) -> datetime | None:
        """When `host` may be asked again; None when it may be now."""
        until = self._pauses.get(host)
        if until is None:
            return None
        now = self._clock.now()
        if until <= now:
            del self._pauses[host]
            return None
        # A wall clock set back must not turn a day's pause into a year's.
        self._pauses[host] = until = min(until, now + MAX_RETRY)
        return until

    def pauses(self) -> dict[str, datetime]:
        """Every pause still running, by host: what a restart must not forget."""
        return {host: until for host in list(self._pauses) if (until := self.paused_until(host))}

    def refuse_if_paused(self, host: str) -> None:
        """Raises StatusError (429, weight 0: nobody was asked, so nothing failed) while `host` is paused."""
        until = self.paused_until(host)
        if until:
            raise StatusError(
                f"{host} asked us to wait; it is not asked again before {until:%Y-%m-%d %H:%M} UTC.",
                status=429,
                retry_after=until - self._clock.now(),
                weight=0.0,
            )

    def too_many(self, host: str, retry_after: timedelta | None) -> timedelta:
        """Pauses `host` after a 429 or 503 and returns for how long.

        Without a Retry-After: `first_pause` (15 minutes), doubled by each further refusal in a row, up to a day.
        """
        strikes = self._strikes[host] = min(self._strikes.get(host, 0) + 1, 8)
        wait = retry_after or min(self._first_pause * 2 ** (strikes - 1), MAX_RETRY)
        self.pause(host, self._clock.now() + wait)
        return wait

    def answered(self, host: str) -> None:
        """Forgets earlier refusals: `host` has answered properly."""
        self._strikes.pop(host, None)
