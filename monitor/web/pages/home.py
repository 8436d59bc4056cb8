"""The front page: each topic with what is new in it, what was not covered, what needs attention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from datasette import Response

from monitor.archive import Reader
from monitor.archive.attention import Waiting
from monitor.archive.headlines import Headline, Key, key_of
from monitor.archive.timelines import Hit, place
from monitor.models import Notice
from monitor.topics.cells import parsed
from monitor.topics.radar import KINDS
from monitor.web.page import FORMATS, Page, respond, topic_url
from monitor.web.periods import last_windows
from monitor.web.reading import read
from monitor.web.topics.found import muted
from monitor.wording import languages
from monitor.wording.counts import count
from monitor.wording.coverage import gaps

WINDOWS = 14  # spans of 24 hours in a sparkline; the last is "today"
STORIES = 3  # of today, a topic
NOTICES = 5
_FEED = re.compile(r"feed (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story of today under a topic."""

    headline: Headline
    url: str
    found: int  # articles of it that the topic found today
    score: int  # the best of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A topic and its day."""

    topic: str
    description: str
    url: str
    today: int  # articles found in the last 24 hours
    usual: float  # the median of the 13 times 24 hours before
    timeline: tuple[int, ...]  # of each of the last 14 times 24 hours, the oldest first
    stories: tuple[Told, ...]  # the weightiest
    more: int  # stories of today that are not among them


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Something that waits for a person."""

    words: str
    url: str  # where it can be put right


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """All of the front page."""

    coverage: str
    topics: tuple[Card, ...]  # those with news first
    notices: tuple[Concern, ...]
    more_notices: int
    concerns: tuple[Concern, ...]


async def home(datasette: Any, request: Any) -> Response:
    desk = datasette.desk
    now = desk.clock.now()
    value = await read(datasette, lambda reader: front(reader, now, desk.database))
    return await respond(datasette, request, Page(template="home.html", title="Home", value=value, rows=value.topics))


def front(reader: Reader, now: datetime, database: str) -> Home:
    """The page as of now. `database`: the archive's name in addresses."""
    windows = last_windows(now, WINDOWS)
    starts = reader.timelines.starts(windows)
    notices = reader.notices.open()
    return Home(
        coverage=gaps(reader.ledger.coverage(windows[-1])),
        topics=tuple(sorted(_cards(reader, starts, now), key=_weight)),
        notices=tuple(Concern(words=_words_of(notice), url=_place_of(notice)) for notice in notices[-NOTICES:][::-1]),
        more_notices=max(0, len(notices) - NOTICES),
        concerns=tuple(concerns(reader.attention.waiting(starts[-1]), database)),
    )


def _weight(card: Card) -> tuple[bool, int, str]:
    return not card.today, -card.today, card.topic.casefold()


def _cards(reader: Reader, starts: Sequence[int], now: datetime) -> Iterator[Card]:
    """A card for each declared topic. Everything is read at once, whatever the number of topics."""
    counts: dict[str, list[int]] = {}
    today: list[Hit] = []
    for hit in reader.timelines.hits(starts[0]):
        window = place(hit.article_id, starts)
        counts.setdefault(hit.topic, [0] * WINDOWS)[window] += 1
        if window == WINDOWS - 1:
            today.append(hit)
    told = _told(reader, _wanted(reader, today, now))
    for topic, description in reader.headlines.topics():
        timeline = counts.get(topic, [0] * WINDOWS)
        stories, more = told.get(topic, ((), 0))
        yield Card(
            topic=topic,
            description=description,
            url=topic_url(topic),
            today=timeline[-1],
            usual=median(timeline[:-1]),
            timeline=tuple(timeline),
            stories=stories,
            more=more,
        )


def _wanted(reader: Reader, today: Sequence[Hit], now: datetime) -> list[tuple[Hit, Key]]:
    """Those that nobody rejected, in stories that nobody muted, each with its story."""
    story_of = reader.timelines.stories_of({hit.article_id for hit in today})
    rejected = reader.headlines.rejected(min((hit.article_id for hit in today), default=0))
    mutes = reader.mutes.holding(now)
    silent = {topic: muted(mutes, topic) for topic in {hit.topic for hit in today}}
    keyed = [(hit, key_of(hit.article_id, story_of.get(hit.article_id))) for hit in today]
    return [
        (hit, key)
        for hit, key in keyed
        if (hit.topic, hit.article_id) not in rejected and key[0] not in silent[hit.topic]
    ]


def _told(reader: Reader, today: Sequence[tuple[Hit, Key]]) -> dict[str, tuple[tuple[Told, ...], int]]:
    """Topic → the weightiest of its stories, and how many there are besides."""
    groups: dict[str, dict[Key, list[Hit]]] = {}
    for hit, key in today:
        groups.setdefault(hit.topic, {}).setdefault(key, []).append(hit)
    ranked = {topic: sorted(found.items(), key=lambda one: _rank(one[1])) for topic, found in groups.items()}
    headlines = reader.headlines.of({key for found in ranked.values() for key, _ in found[:STORIES]})
    return {
        topic: (
            tuple(_story(headlines[key], hits) for key, hits in found[:STORIES] if key in headlines),
            max(0, len(found) - STORIES),
        )
        for topic, found in ranked.items()
    }


def _rank(hits: Sequence[Hit]) -> tuple[int, int, int]:
    """Most articles first, then the best score, then the newest."""
    return -len(hits), -max(hit.score for hit in hits), -max(hit.article_id for hit in hits)


def _story(headline: Headline, hits: Sequence[Hit]) -> Told:
    return Told(headline=headline, url=headline.url, found=len(hits), score=max(hit.score for hit in hits))


def _words_of(notice: Notice) -> str:
    """A spike or a silence names its topic here, where no message stands around it."""
    return f"{parsed(notice.subject)[0]}, {notice.title}" if notice.kind in KINDS else notice.title


def _place_of(notice: Notice) -> str:
    feed = _FEED.fullmatch(notice.subject)
    return f"/sources/{feed[1]}" if feed else "/radar"


def concerns(seen: Waiting, database: str) -> Iterator[Concern]:
    """What a person can put right, in words, each with the page to do it on."""
    if seen.failing_feeds:
        yield Concern(words=f"{count(seen.failing_feeds, 'feed')} failing", url="/sources")
    if seen.dead_letters:
        yield Concern(words=f"{count(seen.dead_letters, 'message')} refused for good", url=f"/{database}/messages")
    if seen.without_model:
        names = ", ".join(languages.called(code) for code in seen.languages[:3])
        more = f" and {len(seen.languages) - 3} more" if len(seen.languages) > 3 else ""
        words = f"{count(seen.without_model, 'article')} in all waiting for a model: {names}{more}"
        yield Concern(words=words, url=f"/{database}/waiting_for_a_model")
    if seen.doubtful:
        words = f"{count(seen.doubtful, 'article')} of the last 24 hours with unverified sentences"
        yield Concern(words=words, url=f"/{database}/doubtful_translations")


ROUTES = ((r"^/$", home), (rf"^/home{FORMATS}$", home))
