"""Feeds for feed readers: valid whatever stands in them, stable ids, no download of what is known already."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
import web_archive as sample
from datasette.utils import tilde_encode
from newsrooms import NOW, FakeClock

from monitor.archive import Archive
from monitor.config import WebSettings
from monitor.models import Evidence, Label, Match, Mute, Placed, Topic
from monitor.web import server
from monitor.web.atom import NEVER, AtomEntry, AtomFeed, Line, as_xml, urn

BASE = "https://monitor.example:8443"
ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = f"/topics/{tilde_encode(sample.TOPIC)}.atom"
HOSTILE = (
    sample.HOSTILE_TITLE,
    "]]></title><entry><id>x</id></entry>",
    "&lt;b&gt; &amp;amp; &#0; &#x1F;",
    "nul \x00 bell \x07 escape \x1b delete \x7f next \x85",
    "nonchar \ufffe \uffff and a lone \ud800 surrogate",
    "right \u202e to \u2066 left \u200f marks",
    '"><img src=x onerror=alert(1)>',
    "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;",
    "<?xml-stylesheet href='https://evil.example/x.xsl'?>",
    "emoji 👩‍👩‍👧 and العربية and 中文",
    "",
    " \n\t ",
    "x" * 10_000,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive with a story of the French and the Arabic article, and the hostile one by itself."""
    path = sample.build(tmp_path_factory.mktemp("atom") / "archive.db")
    with Archive.open(path) as archive:
        for number in (sample.ARABIC, sample.HOSTILE):
            found(archive, number)
        with archive.writing():
            story = archive.stories.open(NOW)
            for number in (sample.FRENCH, sample.ARABIC):
                archive.stories.put(placed(number, story), NOW)
            archive.stories.refresh(story, sample.FRENCH)
    return path


def found(archive: Archive, number: int) -> None:
    match = Match(topic=sample.TOPIC, article_id=number, side="original", evidence=Evidence(sentence="A sentence."))
    with archive.writing():
        archive.matches.record(match, {}, NOW)


def placed(number: int, story: int) -> Placed:
    return Placed(article_id=number, story_id=story, similarity=1.0, reason="same names", seen_at=NOW)


@pytest.fixture(scope="module")
def visit(path: Path) -> Callable[..., Any]:
    known = WebSettings(hosts=("a.example", "b.example"))
    datasette = server.application(sample.settings(path, web=known), clock=FakeClock())
    return lambda address, **more: asyncio.run(datasette.client.get(address, **more))


def feed(*entries: AtomEntry) -> AtomFeed:
    return AtomFeed(id=urn("", "topic", "x"), title="x", url="/topics/x", own_url="/topics/x.atom", entries=entries)


def entry(number: int, **more: Any) -> AtomEntry:
    return AtomEntry(
        **{"id": urn("", "story", number), "title": "T", "url": f"/stories/{number}", "updated": NOW, **more}
    )


def parsed(document: str | bytes) -> Any:
    """As a feed reader sees it; ill-formed is a failure."""
    body = document.encode() if isinstance(document, str) else document
    result = feedparser.parse(io.BytesIO(body), sanitize_html=False)
    assert result.bozo == 0, result.get("bozo_exception")
    assert result.version == "atom10"
    return result


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_stays_text(text: str) -> None:
    """Whatever stands in title, author, topic, language and body, the feed has one entry whose title is that text."""
    lines = (Line(text=text, language=text), Line(text="a link", url=text))
    one = entry(1, title=text, language=text, authors=(text,), categories=(text,), source=text, lines=lines)
    document = as_xml(replace(feed(one), title=text, subtitle=text), BASE)
    root = ElementTree.fromstring(document)
    assert [child.tag for child in root].count(f"{ATOM}entry") == 1
    assert {element.tag.removeprefix(ATOM) for element in root.iter()} <= {
        *("feed", "id", "title", "subtitle", "updated", "link", "author", "name"),
        *("entry", "summary", "content", "category"),
    }
    only = parsed(document).entries[0]
    assert not set(only.title) & set("\x00\x07\x1b\ufffe\uffff\u202e")
    body = ElementTree.fromstring(f"<div>{only.content[0].value}</div>")
    assert {element.tag for element in body.iter()} == {"div", "p"}


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    """A source with another scheme, or a user name in it, is left out; a path of ours becomes absolute."""
    for address in ("javascript:alert(1)", "data:text/html,x", "https://bank.example@evil.example/"):
        only = parsed(as_xml(feed(entry(1, source=address, lines=(Line(text="x", url=address),))), BASE)).entries[0]
        assert [link.rel for link in only.links] == ["alternate"]
        assert "href" not in only.content[0].value
    good = parsed(
        as_xml(feed(entry(1, source="https://a.example/1", lines=(Line(text="x", url="/articles/1"),))), BASE)
    )
    assert [(link.rel, link.href) for link in good.entries[0].links] == [
        ("alternate", f"{BASE}/stories/1"),
        ("via", "https://a.example/1"),
    ]
    assert f'href="{BASE}/articles/1"' in good.entries[0].content[0].value


