"""A search as a topic: the TOML to paste into config.toml, and what the topic would have found lately."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from datasette import Response

from monitor.errors import QueryError
from monitor.models import BackTest, Topic
from monitor.topics.declaration import topic_table
from monitor.web.finding.advice import Problem, Suggestion, mended, problem
from monitor.web.finding.asked import Asked, asked
from monitor.web.finding.facets import day_name
from monitor.web.page import FORMATS, Page, respond
from monitor.wording.clean import one_line

_NAME = 40  # characters of a name made from the query


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDraft:
    """All of the page."""

    asked: Asked
    name: str
    toml: str  # "" when the query is wrong, or there is none
    left_behind: tuple[str, ...] = ()  # what the search asks for and no topic can
    back_test: BackTest | None = None
    most: float = 0.0  # relevant articles of the fullest day
    untested: str = ""  # why there is no back-test
    problem: Problem | None = None
    hints: tuple[Suggestion, ...] = ()
    search: str = "/search"  # the address it came from


async def topic_draft(datasette: Any, request: Any) -> Response:
    wanted = Asked(q=(request.args.get("q") or "").strip())
    try:
        wanted = asked(request).begun()
        draft = await _drafted(datasette.desk, wanted, request.args.get("name") or "")
    except QueryError as error:
        draft = TopicDraft(asked=wanted, name="", toml="", problem=problem(error), hints=mended(wanted))
    rows = draft.back_test.days if draft.back_test else ()
    status = 400 if draft.problem else 200
    page = Page(template="topic_draft.html", title="Save as a topic", value=draft, rows=rows, status=status)
    return await respond(datasette, request, page)


async def _drafted(desk: Any, wanted: Asked, name: str) -> TopicDraft:
    """Raises QueryError."""
    if not wanted.q:
        return TopicDraft(asked=wanted, name="", toml="")
    desk.search.query(wanted.q)
    topic = Topic(name=one_line(name, 100) or one_line(wanted.q, _NAME), query=wanted.q, languages=wanted.languages)
    tested, untested = await _tested(desk, topic)
    return TopicDraft(
        asked=wanted,
        name=topic.name,
        toml=topic_table(topic),
        left_behind=_left_behind(wanted),
        back_test=tested,
        most=max((day.relevant for day in tested.days), default=0.0) if tested else 0.0,
        untested=untested,
        search=wanted.url(),
    )


async def _tested(desk: Any, topic: Topic) -> tuple[BackTest | None, str]:
    """The back-test, or why there is none."""
    if desk.back_test is None:
        return None, "There is no back-test on this server. `monitor topics test NAME --query …` makes one."
    try:
        return await asyncio.to_thread(desk.back_test, topic), ""
    except QueryError as error:
        return None, error.message


def _left_behind(wanted: Asked) -> tuple[str, ...]:
    """Filters that no topic has. A source can be muted, a topic watches from now on."""
    named = [f"source: {source}" for source in wanted.sources]
    named += [f"topic: {topic}" for topic in wanted.topics]
    named += [f"from {day_name(wanted.first_day)}"] if wanted.first_day else []
    named += [f"to {day_name(wanted.last_day)}"] if wanted.last_day else []
    return tuple(one_line(one, 100) for one in named)


ROUTES = ((rf"^/search/topic{FORMATS}$", topic_draft),)
