"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) → ParsedFeed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from monitor.collect import dates, fields, links
from monitor.errors import ParseError
from monitor.models import Entry, ParsedFeed


def parse(text: str, url: str, now: datetime) -> ParsedFeed:
    """The feed a JSON document holds, all its entries in order.

    Raises:
        ParseError: the document is not JSON, or not a JSON Feed.
    """
    document = _document(text, url)
    items = document["items"]
    base = links.absolute(_string(document.get("home_page_url")), url) or url
    language = fields.language(document.get("language"))
    authors = _authors(document)
    entries = tuple(_entry(item, base, now, language, authors) for item in items if isinstance(item, dict))
    skipped = len(items) - len(entries)
    return ParsedFeed(
        kind="json",
        title=fields.title(document.get("title")),
        link=links.absolute(_string(document.get("home_page_url")), url),
        language=language,
        entries=entries,
        warnings=(f"{skipped} items were not objects and were left out",) if skipped else (),
    )


def _document(text: str, url: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{url}: the answer is broken JSON ({error})") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise ParseError(f"{url}: the answer is JSON, but not a JSON Feed: it has no list of items")
    return document


def _entry(item: dict[str, Any], base: str, now: datetime, language: str | None, authors: tuple[str, ...]) -> Entry:
    published = dates.parse(_string(item.get("date_published")), now)
    modified = dates.parse(_string(item.get("date_modified")), now)
    when = published.value or modified.value
    html, text = _string(item.get("content_html")), _string(item.get("content_text"))
    return Entry(
        guid=fields.guid(item.get("id")),
        link=_first_link((item.get("url"), item.get("external_url"), _permalink(item)), base),
        title=fields.title(item.get("title")),
        summary=fields.text(item.get("summary")),
        content=fields.text(html or text),
        authors=_authors(item) or authors,
        published=when,
        updated=modified.value,
        date_suspect=when is None and (published.suspect or modified.suspect),
        language=fields.language(item.get("language")) or language,
        categories=fields.names(_list(item.get("tags"))),
        image=_first_link((item.get("image"), item.get("banner_image")), base),
    )


def _permalink(item: dict[str, Any]) -> str:
    """The id, where it is an address (the format recommends one)."""
    identifier = _string(item.get("id"))
    return identifier if links.is_absolute(identifier) else ""


def _first_link(candidates: Iterable[object], base: str) -> str | None:
    return next((url for one in candidates if (url := links.absolute(_string(one), base))), None)


def _authors(owner: dict[str, Any]) -> tuple[str, ...]:
    """`authors` of version 1.1, else the single `author` of version 1.0."""
    people = _list(owner.get("authors")) or [owner.get("author")]
    return fields.names(person.get("name") for person in people if isinstance(person, dict))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
