"""A topic: its timeline, and what it found, story by story, each with the sentence that it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from datasette import Response
from datasette.utils import tilde_decode

from monitor.archive import Reader
from monitor.archive.timelines import Find, place
from monitor.models import Topic
from monitor.web.charts.axis import long
from monitor.web.charts.bars import Bar
from monitor.web.page import FORMATS, Page, respond, topic_url
from monitor.web.periods import Period, last_days
from monitor.web.reading import read
from monitor.web.topics.found import Found, found
from monitor.web.topics.missing import no_such_topic
from monitor.web.topics.wanted import DAYS, MOST, Wanted, wanted
from monitor.wording import languages

READ = 20_000  # newest finds of a topic that are looked at: what a page can count in time
FACETS = 12  # languages, and outlets, to choose from


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that can be asked for, or taken back."""

    words: str
    url: str
    articles: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    """All of a topic's page."""

    topic: Topic
    declared: bool  # False: it stands in the configuration no more
    url: str
    asked: Wanted
    spans: tuple[Choice, ...]  # how far back
    filters: tuple[Choice, ...]  # what the list is narrowed to; each leads to the page without it
    languages: tuple[Choice, ...]
    outlets: tuple[Choice, ...]
    passed: Choice  # what was passed over, or back
    articles: int  # that meet the filters
    cut: int  # so many were looked at, and there are more in that time; 0: all were
    periods: tuple[str, ...]  # of the timeline: days, or weeks by their Monday
    timeline: tuple[Bar, ...]
    stories: tuple[Found, ...]  # the newest first
    next: str  # the address of what follows; "": that was all


async def topic(datasette: Any, request: Any) -> Response:
    desk, name = datasette.desk, tilde_decode(request.url_vars["topic"])
    asked = wanted(request.args)
    if request.url_vars.get("format") == "csv" and "limit" not in request.args:
        asked = replace(asked, limit=MOST)
    now = desk.clock.now()
    value = await read(datasette, lambda reader: topic_page(reader, name, asked, now, desk.zone))
    rows: Sequence[Any] = value.timeline if request.args.get("table") == "timeline" else value.stories
    return await respond(datasette, request, Page(template="topic.html", title=name, value=value, rows=rows))


def topic_page(reader: Reader, name: str, asked: Wanted, now: datetime, zone: ZoneInfo) -> TopicPage:
    """The page as of now, on the reader's clock. Raises MissingPageError."""
    declared = reader.headlines.topic(name)
    if declared is None:
        raise no_such_topic(reader, name)
    periods = last_days(now, zone, asked.days)
    starts = reader.timelines.starts([period.begins for period in periods])
    finds = reader.timelines.finds(name, starts[0], relevant=not asked.passed, limit=READ + 1)
    url, there = topic_url(name), asked.place_among(periods)

    def kept(but: str = "") -> Sequence[Find]:
        return asked.narrow(finds[:READ], starts, there, but=but)

    listed = kept()
    stories, following = found(reader, name, listed, asked, now)
    return TopicPage(
        topic=declared[0],
        declared=declared[1],
        url=url,
        asked=asked,
        spans=tuple(_span(asked, url, days) for days in DAYS),
        filters=tuple(_filters(asked, url, periods, there)),
        languages=_choices(asked, url, "language", kept("language")),
        outlets=_choices(asked, url, "outlet", kept("outlet")),
        passed=Choice(words="passed over", url=asked.url(url, passed=not asked.passed), chosen=asked.passed),
        articles=len(listed),
        cut=READ if len(finds) > READ else 0,
        periods=tuple(period.label for period in periods),
        timeline=_timeline(asked, url, kept("day"), periods, starts),
        stories=stories,
        next=asked.url(url, before=following) if following else "",
    )


def _span(asked: Wanted, url: str, days: int) -> Choice:
    words = "a year" if days == 365 else f"{days} days"
    return Choice(words=words, url=asked.url(url, days=days, day=""), chosen=asked.days == days)


def _filters(asked: Wanted, url: str, periods: Sequence[Period], there: int | None) -> list[Choice]:
    """What can be taken back."""
    chosen = []
    if there is not None:
        week = "week of " if asked.days == DAYS[-1] else ""
        chosen.append(Choice(words=week + long(periods[there].label), url=asked.url(url, day="")))
    if asked.language:
        chosen.append(Choice(words=languages.called(asked.language), url=asked.url(url, language="")))
    if asked.outlet:
        chosen.append(Choice(words=asked.outlet, url=asked.url(url, outlet="")))
    return chosen


def _choices(asked: Wanted, url: str, field: str, finds: Sequence[Find]) -> tuple[Choice, ...]:
    """The languages or outlets of finds, the commonest first."""
    counts = Counter(getattr(find, field) for find in finds)
    chosen = getattr(asked, field)
    return tuple(
        Choice(
            words=languages.called(value) if field == "language" else value or "outlet unknown",
            url=asked.url(url, **{field: "" if value == chosen else value}),
            articles=articles,
            chosen=value == chosen,
        )
        for value, articles in counts.most_common(FACETS)
    )


def _timeline(
    asked: Wanted, url: str, finds: Sequence[Find], periods: Sequence[Period], starts: Sequence[int]
) -> tuple[Bar, ...]:
    """Articles by day (or week) and language; each leads to the list of just these."""
    codes: dict[str, str] = {}  # two codes can have one name, as Norwegian has: one column, not one behind another
    counts: Counter[tuple[int, str]] = Counter()
    for find in finds:
        name = languages.called(find.language)
        codes.setdefault(name, find.language)
        counts[place(find.article_id, starts), name] += 1
    return tuple(
        Bar(
            day=periods[number].label,
            group=name,
            articles=articles,
            url=asked.url(url, day=periods[number].label, language=codes[name]),
        )
        for (number, name), articles in sorted(counts.items())
    )


ROUTES = ((rf"^/topics/(?P<topic>[^/.]+){FORMATS}$", topic),)