def test_an_empty_feed_is_valid_and_always_the_same() -> None:
    """A topic without stories gives a feed without entries, updated at a moment that never moves."""
    document = as_xml(feed(), BASE)
    result = parsed(document)
    assert result.entries == []
    assert feed().updated == NEVER
    assert result.feed.links[0].rel == "self"
    assert document == as_xml(feed(), BASE)


def test_ids_are_this_archives_own() -> None:
    """The same thing in one archive has one id; another thing, kind or archive another."""
    one, other = "00" * 16, "01" * 16
    ids = [urn(one, "story", 1), urn(one, "story", 2), urn(one, "article", 1), urn(other, "story", 1)]
    assert ids[0] == urn(one, "story", 1)
    assert len(set(ids)) == len(ids)
    assert all(number.startswith("urn:uuid:") for number in ids)


def test_a_topic_is_a_feed_of_its_stories(visit: Callable[..., Any]) -> None:
    """One entry for the story, in English with its original, outlets and sources; one for the article in none."""
    answer = visit(ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    result = parsed(answer.content)
    assert result.feed.title == sample.TOPIC
    lone, story = result.entries
    assert lone.title_detail.value == sample.HOSTILE_TITLE
    assert story.title == sample.ENGLISH_TITLE
    assert story.title_detail.language == "en"
    assert story.link == "http://localhost/stories/1"
    assert [tag.term for tag in story.tags] == [sample.TOPIC]
    assert sample.FRENCH_TITLE in story.summary
    assert "2 articles from 2 outlets in French, Arabic." in story.summary
    assert 'lang="ar"' in story.content[0].value
    assert "https://news.example/3" in story.content[0].value


def test_who_has_the_feed_is_told_so(visit: Callable[..., Any]) -> None:
    """A known tag, weak or strong, or a date without a tag is answered 304 without a body; another tag is not."""
    first = visit(ADDRESS)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    for headers in ({"if-none-match": tag}, {"if-none-match": f'"x", W/{tag}'}, {"if-modified-since": date}):
        again = visit(ADDRESS, headers=headers)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    earlier = "Mon, 23 Nov 2026 12:00:00 GMT"
    for headers in (
        {"if-none-match": '"other"', "if-modified-since": date},
        {"if-modified-since": earlier},
        {"if-modified-since": "yesterday"},
        {"if-modified-since": ""},
    ):
        assert visit(ADDRESS, headers=headers).status_code == 200


def test_links_follow_the_host_and_ids_do_not(visit: Callable[..., Any]) -> None:
    """Read under another name the feed links there, and its entries stay the same; a Host that is none is refused."""
    one, other = (parsed(visit(ADDRESS, headers={"host": name}).content) for name in ("a.example", "b.example:8443"))
    assert [entry.id for entry in one.entries] == [entry.id for entry in other.entries]
    assert one.feed.id == other.feed.id
    assert other.entries[0].link.startswith("http://b.example:8443/")
    assert visit(ADDRESS, headers={"host": "a.example/<x>"}).status_code == 421


def test_a_topic_that_is_none_has_no_feed(visit: Callable[..., Any]) -> None:
    """Its address is answered 404, with words."""
    answer = visit("/topics/nothing.atom")
    assert answer.status_code == 404
    assert "There is no topic" in answer.text


def test_a_story_that_grows_moves_and_keeps_its_id(tmp_path: Path) -> None:
    """A new article of it moves `updated`; what a person rejected or muted is not listed."""
    path = sample.build(tmp_path / "archive.db")
    with Archive.open(path) as archive:
        archive.matches.declare([Topic(name=sample.TOPIC, query="x")])
        for number in (sample.ARABIC, sample.RUSSIAN, sample.CHINESE):
            found(archive, number)
        with archive.writing():
            story = archive.stories.open(NOW)
            archive.stories.put(placed(sample.FRENCH, story), NOW)
            archive.stories.refresh(story)
        before = entries(path)
        with archive.writing():
            later = (NOW + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
            archive.articles.update(sample.ARABIC, {"first_seen": later})
            archive.stories.put(placed(sample.ARABIC, story), NOW)
            archive.stories.refresh(story)
        archive.labels.put([Label(topic=sample.TOPIC, article_id=sample.RUSSIAN, accepted=False, at=NOW)])
        archive.mutes.put(Mute(kind="source", subject="晨报", at=NOW))
        after = entries(path)
        archive.mutes.put(Mute(kind="story", subject=str(story), at=NOW, until=NOW + timedelta(hours=1)))
        muted = entries(path)
    assert len(before) == 4
    assert list(after) == [list(before)[-1]]
    assert [updated - NOW for updated in after.values()] == [timedelta(hours=3)]
    assert muted == {}


def entries(path: Path) -> dict[str, datetime]:
    """Id → updated."""
    known = WebSettings(hosts=("a.example", "b.example"))
    datasette = server.application(sample.settings(path, web=known), clock=FakeClock())
    result = parsed(asyncio.run(datasette.client.get(ADDRESS)).content)
    return {one.id: datetime(*one.updated_parsed[:6], tzinfo=UTC) for one in result.entries}
