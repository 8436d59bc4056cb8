"""More, or less, about a topic than its own week leads one to expect? Pure.

    expected = (topic : the rest of what was collected, at this hour of the week, in the past weeks) × the rest now

The rest of what was collected in the same cell, not the clock, is the measure: when feeds are down, both sides
shrink, and nothing is said. At this hour of the week the odds rest on few articles, so they are drawn towards
the odds of all hours, by as much as `PRIOR_WINDOWS` windows would weigh. How far counts stray from the expected
is learnt from the same weeks (variance over mean, the loudest windows left out), and a negative binomial tail
with that spread says how unlikely this one is.

A spike needs several outlets, and must stand without its loudest: one outlet that floods us is no event.
A silence is said only where a steady flow was usual, and where what is usually collected was collected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from monitor.topics.tails import at_least, at_most
from monitor.topics.volumes import ANY, WEEK, Board, Cell

KINDS = ("spike", "silence")  # of notices
WINDOWS = (24, 6)  # hours
LEAST_HISTORY = 2 * WEEK
PRIOR_WINDOWS = 3.0
# Some 100 cells of a topic are looked at in some 5 windows a day that do not overlap: 2e5 looks a year.
SPIKE_CHANCE, REST_CHANCE, SILENCE_CHANCE = 1e-6, 1e-4, 1e-5
LEAST_SPIKE, TIMES = 5, 3.0
LEAST_EXPECTED = 0.5  # in a window; where nothing is ever written, the first article is no miracle
STEADY, LULL = 10.0, 0.35  # articles expected for a silence to be a matter; share of them that is one
COLLECTED = 0.6  # share of the usual collection below which nothing is said
OVER = 1.5  # times the expected: a spike is over below this, a silence is over above half of it

Outlets = Callable[[str, Cell, int, int], Mapping[str, int]]  # topic, cell, first hour, hour after the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the configuration decides."""

    weeks: int = 8
    min_sources: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A topic in a cell over a window that ends at hour `end`."""

    topic: str
    cell: Cell
    end: int
    hours: int
    articles: int
    expected: float
    spread: float
    collected: int  # of every topic and none, in the same cell and window
    usually_collected: float

    @property
    def share_collected(self) -> float:
        return self.collected / self.usually_collected if self.usually_collected else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A spike or a silence."""

    kind: str  # spike | silence
    reading: Reading
    outlets: tuple[tuple[str, int], ...]  # that wrote it (spike), or that usually do (silence), most first


