"""monitor.collect.identity: which addresses and entries are the same. URL cases: data/*_urls.tsv."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect import identity
from monitor.collect.identity import canonical_url, content_hash, document_keys, entry_keys
from monitor.models import Entry

DATA = Path(__file__).parent / "data"
FEED = "https://site.example/feed"


def rows(name: str) -> list[list[str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


class Archive:
    """The aliases table and the rule that the module states for it, in memory."""

    def __init__(self) -> None:
        self.aliases: dict[str, int] = {}
        self.articles: list[Entry] = []

    def poll(self, entries: Iterable[Entry], feed: str = FEED) -> list[int]:
        """Take a document's entries; the article of each."""
        document = tuple(entries)
        return [self._take(keys, one) for keys, one in zip(document_keys(feed, document), document, strict=True)]

    def _take(self, keys: tuple[str, ...], entry: Entry) -> int:
        found = next((self.aliases[key] for key in keys if key in self.aliases and self._leads(key, entry)), None)
        if found is None:
            self.articles.append(entry)
            self.aliases |= dict.fromkeys(keys, len(self.articles) - 1)
            return len(self.articles) - 1
        self.aliases |= {key: found for key in keys if key not in self.aliases}
        return found

    def _leads(self, key: str, entry: Entry) -> bool:
        article = self.articles[self.aliases[key]]
        link = canonical_url(article.link) if article.link else ""
        return not key.startswith(identity.GUID) or not identity.is_another_story(entry, link, article.title)


def story(number: int, **changes: object) -> Entry:
    entry = Entry(
        guid=f"http://site.example/id/{number}",
        link=f"https://site.example/a/{number}",
        title=f"{WORDS[number % 6]} report number {number}",
        summary=f"What happened on day {number}.",
    )
    return replace(entry, **changes)  # type: ignore[arg-type]


WORDS = ("Harbour", "Минфин", "Pétrole", "ليبيا", "Election", "石油")


@pytest.mark.parametrize(("why", "url", "also"), rows("canonical_urls.tsv"), ids=lambda value: value[:40])
def test_one_article_has_one_address(why: str, url: str, also: str) -> None:
    """Two addresses of one article become the same, and canonical addresses stay as they are."""
    assert canonical_url(also) == canonical_url(url) == url


@pytest.mark.parametrize(("why", "url", "other"), rows("distinct_urls.tsv"), ids=lambda value: value[:40])
def test_two_articles_keep_two_addresses(why: str, url: str, other: str) -> None:
    """Addresses of different articles stay different."""
    assert canonical_url(url) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "stated", "believed"),
    [
        ("https://site.example/?p=7", "https://site.example/2024/03/title/", True),
        ("https://m.site.example/a/7", "https://www.site.example/long/title-7", True),
        ("https://news.site.example/a/7", "https://site.example/a-7", True),
        ("https://site.co.uk/a/7", "https://www.site.co.uk/b/7", True),
        ("https://site.example/a/title/2", "https://site.example/a/title", True),
        ("https://site.example/a?id=7", "https://site.example/b?id=7", True),
        ("https://site.example/a/7", "https://site.example/", False),
        ("https://site.example/a/7", "https://www.site.example", False),
        ("https://site.example/a?id=7", "https://site.example/a", False),
        ("https://site.example/news/title-7", "https://site.example/news", False),
        ("https://site.example/a/7", "https://other.example/a/7", False),
        ("https://site.co.uk/a/7", "https://other.co.uk/a/7", False),
        ("https://one.blogspot.com/a/7", "https://two.blogspot.com/a/7", False),
        ("https://site.example/a/7", "javascript:void(0)", False),
        ("https://site.example/a/7", "/a/8", False),
        ("https://site.example/a/7", "http://[::1", False),
    ],
)
def test_rel_canonical_is_believed_within_bounds(url: str, stated: str, believed: bool) -> None:
    """A stated canonical address counts on its own site, if it is not a home page or a mere section."""
    expected = canonical_url(stated) if believed else canonical_url(url)
    assert canonical_url(url, rel_canonical=stated) == expected


def test_keys_come_strongest_first() -> None:
    """Guid, the guid without its host, then the canonical address; content only where there is no other."""
    assert entry_keys("http://www.site.example/feed/", story(1, link="https://m.site.example/a/1?utm_source=x")) == (
        "guid:https://site.example/feed|http://site.example/id/1",
        "guid-alias:https://site.example/feed|/id/1",
        "url:https://site.example/a/1",
    )
    assert entry_keys(FEED, Entry(guid="x")) == ("guid:https://site.example/feed|x",)
    assert entry_keys(FEED, Entry(title="A", summary="b")) == (f"content:{content_hash('A', 'b')}",)


def test_guids_that_change_scheme_or_host_bring_nothing_new() -> None:
    """E2: all guids go from http to https, then to another host: the articles are found."""
    archive = Archive()
    first = archive.poll(story(n, link=None) for n in range(5))
    assert archive.poll(story(n, link=None, guid=f"https://site.example/id/{n}") for n in range(5)) == first
    assert archive.poll(story(n, link=None, guid=f"https://www.new.example/id/{n}") for n in range(5)) == first


