"""monitor.collect.feeds, with scrub, items, entries, fields, jsonfeed and sitemap behind it: bytes → entries.

The samples under data/feeds carry their expectation beside them, in a file of the same name.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.collect import entries as entries_module
from monitor.collect.feeds import parse
from monitor.errors import ParseError
from monitor.models import Entry, ParsedFeed

NOW = datetime(2024, 6, 1, tzinfo=UTC)
URL = "https://feed.example/feed.xml"
SAMPLES = Path(__file__).parent / "data" / "feeds"
CASES = sorted(SAMPLES.glob("*.toml"))


def read(body: str | bytes, limit: int = 1000, url: str = URL) -> ParsedFeed:
    return parse(body.encode() if isinstance(body, str) else body, None, url, NOW, limit)


def rss(*items: str, head: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel><title>News</title>{inside}</channel></rss>'


def sample(case: Path) -> bytes:
    return next(path for path in SAMPLES.glob(f"{case.stem}.*") if path.suffix != ".toml").read_bytes()


def shown(value: object) -> object:
    """A field as TOML can state it."""
    if value is None:
        return ""
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_sample(case: Path) -> None:
    """Every sample gives what the file beside it says."""
    expected = tomllib.loads(case.read_text(encoding="utf-8"))
    feed = read(sample(case), url=expected.get("url", URL))
    check_feed(feed, dict(expected["feed"]))
    for entry, fields in zip(feed.entries, expected.get("entry", []), strict=False):
        assert {name: shown(getattr(entry, name)) for name in fields} == fields
    assert len(feed.entries) >= len(expected.get("entry", []))


def check_feed(feed: ParsedFeed, expected: dict[str, Any]) -> None:
    if "entries" in expected:
        assert len(feed.entries) == expected.pop("entries")
    for plural, name in (("titles", "title"), ("links", "link")):
        if plural in expected:
            assert [shown(getattr(entry, name)) for entry in feed.entries] == expected.pop(plural)
    if "warnings" in expected:
        stated = expected.pop("warnings")
        assert all(any(part in warning for warning in feed.warnings) for part in stated), feed.warnings
        assert stated or not feed.warnings
    if "ttl_minutes" in expected:
        assert feed.ttl == timedelta(minutes=expected.pop("ttl_minutes"))
    assert {name: shown(getattr(feed, name)) for name in expected} == expected


def test_every_sample_has_an_expectation() -> None:
    """No sample lies about unused."""
    stems = [path.stem for path in SAMPLES.iterdir()]
    assert len(CASES) > 10
    assert all(stems.count(stem) == 2 for stem in stems)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n\t", "empty"),
        (b"\x00\x00\x00", "empty"),
        (b"null", "not a feed"),
        (b"[]", "not a feed"),
        (b'{"title": "no items"}', "not a feed"),
        (b'{"items": ', "not a feed"),
        (b'{"items": [' + b"[" * 100_000, "not a feed"),
        (b"/etc/passwd", "not a feed"),
        (b"http://127.0.0.1/feed.xml", "not a feed"),
        (b"%PDF-1.4", "not a feed"),
        (b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>", "html"),
        (b'<?xml version="1.0"?>\n<!-- x --><html xmlns="http://www.w3.org/1999/xhtml"></html>', "html"),
        (b"<note><to>you</to></note>", "not a feed"),
        (b"<opml version='2.0'><body/></opml>", "feed list"),
        (b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>", "sitemap"),
        (b"<urlset><url><loc>https://a.example/about</loc></url></urlset>", "sitemap"),
        (b"<rss version='2.0'>" + b"<a>" * 600 + b"</a>" * 600 + b"</rss>", "limit"),
        (b"<rss version='2.0' " + b" ".join(b"a%d=''" % n for n in range(1001)) + b"/>", "limit"),
    ],
    ids=range(19),
)
def test_what_is_no_feed_says_what_it_is(body: bytes, reason: str) -> None:
    """Each thing that is not a feed raises ParseError with its reason and names the address."""
    with pytest.raises(ParseError) as caught:
        read(body)
    assert caught.value.reason == reason
    assert reason == "limit" or URL in str(caught.value)


def test_a_path_in_the_body_is_not_opened(tmp_path: Path) -> None:
    """A body that is the path of a feed on our disk is not a feed."""
    sentinel = tmp_path / "secret.xml"
    sentinel.write_text(rss("<title>secret</title>"))
    with pytest.raises(ParseError):
        read(str(sentinel))


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">',
        f'<!ENTITY c "{"x" * 10_000}">',
        "".join(f'<!ENTITY c{n} "x">' for n in range(301)),
    ],
    ids=["nested", "long", "many"],
)
def test_entity_bombs_are_refused(subset: str) -> None:
    """Entities built to swell are named as the reason, and nothing is expanded."""
    with pytest.raises(ParseError) as caught:
        read(rss("<title>&c;&c;&c;</title>", head=f"<!DOCTYPE rss [{subset}]>"))
    assert caught.value.reason == "entities"


def test_a_flood_of_one_harmless_entity_is_refused() -> None:
    """A short entity that would add more than a million characters is a bomb too (quadratic blow-up)."""
    head = f'<!DOCTYPE rss [<!ENTITY c "{"x" * 250}">]>'
    with pytest.raises(ParseError) as caught:
        read(rss("<title>" + "&c;" * 5000 + "</title>", head=head))
    assert caught.value.reason == "entities"


def test_external_entities_and_inclusions_are_not_read(tmp_path: Path) -> None:
    """A file that a document points to in five ways stays unread."""
    sentinel = tmp_path / "sentinel.txt"
    sentinel.write_text("SENTINEL")
    head = (
        f'<?xml-stylesheet href="file://{sentinel}"?>'
        f'<!DOCTYPE rss SYSTEM "file://{sentinel}" [<!ENTITY x SYSTEM "file://{sentinel}">'
        f'<!ENTITY % p SYSTEM "file://{sentinel}"> %p;]>'
    )
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{sentinel}" parse="text"/>'
    feed = read(rss(f"<title>&x; here</title><description>{include}</description>", head=head))
    assert "here" in feed.entries[0].title
    assert "SENTINEL" not in repr(feed)


def test_long_authors_are_left_out_before_their_pattern_is_matched() -> None:
    """100 authors of 32 KB (minutes of matching in feedparser) are gone; the items and short authors stay."""
    poison = f"<author>a@{'a.' * 16_000}</author><title>t</title>"
    feed = read(rss(*[poison] * 100, "<author>ann@a.example (Ann)</author>"))
    assert len(feed.entries) == 101
    assert [entry.authors for entry in feed.entries[-2:]] == [(), ("Ann",)]
    assert "100 author fields" in feed.warnings[0]


def test_a_long_author_left_open_costs_its_item_only() -> None:
    """An over-long author element without an end does not swallow the items after it."""
    feed = read(rss("<title>one</title>", f"<dc:creator>{'a' * 5000}", "<title>three</title>"))
    assert [entry.title for entry in feed.entries if entry.title] == ["one", "three"]


def test_an_item_that_trips_feedparser_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the parser raises for a document, the items at fault are found by halving and left out."""
    real = feedparser.parse

    def parse_or_raise(stream: Any, **options: Any) -> Any:
        body = stream.getvalue()
        if b"poison" in body:
            raise AssertionError("boom")
        stream.seek(0)
        return real(stream, **options)

    monkeypatch.setattr(feedparser, "parse", parse_or_raise)
    items = [f"<title>{'poison' if n in (13, 14, 70) else n}</title>" for n in range(100)]
    feed = read(rss(*items))
    assert [entry.title for entry in feed.entries] == [str(n) for n in range(100) if n not in (13, 14, 70)]
    assert [warning.split(" could")[0] for warning in feed.warnings[:3]] == ["item 14", "item 15", "item 71"]


