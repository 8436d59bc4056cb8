"""How a story spread, from the times of its articles: columns for the chart, who came first in each language. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.archive.spread import Arrival
from monitor.web.charts.bars import Bar
from monitor.wording import languages

_HOURS = timedelta(hours=36)  # a story that lasted no longer is drawn by the hour
_DAYS = timedelta(days=62)  # … by the day; longer ones by the month


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The first article in a language, or of an outlet, and how many there were of it."""

    name: str  # code of the language, name of the outlet
    article_id: int
    at: datetime
    outlet: str
    language: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Articles by time and language. `unit`: hour | day | month, on the reader's clock."""

    unit: str
    bars: tuple[Bar, ...]


def timeline(arrivals: Sequence[Arrival], zone: ZoneInfo) -> Timeline:
    """`arrivals` in order of time."""
    if not arrivals:
        return Timeline(unit="day", bars=())
    unit = _unit(arrivals[-1].at - arrivals[0].at)
    form = {"hour": "%Y-%m-%dT%H", "day": "%Y-%m-%d", "month": "%Y-%m"}[unit]
    counts = Counter((f"{one.at.astimezone(zone):{form}}", one.language) for one in arrivals)
    bars = (Bar(day=day, group=languages.called(code), articles=number) for (day, code), number in counts.items())
    return Timeline(unit=unit, bars=tuple(bars))


def _unit(span: timedelta) -> str:
    return "hour" if span <= _HOURS else "day" if span <= _DAYS else "month"


def by_language(arrivals: Sequence[Arrival]) -> tuple[First, ...]:
    """In the order in which the languages came."""
    return _firsts(arrivals, lambda one: one.language)


def by_outlet(arrivals: Sequence[Arrival]) -> tuple[First, ...]:
    """In the order in which the outlets came."""
    return _firsts(arrivals, lambda one: one.outlet)


def _firsts(arrivals: Sequence[Arrival], key: Callable[[Arrival], str]) -> tuple[First, ...]:
    counts = Counter(map(key, arrivals))
    firsts = {key(one): one for one in reversed(arrivals)}
    return tuple(
        First(
            name=name,
            article_id=firsts[name].article_id,
            at=firsts[name].at,
            outlet=firsts[name].outlet,
            language=firsts[name].language,
            articles=number,
        )
        for name, number in counts.items()  # in the order of their first
    )
