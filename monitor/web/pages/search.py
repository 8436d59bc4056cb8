"""Search: one box over originals and translations in every script, narrowed down by language, source, topic and day."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from datasette import Response

from monitor.archive import Reader
from monitor.archive.finding import Window
from monitor.archive.rows import to_time
from monitor.errors import QueryError
from monitor.topics.compile import Query
from monitor.web.atom import AtomEntry, AtomFeed, Line, respond_atom, urn
from monitor.web.desk import Desk
from monitor.web.finding.advice import Problem, Suggestion, examples, hints, mended, packs_for, problem
from monitor.web.finding.answers import Answer, answers, has_wild, is_wide, ordered, row
from monitor.web.finding.asked import CSV_SIZE, SIZE, Asked, asked
from monitor.web.finding.facets import Chip, Facet, chips, facets
from monitor.web.page import FORMATS, Page, respond
from monitor.web.reading import read, read_wide

_FEED = 50  # entries of an Atom feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search looked at, and the part of it that is shown."""

    articles: int  # that pass the filters, of those looked at
    looked_at: int  # articles that the query finds, whatever the filters
    complete: bool  # these are all there are
    reaches: datetime | None  # the oldest looked at; None: nothing was found
    answers: tuple[Answer, ...]
    next: str = ""  # the address of the page after this one; "" when it is the last
    further: str = ""  # the address that looks further back; "" when everything was looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """All of a search page."""

    asked: Asked
    found: Found | None = None  # None: nothing was asked, or the query is wrong
    chips: tuple[Chip, ...] = ()
    facets: tuple[Facet, ...] = ()
    packs: tuple[Suggestion, ...] = ()
    hints: tuple[Suggestion, ...] = ()
    examples: tuple[Suggestion, ...] = ()
    problem: Problem | None = None
    first_seen: datetime | None = None  # the oldest and the newest article of the archive, where that helps
    last_seen: datetime | None = None
    newest: str = ""  # addresses: the first page, when this is none
    by_relevance: str = ""
    by_date: str = ""
    feed: str = ""
    as_topic: str = ""
    working: str = "en"  # the language that translations are in


async def search(datasette: Any, request: Any) -> Response:
    wanted = Asked(q=(request.args.get("q") or "").strip())
    try:
        wanted = asked(request, size=CSV_SIZE if request.url_vars.get("format") == "csv" else SIZE)
        page = await _page(datasette, wanted)
    except QueryError as error:
        page = SearchPage(asked=wanted, problem=problem(error), hints=mended(wanted), examples=examples())
    title = f"{wanted.q} · Search" if wanted.q else "Search"
    rows = [row(answer) for answer in page.found.answers] if page.found else ()
    shown = Page(template="search.html", title=title, value=page, rows=rows, status=400 if page.problem else 200)
    return await respond(datasette, request, shown)


async def _page(datasette: Any, wanted: Asked) -> SearchPage:
    """The answers to a search, or how to ask for any. Raises QueryError."""
    desk = datasette.desk
    if not wanted.q:
        return SearchPage(asked=wanted, examples=examples(), chips=chips(wanted))
    # A pack takes 40 ms to compile: neither other visitors nor the archive's limit of time are to pay for it.
    query = await asyncio.to_thread(desk.search.query, wanted.q)
    reading = read_wide if is_wide(query.fts) else read
    return await reading(datasette, lambda reader: _answered(reader, query, wanted, desk))


def _answered(reader: Reader, query: Query, wanted: Asked, desk: Desk) -> SearchPage:
    filters = wanted.filters(desk.zone)
    expression = _written_out(reader, query)
    window = reader.finding.window(expression, filters, below=wanted.below)
    found = _found(reader, query, expression, window, wanted, desk.language)
    span = None if found.articles else reader.finding.span()
    return SearchPage(
        asked=wanted,
        found=found,
        chips=chips(wanted),
        facets=facets(window, wanted, filters, desk.zone),
        packs=packs_for(wanted, desk.packs),
        hints=() if found.articles else hints(reader, wanted),
        first_seen=span[0] if span else None,
        last_seen=span[1] if span else None,
        newest="" if wanted.below is None else wanted.begun().url(),
        by_relevance=wanted.begun(sort="relevance").url(),
        by_date=wanted.begun(sort="date").url(),
        feed=wanted.begun(sort="relevance", size=SIZE).url("/search.atom"),
        working=desk.language,
        as_topic=wanted.begun(sort="relevance", size=SIZE).url("/search/topic"),
    )


