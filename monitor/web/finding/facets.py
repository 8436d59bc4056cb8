"""Ways to narrow a search down: languages, sources, topics, days; each with the number of articles it would leave."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.archive.finding import Card, Filters, Window, passes
from monitor.archive.rows import to_text
from monitor.web.finding.asked import Asked
from monitor.web.periods import midnight
from monitor.wording import languages, times
from monitor.wording.clean import one_line

_SHOWN = 10  # choices of a facet
_DAYS = 45  # days between first and last, beyond which months are counted
_NAME = 60  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a facet. `url`: the search with it, or without it when it is chosen."""

    value: str
    label: str
    articles: int
    url: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """`name` is that of the address; `more`: values that are not shown."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter in force. `url`: the search without it."""

    label: str
    url: str


def facets(window: Window, asked: Asked, filters: Filters, zone: ZoneInfo) -> tuple[Facet, ...]:
    """Each counts the articles that pass the other filters; a facet without a choice is left out."""

    def count(keys: Callable[[Card], Iterable[str]], others: Filters) -> Counter[str]:
        passing = (card for card in window.counted if passes(card, others, window.topics))
        return Counter(key for card in passing for key in keys(card))

    def chosen(name: str, value: str, taken: tuple[str, ...]) -> str:
        kept = tuple(one for one in taken if one != value) if value in taken else (*taken, value)
        return asked.begun(**{name: kept}).url()

    by_language = count(lambda card: (card.language,), replace(filters, languages=()))
    by_source = count(lambda card: (card.outlet,) if card.outlet else (), replace(filters, outlets=()))
    by_topic = count(lambda card: window.topics.get(card.article_id, ()), replace(filters, topics=()))
    found = (
        _facet("language", "Language", by_language, asked.languages, languages.called,
               lambda value: chosen("languages", value, asked.languages)),
        _facet("source", "Source", by_source, asked.sources, _short,
               lambda value: chosen("sources", value, asked.sources)),
        _facet("topic", "Topic", by_topic, asked.topics, _short,
               lambda value: chosen("topics", value, asked.topics)),
        _days([card for card in window.counted if passes(card, filters, window.topics)], asked, zone),
    )  # fmt: skip
    return tuple(facet for facet in found if facet.choices)


def _facet(
    name: str,
    label: str,
    counts: Counter[str],
    taken: tuple[str, ...],
    called: Callable[[str], str],
    url: Callable[[str], str],
) -> Facet:
    """The most frequent values, and every chosen one."""
    first = sorted(counts, key=lambda value: (-counts[value], value))[:_SHOWN]
    values = [*first, *(value for value in taken if value not in first)]
    choices = tuple(
        Choice(value=value, label=called(value), articles=counts[value], url=url(value), chosen=value in taken)
        for value in values
    )
    return Facet(name=name, label=label, choices=choices, more=len(counts.keys() - set(values)))


def _days(cards: list[Card], asked: Asked, zone: ZoneInfo) -> Facet:
    """Months, or days when there are not too many, the newest first."""
    days = _by_day(cards, zone)
    known = sorted(days, reverse=True)
    many = bool(known) and (date.fromisoformat(known[0]) - date.fromisoformat(known[-1])).days > _DAYS
    counts = days
    if many:
        counts = Counter()
        for day, number in days.items():
            counts[day[:7]] += number
    values = sorted(counts, reverse=True)
    taken = asked.first_day if asked.first_day == asked.last_day else ""
    choices = tuple(
        Choice(
            value=value,
            label=day_name(value),
            articles=counts[value],
            url=asked.begun(first_day="", last_day="").url()
            if value == taken
            else asked.begun(first_day=value, last_day=value).url(),
            chosen=value == taken,
        )
        for value in values[:_SHOWN]
    )
    return Facet(name="date", label="Date", choices=choices, more=max(0, len(values) - _SHOWN))


def _by_day(cards: list[Card], zone: ZoneInfo) -> Counter[str]:
    """Cards by the day in the reader's zone on which they were first seen. Thousands of times are not converted: their
    texts are compared with those of the midnights between.
    """
    if not cards:
        return Counter()
    seen = [card.first_seen for card in cards]
    first, last = (datetime.fromisoformat(one).astimezone(zone).date() for one in (min(seen), max(seen)))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    begins = [to_text(midnight(day, zone)) or "" for day in days]
    return Counter(days[max(0, bisect_right(begins, one) - 1)].isoformat() for one in seen)


def chips(asked: Asked) -> tuple[Chip, ...]:
    """The filters in force, each with the address that drops it."""
    found = [
        Chip(label=languages.called(one), url=asked.begun(languages=_without(asked.languages, one)).url())
        for one in asked.languages
    ]
    found += [
        Chip(label=f"Source: {_short(one)}", url=asked.begun(sources=_without(asked.sources, one)).url())
        for one in asked.sources
    ]
    found += [
        Chip(label=f"Topic: {_short(one)}", url=asked.begun(topics=_without(asked.topics, one)).url())
        for one in asked.topics
    ]
    if asked.first_day and asked.first_day == asked.last_day:
        return (*found, Chip(label=day_name(asked.first_day), url=asked.begun(first_day="", last_day="").url()))
    if asked.first_day:
        found.append(Chip(label=f"From {day_name(asked.first_day)}", url=asked.begun(first_day="").url()))
    if asked.last_day:
        found.append(Chip(label=f"To {day_name(asked.last_day)}", url=asked.begun(last_day="").url()))
    return tuple(found)


def day_name(text: str) -> str:
    """`23 November 2026`, `November 2026`; the text itself when it is neither."""
    try:
        if len(text) == len("2026-11"):
            month = date.fromisoformat(f"{text}-01")
            return f"{times.MONTHS[month.month - 1]} {month.year}"
        return times.day_name(date.fromisoformat(text))
    except ValueError:
        return _short(text)


def _without(values: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != one)


def _short(text: str) -> str:
    return one_line(text, _NAME)
