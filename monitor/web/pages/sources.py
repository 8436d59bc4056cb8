"""Sources: every feed with its rhythm, its health and what it brought, those in trouble first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from datasette import Response

from monitor.archive import Reader
from monitor.archive.sources import Source
from monitor.web.page import FORMATS, Page, respond
from monitor.web.places import country_name
from monitor.web.reading import read
from monitor.wording import health, languages
from monitor.wording.coverage import gaps
from monitor.wording.times import every, span, when

SHOWN = 100  # feeds on one page
WINDOW = timedelta(hours=24)
_WORST_FIRST = {state: place for place, state in enumerate(health.STATES)}

When = Callable[[datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One feed. Counts are of articles first seen in the last 7 and 30 days."""

    feed_id: int
    title: str
    url: str
    country: str  # ISO 3166; "": not known
    tier: int
    language: str  # declared; "": none
    tags: tuple[str, ...]
    state: str  # a key of monitor.wording.health.STATES
    since: datetime | None
    since_ago: str  # "4 days"; "" without
    health: str
    doing: str
    remedy: str
    rhythm: str
    asked_every: str
    fixed: bool  # asked at a declared interval, not at one learnt
    next_poll: datetime | None
    last_poll: datetime | None
    last_success: datetime | None
    last_entry: datetime | None
    last_entry_ago: str
    failures: float
    week: int
    month: int
    languages: tuple[tuple[str, int], ...]  # of its articles, most first
    foreign: int
    translated: int
    matched: int

    @property
    def translated_share(self) -> str:
        """`85 %` of the articles in other languages than the working one; "" when there are none."""
        return f"{self.translated / self.foreign:.0%}".replace("%", " %") if self.foreign else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the reader asked to see; "" is everything."""

    state: str = ""
    language: str = ""
    country: str = ""
    q: str = ""

    def wants(self, row: SourceRow) -> bool:
        spoken = {row.language, *(code for code, _ in row.languages)}
        named = " ".join((row.title, row.url, *row.tags)).casefold()
        return (
            self.state in ("", row.state)
            and (not self.language or self.language in spoken)
            and self.country in ("", row.country)
            and all(word in named for word in self.q.casefold().split())
        )

    def query(self, **more: object) -> str:
        """As it stands in an address."""
        given = {name: getattr(self, name) for name in ("state", "language", "country", "q")} | more
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to filter by, and how many feeds it would show."""

    value: str
    name: str
    feeds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All of the page."""

    coverage: str
    total: int  # feeds that are declared
    found: int  # of these, feeds that the filters leave
    page: int
    pages: int
    filters: Filters
    states: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    countries: tuple[Choice, ...]
    feeds: tuple[SourceRow, ...]


async def sources(datasette: Any, request: Any) -> Response:
    now, zone = datasette.desk.clock.now(), datasette.desk.zone

    def work(reader: Reader) -> tuple[str, list[SourceRow]]:
        found = [source_row(source, now, lambda moment: when(moment, zone)) for source in reader.sources.all(now)]
        return gaps(reader.ledger.coverage(now - WINDOW)), found

    line, rows = await read(datasette, work)
    value, found = listed(line, rows, _filters(request), _number(request.args.get("page")))
    page = Page(template="sources.html", title="Sources", value=value, rows=found)
    return await respond(datasette, request, page)


def _filters(request: Any) -> Filters:
    return Filters(**{name: request.args.get(name, "").strip()[:200] for name in ("state", "language", "country", "q")})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def listed(line: str, rows: Sequence[SourceRow], filters: Filters, page: int) -> tuple[Sources, list[SourceRow]]:
    """The page, and every row that the filters leave."""
    found = sorted(filter(filters.wants, rows), key=_order)
    pages = max(1, -(-len(found) // SHOWN))
    page = min(max(page, 1), pages)
    spoken = Counter(code for row in rows for code in {row.language, *(one for one, _ in row.languages)})
    value = Sources(
        coverage=line,
        total=len(rows),
        found=len(found),
        page=page,
        pages=pages,
        filters=filters,
        states=_choices(Counter(row.state for row in rows), health.STATES.__getitem__, _WORST_FIRST.__getitem__),
        languages=_choices(spoken, languages.name),
        countries=_choices(Counter(row.country for row in rows), country_name),
        feeds=tuple(found[(page - 1) * SHOWN : page * SHOWN]),
    )
    return value, found


def _order(row: SourceRow) -> tuple[Any, ...]:
    return (_WORST_FIRST[row.state], -row.failures, (row.title or row.url).casefold())


def _choices(
    counts: Counter[str], name: Callable[[str], str], order: Callable[[str], Any] | None = None
) -> tuple[Choice, ...]:
    found = [Choice(value=value, name=name(value), feeds=feeds) for value, feeds in counts.items() if name(value)]
    return tuple(sorted(found, key=lambda choice: order(choice.value) if order else choice.name))


def source_row(source: Source, now: datetime, say: When) -> SourceRow:
    feed, state, intake = source.feed, source.state, source.intake
    how = health.health(feed, state, source.notice, now, say)
    return SourceRow(
        feed_id=state.feed_id,
        title=feed.title,
        url=feed.url,
        country=feed.country or "",
        tier=feed.tier,
        language=feed.language or "",
        tags=feed.tags,
        state=how.state,
        since=how.since,
        since_ago=_ago(how.since, now),
        health=how.words,
        doing=how.doing,
        remedy=how.remedy,
        rhythm=health.rhythm(intake.gap),
        asked_every=every(state.interval),
        fixed=feed.interval is not None,
        next_poll=state.next_poll_at,
        last_poll=state.last_poll_at,
        last_success=state.last_success_at,
        last_entry=state.last_entry_at,
        last_entry_ago=_ago(state.last_entry_at, now),
        failures=state.failures,
        week=intake.week,
        month=intake.month,
        languages=intake.languages,
        foreign=intake.foreign,
        translated=intake.translated,
        matched=intake.matched,
    )


def _ago(moment: datetime | None, now: datetime) -> str:
    return span(now - moment) if moment else ""


ROUTES = ((rf"^/sources{FORMATS}$", sources),)