def test_a_document_that_trips_feedparser_whole_is_a_parse_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """When no item is at fault, the feed fails with the parser's own words, and nothing else escapes."""

    def parse_and_raise(*_arguments: Any, **_options: Any) -> Any:
        raise KeyError("boom")

    monkeypatch.setattr(feedparser, "parse", parse_and_raise)
    for body in (rss("<title>a</title>"), rss()):
        with pytest.raises(ParseError, match="boom"):
            read(body)


def test_an_entry_that_trips_our_own_code_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """99 of 100 entries survive an error in our code on the fiftieth, which is named."""
    real = entries_module.entry
    monkeypatch.setattr("monitor.collect.feeds.entry", lambda raw, context: fail_on_49(real(raw, context)))
    feed = read(rss(*[f"<title>{n}</title>" for n in range(100)]))
    assert len(feed.entries) == 99
    assert feed.warnings[0] == "entry 50 could not be read and was left out: OverflowError: 49"


def fail_on_49(entry: Entry) -> Entry:
    if entry.title == "49":
        raise OverflowError(entry.title)
    return entry


def test_memory_running_out_is_a_parse_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that needs too much memory is refused, not searched for the item at fault."""

    def parse_too_much(*_arguments: Any, **_options: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(feedparser, "parse", parse_too_much)
    with pytest.raises(ParseError) as caught:
        read(rss("<title>a</title>", "<title>b</title>"))
    assert caught.value.reason == "memory"


@pytest.mark.parametrize("broken", ["", "<oops>"], ids=["well-formed", "ill-formed"])
def test_only_the_newest_entries_are_kept(broken: str) -> None:
    """Of 50 items the newest 10 are kept, in the feed's order; an undated one counts as new."""
    dates = [f"<title>{n}</title><pubDate>{n % 28 + 1:02} Mar 2024 00:00 GMT</pubDate>" for n in range(49)]
    feed = read(rss(*dates, f"<title>undated</title>{broken}"), limit=10)
    assert [entry.title for entry in feed.entries] == [*map(str, range(20, 28)), "48", "undated"]
    assert feed.dropped == 40


