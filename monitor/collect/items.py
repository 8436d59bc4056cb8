"""Where the items of a feed document begin and end, so that one of them can be taken out before parsing."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from monitor.collect import dates

_TAG = re.compile(r"<(/?)((?:[\w.-]+:)?(?:item|entry))(?=[\s>])[^<>]*>", re.IGNORECASE)
_DATE = re.compile(r"<(?:pubDate|published|updated|issued|modified|dc:date)(?:\s[^<>]*)?>([^<]{4,60})<", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """Characters [start, end) of a document, from `<item>` or `<entry>` to its end tag."""

    start: int
    end: int


def find(text: str) -> tuple[Item, ...]:
    """Items in order. One that is never closed ends where the next begins; a last one without end is left out."""
    found: list[Item] = []
    start = -1
    for tag in _TAG.finditer(text):
        closing = tag[1] == "/"
        if start >= 0:
            found.append(Item(start, tag.end() if closing else tag.start()))
        start = -1 if closing else tag.start()
    return tuple(found)


def keep(text: str, items: tuple[Item, ...], kept: Collection[int]) -> str:
    """The document with only the items whose positions are in `kept`."""
    pieces: list[str] = []
    done = 0
    for position, item in enumerate(items):
        pieces.append(text[done : item.start])
        if position in kept:
            pieces.append(text[item.start : item.end])
        done = item.end
    return "".join([*pieces, text[done:]])


def newest(text: str, items: tuple[Item, ...], limit: int, now: datetime) -> frozenset[int]:
    """Positions of the `limit` newest items; an item without a believable date counts as new."""
    times = [_stated(text[item.start : item.end], now) for item in items]
    order = sorted(range(len(items)), key=lambda position: times[position], reverse=True)
    return frozenset(order[:limit])


def _stated(item: str, now: datetime) -> datetime:
    date = _DATE.search(item)
    return (dates.parse(date[1], now).value if date else None) or now + dates.AHEAD
