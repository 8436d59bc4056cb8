"""Bytes → ParsedFeed: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed, Google-News sitemaps.

    decode → scrub → parse → entries, one at a time, so that a poisoned item never costs the others

feedparser only ever gets a BytesIO of scrubbed UTF-8: from a string or bytes it would open files and URLs.
It neither cleans nor resolves HTML for us (that takes two thirds of its time): every field becomes plain
text here anyway. Meant to run in a child process with limits on CPU time and memory.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from xml.sax import SAXParseException

import feedparser

from monitor.collect import dates, fields, items, jsonfeed, links, sitemap
from monitor.collect.decode import decode
from monitor.collect.entries import Context, Raw, authors, entry
from monitor.collect.scrub import Scrubbed, scrub
from monitor.errors import ParseError
from monitor.models import Entry, ParsedFeed

_HTML_PAGE = re.compile(  # some feeds begin with HTML's document type, too
    r"\s*(?:<\?xml[^>]{0,200}>\s*|<!--[^>]{0,2000}-->\s*)*"
    r"<(?:!doctype\s+html[^>]{0,200}>\s*+(?!<(?:feed|rss|rdf:RDF)[\s>])|(?:html|head|body)[\s>])",
    re.IGNORECASE,
)
_PERIODS = {  # http://purl.org/rss/1.0/modules/syndication/
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def parse(body: bytes, content_type: str | None, url: str, now: datetime, limit: int = 1000) -> ParsedFeed:
    """The feed in an answer from `url`, with its newest `limit` entries in the order it lists them.

    `content_type` is the header as sent; `now` is aware and decides which dates can be believed. Texts are
    plain and capped (see `fields`), links absolute http(s), times UTC.

    Raises:
        ParseError: `reason` is empty, html, not a feed, sitemap, feed list, entities, limit or memory.
    """
    decoded = decode(body, content_type)
    if not decoded.text.strip(" \t\r\n\0"):
        raise ParseError(f"{url}: the answer is empty.", reason="empty")
    try:
        feed = _parse(decoded.text, content_type or "", url, now, limit)
    except MemoryError as error:
        raise ParseError(f"{url}: the feed needs more memory than a feed may.", reason="memory") from error
    kept = _newest(feed.entries, limit, now)
    warnings = (*([decoded.warning] if decoded.warning else []), *feed.warnings, *_remarks(kept))
    return replace(feed, entries=kept, dropped=feed.dropped + len(feed.entries) - len(kept), warnings=warnings)


def _parse(text: str, content_type: str, url: str, now: datetime, limit: int) -> ParsedFeed:
    if text.lstrip()[:1] in ("{", "[") or "json" in content_type.lower():
        return jsonfeed.parse(text, url, now)
    if _HTML_PAGE.match(text):
        raise ParseError(
            f"{url}: the answer is a web page, not a feed. `monitor add {url}` looks for the feeds it names.",
            reason="html",
        )
    document = scrub(text)
    if document is None:
        raise ParseError(f"{url}: the answer is neither RSS, Atom, JSON Feed nor a news sitemap.")
    if document.root == "opml":
        raise ParseError(
            f"{url}: the answer is a list of feeds (OPML). Save it and run `monitor opml import FILE`.",
            reason="feed list",
        )
    if document.root == "sitemapindex":
        raise ParseError(
            f"{url}: the answer lists sitemaps. Add the one among them that holds the news.", reason="sitemap"
        )
    if document.root == "urlset":
        return sitemap.parse(document.text, url, now)
    return _parse_xml(document, url, now, limit)


def _parse_xml(document: Scrubbed, url: str, now: datetime, limit: int) -> ParsedFeed:
    text, dropped = _trimmed(document.text, limit, now)
    warnings = list(document.warnings)
    parsed = _read(text, url, warnings)
    feed: dict[str, Any] = parsed.feed
    if not parsed.version and not parsed.entries:
        raise ParseError(f"{url}: the answer is XML, but neither RSS nor Atom.")
    if parsed.bozo:
        warnings.append(_ill_formed(parsed.get("bozo_exception"), document.line))
    site = links.absolute(dict.get(feed, "link"), url)
    kind = _kind(parsed.version)
    context = Context(
        base=url if kind == "atom" else site or url,
        now=now,
        language=fields.language(dict.get(feed, "language")),
        authors=authors(feed) if kind == "atom" else (),  # Atom's authors are inherited, RSS's are editors
    )
    return ParsedFeed(
        kind=kind,
        title=fields.title(dict.get(feed, "title")),
        link=site,
        language=context.language,
        ttl=_ttl(feed),
        entries=tuple(_entries(parsed.entries, context, warnings)),
        dropped=dropped,
        warnings=tuple(warnings),
    )


def _trimmed(text: str, limit: int, now: datetime) -> tuple[str, int]:
    """The document without all but its newest items: 50,000 of them would take feedparser 6 s."""
    found = items.find(text)
    if len(found) <= limit:
        return text, 0
    return items.keep(text, found, items.newest(text, found, limit, now)), len(found) - limit


def _read(text: str, url: str, warnings: list[str]) -> Any:
    """What feedparser makes of a document. When it raises, the items at fault are found and left out."""
    try:
        return _feedparser(text)
    except MemoryError:
        raise
    except Exception as error:  # it raises ValueError, KeyError, AssertionError, … on one bad item
        found = items.find(text)
        if not found:
            raise ParseError(f"{url}: the feed cannot be read ({_brief(error)}).") from error
        return _without_poison(text, found, warnings, url)


def _without_poison(text: str, found: tuple[items.Item, ...], warnings: list[str], url: str) -> Any:
    sound = _sound(text, found, range(len(found)), warnings)
    try:
        return _feedparser(items.keep(text, found, sound))
    except Exception as error:
        raise ParseError(f"{url}: the feed cannot be read ({_brief(error)}).") from error


def _sound(text: str, found: tuple[items.Item, ...], part: range, warnings: list[str]) -> frozenset[int]:
    """The items of `part` that feedparser can read, by halving; a warning for each it cannot."""
    if not part:
        return frozenset()
    try:
        _feedparser(items.keep(text, found, frozenset(part)))
    except MemoryError:
        raise
    except Exception as error:
        if len(part) == 1:
            warnings.append(f"item {part[0] + 1} could not be read and was left out: {_brief(error)}")
            return frozenset()
        half = len(part) // 2
        return _sound(text, found, part[:half], warnings) | _sound(text, found, part[half:], warnings)
    return frozenset(part)


def _feedparser(text: str) -> Any:
    return feedparser.parse(io.BytesIO(text.encode()), sanitize_html=False, resolve_relative_uris=False)


def _entries(raws: list[Raw], context: Context, warnings: list[str]) -> Iterator[Entry]:
    for number, raw in enumerate(raws, 1):
        try:
            yield entry(raw, context)
        except MemoryError:
            raise
        except Exception as error:  # one item that trips our own code must not cost the others
            warnings.append(f"entry {number} could not be read and was left out: {_brief(error)}")


def _brief(error: object) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _ill_formed(error: object, first_line: int) -> str:
    if isinstance(error, SAXParseException):
        line = (error.getLineNumber() or 0) + first_line - 2  # feedparser puts a line before the document
        return f"ill-formed XML near line {line}: {error.getMessage()}"
    return f"ill-formed XML: {_brief(error)}"


def _kind(version: str) -> str:
    if version.startswith("atom"):
        return "atom"
    return "rdf" if version in ("rss10", "rss090") else "rss"


def _ttl(feed: dict[str, Any]) -> timedelta | None:
    """How long the feed asks to be left alone: RSS `ttl`, else the syndication module's period."""
    stated = fields.minutes(feed.get("ttl"))
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    if stated or not period:
        return stated
    try:
        frequency = int(feed.get("sy_updatefrequency", 1))
    except ValueError:
        frequency = 1
    return min(period / max(1, min(frequency, 1440)), fields.MAX_TTL)


def _newest(entries: tuple[Entry, ...], limit: int, now: datetime) -> tuple[Entry, ...]:
    if len(entries) <= limit:
        return entries
    order = sorted(range(len(entries)), key=lambda i: entries[i].published or now + dates.AHEAD, reverse=True)
    kept = frozenset(order[:limit])
    return tuple(one for position, one in enumerate(entries) if position in kept)


def _remarks(entries: tuple[Entry, ...]) -> Iterator[str]:
    counts = Counter[str]()
    for one in entries:
        counts["without a link"] += one.link is None
        counts["with a date that cannot be believed"] += one.date_suspect
        counts["without title and text"] += not (one.title or one.summary or one.content)
    yield from (f"{count} of {len(entries)} entries {what}" for what, count in counts.items() if count)
