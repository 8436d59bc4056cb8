"""A story: who said it first, how it spread, its articles and what is new in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datasette import Response

from monitor.archive import Reader
from monitor.archive.spread import TopicMet
from monitor.errors import MissingPageError
from monitor.models import Member, Mute, Story, StoryChange
from monitor.web.articles.newness import MOST, news
from monitor.web.articles.spreading import First, Timeline, by_language, by_outlet, timeline
from monitor.web.page import FORMATS, Page, respond
from monitor.web.paths import whole_number
from monitor.web.reading import read
from monitor.wording.clean import host, one_line, safe_url

_TITLE = 120  # characters of the headline in the browser's own title
_HEADLINE = 300  # characters
PER_PAGE = 100  # articles listed on one page
SPREAD = 2_000  # articles whose times are counted
_READ = 50  # articles read for their news; most reach the limit of `newness` sooner
_CHANGES = 50  # merges and splits told


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """An article of the story. `at`: when published, as far as that is believed, else first seen."""

    article_id: int
    translated_title: str
    title: str
    outlet: str
    language: str
    at: datetime
    first_seen: datetime | None
    link: str  # to the article at its publisher's; "" when the address is not fit to be followed
    host: str
    reason: str  # why it belongs
    similarity: float  # 0 … 1
    copy_of: int | None
    news: tuple[str, ...] | None  # what no earlier one had; None: it was not compared, as copies and late ones are not


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An article with those that repeat it."""

    article: Teller
    copies: tuple[Teller, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """All of a story's page."""

    story: Story
    first: First | None  # who said it first; None: all its articles are gone
    timeline: Timeline
    spread: int  # articles that timeline, languages and outlets were counted from: the first
    languages: tuple[First, ...]
    outlets: tuple[First, ...]
    tellings: tuple[Telling, ...]
    listed: int  # articles on this page
    after: int  # number of the article that this page begins after; 0: it begins with the first
    more_after: int | None  # number of the last one listed, when there are more
    compared: int  # articles whose news was worked out
    compared_characters: int  # at most
    topics: tuple[TopicMet, ...]
    mutes: tuple[Mute, ...]
    changes: tuple[StoryChange, ...]


async def story(datasette: Any, request: Any) -> Response:
    desk, number = datasette.desk, int(request.url_vars["id"])
    after = whole_number(request.args.get("after"))

    def work(reader: Reader) -> StoryPage:
        found = reader.stories.get(number)
        if found is None:
            raise MissingPageError(
                f"There is no story {number} in this archive. Stories are numbered as they begin; search for its words."
            )
        # One that was merged is another story now; its address leads there.
        return _page(reader, found, desk, after)

    value = await read(datasette, work)
    if value.story.id != number:
        form = request.url_vars.get("format")
        return Response.redirect(f"/stories/{value.story.id}{f'.{form}' if form else ''}")
    title = one_line(value.story.headline, _TITLE) or f"Story {number}"
    page = Page(template="story.html", title=title, value=value, rows=_rows(value.tellings))
    return await respond(datasette, request, page)


def _page(reader: Reader, found: Story, desk: Any, after: int) -> StoryPage:
    arrivals = reader.spread.arrivals(found.id, SPREAD)
    members = reader.stories.members(found.id, most=PER_PAGE + 1, after=after)
    members = sorted(members, key=lambda member: member.article_id)
    more = len(members) > PER_PAGE
    members = sorted(members[:PER_PAGE], key=lambda member: (_at(member), member.article_id))
    topics = reader.spread.topics([member.article_id for member in members])
    mutes, changes = reader.mutes.holding(desk.clock.now()), reader.stories.changes(found.id)[-_CHANGES:]
    own = [member.article_id for member in members if member.copy_of is None][:_READ]
    texts = reader.hits.articles(own) if len(members) > 1 else []
    # Nothing is read from here on: the limit of time runs while texts are compared, too.
    fresh = news(texts, found.outlets, desk.language)
    tongues = by_language(arrivals)
    return StoryPage(
        story=found,
        first=next(iter(tongues), None),
        timeline=timeline(arrivals, desk.zone),
        spread=len(arrivals),
        languages=tongues,
        outlets=by_outlet(arrivals),
        tellings=_tellings([_teller(member, fresh.get(member.article_id)) for member in members]),
        listed=len(members),
        after=after,
        more_after=max(member.article_id for member in members) if more else None,
        compared=len(fresh),
        compared_characters=MOST,
        topics=tuple(topics),
        mutes=tuple(mute for mute in mutes if (mute.kind, mute.subject) == ("story", str(found.id))),
        changes=tuple(changes),
    )


def _at(member: Member) -> datetime:
    seen = member.first_seen or member.joined_at
    return min(member.published or seen, seen)  # a date of publication after we saw it cannot be


def _teller(member: Member, fresh: tuple[str, ...] | None) -> Teller:
    link = safe_url(member.url)
    return Teller(
        article_id=member.article_id,
        translated_title=one_line(member.translated_title, _HEADLINE),
        title=one_line(member.title, _HEADLINE),
        outlet=member.outlet,
        language=member.language,
        at=_at(member),
        first_seen=member.first_seen,
        link=link,
        host=host(link),
        reason=member.reason,
        similarity=member.similarity,
        copy_of=member.copy_of,
        news=fresh,
    )


def _tellings(tellers: Sequence[Teller]) -> tuple[Telling, ...]:
    """Copies under the article that they repeat, where it is listed."""
    known = {teller.article_id: teller for teller in tellers}
    roots = {teller.article_id: _root(teller, known) for teller in tellers}
    copies: dict[int, list[Teller]] = {}
    for teller in tellers:
        if roots[teller.article_id] != teller.article_id:
            copies.setdefault(roots[teller.article_id], []).append(teller)
    return tuple(
        Telling(article=teller, copies=tuple(copies.get(teller.article_id, ())))
        for teller in tellers
        if roots[teller.article_id] == teller.article_id
    )


def _root(teller: Teller, known: Mapping[int, Teller]) -> int:
    """What an article repeats in the end; itself when that is not listed, or when copies name one another in a ring."""
    seen = {teller.article_id}
    at = teller
    while (original := known.get(at.copy_of or 0)) is not None:
        at = original
        if at.article_id in seen:
            return teller.article_id
        seen.add(at.article_id)
    return at.article_id


def _rows(tellings: Iterable[Telling]) -> list[Teller]:
    return [teller for telling in tellings for teller in (telling.article, *telling.copies)]


ROUTES = ((rf"^/stories/(?P<id>\d{{1,18}}){FORMATS}$", story),)
