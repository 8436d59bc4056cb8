"""monitor.collect.opml: feed lists, in and out."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect.opml import read_opml, write_opml
from monitor.errors import ParseError
from monitor.models import Feed

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


def opml(body: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}\n<opml version="2.0">\n<body>\n{body}\n</body></opml>'.encode()
    )


def outline(url: str, more: str = "") -> str:
    return f'<outline type="rss" text="t" xmlUrl="{url}" {more}/>'


def test_folders_and_categories_become_tags() -> None:
    """Nested outlines and the category attribute give the tags, outermost first, each once."""
    report = read_opml(
        opml(
            """<outline text="Africa"><outline text="Libya &amp; Tunisia">
            <outline type="rss" text="Port" title="The Port" xmlUrl="https://port.example/rss" htmlUrl="https://port.example/"
              language="ar" category="/News/Local,Africa,daily%2C%20late" updateInterval="30"/>
            </outline></outline>
            <outline text="plain" xmlUrl="https://plain.example/feed"/>"""
        )
    )
    assert report.problems == ()
    assert report.feeds == (
        Feed(
            url="https://port.example/rss",
            title="The Port",
            tags=("Africa", "Libya & Tunisia", "News", "Local", "daily,%20late"),
            language="ar",
            interval=timedelta(minutes=30),
        ),
        Feed(url="https://plain.example/feed", title="plain"),
    )


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (outline("file:///etc/passwd"), "'file:///etc/passwd' is not an http or https address"),
        (outline("https://ann:secret@feed.example/x"), "the address at feed.example contains a user name or password"),
        (outline("javascript:alert(1)"), "is not an http or https address"),
        (outline("http://[::1"), "is not an http or https address"),
        (outline("https://a.example/" + "x" * 3000), "is not an http or https address"),
        ('<outline type="rss" text="No address"/>', "No address has no xmlUrl"),
        (outline("http://www.first.example/feed/", 'category="extra"'), "is listed in line 4 already"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(bad: str, problem: str) -> None:
    """One bad line costs itself: its problem carries the line, the other feeds are kept, no secret is shown."""
    report = read_opml(opml(f"{outline('https://first.example/feed')}\n{bad}\n{outline('https://last.example/feed')}"))
    assert [feed.url for feed in report.feeds] == ["https://first.example/feed", "https://last.example/feed"]
    assert len(report.problems) == 1
    assert report.problems[0].startswith("line 5: ")
    assert problem in report.problems[0]
    assert "secret" not in report.problems[0]


def test_a_feed_in_two_folders_has_both_tags() -> None:
    """A feed listed twice is one feed with the tags of both places, and is reported."""
    twice = "".join(f'<outline text="{name}">{outline("https://f.example/x")}</outline>' for name in ("A", "B"))
    report = read_opml(opml(twice))
    assert [feed.tags for feed in report.feeds] == [("A", "B")]
    assert "its tags were added there" in report.problems[0]


def test_feed_scheme_becomes_https() -> None:
    """feed: addresses, as some readers export them, are usable."""
    report = read_opml(opml(outline("feed://a.example/x") + outline("feed:http://b.example/x")))
    assert [feed.url for feed in report.feeds] == ["https://a.example/x", "http://b.example/x"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<rss version='2.0'><channel/></rss>", "not OPML"),
        (b"https://a.example/feed", "not OPML"),
        (b"<opml>" + b" " * 10_000_001, "size"),
        (opml(outline("&c;"), '<!DOCTYPE opml [<!ENTITY a "x"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'), "entities"),
        (opml("<outline text='d'>" * 1000 + "</outline>" * 1000), "limit"),
    ],
    ids=["empty", "blank", "a feed", "an address", "huge", "bomb", "deep"],
)
def test_what_is_no_feed_list_says_so(body: bytes, reason: str) -> None:
    """Files that are not lists, or attack the reader, raise ParseError with their reason."""
    with pytest.raises(ParseError) as caught:
        read_opml(body)
    assert caught.value.reason == reason


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    """A list cannot make us read a file."""
    sentinel = tmp_path / "sentinel.txt"
    sentinel.write_text("SENTINEL")
    head = f'<!DOCTYPE opml [<!ENTITY x SYSTEM "file://{sentinel}">]>'
    body = opml('<outline text="&x;">' + outline("https://a.example/x") + "</outline>", head)
    assert "SENTINEL" not in repr(read_opml(body))
    assert [feed.url for feed in read_opml(body).feeds] == ["https://a.example/x"]


def test_a_damaged_list_gives_what_it_has() -> None:
    """Bare ampersands and a missing end cost nothing that stands before them."""
    body = b'<opml><body><outline text="A & B"><outline xmlUrl="https://a.example/x?a=1&b=2" text="A"/>'
    assert [feed.url for feed in read_opml(body).feeds] == ["https://a.example/x?a=1&b=2"]


def test_the_written_list_is_what_other_readers_expect() -> None:
    """Folders by first tag, categories for the others, type and addresses in every outline."""
    written = write_opml(
        [
            Feed(url="https://a.example/1", title="A & Co", tags=("Libya", "daily")),
            Feed(url="https://b.example/2", language="fr"),
        ],
        "My feeds",
        NOW,
    ).decode()
    assert '<outline text="Libya">' in written
    assert '<outline type="rss" text="A &amp; Co" xmlUrl="https://a.example/1" category="daily"/>' in written
    assert '<outline type="rss" text="https://b.example/2" xmlUrl="https://b.example/2" language="fr"/>' in written
    assert "<dateCreated>Sat, 01 Jun 2024 12:00:00 +0000</dateCreated>" in written


WORDS = st.text(st.sampled_from(string.ascii_letters + "éЖ中ع ,/%&\"'"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split()) or "x"
)
FEEDS = st.lists(
    st.builds(
        Feed,
        url=st.integers(0, 10**6).map(lambda n: f"https://f{n}.example/feed?a=1&b={n}"),
        title=WORDS,
        tags=st.lists(WORDS, max_size=4, unique=True).map(tuple),
        language=st.sampled_from([None, "fr", "pt-br"]),
        interval=st.sampled_from([None, timedelta(minutes=15)]),
    ),
    max_size=8,
    unique_by=lambda feed: feed.url,
)


@settings(max_examples=100, deadline=None)
@given(FEEDS)
def test_round_trip(feeds: list[Feed]) -> None:
    """What is written is read back: addresses, titles, tags, languages and intervals."""
    report = read_opml(write_opml(feeds, "Feeds", NOW))
    assert report.problems == ()
    assert sorted(report.feeds, key=lambda feed: feed.url) == sorted(feeds, key=lambda feed: feed.url)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=60).map(lambda text: opml(outline(text))),
        st.lists(
            st.sampled_from(["<outline", " xmlUrl='", "https://a.example/", "'", ">", "/>", "</outline>", "&", "\x00"])
        ).map(lambda parts: opml("".join(parts))),
    )
)
def test_nothing_but_parse_error_escapes(body: bytes) -> None:
    """Any bytes give a report or a ParseError."""
    try:
        assert all(feed.url.startswith("http") for feed in read_opml(body).feeds)
    except ParseError:
        return
