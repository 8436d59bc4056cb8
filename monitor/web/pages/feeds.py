"""A topic as an Atom feed: an entry for each story, which moves up when the story grows and keeps its id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from datasette import Response
from datasette.utils import tilde_decode

from monitor.archive import Reader
from monitor.archive.syndication import Item, Listed, Passage
from monitor.errors import MissingPageError
from monitor.models import Story
from monitor.web.atom import AtomEntry, AtomFeed, Line, respond_atom, urn
from monitor.web.page import topic_url
from monitor.web.reading import read
from monitor.wording import languages
from monitor.wording.counts import count

STORIES = 50


async def topic_feed(datasette: Any, request: Any) -> Response:
    desk, name = datasette.desk, tilde_decode(request.url_vars["topic"])
    now = desk.clock.now()
    feed = await read(datasette, lambda reader: topic_atom(reader, name, now, desk.language))
    return respond_atom(request, feed, desk)


def topic_atom(reader: Reader, topic: str, now: datetime, working: str) -> AtomFeed:
    """The feed of a topic; `working`: the language that translations are in. Raises MissingPageError."""
    if not reader.syndication.has_topic(topic):
        raise MissingPageError(f"There is no topic “{topic}”. The front page lists them all.")
    archive_id = reader.syndication.archive_id()
    items = reader.syndication.items(topic, now, STORIES)
    return AtomFeed(
        id=urn(archive_id, "topic", topic),
        title=topic,
        subtitle="Stories in every language that monitor reads, the newest first.",
        url=topic_url(topic),
        own_url=f"{topic_url(topic)}.atom",
        entries=tuple(_entry(archive_id, topic, item, working) for item in items),
    )


def _entry(archive_id: str, topic: str, item: Item, working: str) -> AtomEntry:
    head, story = item.head, item.story
    what = ("story", story.id) if story else ("article", head.article_id)
    address = f"/stories/{story.id}" if story else f"/articles/{head.article_id}"
    return AtomEntry(
        id=urn(archive_id, *what),
        title=head.translated_title or head.title,
        language=working if head.translated_title else head.language,
        url=address,
        updated=story.last_seen if story else head.updated or head.first_seen,
        published=story.first_seen if story else head.published,
        source=head.url,
        authors=story.outlets[:5] if story else (head.outlet,),
        categories=(topic,),
        lines=tuple(_lines(item, working)),
    )


def _lines(item: Item, working: str) -> Iterator[Line]:
    head = item.head
    if head.translated_title:
        yield Line(text=head.title, language=head.language)
    if item.doubt:
        yield Line(text=f"The translation of the headline is unverified: {item.doubt}.")
    if item.passage:
        yield from _passage(item.passage, head, working)
    if item.story and item.story.articles > 1:
        yield Line(text=_spread(item.story))
    for article in item.articles:
        yield Line(text=_named(article), language=article.language, url=article.url)


def _passage(passage: Passage, head: Listed, working: str) -> Iterator[Line]:
    """The sentence that was found, unless it is the title."""
    text = passage.translation or passage.sentence
    if text in (head.title, head.translated_title):
        return
    yield Line(text=text, language=working if passage.translation else head.language)
    if passage.translation and passage.unverified:
        yield Line(text=f"The translation of this sentence is unverified: {passage.unverified}.")


def _spread(story: Story) -> str:
    known = [languages.name(code) for code in story.languages if languages.name(code)]
    spoken = f" in {', '.join(known)}" if known else ""
    return f"{count(story.articles, 'article')} from {count(len(story.outlets), 'outlet')}{spoken}."


def _named(article: Listed) -> str:
    language = languages.name(article.language)
    outlet = f"{article.outlet} ({language})" if language else article.outlet
    return f"{outlet}: {article.title}"


ROUTES = ((r"^/topics/(?P<topic>[^/.]+)\.atom$", topic_feed),)