def read(board: Board, topic: str, cell: Cell, end: int, hours: int, rules: Rules) -> Reading | None:
    """What came and what was to be expected; None before there is history enough."""
    start = max(board.first, end - rules.weeks * WEEK)
    if not board.first or end - hours - board.first < LEAST_HISTORY:
        return None
    past = _past(board, topic, cell, range(end - hours, start + hours - 1, -hours), hours)
    same = _past(board, topic, cell, range(end - WEEK, start + hours - 1, -WEEK), hours)
    even = past.odds(past.odds())
    prior = sum(past.rest) / len(past.rest) * PRIOR_WINDOWS
    odds = (sum(same.tamed(even)) + even * prior) / max(sum(same.rest) + prior, 1e-9)
    articles, collected = board.window(topic, cell, end, hours), board.window("", cell, end, hours)
    return Reading(
        topic=topic,
        cell=cell,
        end=end,
        hours=hours,
        articles=articles,
        expected=odds * (collected - articles),
        spread=past.spread(even),
        collected=collected,
        usually_collected=_middle([own + rest for own, rest in zip(same.own, same.rest, strict=True)]),
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """Past windows: articles of the topic, and the rest of what was collected."""

    own: list[int]
    rest: list[int]

    def odds(self, known: float | None = None) -> float:
        """Own to rest; with odds `known` roughly, past spikes and silences count no more than `tamed` lets them."""
        own = self.own if known is None else self.tamed(known)
        return sum(own) / max(sum(self.rest), 1)

    def tamed(self, odds: float) -> list[float]:
        """Each count drawn to within four standard deviations (and three articles) of the expected.

        What is loud in most weeks alike, a briefing every Thursday, is no spike of the past and stays.
        """
        usual = _middle([own / max(rest, 1) for own, rest in zip(self.own, self.rest, strict=True)])
        found = list(map(float, self.own))
        for at, (own, rest) in enumerate(zip(self.own, self.rest, strict=True)):
            expected = odds * rest
            swing = 4 * sqrt(expected)
            if own > expected + swing + 3:
                found[at] = min(own, max(expected + swing + 3, 1.5 * usual * rest))
            elif own < expected - swing:
                found[at] = max(own, min(expected - swing, usual * rest / 1.5))
        return found

    def spread(self, odds: float) -> float:
        """Variance over mean, at least 1; the loudest twentieth left out, as past spikes are no noise."""
        pairs = zip(self.own, (odds * rest for rest in self.rest), strict=True)
        parts = sorted((own - expected) ** 2 / max(expected, LEAST_EXPECTED) for own, expected in pairs)
        kept = parts[: max(1, len(parts) - len(parts) // 20)]
        return max(1.0, sum(kept) / len(kept))


def _past(board: Board, topic: str, cell: Cell, ends: range, hours: int) -> _Past:
    own = board.windows(topic, cell, ends, hours)
    seen = board.windows("", cell, ends, hours)
    return _Past(own, [all_ - mine for all_, mine in zip(seen, own, strict=True)])


def _middle(values: Sequence[float]) -> float:
    """The median: one week's outage or holiday does not say what is usual."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def findings(board: Board, topics: Sequence[str], end: int, rules: Rules, outlets: Outlets) -> list[Finding]:
    """Spikes and silences in the windows that end at hour `end`, of each topic the broadest that says it all."""
    return [
        finding
        for topic in topics
        for judge in (spike, silence)
        for finding in _broadest(_all(board, topic, end, rules, outlets, judge))
    ]


def _all(
    board: Board, topic: str, end: int, rules: Rules, outlets: Outlets, judge: Callable[..., Finding | None]
) -> Iterator[Finding]:
    for cell in board.cells(topic):
        for hours in WINDOWS:
            if not _worth_reading(board, topic, cell, end, hours, rules):
                continue
            reading = read(board, topic, cell, end, hours, rules)
            if reading and (finding := judge(reading, rules, outlets)):
                yield finding


def _worth_reading(board: Board, topic: str, cell: Cell, end: int, hours: int, rules: Rules) -> bool:
    """Enough articles for a spike, or enough in the past for a silence, even at the busiest time of the week."""
    if board.window(topic, cell, end, hours) >= LEAST_SPIKE:
        return True
    past = rules.weeks * WEEK
    known = min(past, max(end - board.first, 1))
    return board.window(topic, cell, end, past) * hours / known * 4 >= STEADY


def _broadest(found: Iterable[Finding]) -> Iterator[Finding]:
    """Each that is no part of one before it; the broadest come first."""
    told: list[Cell] = []
    for finding in found:
        if not any(related(finding.reading.cell, cell) for cell in told):
            told.append(finding.reading.cell)
            yield finding


def related(one: Cell, other: Cell) -> bool:
    """Whether one cell is part of the other, or the same."""
    return all(a == b or ANY in (a, b) for a, b in zip(one, other, strict=True))


def spike(reading: Reading, rules: Rules, outlets: Outlets) -> Finding | None:
    """Far more than expected, from several outlets, and still so without the loudest of them."""
    usual = max(reading.expected, LEAST_EXPECTED)
    if reading.articles < max(LEAST_SPIKE, TIMES * reading.expected):
        return None
    if at_least(reading.articles, usual, reading.spread) > SPIKE_CHANCE:
        return None
    wrote = outlets(reading.topic, reading.cell, reading.end - reading.hours, reading.end)
    ranked = sorted(wrote.items(), key=lambda pair: (-pair[1], pair[0]))
    if len(ranked) < _sources(reading, rules, outlets):
        return None
    rest = reading.articles - ranked[0][1]
    if rest < TIMES * reading.expected or at_least(rest, usual, reading.spread) > REST_CHANCE:
        return None
    return Finding(kind="spike", reading=reading, outlets=tuple(ranked))


def _sources(reading: Reading, rules: Rules, outlets: Outlets) -> int:
    """Outlets needed: two where a cell has few."""
    known = outlets("", reading.cell, reading.end - 2 * WEEK, reading.end)
    return min(rules.min_sources, 2) if len(known) < 6 else rules.min_sources


def silence(reading: Reading, rules: Rules, outlets: Outlets) -> Finding | None:
    """Far less than expected, of the outlets that were read, where what is usual was collected."""
    if reading.expected < STEADY or reading.articles > LULL * reading.expected:
        return None
    if reading.share_collected < COLLECTED:
        return None
    past = reading.end - reading.hours - 4 * WEEK
    usual = outlets(reading.topic, reading.cell, past, reading.end - reading.hours)
    expected = reading.expected * _present(reading, usual, past, outlets)
    if expected < STEADY or reading.articles > LULL * expected:
        return None
    if at_most(reading.articles, expected, reading.spread) > SILENCE_CHANCE:
        return None
    ranked = sorted(usual.items(), key=lambda pair: (-pair[1], pair[0]))
    return Finding(kind="silence", reading=reading, outlets=tuple(ranked))


def _present(reading: Reading, usual: Mapping[str, int], past: int, outlets: Outlets) -> float:
    """The share of the topic's usual articles whose outlets were read in the window, as much as they usually are.

    How much an outlet was read shows in what else it wrote; one that writes of nothing else cannot tell.
    """
    start = reading.end - reading.hours
    before, now = outlets("", reading.cell, past, start), outlets("", reading.cell, start, reading.end)
    own = outlets(reading.topic, reading.cell, start, reading.end)
    scale = reading.hours / (start - past)
    read_now = 0.0
    for outlet, articles in usual.items():
        else_usual = (before.get(outlet, 0) - articles) * scale
        else_now = now.get(outlet, 0) - own.get(outlet, 0)
        read_now += articles * (min(1.0, else_now / else_usual) if else_usual > 1 else reading.share_collected)
    return min(1.0, read_now / sum(usual.values())) if usual else 0.0


def is_over(kind: str, reading: Reading) -> bool:
    """Whether what was told has ended; a silence has not where too little was collected to tell."""
    if kind == "spike":
        return reading.articles < max(OVER * reading.expected, LEAST_SPIKE)
    return reading.share_collected >= COLLECTED and reading.articles > OVER / 2 * reading.expected
