"""Sources: every feed with its rhythm, its health and what it brought, those in trouble first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from datasette import Response

from monitor.archive import Reader
from monitor.archive.sources import Intake, Source
from monitor.web.page import FORMATS, Page, respond
from monitor.web.places import country_name
from monitor.web.reading import read
from monitor.wording import health, languages
from monitor.wording.coverage import gaps
from monitor.wording.health import Health
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

    def wants(self, known: Known, speaking: Collection[int]) -> bool:
        """`speaking`: numbers of the feeds that brought something in the language."""
        feed = known.source.feed
        named = " ".join((feed.title, feed.url, *feed.tags)).casefold()
        return (
            self.state in ("", known.health.state)
            and (self.language in ("", feed.language) or known.source.state.feed_id in speaking)
            and self.country in ("", feed.country)
            and all(word in named for word in self.q.casefold().split())
        )

    def query(self, **more: object) -> str:
        """As it stands in an address."""
        given = {name: getattr(self, name) for name in ("state", "language", "country", "q")} | more
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A feed and how it does."""

    source: Source
    health: Health

    @property
    def order(self) -> tuple[Any, ...]:
        """The worst first."""
        feed, state = self.source.feed, self.source.state
        return (_WORST_FIRST[self.health.state], -state.failures, (feed.title or feed.url).casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to filter by, and how many feeds it would show."""

    value: str
    name: str
    feeds: int = 0  # 0: not counted


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
    filters, number = _filters(request), _number(request.args.get("page"))
    whole = request.url_vars.get("format") == "csv"

    def work(reader: Reader) -> Sources:
        return sources_page(reader, filters, 0 if whole else number, now, lambda moment: when(moment, zone))

    value = await read(datasette, work)
    page = Page(template="sources.html", title="Sources", value=value, rows=value.feeds)
    return await respond(datasette, request, page)


def _filters(request: Any) -> Filters:
    return Filters(**{name: request.args.get(name, "").strip()[:200] for name in ("state", "language", "country", "q")})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1


def sources_page(reader: Reader, filters: Filters, page: int, now: datetime, say: When) -> Sources:
    """`page`: from 1; 0: every feed that the filters leave, which is what a CSV holds."""
    every = [known(source, now, say) for source in reader.sources.all()]
    speaking = reader.sources.speaking(filters.language, now) if filters.language else ()
    found = sorted((one for one in every if filters.wants(one, speaking)), key=lambda one: one.order)
    pages = max(1, -(-len(found) // SHOWN))
    number = min(max(page, 1), pages)
    shown = found[(number - 1) * SHOWN : number * SHOWN] if page else found
    return Sources(
        coverage=gaps(reader.ledger.coverage(now - WINDOW)),
        total=len(every),
        found=len(found),
        page=number,
        pages=pages,
        filters=filters,
        states=_states(every),
        languages=_languages(reader, every),
        countries=_countries(every),
        feeds=tuple(source_row(one, reader.sources.intake(one.source.state.feed_id, now), now) for one in shown),
    )


def known(source: Source, now: datetime, say: When) -> Known:
    return Known(source=source, health=health.health(source.feed, source.state, source.notice, now, say))


def _states(every: Sequence[Known]) -> tuple[Choice, ...]:
    counts = Counter(one.health.state for one in every)
    return tuple(
        Choice(value=state, name=name, feeds=counts[state]) for state, name in health.STATES.items() if counts[state]
    )


def _languages(reader: Reader, every: Sequence[Known]) -> tuple[Choice, ...]:
    """Those of articles, and those declared; not counted, which would read every article of a month."""
    codes = {*reader.sources.languages(), *(one.source.feed.language or "" for one in every)}
    return _by_name(Choice(value=code, name=languages.name(code)) for code in codes)


def _countries(every: Sequence[Known]) -> tuple[Choice, ...]:
    counts = Counter(one.source.feed.country or "" for one in every)
    return _by_name(Choice(value=code, name=country_name(code), feeds=feeds) for code, feeds in counts.items())


def _by_name(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted((choice for choice in choices if choice.name), key=lambda choice: choice.name))


def source_row(one: Known, intake: Intake, now: datetime) -> SourceRow:
    feed, state, how = one.source.feed, one.source.state, one.health
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
