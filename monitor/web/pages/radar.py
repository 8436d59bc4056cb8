"""Radar: spikes and silences, open and past, and each topic against its usual week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from datasette import Response

from monitor.archive import Reader
from monitor.errors import MissingPageError
from monitor.models import Chart, Notice
from monitor.topics import cells, outlook
from monitor.topics.radar import KINDS, Rules
from monitor.web.charts import Bar, against
from monitor.web.desk import Desk
from monitor.web.outlook import Outlook, Progress, Standing
from monitor.web.page import FORMATS, Page, respond, topic_url
from monitor.web.reading import read

PAST, SHOWN = timedelta(days=30), 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A spike or a silence that was told."""

    kind: str  # spike | silence
    topic: str
    topic_url: str
    where: str  # language and country; "": everywhere
    words: str  # "8 articles, 1.2 expected: 7 times as many"
    text: str
    raised_at: datetime
    healed_at: datetime | None
    chart: Chart | None  # with dates for labels

    @property
    def bars(self) -> tuple[Bar, ...]:
        return against(self.chart) if self.chart else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One topic by language and country."""

    topic: str
    topic_url: str
    chart: Chart | None
    languages: tuple[Standing, ...]
    countries: tuple[Standing, ...]

    @property
    def bars(self) -> tuple[Bar, ...]:
        return against(self.chart) if self.chart else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Radar:
    """All of the page."""

    enabled: bool
    weeks: int  # that are compared with, at most
    min_sources: int  # outlets that a spike needs
    progress: Progress
    open: tuple[Raised, ...]
    past: tuple[Raised, ...]  # of the last 30 days, the latest first
    topics: tuple[Standing, ...]  # those furthest from the expected first
    detail: Detail | None  # of the topic that was asked for


async def radar(datasette: Any, request: Any) -> Response:
    desk, topic = datasette.desk, request.args.get("topic", "")
    now = desk.clock.now()
    value = await read(datasette, lambda reader: radar_page(reader, topic, now, desk))
    return await respond(datasette, request, Page(template="radar.html", title="Radar", value=value, rows=value.topics))


def radar_page(reader: Reader, topic: str, now: datetime, desk: Desk) -> Radar:
    """`topic`: the one to show in detail, "" for none. Raises MissingPageError for one that is not declared."""
    settings = desk.radar
    names = [name for name, _ in reader.headlines.topics()]
    if topic and topic not in names:
        raise MissingPageError(f"There is no topic “{topic[:100]}”. The front page lists them all.")
    view = Outlook(reader.volumes, Rules(weeks=settings.weeks, min_sources=settings.min_sources), now)
    told = [raised(notice) for notice in reader.notices.since(KINDS, now - PAST)]
    return Radar(
        enabled=settings.enabled,
        weeks=settings.weeks,
        min_sources=settings.min_sources,
        progress=view.progress(),
        open=tuple(one for one in reversed(told) if one.healed_at is None),
        past=tuple(one for one in reversed(told) if one.healed_at is not None)[:SHOWN],
        topics=tuple(sorted(view.topics(names), key=lambda one: (-abs(one.deviation or 0.0), -one.articles, one.name))),
        detail=_detail(view, topic) if topic else None,
    )


def _detail(view: Outlook, topic: str) -> Detail:
    return Detail(
        topic=topic,
        topic_url=topic_url(topic),
        chart=view.chart(topic),
        languages=tuple(view.parts(topic, "language")),
        countries=tuple(view.parts(topic, "country")),
    )


def raised(notice: Notice) -> Raised:
    topic, cell = cells.parsed(notice.subject)
    return Raised(
        kind=notice.kind,
        topic=topic,
        topic_url=topic_url(topic),
        where=cells.name(cell),
        words=_words(notice.chart),
        text=notice.text,
        raised_at=notice.raised_at,
        healed_at=notice.healed_at,
        chart=outlook.dated(notice.chart, notice.raised_at) if notice.chart else None,
    )


def _words(chart: Chart | None) -> str:
    """What came in the last window against what was to be expected, as a person would say it."""
    if chart is None or not chart.values or not chart.expected:
        return ""
    came, usual = chart.values[-1], chart.expected[-1]
    figures = f"{came:,.0f} came, {outlook.number(usual)} expected"
    if usual <= 0 or came == usual:
        return figures
    if came > usual:
        return f"{figures}: {outlook.number(came / usual)} times as many"
    return f"{figures}: {came / usual:.0%} of them".replace("%", " %") if came else f"{figures}: none of them"


ROUTES = ((rf"^/radar{FORMATS}$", radar),)
