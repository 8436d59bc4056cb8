"""Is the radar right? Planted bursts and lulls must be told, floods of one outlet and outages must not.

    uv run benchmarks/radar.py [--weeks N] [--seed N] [--json FILE]

Simulates a newsroom (topics × languages × countries, a weekly and a daily rhythm, seeded) hour by hour, plants
events after the weeks it takes to learn what is usual, counts the volumes with the program's own SQL, and lets
the radar judge every hour. Beside it, in the same run, two plain rules: the last 24 h against mean and standard
deviation of the past days (z > 3), and more than 5 articles, more than 3 times the mean of the past 7 days and at
least 2 outlets (the rule of worldmonitor).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.archive import Archive
from monitor.models import Topic
from monitor.topics import radar
from monitor.topics.outlook import moment
from monitor.topics.radar import Rules
from monitor.topics.volumes import ANY, WEEK, Board, Cell

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
HOUR = int(START.timestamp()) // 3600
CELLS = (("ar", "LY"), ("ar", "EG"), ("ru", "RU"), ("fr", "FR"), ("fr", "TN"), ("en", "GB"), ("tr", "TR"))
OUTLETS_PER_CELL = 8
A_DAY = 70.0  # articles collected in a cell on a working day
TOPICS = {"steady": 0.10, "frequent": 0.04, "seldom": 0.008}  # share of what is collected
LEARN = 5  # weeks before the first event
# What must be told as what; everything else must not be told.
WANTED = {"burst": "spike", "burst everywhere": "spike", "lull": "silence"}
QUIET = ("flood of one outlet", "outage of all", "outage of a language", "outage of a country", "outage of an outlet")
PLANTED = (*WANTED, *QUIET, "holiday", "catching up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something planted in [start, end), hours since 1970."""

    kind: str
    start: int
    end: int
    topic: str = ""
    cell: Cell = (ANY, ANY)
    outlet: str = ""
    size: int = 0


@dataclass(slots=True)
class Result:
    """What became of the events, and what was told for nothing."""

    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    delays: list[int] = field(default_factory=list)
    alone: int = 0  # told outside every event

    def row(self, kind: str) -> list[int]:
        return [self.told[kind, as_] for as_ in ("spike", "silence", "nothing")]


