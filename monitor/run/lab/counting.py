"""Hits and relevant ones by day, language or outlet; alerts to expect."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.archive.hits import Found
from monitor.run.lab.bench import Drawn, Unit
from monitor.run.lab.estimate import Estimate, Stratum, total

_WEEK = 7
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The hits of one day, language or outlet."""

    key: str
    hits: int
    relevant: Estimate
    articles: int | None = None  # all that were kept on that day; 0: nothing was collected; None: not counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Alerts a week to one channel that is told at once: one for each new story (or article, without stories)."""

    a_week: Estimate
    of: str  # stories | articles
    days: float  # of the archive that it rests on


def tallies(
    draws: Sequence[Drawn], key: Callable[[Found], str], wanted: AbstractSet[int], *, once: bool = False
) -> dict[str, Estimate]:
    """Key → how many hits of that key are among the ids `wanted`. `once`: a unit counts once at most."""
    groups: dict[tuple[str, int], int] = Counter()
    things: dict[tuple[str, int], int] = Counter()
    found: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for stratum, drawn in enumerate(draws):
        for at, unit in enumerate(drawn.units):
            for name, hits in _by_key(unit, key).items():
                size = 1 if once else len(hits)
                groups[name, stratum] += 1
                things[name, stratum] += size
                if at < drawn.judged:
                    found[name, stratum].append((min(size, sum(hit.article_id in wanted for hit in hits)), size))
    strata: dict[str, list[Stratum]] = defaultdict(list)
    for place, count in groups.items():
        strata[place[0]].append(Stratum(count, things[place], found[place]))
    guess = _share(pair for pairs in found.values() for pair in pairs)
    return {name: total(parts, guess) for name, parts in strata.items()}


def _share(found: Iterable[tuple[int, int]]) -> float:
    pairs = list(found)
    return sum(wanted for wanted, _ in pairs) / max(sum(size for _, size in pairs), 1)


def _by_key(unit: Unit, key: Callable[[Found], str]) -> dict[str, list[Found]]:
    if len(unit) == 1:
        return {key(unit[0]): [unit[0]]}
    parts: dict[str, list[Found]] = defaultdict(list)
    for hit in unit:
        parts[key(hit)].append(hit)
    return parts


def whole(
    draws: Sequence[Drawn], wanted: AbstractSet[int], *, among: AbstractSet[int] | None = None, once: bool = False
) -> Estimate:
    """How many hits are wanted in all (`once`: how many units hold one); only those `among` can be, if it is given."""

    def key(hit: Found) -> str:
        return "in" if among is None or hit.article_id in among else "out"

    return tallies(draws, key, wanted, once=once).get("in", Estimate(value=0))


def table(draws: Sequence[Drawn], key: Callable[[Found], str], wanted: AbstractSet[int]) -> tuple[Tally, ...]:
    """A line for each key, the one with most relevant hits first."""
    hits = Counter(key(hit) for drawn in draws for unit in drawn.units for hit in unit)
    relevant = tallies(draws, key, wanted)
    lines = [Tally(key=name, hits=count, relevant=relevant[name]) for name, count in hits.items()]
    return tuple(sorted(lines, key=lambda line: (-line.relevant.value, -line.hits, line.key)))


def by_day(draws: Sequence[Drawn], articles: Mapping[str, int], wanted: AbstractSet[int]) -> tuple[Tally, ...]:
    """A line for each day from the first that the archive has to the last, days without articles among them."""
    lines = {line.key: line for line in table(draws, lambda hit: hit.day, wanted)}
    none = Estimate(value=0)
    return tuple(
        Tally(
            key=day,
            hits=lines[day].hits if day in lines else 0,
            relevant=lines[day].relevant if day in lines else none,
            articles=articles.get(day, 0),
        )
        for day in _calendar(list(articles))
    )


def forecast(
    draws: Sequence[Drawn], wanted: AbstractSet[int], days: float, *, among: AbstractSet[int] | None = None
) -> Forecast | None:
    """What the archive's days come to in a week; None when it covers less than a day."""
    if days < 1:
        return None
    grouped = any(hit.story_id is not None for drawn in draws for unit in drawn.units for hit in unit)
    count = whole(draws, wanted, among=among, once=grouped)
    return Forecast(a_week=count.times(_WEEK / days), of="stories" if grouped else "articles", days=days)


def covered(articles: Mapping[str, int], span: tuple[datetime, datetime] | None) -> float:
    """Days in which articles came: days in which nothing was collected tell nothing of a topic."""
    if span is None:
        return 0.0
    first, last = span
    return min(float(len(articles)), (last - first) / _DAY)


def _calendar(days: Sequence[str]) -> list[str]:
    if not days:
        return []
    first, last = datetime.fromisoformat(days[0]), datetime.fromisoformat(days[-1])
    return [f"{first + _DAY * number:%Y-%m-%d}" for number in range((last - first).days + 1)]
