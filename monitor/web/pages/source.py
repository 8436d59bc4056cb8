"""One feed: how it does, what it brought day by day, its latest visits, what was told about it, its newest articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from datasette import Response

from monitor.archive import Reader
from monitor.archive.feeds import Poll
from monitor.archive.headlines import Headline
from monitor.archive.sources import DayCount
from monitor.errors import MissingPageError
from monitor.models import Notice
from monitor.web.charts import Bar
from monitor.web.page import FORMATS, Page, respond
from monitor.web.pages.sources import SourceRow, known, source_row
from monitor.web.places import country_name
from monitor.web.reading import read
from monitor.wording import health, languages
from monitor.wording.times import when

DAYS = timedelta(days=30)
POLLS, NOTICES, ARTICLES = 30, 20, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One poll."""

    at: datetime
    outcome: str
    words: str
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """All of the page."""

    source: SourceRow
    country: str
    asked_at: str  # the address that is asked, when it has moved; "": the declared one
    error: str
    days: tuple[DayCount, ...]
    labels: tuple[str, ...]  # every day of the chart, those without articles too
    visits: tuple[Visit, ...]
    notices: tuple[Notice, ...]
    articles: tuple[Headline, ...]

    @property
    def bars(self) -> tuple[Bar, ...]:
        """A column a day, in languages as people call them."""
        return tuple(
            Bar(day=one.day, group=languages.name(one.language) or "language unknown", articles=one.articles)
            for one in self.days
        )


async def source(datasette: Any, request: Any) -> Response:
    feed_id, now, zone = int(request.url_vars["feed"]), datasette.desk.clock.now(), datasette.desk.zone

    def work(reader: Reader) -> SourcePage:
        found = reader.sources.one(feed_id)
        if found is None:
            raise MissingPageError(f"There is no feed {feed_id}. The page Sources lists them all.")
        newest = reader.sources.latest(feed_id, ARTICLES)
        headlines = reader.headlines.articles(newest)
        return SourcePage(
            source=source_row(
                known(found, now, lambda moment: when(moment, zone)), reader.sources.intake(feed_id, now), now
            ),
            country=country_name(found.feed.country or ""),
            asked_at=found.state.poll_url if found.state.poll_url != found.feed.url else "",
            error=found.state.error or "",
            days=tuple(reader.sources.days(feed_id, now - DAYS)),
            labels=tuple(f"{now - timedelta(days=ago):%Y-%m-%d}" for ago in range(DAYS.days, -1, -1)),
            visits=tuple(map(_visit, reader.sources.polls(feed_id, POLLS))),
            notices=tuple(reader.sources.notices(feed_id, NOTICES)),
            articles=tuple(headlines[number] for number in newest if number in headlines),
        )

    value = await read(datasette, work)
    title = value.source.title or value.source.url
    return await respond(datasette, request, Page(template="source.html", title=title, value=value, rows=value.visits))


def _visit(poll: Poll) -> Visit:
    words = health.visit(poll.outcome, poll.status, poll.entries, poll.new_entries, poll.notes)
    return Visit(at=poll.at, outcome=poll.outcome, words=words, seconds=poll.seconds)


ROUTES = ((rf"^/sources/(?P<feed>\d{{1,15}}){FORMATS}$", source),)