def events(weeks: int, rng: random.Random) -> list[Event]:
    """One every two days, each kind in turn."""
    planted, at = [], LEARN * WEEK + 12
    number = 0
    while at + 60 < weeks * WEEK:
        kind = PLANTED[number % len(PLANTED)]
        cell, topic = CELLS[number % len(CELLS)], list(TOPICS)[(number // len(PLANTED)) % len(TOPICS)]
        start = HOUR + at + rng.randrange(12)
        planted.append(_event(kind, start, topic, cell, rng))
        at += 72
        number += 1
    return planted


def _event(kind: str, start: int, topic: str, cell: Cell, rng: random.Random) -> Event:
    outlet = f"{cell[0]}-{cell[1]}-{rng.randrange(OUTLETS_PER_CELL)}"
    usual = TOPICS[topic] * A_DAY
    match kind:
        case "burst":
            return Event(kind=kind, start=start, end=start + 8, topic=topic, cell=cell, size=round(12 + 4 * usual))
        case "burst everywhere":
            return Event(kind=kind, start=start, end=start + 10, topic=topic, size=round(14 + 4 * usual * len(CELLS)))
        case "lull":
            return Event(kind=kind, start=start, end=start + 40, topic="steady" if topic == "seldom" else topic)
        case "flood of one outlet":
            size = round(15 + 4 * usual)
            return Event(kind=kind, start=start, end=start + 6, topic=topic, cell=cell, outlet=outlet, size=size)
        case "outage of a language":
            return Event(kind=kind, start=start, end=start + 36, cell=(cell[0], ANY))
        case "outage of a country":
            return Event(kind=kind, start=start, end=start + 36, cell=(ANY, cell[1]))
        case "outage of an outlet":
            return Event(kind=kind, start=start, end=start + 36, outlet=outlet)
        case "catching up":
            return Event(kind=kind, start=start, end=start + 14)
    return Event(kind=kind, start=start, end=start + 36)


def rhythm(hour: int) -> float:
    """Share of an even hour: quiet nights, quiet weekends."""
    at = moment(hour)
    day = 0.55 if at.weekday() >= 5 else 1.15
    return day * (1 + 0.8 * math.sin((at.hour - 8) / 24 * 2 * math.pi))


def articles(hour: int, planted: list[Event], rng: random.Random) -> Iterator[tuple[Cell, str, tuple[str, ...]]]:
    """(cell, outlet, topics) of each article that an hour brings to us."""
    now = [event for event in planted if event.start <= hour < event.end]
    swing = 1.0
    for event in now:
        swing *= 0.45 if event.kind == "holiday" else 1.0
    late = [event for event in planted if event.kind == "catching up" and event.start <= hour <= event.end]
    if late and hour < late[0].end:
        return
    hours = range(late[0].start, hour + 1) if late else (hour,)  # what was missed comes all at once
    for one in hours:
        for cell in CELLS:
            yield from _of_cell(cell, one, now, swing, rng)
    for event in now:
        yield from _extra(event, hour, rng)


def _of_cell(
    cell: Cell, hour: int, now: list[Event], swing: float, rng: random.Random
) -> Iterator[tuple[Cell, str, tuple[str, ...]]]:
    # News comes in waves: the share of a topic wanders from day to day by a third.
    for _ in range(_poisson(A_DAY / 24 * rhythm(hour) * swing, rng)):
        outlet = f"{cell[0]}-{cell[1]}-{min(int(rng.expovariate(0.4)), OUTLETS_PER_CELL - 1)}"
        if any(_out(event, cell, outlet) for event in now):
            continue
        day = hour // 24
        topics = tuple(
            name
            for number, (name, share) in enumerate(TOPICS.items())
            if rng.random() < share * (1 + 0.33 * math.sin(day * 2.4 + number * 2))
            and not any(event.kind == "lull" and event.topic == name for event in now)
        )
        yield cell, outlet, topics


def _out(event: Event, cell: Cell, outlet: str) -> bool:
    """Whether an outage hides this outlet from us."""
    return event.kind.startswith("outage") and (
        event.outlet == outlet if event.outlet else radar.related(event.cell, cell)
    )


def _extra(event: Event, hour: int, rng: random.Random) -> Iterator[tuple[Cell, str, tuple[str, ...]]]:
    hours = event.end - event.start
    number = event.size // hours + (hour - event.start < event.size % hours) if event.size else 0
    for _ in range(number):
        cell = event.cell if ANY not in event.cell else rng.choice(CELLS)
        yield cell, event.outlet or f"{cell[0]}-{cell[1]}-{rng.randrange(OUTLETS_PER_CELL)}", (event.topic,)


def _poisson(mean: float, rng: random.Random) -> int:
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


class Simulation:
    """An archive that fills hour by hour, and three rules that look at it."""

    def __init__(self, archive: Archive, weeks: int, seed: int) -> None:
        self.archive, self.weeks = archive, weeks
        self.rng = random.Random(seed)
        self.planted = events(weeks, self.rng)
        self.board, self.rules = Board(), Rules(weeks=8)
        self.results = {name: Result() for name in ("radar", "z-score", "5 and 3x")}
        self._open: dict[tuple[str, str, str], list[tuple[Cell, int]]] = defaultdict(list)
        self._feeds: dict[Cell, int] = {}
        self._hits: set[tuple[str, Event, str]] = set()
        archive.matches.declare(Topic(name=name, query=name) for name in TOPICS)
        for number, cell in enumerate(CELLS, 1):
            archive.connection.execute(
                "INSERT INTO feeds (id, url, country, added_at) VALUES (?, ?, ?, '2026-01-01T00:00:00Z')",
                (number, f"https://{number}.example/", cell[1]),
            )
            self._feeds[cell] = number

    def run(self) -> None:
        for hour in range(HOUR, HOUR + self.weeks * WEEK):
            with self.archive.writing() as db:
                for cell, outlet, topics in articles(hour, self.planted, self.rng):
                    self._insert(db, hour, cell, outlet, topics)
            start = max(HOUR, hour + 1 - 3)
            self.archive.volumes.fill(moment(start), moment(hour + 1))
            counts = self.archive.volumes.read(moment(start))
            self.board.update(((v.hour, v.topic, v.language, v.country, v.articles) for v in counts), start)
            if hour > HOUR + LEARN * WEEK:
                self._judge(hour + 1)
        self._missed()

    def _insert(self, db: sqlite3.Connection, hour: int, cell: Cell, outlet: str, topics: tuple[str, ...]) -> None:
        at = (moment(hour) + timedelta(minutes=self.rng.randrange(60))).strftime("%Y-%m-%dT%H:%M:%SZ")
        row = db.execute(
            """INSERT INTO articles (feed_id, outlet, first_seen, url, canonical_url, language, stage)
            VALUES (?, ?, ?, 'u', 'u', ?, 'done')""",
            (self._feeds[cell], outlet, at, cell[0]),
        )
        for topic in topics:
            db.execute(
                """INSERT INTO matches (topic, article_id, matched_at, side, sentence, translation, spans,
                translation_spans) VALUES (?, ?, ?, 'original', '', '', '[]', '[]')""",
                (topic, row.lastrowid, at),
            )

    def _outlets(self, topic: str, cell: Cell, start: int, end: int) -> Counter[str]:
        return self.archive.volumes.outlets(topic, *cell, moment(start), moment(end))

    def _judge(self, end: int) -> None:
        self._close(end)
        for finding in radar.findings(self.board, list(TOPICS), end, self.rules, self._outlets):
            self._tell("radar", finding.kind, finding.reading.topic, finding.reading.cell, end)
        for topic in TOPICS:
            for cell in self.board.cells(topic):
                self._plain(topic, cell, end)

    def _plain(self, topic: str, cell: Cell, end: int) -> None:
        count = self.board.window(topic, cell, end, 24)
        past = list(self.board.windows(topic, cell, range(end - 24, end - 24 * 29, -24), 24))
        mean = sum(past) / len(past)
        sigma = math.sqrt(sum((one - mean) ** 2 for one in past) / len(past)) or 1.0
        if abs(count - mean) > 3 * sigma and max(count, mean) >= 5:
            self._tell("z-score", "spike" if count > mean else "silence", topic, cell, end)
        week = sum(past[:7]) / 7
        if count > 5 and count > 3 * week and len(self._outlets(topic, cell, end - 24, end)) >= 2:
            self._tell("5 and 3x", "spike", topic, cell, end)

    def _close(self, end: int) -> None:
        """As the program does: told once, until it is over and a day has passed."""
        for key, told in list(self._open.items()):
            rule, kind, topic = key
            left = []
            for cell, since in told:
                reading = radar.read(self.board, topic, cell, end, 24, self.rules)
                over = reading is not None and radar.is_over(kind, reading)
                if not over or end - since < 24:
                    left.append((cell, since))
            self._open[key] = left
            del rule

    def _tell(self, rule: str, kind: str, topic: str, cell: Cell, end: int) -> None:
        told = self._open[rule, kind, topic]
        if any(radar.related(cell, other) for other, _ in told):
            return
        told.append((cell, end))
        result = self.results[rule]
        # An event shows in the window of a day, hence for a day after its end.
        near = [event for event in self.planted if event.start < end <= event.end + 24]
        mine = [event for event in near if event.topic in ("", topic) and radar.related(event.cell, cell)]
        wanted = [event for event in mine if WANTED.get(event.kind) == kind]
        event = next(iter(wanted or mine), None)
        if event is None:
            result.alone += 1
            return
        key = (event.kind, kind)
        if (rule, event, kind) not in self._hits:
            self._hits.add((rule, event, kind))
            result.told[key] += 1
            if wanted and rule == "radar":
                result.delays.append(end - event.start)

    def _missed(self) -> None:
        for rule, result in self.results.items():
            for event in self.planted:
                if not any((rule, event, kind) in self._hits for kind in ("spike", "silence")):
                    result.told[event.kind, "nothing"] += 1


def simulate(weeks: int, seed: int, folder: Path) -> Simulation:
    """One run; its archive stays in `folder`."""
    archive = Archive.open(folder / f"radar-{seed}.db")
    archive.connection.execute("PRAGMA synchronous = OFF")
    simulation = Simulation(archive, weeks, seed)
    try:
        simulation.run()
    finally:
        archive.close()
    return simulation


def table(simulation: Simulation) -> str:
    """The confusion table of each rule."""
    planted = Counter(event.kind for event in simulation.planted)
    lines = [f"{'planted':<22}{'':>4}" + "".join(f"{rule:>28}" for rule in simulation.results)]
    lines.append(f"{'':<26}" + f"{'spike silence nothing':>28}" * len(simulation.results))
    for kind in PLANTED:
        cells = ""
        for result in simulation.results.values():
            spike, silence, nothing = result.row(kind)
            cells += f"{spike:>12}{silence:>8}{nothing:>8}"
        lines.append(f"{kind:<22}{planted[kind]:>4}{cells}")
    lines.append(f"{'told outside events':<26}" + "".join(f"{r.alone:>28}" for r in simulation.results.values()))
    delays = sorted(simulation.results["radar"].delays)
    if delays:
        lines.append(
            f"radar tells {delays[len(delays) // 2]} h after the start in the middle case, at most {delays[-1]} h"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weeks", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        simulation = simulate(options.weeks, options.seed, Path(folder))
    print(table(simulation))
    hours = (options.weeks - LEARN) * WEEK
    print(f"{hours} hours judged in {time.monotonic() - began:.0f} s, seed {options.seed}")
    if options.json:
        report: dict[str, Any] = {
            rule: {"told": {f"{a} as {b}": n for (a, b), n in result.told.items()}, "alone": result.alone}
            for rule, result in simulation.results.items()
        }
        report["events"] = [asdict(event) for event in simulation.planted]
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
