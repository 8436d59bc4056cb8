"""What the address of a search asks for; and the addresses of searches beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from monitor.archive.finding import Filters
from monitor.errors import QueryError
from monitor.web.periods import midnight

SORTS = ("relevance", "date")
SIZE, CSV_SIZE, MOST = 20, 100, 100  # answers on a page, in a table, at most
_DAY = re.compile(r"(19[7-9]\d|2\d{3})-(\d{2})(?:-(\d{2}))?")
_CURSOR = re.compile(r"(\d{1,18})\.(\d{1,6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search. Its address holds all of it, so keeping the address keeps the search."""

    q: str = ""
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # outlets
    topics: tuple[str, ...] = ()
    first_day: str = ""  # "2026-11-23" or "2026-11"
    last_day: str = ""
    sort: str = "relevance"
    below: int | None = None  # articles with lower ids alone: where a page goes on
    offset: int = 0  # answers already seen below it
    size: int = SIZE

    def url(self, path: str = "/search") -> str:
        """The address of this search, or of another page about it."""
        pairs = [("q", self.q)]
        pairs += [("language", one) for one in self.languages] + [("source", one) for one in self.sources]
        pairs += [("topic", one) for one in self.topics]
        pairs += [("from", self.first_day), ("to", self.last_day)]
        pairs += [("sort", self.sort if self.sort != SORTS[0] else "")]
        pairs += [("cursor", "" if self.below is None else f"{self.below}.{self.offset}")]
        pairs += [("size", str(self.size) if self.size != SIZE else "")]
        shown = [(name, value) for name, value in pairs if value]
        return f"{path}?{urlencode(shown)}" if shown else path

    def narrowed(self) -> bool:
        """Whether anything but words is asked for."""
        return bool(self.languages or self.sources or self.topics or self.first_day or self.last_day)

    def begun(self, **changes: Any) -> Asked:
        """The first page of this search, changed."""
        return replace(self, below=None, offset=0, **changes)

    def filters(self, zone: ZoneInfo) -> Filters:
        """Days are those of the reader's zone. Raises QueryError for what is no day."""
        return Filters(
            languages=self.languages,
            outlets=self.sources,
            topics=self.topics,
            since=midnight(_first(self.first_day), zone) if self.first_day else None,
            until=midnight(_after(self.last_day), zone) if self.last_day else None,
        )


def asked(request: Any, *, size: int = SIZE) -> Asked:
    """What a request asks for. Raises QueryError for a sort, a size or a cursor that is none."""
    args = request.args

    def several(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, args.getlist(name))))

    below, offset = _cursor(args.get("cursor") or "")
    sort = args.get("sort") or SORTS[0]
    if sort not in SORTS:
        raise QueryError(f"sort is {' or '.join(SORTS)}.", query=sort)
    return Asked(
        q=(args.get("q") or "").strip(),
        languages=several("language"),
        sources=several("source"),
        topics=several("topic"),
        first_day=(args.get("from") or "").strip(),
        last_day=(args.get("to") or "").strip(),
        sort=sort,
        below=below,
        offset=offset,
        size=_size(args.get("size") or str(size)),
    )


def _cursor(text: str) -> tuple[int | None, int]:
    if not text:
        return None, 0
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise QueryError("cursor is not one of ours. Begin the search anew.", query=text)
    return int(match[1]), int(match[2])


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST):
        raise QueryError(f"size is a number from 1 to {MOST}.", query=text)
    return int(text)


def _first(text: str) -> date:
    """The first day of a day or a month."""
    match = _DAY.fullmatch(text)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        pass
    raise QueryError(f"“{text[:40]}” is no day. Write it like 2026-11-23, or a month like 2026-11.", query=text)


def _after(text: str) -> date:
    """The day after a day or a month."""
    first = _first(text)
    if len(text) > len("2026-11"):
        return first + timedelta(days=1)
    return (first + timedelta(days=31)).replace(day=1)
