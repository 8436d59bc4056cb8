"""Turns and pauses: how many at once, how far apart, and not before a host said so."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest
from network_fakes import NOON, FakeClock

from monitor.collect.hosts import FIRST_PAUSE, MAX_CRAWL_DELAY, Hosts
from monitor.errors import StatusError


def make(clock: FakeClock, delay: float = 2.0, per_host: int = 1, total: int = 100, **more: object) -> Hosts:
    return Hosts(clock, delay=delay, per_host=per_host, total=total, sleep=clock.sleep, **more)  # type: ignore[arg-type]


async def starts(hosts: Hosts, clock: FakeClock, names: list[str], lasting: float = 0.0) -> list[tuple[str, float]]:
    """Runs one request per name, all wanted at once; returns when each started, in seconds."""
    begun: list[tuple[str, float]] = []

    async def one(name: str) -> None:
        async with hosts.turn(name):
            begun.append((name, clock.monotonic()))
            clock.advance(lasting)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(name) for name in names))
    return begun


@pytest.mark.parametrize("lasting", [0.0, 0.5, 5.0])
def test_gap_between_starts(lasting: float) -> None:
    """A38: 50 requests to one host start at least two seconds apart, however long each takes."""
    clock = FakeClock()
    times = [at for _, at in asyncio.run(starts(make(clock), clock, ["a.example"] * 50, lasting))]
    assert len(times) == 50
    assert min(late - early for early, late in itertools.pairwise(times)) >= 2.0
    assert times[0] == 1000.0


def test_other_hosts_do_not_wait() -> None:
    """A queue at one host holds up no other."""
    clock = FakeClock()
    begun = asyncio.run(starts(make(clock, delay=0.0), clock, ["a.example"] * 3 + ["b.example"]))
    assert [name for name, _ in begun].index("b.example") <= 1


@pytest.mark.parametrize(("per_host", "total", "expected"), [(1, 100, 1), (3, 100, 3), (3, 2, 2)])
def test_concurrency(per_host: int, total: int, expected: int) -> None:
    """Never more requests at once than allowed at one host, nor in all."""
    hosts, busy, peak = make(FakeClock(), 0.0, per_host, total), 0, 0

    async def one() -> None:
        nonlocal busy, peak
        async with hosts.turn("a.example"):
            busy += 1
            peak = max(peak, busy)
            for _ in range(5):
                await asyncio.sleep(0)
            busy -= 1

    async def many() -> None:
        await asyncio.gather(*(one() for _ in range(10)))

    asyncio.run(many())
    assert peak == expected


def test_failure_and_cancellation_give_the_turn_back() -> None:
    """A request that raises or is cancelled blocks nobody after it."""
    hosts = make(FakeClock(), 0.0, 1, 1)

    async def scenario() -> str:
        with pytest.raises(RuntimeError):
            async with hosts.turn("a.example"):
                raise RuntimeError
        holder = asyncio.create_task(hold())
        waiter = asyncio.create_task(hold())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiter.cancel()
        holder.cancel()
        await asyncio.gather(holder, waiter, return_exceptions=True)
        async with asyncio.timeout(5), hosts.turn("a.example"):
            return "free"

    async def hold() -> None:
        async with hosts.turn("a.example"):
            await asyncio.Event().wait()

    assert asyncio.run(scenario()) == "free"


def test_crawl_delay_lengthens_the_gap_and_is_capped() -> None:
    """robots.txt may ask for more distance, up to two minutes, never for less than configured."""
    clock = FakeClock()
    hosts = make(clock)
    for asked, gap in ((30.0, 30.0), (0.1, 2.0), (9999.0, MAX_CRAWL_DELAY), (-5.0, 2.0)):
        hosts.set_delay(f"{asked}.example", asked)
        times = [at for _, at in asyncio.run(starts(hosts, clock, [f"{asked}.example"] * 2))]
        assert times[1] - times[0] == gap


def refusal(hosts: Hosts, host: str) -> StatusError | None:
    async def ask() -> None:
        async with hosts.turn(host):
            pass

    try:
        asyncio.run(ask())
    except StatusError as error:
        return error
    return None


def test_paused_host_is_refused_without_weight() -> None:
    """A27: before the pause is over nobody is let through, and the refusal says until when and weighs nothing."""
    clock = FakeClock()
    hosts = make(clock)
    hosts.pause("a.example", NOON + timedelta(seconds=120))
    error = refusal(hosts, "a.example")
    assert error is not None
    assert (error.status, error.permanent, error.weight) == (429, False, 0.0)
    assert error.retry_after == timedelta(seconds=120)
    assert "a.example" in str(error)
    assert "2026-03-02 12:02 UTC" in str(error)
    assert refusal(hosts, "b.example") is None
    clock.advance(119)
    assert refusal(hosts, "a.example") is not None
    clock.advance(1)
    assert refusal(hosts, "a.example") is None
    assert hosts.paused_until("a.example") is None


def test_pause_reaches_those_already_waiting() -> None:
    """A request queued behind the one that got a 429 is refused too, not sent."""
    clock = FakeClock()
    hosts = make(clock)

    async def first() -> None:
        async with hosts.turn("a.example"):
            await asyncio.sleep(0)
            hosts.too_many("a.example", timedelta(seconds=90))

    async def second() -> None:
        async with hosts.turn("a.example"):
            raise AssertionError("the second request was let through")

    async def both() -> list[object]:
        return await asyncio.gather(first(), second(), return_exceptions=True)

    outcome = asyncio.run(both())
    assert isinstance(outcome[1], StatusError)


def test_pauses_survive_a_restart() -> None:
    """A27: what one process noted, the next one honours; what is over is not handed on."""
    clock = FakeClock()
    before = make(clock)
    before.pause("a.example", NOON + timedelta(hours=1))
    before.pause("b.example", NOON + timedelta(seconds=5))
    clock.advance(10)
    noted = before.pauses()
    assert noted == {"a.example": NOON + timedelta(hours=1)}
    after = make(clock, pauses=noted)
    assert refusal(after, "a.example") is not None
    assert refusal(after, "b.example") is None


def test_shorter_pause_does_not_cut_a_longer_one() -> None:
    """The later of two moments counts."""
    hosts = make(FakeClock())
    hosts.pause("a.example", NOON + timedelta(hours=1))
    hosts.pause("a.example", NOON + timedelta(minutes=1))
    assert hosts.paused_until("a.example") == NOON + timedelta(hours=1)


def test_clock_set_back_does_not_pause_for_years() -> None:
    """I1: after the wall clock jumps back, a pause lasts a day at most."""
    clock = FakeClock()
    hosts = make(clock, pauses={"a.example": NOON + timedelta(days=400)})
    assert hosts.paused_until("a.example") == NOON + timedelta(days=1)
    clock.advance(24 * 3600)
    assert hosts.paused_until("a.example") is None


def test_refusals_without_a_date_double_up_to_a_day() -> None:
    """A30: 429 without Retry-After pauses for 15 minutes, then 30, …, never more than a day; an answer resets it."""
    clock = FakeClock()
    hosts = make(clock)
    waits = [hosts.too_many("a.example", None) for _ in range(10)]
    assert waits[:4] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8]
    assert waits[-3:] == [timedelta(days=1)] * 3
    hosts.answered("a.example")
    assert hosts.too_many("a.example", None) == FIRST_PAUSE
    assert hosts.too_many("b.example", timedelta(seconds=120)) == timedelta(seconds=120)


def test_idle_hosts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with every host ever seen, and a host still owed a gap is not forgotten."""
    monkeypatch.setattr("monitor.collect.hosts._MANY", 10)
    clock = FakeClock()
    hosts = make(clock)
    asyncio.run(starts(hosts, clock, [f"{number}.example" for number in range(10)]))
    clock.advance(60)
    asyncio.run(starts(hosts, clock, ["x.example", "x.example"]))
    assert len(hosts._lanes) == 1
    assert clock.monotonic() == 1062.0
