"""One item as the XML parser left it (nested dictionaries) → Entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.collect import dates, fields, links
from monitor.models import Entry

Raw = Mapping[str, Any]

_MAIL = re.compile(r"[(<]\s*[^\s()<>@]{1,64}@[^\s()<>@]+\s*[)>]|[^\s()<>@]{1,64}@[^\s()<>@]+")
_PORTRAIT = ".gravatar.com/avatar/"  # WordPress.com lists the writer's portrait before the article's picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an item inherits from its feed."""

    base: str  # absolute URL that relative links start from
    now: datetime
    language: str | None = None
    authors: tuple[str, ...] = ()


def entry(raw: Raw, context: Context) -> Entry:
    """The entry an item describes. Anything it raises concerns this item alone."""
    first = dates.parse(_first(raw, "published", "created", "updated"), context.now)
    changed = dates.parse(_own(raw, "updated"), context.now)
    published = first.value or changed.value
    content, summary = _texts(raw)
    return Entry(
        guid=fields.guid(_own(raw, "id")),
        link=_link(raw, context.base),
        title=fields.title(_own(raw, "title")),
        summary=summary,
        content=content,
        authors=authors(raw) or context.authors,
        published=published,
        updated=changed.value,
        date_suspect=published is None and (first.suspect or changed.suspect),
        language=_language(raw) or context.language,
        categories=fields.names(tag.get("label") or tag.get("term") for tag in _dicts(raw, "tags")),
        image=_image(raw, context.base),
    )


def _own(raw: Raw, key: str) -> Any:
    """The value stored under `key` itself: the parser's dictionaries answer for some keys with another's."""
    return dict.get(raw, key) if isinstance(raw, dict) else None


def _first(raw: Raw, *keys: str) -> Any:
    return next((value for key in keys if (value := _own(raw, key))), None)


def _dicts(raw: Raw, key: str) -> list[Raw]:
    value = _own(raw, key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(raw: Raw) -> tuple[str, str]:
    """Content and summary. Content no longer than the summary is a caption or a repeat, and left out."""
    values = [value for part in _dicts(raw, "content") if isinstance(value := part.get("value"), str)]
    longest = max(values, key=len, default="")
    said = _own(raw, "summary") or ""
    if said == longest:
        return fields.text(longest), ""
    content, summary = fields.text(longest), fields.text(said)
    return (content, summary) if len(content) > len(summary) else ("", summary)


def _link(raw: Raw, base: str) -> str | None:
    """The article's address: FeedBurner's original, the stated link, then any alternate link."""
    guid = _own(raw, "id")
    stated = _own(raw, "link")
    if stated == guid and stated and not links.is_absolute(stated):
        stated = None  # a bare guid that the parser offers as a permalink
    others = (link.get("href") for link in _dicts(raw, "links") if link.get("rel", "alternate") == "alternate")
    for candidate in (_own(raw, "feedburner_origlink"), stated, *others):
        url = links.absolute(candidate, base)
        if url:
            return url
    return None


def authors(raw: Raw) -> tuple[str, ...]:
    """Names of the people who wrote it; e-mail addresses only where there is no name."""
    people = [person.get("name") for person in _dicts(raw, "authors")]
    stated = _own(raw, "author")  # the last of them, as written: the parser cuts long domains in the middle
    if isinstance(stated, str):
        people[-1:] = [_name(stated)]
    return fields.names(people)


def _name(author: str) -> str:
    """The name in `mail (Name)`, `Name (mail)` or `Name <mail>`; else all of it."""
    rest = " ".join(_MAIL.sub("", author).split())
    if rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1].strip()
    return rest or author


def _language(raw: Raw) -> str | None:
    parts: Iterable[Raw] = (
        *_dicts(raw, "content"),
        *(part for key in ("summary_detail", "title_detail") if isinstance(part := _own(raw, key), dict)),
    )
    return fields.language(_own(raw, "language"), *(part.get("language") for part in parts))


def _image(raw: Raw, base: str) -> str | None:
    """The first picture of media:content, media:thumbnail, an enclosure or itunes:image."""
    enclosures = (link for link in _dicts(raw, "links") if link.get("rel") == "enclosure")
    cover = _own(raw, "image")
    candidates = (
        *(part.get("url") for part in _dicts(raw, "media_content") if _is_picture(part)),
        *(part.get("url") for part in _dicts(raw, "media_thumbnail")),
        *(link.get("href") for link in enclosures if _is_picture(link)),
        cover.get("href") if isinstance(cover, dict) else None,
    )
    urls = (links.absolute(candidate, base) for candidate in candidates)
    return next((url for url in urls if url and _PORTRAIT not in url), None)


def _is_picture(part: Raw) -> bool:
    kind = f"{part.get('medium', '')} {part.get('type', '')}".strip().lower()
    if kind:
        return kind.startswith("image") or " image/" in kind
    path = str(part.get("url") or part.get("href") or "").lower().partition("?")[0]
    return path.endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"))