def test_json_entries_beyond_the_limit_are_counted() -> None:
    """The limit holds for JSON Feed as well."""
    items = ",".join(f'{{"id":"{n}","date_published":"2024-03-0{n}"}}' for n in range(1, 6))
    feed = read(f'{{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{items}]}}', limit=2)
    assert [entry.guid for entry in feed.entries] == ["4", "5"]
    assert feed.dropped == 3


def test_long_fields_are_cut() -> None:
    """Titles end at 1,000 characters, texts at 200,000, authors and categories at 20, guids become a digest."""
    feed = read(
        rss(
            f"<title>{'t' * 10_000}</title><description>{'d' * 300_000}</description><guid>{'g' * 5000}</guid>"
            + "".join(f"<category>c{n}{'x' * 300}</category>" for n in range(50))
            + f"<link>https://l.example/{'l' * 3000}</link>"
        )
    )
    entry = feed.entries[0]
    assert (len(entry.title), len(entry.summary), len(entry.categories)) == (1000, 200_000, 20)
    assert max(map(len, entry.categories)) == 200
    assert entry.guid
    assert entry.guid.startswith("sha256:")
    assert entry.link is None


def test_invisible_characters_are_gone() -> None:
    """NUL, controls, noncharacters, zero-width spaces and heaps of marks go; Persian half-spaces stay."""
    text = "Li\x00bya \ufffe\u200bru\x81les \u202emiddle\u202c می\u200cخواهد z" + "\u0301" * 5000
    entry = read(rss(f"<title>{text}</title><description>{text}</description>").encode("utf-8")).entries[0]
    assert entry.title == entry.summary == "Libya rules \u202emiddle\u202c می\u200cخواهد z" + "\u0301" * 8


@pytest.mark.parametrize(
    ("stated", "minutes"),
    [
        ("<ttl>60</ttl>", 60),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999999999</ttl>", 30 * 24 * 60),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 30),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 24 * 60),
        ("<sy:updatePeriod>whenever</sy:updatePeriod>", None),
    ],
)
def test_how_long_a_feed_asks_to_be_left_alone(stated: str, minutes: int | None) -> None:
    """ttl and the syndication module's period become a time, clamped to 30 days, or nothing."""
    namespace = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    feed = read(f'<rss version="2.0" {namespace}><channel>{stated}<item><title>x</title></item></channel></rss>')
    assert feed.ttl == (None if minutes is None else timedelta(minutes=minutes))