def _written_out(reader: Reader, query: Query) -> str:
    """The expression with its *words looked up. Raises QueryError when that takes too long."""
    if not has_wild(query.fts):
        return query.fts
    try:
        return reader.finding.expand(query.fts)
    except QueryError as error:
        raise QueryError(error.message, query=query.source, position=_star(query.source)) from error
    except sqlite3.OperationalError as error:
        raise QueryError(
            "A * before a word has every word of the archive read, which takes longer here than a page may. Write how "
            "the word begins, or ask `monitor search`.",
            query=query.source,
            position=_star(query.source),
        ) from error


def _star(query: str) -> int:
    return max(query.find("*"), 0)


def _found(reader: Reader, query: Query, expression: str, window: Window, wanted: Asked, working: str) -> Found:
    cards = ordered(reader, query, expression, window.cards, wanted.sort)
    until = wanted.offset + wanted.size
    below = wanted.below if wanted.below is not None else window.begins + 1
    onwards = replace(wanted, below=below, offset=until)
    last = min((*window.counted[-1:], *window.cards[-1:]), default=None)
    return Found(
        articles=len(cards),
        looked_at=len(window.counted),
        complete=window.further is None and wanted.below is None,
        reaches=to_time(last.first_seen) if last else None,
        answers=answers(reader, query, cards[wanted.offset : until], working=working),
        next=onwards.url() if until < len(cards) else "",
        further=replace(wanted, below=window.further, offset=0).url() if window.further is not None else "",
    )


async def feed(datasette: Any, request: Any) -> Response:
    """A search as an Atom feed: its newest articles, each an entry. Its address is all there is to it."""
    desk = datasette.desk
    try:
        wanted = replace(asked(request).begun(), sort="date", size=_FEED)
        page = await _page(datasette, wanted)
    except QueryError as error:
        return Response.text(f"{error.message}\n{error.pointer()}", status=400)
    archive_id = await read(datasette, lambda reader: reader.syndication.archive_id())
    return respond_atom(request, _atom(archive_id, page, desk.language), desk)


def _atom(archive_id: str, page: SearchPage, working: str) -> AtomFeed:
    wanted = page.asked
    address = replace(wanted, sort="relevance", size=SIZE)
    return AtomFeed(
        id=urn(archive_id, "search", address.url()),
        title=f"Search: {wanted.q}" if wanted.q else "Search",
        subtitle="The newest articles that it finds, in every language that monitor reads.",
        url=address.url(),
        own_url=address.url("/search.atom"),
        entries=tuple(_entry(archive_id, answer, working) for answer in page.found.answers) if page.found else (),
    )


def _entry(archive_id: str, answer: Answer, working: str) -> AtomEntry:
    lines = []
    if answer.original:
        lines.append(Line(text=answer.original, language=answer.language))
    if answer.headline_unverified:
        lines.append(Line(text=f"The translation of the headline is unverified: {answer.headline_unverified}."))
    if answer.translation:
        lines.append(Line(text=answer.translation, language=working))
    if answer.unverified:
        lines.append(Line(text=f"The translation of this sentence is unverified: {answer.unverified}."))
    if answer.sentence:
        lines.append(Line(text=answer.sentence, language=answer.language))
    return AtomEntry(
        id=urn(archive_id, "article", answer.article_id),
        title=answer.headline,
        language=answer.headline_language,
        url=answer.url,
        updated=answer.first_seen,
        published=answer.published,
        source=answer.source_url,
        authors=(answer.outlet,),
        categories=answer.topics,
        lines=tuple(lines),
    )


ROUTES = ((rf"^/search{FORMATS}$", search), (r"^/search\.atom$", feed))
