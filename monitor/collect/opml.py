"""Feed lists in OPML 1.0 and 2.0 (http://opml.org/spec2.opml), in and out.

Outlines inside outlines are folders, and the names of an outline's folders are its feed's tags; so are the
entries of its `category` attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from lxml import etree

from monitor.collect import fields, links, plain
from monitor.collect.decode import decode
from monitor.collect.identity import canonical_url
from monitor.collect.scrub import scrub
from monitor.errors import ParseError
from monitor.models import Feed

MAX_BYTES = 10_000_000
"""Size of a list; one with 10,000 feeds has about 2 MB."""
MAX_TAG = 100

_BARE = re.compile(r"&(?!#?\w+;)")  # many lists hold addresses with & as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlReport:
    """The feeds a list holds, and what was wrong with it, line by line."""

    feeds: tuple[Feed, ...]
    problems: tuple[str, ...]


def read_opml(body: bytes) -> OpmlReport:
    """The feeds of a list, each once. What cannot be used is named with its line and left out.

    Raises:
        ParseError: empty, larger than 10 MB, not OPML, or built to swell (`reason` entities or limit).
    """
    feeds: dict[str, tuple[int, Feed]] = {}
    problems: list[str] = []
    for outline in _root(body).iter("outline"):
        line = outline.sourceline or 0
        try:
            feed = _feed(outline)
        except _AddressError as refusal:
            problems.append(f"line {line}: {refusal}")
            continue
        if feed is None:
            continue
        first = feeds.setdefault(canonical_url(feed.url), (line, feed))
        if first[1] is not feed:
            problems.append(f"line {line}: {feed.url} is listed in line {first[0]} already; its tags were added there")
            tags = tuple(dict.fromkeys((*first[1].tags, *feed.tags)))
            feeds[canonical_url(feed.url)] = (first[0], replace(first[1], tags=tags))
    return OpmlReport(feeds=tuple(feed for _, feed in feeds.values()), problems=tuple(problems))


def write_opml(feeds: Sequence[Feed], title: str, now: datetime) -> bytes:
    """An OPML 2.0 list that `read_opml` reads back as it was: a feed's first tag is its folder, the others
    are its categories."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = plain.one_line(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in feeds:
        folder = body
        if feed.tags:
            name = feed.tags[0]
            if name not in folders:
                folders[name] = etree.SubElement(body, "outline", text=plain.one_line(name))
            folder = folders[name]
        etree.SubElement(folder, "outline", _attributes(feed))
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


class _AddressError(Exception):
    """An outline whose address we do not take; says why."""


def _root(body: bytes) -> etree._Element:
    if not body.strip():
        raise ParseError("The feed list is empty.", reason="empty")
    if len(body) > MAX_BYTES:
        raise ParseError(f"The feed list is larger than {MAX_BYTES // 1_000_000} MB; split it.", reason="size")
    document = scrub(decode(body).text)
    if document is None or document.root != "opml":
        raise ParseError("This is not a feed list: no <opml> element begins in it.", reason="not OPML")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    text = "\n" * (document.line - 1) + _BARE.sub("&amp;", document.text)
    root = etree.fromstring(text.encode(), parser)
    if root is None:
        raise ParseError("The feed list holds no readable XML.", reason="not OPML")
    return root


def _feed(outline: etree._Element) -> Feed | None:
    """The feed of an outline; None for a folder."""
    attributes = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
    address = attributes.get("xmlurl", "").strip()
    name = attributes.get("title") or attributes.get("text") or ""
    if not address:
        if attributes.get("type", "").lower() in ("rss", "atom"):
            raise _AddressError(f"{plain.to_line(name)[:80] or 'an outline'} has no xmlUrl")
        return None
    return Feed(
        url=_address(address),
        title=fields.title(name) if name != address else "",
        tags=tuple(dict.fromkeys((*_folders(outline), *_categories(attributes.get("category", ""))))),
        language=fields.language(attributes.get("language")),
        interval=fields.minutes(attributes.get("updateinterval")),
    )


def _address(stated: str) -> str:
    """The address as an http(s) URL.

    Raises:
        _AddressError: another scheme, a password in it, or no address at all.
    """
    authority = stated.partition("://")[2].partition("/")[0]
    if "@" in authority:
        host = authority.rpartition("@")[2]
        raise _AddressError(f"the address at {host[:100]} contains a user name or password; list it without")
    url = links.absolute(stated)
    if url is None:
        raise _AddressError(f"{stated[:100]!r} is not an http or https address")
    return url


def _folders(outline: etree._Element) -> Iterator[str]:
    """Names of the outlines around this one, outermost first."""
    for around in reversed(list(outline.iterancestors("outline"))):
        name = plain.to_line(around.get("text") or around.get("title") or "")[:MAX_TAG]
        if name:
            yield name


def _categories(stated: str) -> Iterator[str]:
    """Tags of a category attribute: comma-separated, a slash before each level."""
    for path in stated.split(","):
        for level in path.split("/"):
            name = plain.to_line(_unquoted(level))[:MAX_TAG]
            if name:
                yield name


def _attributes(feed: Feed) -> dict[str, str]:
    attributes = {"type": "rss", "text": plain.one_line(feed.title or feed.url), "xmlUrl": feed.url}
    if len(feed.tags) > 1:
        attributes["category"] = ",".join(_quoted(plain.one_line(tag)) for tag in feed.tags[1:])
    if feed.language:
        attributes["language"] = feed.language
    if feed.interval:
        attributes["updateInterval"] = str(feed.interval // timedelta(minutes=1))
    return attributes


# A comma or slash inside a tag would part it in a category attribute, so these three are percent-encoded.
def _quoted(tag: str) -> str:
    return tag.replace("%", "%25").replace(",", "%2C").replace("/", "%2F")


def _unquoted(tag: str) -> str:
    return tag.replace("%2C", ",").replace("%2F", "/").replace("%25", "%")