def test_a_feed_may_begin_like_a_page() -> None:
    """HTML's document type before a feed's root element does not make it a page."""
    feed = read(
        '<?xml version="1.0"?>\n<!DOCTYPE html>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>a</title></feed>'
    )
    assert (feed.kind, feed.title) == ("atom", "a")


def test_a_feed_may_be_empty() -> None:
    """A feed or news sitemap without entries today is no error."""
    assert read(rss()).entries == ()
    assert read('<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"></urlset>').entries == ()


def test_cut_anywhere_a_feed_keeps_its_complete_items() -> None:
    """Cut at every tenth, a feed gives the items that were complete, and only ParseError when there is no root."""
    whole = rss(*[f"<title>Новость {n}</title><link>https://c.example/{n}</link>" for n in range(20)]).encode()
    for tenth in range(1, 10):
        body = whole[: len(whole) * tenth // 10]
        complete = body.count(b"</item>")
        titles = [entry.title for entry in read(body).entries]
        assert titles[:complete] == [f"Новость {n}" for n in range(complete)]


def test_one_broken_byte_costs_one_character() -> None:
    """A single bad byte in a Russian feed leaves every other title as it was."""
    body = rss(*[f"<title>Ливия и Россия {n}</title>" for n in range(50)]).encode()
    at = body.index("Россия 25".encode())
    titles = [entry.title for entry in read(body[:at] + b"\xff" + body[at:]).entries]
    assert titles == [f"Ливия и {'�' * (n == 25)}Россия {n}" for n in range(50)]


@pytest.mark.parametrize("filler", ["<!--" * 20_000, "<![CDATA[" * 20_000, "&" * 50_000, "<" * 50_000])
def test_floods_of_openings_end_in_a_feed_or_a_parse_error(filler: str) -> None:
    """Comment bombs and their kin neither hang nor raise anything else."""
    try:
        assert read(rss(f"<title>a</title>{filler}")).title == "News"
    except ParseError:
        pytest.fail("the items before the flood were lost")


FRAGMENTS = st.sampled_from(
    [
        *(
            "<rss version='2.0'>",
            "<channel>",
            "<item>",
            "</item>",
            "<title>",
            "</title>",
            "<link>",
            "</link>",
            "<feed>",
        ),
        *("<entry>", "</entry>", "<guid>", "</guid>", "<![CDATA[", "]]>", "<!--", "-->", "&#55296;", "&#x110000;"),
        *(
            "&amp;",
            "&nbsp;",
            "&",
            "<",
            ">",
            "\\",
            "<!DOCTYPE rss [",
            "<!ENTITY a 'b'>",
            "]>",
            "<pubDate>",
            "-1",
            "9e99",
        ),
        *("<georss:point>", "<gml:pos>x y z</gml:pos>", "<media:rating>", "</media:rating>", "<image>", "</image>"),
        *(
            "<content:encoded>",
            "</content:encoded>",
            "<author>",
            "</author>",
            "\x00",
            "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"),
        ),
        *(
            "<urlset>",
            "<url>",
            "<news:news>",
            "{",
            "}",
            '"items"',
            ":",
            "[",
            "]",
            "<itunes:explicit>",
            "<media_credit/>",
        ),
    ]
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=40), st.booleans())
def test_nothing_but_parse_error_escapes(pieces: list[str], rooted: bool) -> None:
    """Whatever the pieces of feeds are put together to, the outcome is a feed or a ParseError."""
    text = "".join(pieces)
    body = (rss(f"<title>a</title>{text}") if rooted else text).encode("utf-8", "surrogatepass")
    try:
        feed = read(body)
    except ParseError:
        return
    for entry in feed.entries:
        " ".join((entry.title, entry.summary, entry.content, entry.guid or "", entry.link or "")).encode()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_samples_give_a_feed_or_a_parse_error(data: st.DataObject) -> None:
    """Samples with bytes changed, cut out or doubled raise nothing but ParseError."""
    body = bytearray(sample(data.draw(st.sampled_from(CASES))))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        length = data.draw(st.integers(0, 12))
        body[at : at + length] = data.draw(st.binary(max_size=12))
        if not body:
            return
    try:
        read(bytes(body))
    except ParseError:
        return
