"""How soon is a dead feed noticed, and how often is a living one taken for dead?

    uv run benchmarks/silence.py [--feeds N] [--seed N]

Simulates feeds of several habits for a year, polls them as the program does (ten times in their usual gap, every
ten minutes at most and once a day at least), and asks at every poll whether the feed is silent; then each falls
silent for good. Beside it, in the same run, two plain rules: nothing for 24 hours, and nothing for three times
the mean gap.
"""

from __future__ import annotations

import argparse
import itertools
import random
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from monitor.collect.silence import LEAST_OF_BUSY, Visit, judge

START = datetime(2025, 1, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR, MEMORY = 365 * DAY, 90 * DAY
Habit = Callable[[random.Random], list[datetime]]


def _punctual(rng: random.Random) -> list[datetime]:
    return [START + day * DAY + 7 * HOUR + rng.uniform(-1, 1) * HOUR for day in range(365)]


def _by_chance(a_day: float, weekend: float = 1.0, night: float = 1.0) -> Habit:
    def entries(rng: random.Random) -> list[datetime]:
        found = []
        for hour in range(365 * 24):
            at = START + hour * HOUR
            rate = a_day / 24 * (weekend if at.weekday() >= 5 else 1.0) * (night if at.hour < 6 else 1.0)
            found += [at + rng.random() * HOUR for _ in range(2) if rng.random() < rate / 2]
        return sorted(found)

    return entries


def _bursts(rng: random.Random) -> list[datetime]:
    at, found = START, []
    while at < START + YEAR:
        at += rng.expovariate(1 / 60) * HOUR
        found += [at + number * rng.uniform(0.2, 2) * HOUR for number in range(rng.randint(1, 10))]
        at = found[-1]
    return [one for one in found if one < START + YEAR]


HABITS: dict[str, Habit] = {
    "every day at seven": _punctual,
    "daily, by chance": _by_chance(1.0),
    "weekdays only, 5 a day": _by_chance(5.0, weekend=0.0),
    "hourly, fewer at night": _by_chance(24.0, weekend=0.6, night=0.2),
    "in bursts": _bursts,
    "weekly, by chance": _by_chance(1 / 7),
    "monthly blog": _by_chance(1 / 30),
}


def visits(entries: list[datetime], until: datetime) -> list[Visit]:
    """Polls ten times in the usual gap, later ones further apart as silence grows."""
    gap = (entries[-1] - entries[0]) / max(len(entries) - 1, 1)
    at, seen, last, found = START, 0, START, []
    while at < until:
        known = bisect_right(entries, at)
        found.append(Visit(at=at, new=known > seen))
        last = at if known > seen else last
        seen = known
        at += min(max(gap / 10, (at - last) / 10, 10 * timedelta(minutes=1)), DAY)
    return found


def first_alarm(polls: list[Visit], start: int) -> int | None:
    """The first poll from `start` on at which the feed is called silent."""
    last = max((number for number in range(start) if polls[number].new), default=0)
    for number in range(start, len(polls)):
        if polls[number].new:
            last = number
        elif polls[number].at - polls[last].at >= LEAST_OF_BUSY:
            since = bisect_right(polls, polls[number].at - MEMORY, key=lambda visit: visit.at)
            if judge(polls[since : number + 1], polls[last].at):
                return number
    return None


def false_alarms(polls: list[Visit]) -> int:
    """In a year of a living feed; one for each silence, however long."""
    count, at = 0, 1
    while (alarm := first_alarm(polls, at)) is not None:
        count += 1
        at = next((number for number in range(alarm, len(polls)) if polls[number].new), len(polls))
    return count


def plain(polls: list[Visit], limit: timedelta) -> int:
    arrivals = [visit.at for visit in polls if visit.new]
    return sum(after - before > limit for before, after in itertools.pairwise(arrivals))


def measure(habit: Habit, feeds: int, rng: random.Random) -> tuple[float, float, float, list[float], float]:
    """False alarms a feed and year (ours, 24 hours, three gaps), hours to the alarm, mean gap in hours."""
    ours = day = three = 0
    delays, gaps = [], []
    for _ in range(feeds):
        entries = habit(rng)
        polls = visits(entries, START + YEAR)
        gap = (entries[-1] - entries[0]) / (len(entries) - 1)
        gaps.append(gap / HOUR)
        ours, day, three = ours + false_alarms(polls), day + plain(polls, DAY), three + plain(polls, 3 * gap)
        death = START + (120 + rng.random() * 200) * DAY
        dead = visits([one for one in entries if one < death], death + 300 * DAY)
        start = next(number for number, visit in enumerate(dead) if visit.at > death)
        alarm = first_alarm(dead, start)
        if alarm is not None:
            delays.append((dead[alarm].at - death) / HOUR)
    return ours / feeds, day / feeds, three / feeds, delays, median(gaps)


def table(feeds: int, seed: int) -> str:
    head = f"{'habit':<24}{'mean gap':>10}{'false alarms a feed-year':>28}{'24 h':>8}{'3 gaps':>8}{'noticed after':>22}"
    lines = [head]
    for name, habit in HABITS.items():
        ours, day, three, delays, gap = measure(habit, feeds, random.Random(seed))
        after = f"{median(delays):.0f} h (most {max(delays):.0f} h)" if delays else "never"
        missed = "" if len(delays) == feeds else f", {feeds - len(delays)} not"
        lines.append(f"{name:<24}{gap:>8.1f} h{ours:>28.2f}{day:>8.0f}{three:>8.0f}{after + missed:>22}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(table(options.feeds, options.seed))


if __name__ == "__main__":
    main()
