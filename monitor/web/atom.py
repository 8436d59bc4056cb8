"""Atom 1.0 (RFC 4287): what a page lists, for a feed reader.

Built as a tree, so that nothing of a stranger's can become markup of the feed; the one piece of HTML, an entry's
content, is built as a tree of its own. What stands in it is text, with its language and direction.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from datasette import Response

from monitor.archive.rows import to_text
from monitor.web.conditional import conditional
from monitor.web.desk import Desk
from monitor.wording.clean import host, one_line, safe_url, scrub

NAMESPACE = "http://www.w3.org/2005/Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
# A feed of nothing has to have been updated at some time, and always at the same.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Drawn once: what stands in for the number of an archive that has none.
_OURS = uuid.UUID("74d8f70b-6b0c-4275-862d-6aa20cd70653")
# What scrub() leaves and XML 1.0 (2.2, "Char") forbids: the surrogates are gone, these two are not.
_NO_XML = re.compile("[\ufffe\uffff]")
_AUTHORITY = re.compile(r"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_TITLE, _LINE, _NAME = 500, 4_000, 200  # most characters shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph of an entry: text in a language, which may lead somewhere."""

    text: str
    language: str = "en"
    url: str = ""  # where it leads: a path of ours, or an address outside; "" or unsafe: nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomEntry:
    """One story or article."""

    id: str  # from `urn()`: the same for ever, whatever the host, the title or the number of articles
    title: str
    url: str  # the path of our page on it: "/stories/12"
    updated: datetime
    language: str = "en"  # of the title
    published: datetime | None = None
    source: str = ""  # the address of the article at its publisher
    authors: tuple[str, ...] = ()  # outlets
    categories: tuple[str, ...] = ()  # topics
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomFeed:
    """What a feed reader is given, the newest entry first."""

    id: str
    title: str
    url: str  # the path of the page it stands for
    own_url: str  # its own path, with its query
    subtitle: str = ""
    entries: tuple[AtomEntry, ...] = ()

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=NEVER)


def urn(archive_id: str, *what: object) -> str:
    """`urn:uuid:…` of something in one archive: `urn(archive_id, "story", 12)` (RFC 9562, 5.5).

    `archive_id`: `reader.syndication.archive_id()`, 32 hex digits that a backup shares and no other archive has.
    """
    name = "/".join(map(str, what)).encode("utf-8", "replace").decode()
    return uuid.uuid5(uuid.UUID(archive_id) if archive_id else _OURS, name).urn


def respond_atom(request: Any, feed: AtomFeed, desk: Desk) -> Response:
    """The feed, or 304 when the reader has it already."""
    body = as_xml(feed, base_url(request, desk)).encode()
    return conditional(request, body, CONTENT_TYPE, feed.updated)


def base_url(request: Any, desk: Desk) -> str:
    """`https://host`, as the reader asked for it; where we listen, when the Host header is no host."""
    asked = request.headers.get("host", "")
    known = asked if _AUTHORITY.fullmatch(asked) else f"{desk.web.host}:{desk.web.port}"
    return f"{'https' if request.scheme == 'https' else 'http'}://{known}"


def as_xml(feed: AtomFeed, base: str) -> str:
    """The document. `base`: what stands before our paths, `http://127.0.0.1:8001`."""
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    _text(root, "id", feed.id)
    _text(root, "title", one_line(feed.title, _TITLE))
    if feed.subtitle:
        _text(root, "subtitle", one_line(feed.subtitle, _TITLE))
    _text(root, "updated", to_text(feed.updated) or "")
    _link(root, "self", base + feed.own_url, "application/atom+xml")
    _link(root, "alternate", base + feed.url, "text/html")
    _text(SubElement(root, "author"), "name", "monitor")
    for entry in feed.entries:
        _entry(root, entry, base)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _entry(root: Element, entry: AtomEntry, base: str) -> None:
    element = SubElement(root, "entry")
    _text(element, "id", entry.id)
    # A title is required (4.1.2); a reader shows an empty one as nothing to click on.
    _text(element, "title", one_line(entry.title, _TITLE) or "(no title)", entry.language)
    _text(element, "updated", to_text(entry.updated) or "")
    if entry.published:
        _text(element, "published", to_text(entry.published) or "")
    _link(element, "alternate", base + entry.url, "text/html")
    if source := safe_url(entry.source):
        _link(element, "via", source)
    for name in entry.authors:
        _text(SubElement(element, "author"), "name", one_line(name, _NAME) or "unknown")
    for name in entry.categories:
        SubElement(element, "category", {"term": _clean(one_line(name, _NAME))})
    if entry.lines:
        _text(element, "summary", "\n".join(scrub(line.text)[:_LINE] for line in entry.lines))
        SubElement(element, "content", {"type": "html"}).text = "".join(_html(entry.lines, base))


def _html(lines: tuple[Line, ...], base: str) -> Iterator[str]:
    """A paragraph each; its language and direction stand on it, since a reader's own page says neither."""
    for line in lines:
        paragraph = holder = Element("p", {"lang": _clean(line.language) or "und", "dir": "auto"})
        if url := base + line.url if line.url.startswith("/") else safe_url(line.url):
            holder = SubElement(paragraph, "a", {"href": url, "rel": "noopener noreferrer nofollow"})
        holder.text = _clean(scrub(line.text)[:_LINE]) or host(url)
        yield ElementTree.tostring(paragraph, encoding="unicode", method="html")


def _text(parent: Element, name: str, text: str, language: str = "") -> None:
    element = SubElement(parent, name, {"xml:lang": _clean(language)} if language else {})
    element.text = _clean(text)


def _link(parent: Element, rel: str, url: str, kind: str = "") -> None:
    SubElement(parent, "link", {"rel": rel, "href": _clean(url), **({"type": kind} if kind else {})})


def _clean(text: str) -> str:
    return _NO_XML.sub("", "\n".join(map(scrub, text.split("\n"))))
