"""Coverage: the ledger by day, what became of one day's entries step by step, and what was not covered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from datasette import Response

from monitor.archive import Reader
from monitor.archive.days import Day, Refusing
from monitor.archive.funnel import Funnel
from monitor.errors import MissingPageError
from monitor.web.charts import Bar
from monitor.web.page import FORMATS, Page, respond
from monitor.web.periods import last_days
from monitor.web.reading import read
from monitor.wording import health, ledger
from monitor.wording.coverage import gaps
from monitor.wording.ledger import Step
from monitor.wording.times import when

DAYS, NAMED, SHOWN = 14, 50, 20
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled:
    """A feed that was not read, or brought nothing."""

    feed_id: int
    title: str
    state: str  # a key of monitor.wording.health.STATES
    since: datetime | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A language without a model."""

    language: str
    articles: int  # of the day
    ever: int  # waiting in the whole archive


@dataclass(frozen=True, slots=True, kw_only=True)
class OneDay:
    """One day in detail."""

    day: str
    entries: str  # visits and entries, in words
    steps: tuple[Step, ...]
    agrees: bool  # every article stands in exactly one row of each step
    unread: tuple[Unread, ...]
    refusing: tuple[Refusing, ...]

    @property
    def more_refusing(self) -> int:
        """Those that the page does not name."""
        return max(0, len(self.refusing) - SHOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All of the page."""

    coverage: str  # of the last 24 hours, in a line
    days: tuple[Day, ...]  # the latest first
    chosen: OneDay
    troubled: tuple[Troubled, ...]  # as they stand now, the worst first
    more_troubled: int

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Articles by day, by what could be read of them."""
        return tuple(
            Bar(day=day.day, group=group, articles=articles, url=f"/coverage?day={day.day}#day")
            for day in reversed(self.days)
            for group, articles in (
                ("read in full", day.in_full),
                ("only in part, or not yet", day.articles - day.duplicates - day.in_full),
                ("duplicates", day.duplicates),
            )
            if articles
        )


async def coverage(datasette: Any, request: Any) -> Response:
    now, zone = datasette.desk.clock.now(), datasette.desk.zone
    chosen = _chosen(request.args.get("day"), now.astimezone(zone).date())
    value = await read(datasette, lambda reader: ledger_page(reader, chosen, now, zone))
    return await respond(
        datasette, request, Page(template="coverage.html", title="Coverage", value=value, rows=value.days)
    )


def _chosen(text: str | None, today: date) -> date:
    """Raises MissingPageError for what is no day, or has not come yet."""
    if not text:
        return today
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day > today or day.year < 1970:
        raise MissingPageError(f"There is no ledger of “{text[:40]}”. A day is written {today.isoformat()}.")
    return day


def ledger_page(reader: Reader, chosen: date, now: datetime, zone: ZoneInfo) -> Coverage:
    begins = [(period.label, period.begins) for period in last_days(now, zone, DAYS)]
    ends = [start for _, start in begins[1:]] + [_midnight(now.astimezone(zone).date() + timedelta(days=1), zone)]
    spans = [(label, start, end) for (label, start), end in zip(begins, ends, strict=True)]
    troubled = _troubled(reader, now, zone)
    return Coverage(
        coverage=gaps(reader.ledger.coverage(now - timedelta(hours=24))),
        days=tuple(reversed(reader.days.all(spans))),
        chosen=_one_day(reader, chosen, zone),
        troubled=tuple(troubled[:NAMED]),
        more_troubled=max(0, len(troubled) - NAMED),
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _one_day(reader: Reader, day: date, zone: ZoneInfo) -> OneDay:
    since, until = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    funnel = reader.ledger.funnel(since, until)
    ever = reader.days.waiting()
    return OneDay(
        day=day.isoformat(),
        entries=ledger.entries(
            funnel.polls, funnel.failed_polls, funnel.listed, funnel.known, funnel.new, funnel.handed_in
        ),
        steps=_steps(funnel),
        agrees=funnel.agrees,
        unread=tuple(
            Unread(language=code, articles=articles, ever=ever.get(code, articles)) for code, articles in funnel.waiting
        ),
        refusing=tuple(reader.days.refusing(since, until, 500)),
    )


def _steps(funnel: Funnel) -> tuple[Step, ...]:
    """From pages to alerts; a step that nothing reached is left out."""
    spoken = ledger.language_meanings(funnel.languages)
    steps = (
        ledger.step("Pages", "What became of the page of each new article", funnel.pages, ledger.PAGES),
        ledger.step("Texts", "What could be read of each that is no duplicate", funnel.texts, ledger.TEXTS),
        ledger.step("Languages", "The language each is in", funnel.languages, spoken),
        ledger.step("Translations", "How each came into the working language", funnel.translations,
                    ledger.TRANSLATIONS),
        ledger.step("Topics", "What the topics found", funnel.matches, ledger.MATCHES),
        ledger.step("Messages", "Of what a topic found: who was told", funnel.alerts, ledger.ALERTS),
    )  # fmt: skip
    return tuple(step for step in steps if step.articles)


def _troubled(reader: Reader, now: datetime, zone: ZoneInfo) -> list[Troubled]:
    """Feeds that fail, are silent or gone, the worst first."""
    notices = {notice.subject: notice for notice in reader.notices.open()}
    found = []
    for feed, state in reader.feeds.all():
        how = health.health(feed, state, notices.get(f"feed {state.feed_id}"), now, lambda moment: when(moment, zone))
        if how.state in ("gone", "failing", "silent"):
            title = feed.title or feed.url
            found.append(
                Troubled(feed_id=state.feed_id, title=title, state=how.state, since=how.since, words=how.words)
            )
    order = list(health.STATES)
    return sorted(found, key=lambda one: (order.index(one.state), one.title.casefold()))


ROUTES = ((rf"^/coverage{FORMATS}$", coverage),)