def test_random_guids_with_the_same_links_bring_nothing_new() -> None:
    """E3: guids that are new at each poll do not make new articles of old links."""
    archive = Archive()
    polls = [archive.poll(story(n, guid=f"{poll}-{n * 7919}") for n in range(5)) for poll in range(3)]
    assert polls[0] == polls[1] == polls[2]


def test_a_guid_used_again_for_another_story_makes_a_new_article() -> None:
    """E4: same guid (a URL at that), other link and title: new once, and known from then on."""
    archive = Archive()
    archive.poll([story(1)])
    other = story(1, link="https://site.example/a/2", title="Elections postponed in the south")
    assert archive.poll([other]) == archive.poll([other]) == [1]
    assert archive.poll([story(1)]) == [0]


@pytest.mark.parametrize(
    "title", ["Harbour report number 6, updated", "Harbor report number 6", "HARBOUR REPORT: number 6"]
)
def test_an_edited_title_and_a_new_slug_are_the_same_article(title: str) -> None:
    """E7: a corrected title is an edit, even when the address follows it."""
    archive = Archive()
    assert archive.poll([story(6)]) == archive.poll([story(6, title=title, link="https://site.example/a/6-b")]) == [0]


def test_chinese_titles_are_compared_too() -> None:
    """The comparison of titles needs no spaces between words."""
    known = canonical_url("https://site.example/a/1")
    entry = Entry(link="https://site.example/a/2", title="利比亚和俄罗斯讨论石油供应新问题")
    assert not identity.is_another_story(entry, known, "利比亚和俄罗斯讨论石油供应问题")
    assert identity.is_another_story(entry, known, "德国总理访问法国首都巴黎并发表讲话")


def test_without_guid_varying_links_are_one_article() -> None:
    """E5: tracking parameters, fragments and their order vary from poll to poll."""
    archive = Archive()
    links = ("?utm_source=a&id=5", "?id=5&utm_source=b", "?id=5#comments", "?fbclid=9&id=5")
    assert {archive.poll([story(5, guid=None, link=f"https://site.example/a{end}")])[0] for end in links} == {0}


def test_entries_with_neither_guid_nor_link_are_stored_once() -> None:
    """B11: three polls of bare entries give each one article, told apart by their text."""
    archive = Archive()
    polls = [archive.poll(story(n, guid=None, link=None) for n in range(5)) for _ in range(3)]
    assert polls == [[0, 1, 2, 3, 4]] * 3


@pytest.mark.parametrize("link", ["https://site.example/", "https://site.example/live"])
@pytest.mark.parametrize("guid", [None, "keep"])
def test_a_link_that_all_entries_share_identifies_none(link: str, guid: str | None) -> None:
    """Entries that all link to a home or live page stay apart, and are found again."""
    archive = Archive()
    entries = [story(n, link=link) if guid else story(n, link=link, guid=None) for n in range(4)]
    assert archive.poll(entries) == archive.poll(entries) == [0, 1, 2, 3]


def test_two_feeds_that_list_one_page_share_the_article() -> None:
    """E9: an article is one whichever feed brought it, though guids count within their feed only."""
    archive = Archive()
    archive.poll([story(1)])
    assert archive.poll([story(1, guid="77")], "https://other.example/feed") == [0]
    assert archive.poll([story(2, guid="http://site.example/id/1")], "https://other.example/feed") == [1]


def test_a_feed_that_changes_its_format_brings_nothing_new() -> None:
    """B16: RSS with guids, then Atom with tag: ids, then JSON Feed with links as ids."""
    archive = Archive()
    first = archive.poll(story(n) for n in range(3))
    assert archive.poll(story(n, guid=f"tag:site.example,2024:{n}") for n in range(3)) == first
    links = [(f"https://site.example/a/{n}", f"http://www.site.example/a/{n}/") for n in range(3)]
    assert archive.poll(story(n, guid=guid, link=link) for n, (guid, link) in enumerate(links)) == first


def test_dates_and_absence_do_not_matter() -> None:
    """D10, E8: entries that vanish and return, or are re-dated, are known."""
    archive = Archive()
    first = archive.poll(story(n) for n in range(3))
    archive.poll([])
    assert archive.poll(story(n) for n in range(3)) == first


def test_content_hash_is_blind_to_form() -> None:
    """Case, spacing and Unicode form do not change the hash; words do, and where the title ends does."""
    assert content_hash("Café  Ｎoir", "x\n y") == content_hash("cafe\u0301 noir", "X y")
    assert content_hash("a", "b") != content_hash("a", "c")
    assert content_hash("a b", "c") != content_hash("a", "b c")


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(max_size=40).map("https://site.example/".__add__),
        st.from_regex(r"\Ahttps?://[a-z.]{1,12}(:\d{1,6})?/[a-z/.%?&=#;!]{0,30}\Z"),
    ),
    st.one_of(st.none(), st.text(max_size=30).map("https://site.example/".__add__)),
)
def test_canonical_urls_are_stable_and_never_raise(url: str, stated: str | None) -> None:
    """Whatever the address, it has a canonical form, whose canonical form is itself."""
    once = canonical_url(url, rel_canonical=stated)
    assert canonical_url(once) == once
    assert document_keys(url, (Entry(link=url, title=url),))[0]
