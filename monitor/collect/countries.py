"""Where a feed is published, when its address tells."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from monitor.models import Feed

# Country codes that are sold to everybody, so that they say nothing of a country, and those of no country.
# https://en.wikipedia.org/wiki/Country_code_top-level_domain, "Commercial and vanity use".
_FOR_SALE = frozenset(
    ["ac", "ai", "as", "cc", "co", "eu", "fm", "gg", "io", "me", "nu", "sh", "st", "su", "tk", "to", "tv", "vc", "ws"]
)
_OTHERWISE = {"uk": "GB"}


def with_country(feed: Feed) -> Feed:
    """The feed with its country as declared, else as its address tells (`.ly` → LY), else none."""
    return feed if feed.country else replace(feed, country=country(feed.url))


def country(url: str) -> str | None:
    """ISO 3166 code by the last part of the host; None when that is of no country."""
    last = (urlsplit(url).hostname or "").rpartition(".")[2].lower()
    if len(last) != 2 or not last.isascii() or not last.isalpha() or last in _FOR_SALE:
        return None
    return _OTHERWISE.get(last, last.upper())
