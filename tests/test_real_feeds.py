"""Feeds and feed lists as the world writes them. They are not ours to distribute: skipped where absent."""

from __future__ import annotations

import os
import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.collect.feeds import parse
from monitor.collect.identity import document_keys
from monitor.collect.opml import read_opml, write_opml
from monitor.errors import ParseError
from monitor.models import ParsedFeed

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).resolve().parents[1].parent / "shared"))
FEEDS = SHARED / "data" / "feeds-real.tar.xz"
LISTS = SHARED / "data" / "opml"
NOW = datetime(2026, 12, 1, tzinfo=UTC)  # after the newest of them
NOT_FEEDS = ("LICENSE", "README.md", ".serde.json")


def bodies() -> Iterator[tuple[str, bytes]]:
    with tarfile.open(FEEDS) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content and not member.name.endswith(NOT_FEEDS):
                yield member.name, b"".join(iter(lambda content=content: content.read1(1 << 20), b""))


@pytest.fixture(scope="module")
def outcome() -> dict[str, ParsedFeed | str]:
    """What became of each: the parsed feed, or the reason it is none."""
    if not FEEDS.exists():
        pytest.skip(f"no real feeds at {FEEDS}; set MONITOR_SHARED to the folder that has data/feeds-real.tar.xz")
    outcome: dict[str, ParsedFeed | str] = {}
    for name, body in bodies():
        try:
            outcome[name] = parse(body, None, "https://feed.example/feed.xml", NOW)
        except ParseError as error:
            outcome[name] = error.reason
    return outcome


def test_real_feeds_parse(outcome: dict[str, ParsedFeed | str]) -> None:
    """267 of 270 documents are read; the others are a lone entry and two notes."""
    feeds = [feed for feed in outcome.values() if isinstance(feed, ParsedFeed)]
    assert len(outcome) == 270
    assert len(feeds) >= 267
    assert Counter(reason for reason in outcome.values() if isinstance(reason, str)) == {"not a feed": 3}
    assert Counter(feed.kind for feed in feeds) == {"rss": 174, "atom": 80, "rdf": 9, "json": 4}


def test_real_entries_are_complete(outcome: dict[str, ParsedFeed | str]) -> None:
    """Of more than 6,700 entries nearly all have a title, a date and text; nothing in them looks like markup."""
    entries = [one for feed in outcome.values() if isinstance(feed, ParsedFeed) for one in feed.entries]
    assert len(entries) >= 6_729
    assert sum(bool(one.title) for one in entries) >= 6_710
    assert sum(one.published is not None for one in entries) >= 6_670
    assert sum(one.date_suspect for one in entries) <= 40
    assert sum(one.link is not None for one in entries) >= 5_715  # one feed of 1,000 entries has no links
    assert sum("</p>" in one.summary + one.content for one in entries) <= 25  # texts about HTML


def test_real_entries_stay_apart(outcome: dict[str, ParsedFeed | str]) -> None:
    """No key leads from one entry to another of the same document with a different title, links shared or not."""
    for feed in outcome.values():
        entries = feed.entries if isinstance(feed, ParsedFeed) else ()
        titles: dict[str, set[str]] = {}
        for keys, one in zip(document_keys("https://feed.example/", entries), entries, strict=True):
            for key in keys:
                titles.setdefault(key, set()).add(one.title)
        assert {key: names for key, names in titles.items() if len(names) > 1} == {}


def test_a_second_poll_brings_nothing_new(outcome: dict[str, ParsedFeed | str]) -> None:
    """The strongest key of every entry is the same when a feed is parsed again."""
    for name, body in list(bodies())[:40]:
        first = outcome[name]
        if isinstance(first, ParsedFeed):
            again = parse(body, None, "https://feed.example/feed.xml", NOW)
            keys = [document_keys("https://feed.example/feed.xml", feed.entries) for feed in (first, again)]
            assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("path", "feeds", "problems"),
    [
        ("seed-libya-russia.opml", 21, 0),
        ("yavuz-fr-ru-ar-africa.opml", 169, 4),
        ("plenary/countries/with_category/Russia.opml", 12, 0),
    ],
)
def test_real_feed_lists(path: str, feeds: int, problems: int) -> None:
    """Published feed lists are read whole and survive a round trip."""
    if not (LISTS / path).exists():
        pytest.skip(f"no feed list at {LISTS / path}")
    report = read_opml((LISTS / path).read_bytes())
    assert (len(report.feeds), len(report.problems)) == (feeds, problems)
    again = read_opml(write_opml(report.feeds, "again", NOW))
    assert sorted(again.feeds, key=lambda feed: feed.url) == sorted(report.feeds, key=lambda feed: feed.url)
