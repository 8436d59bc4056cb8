"""monitor.collect.discover: the feeds that a page names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect.discover import MAX_FOUND, FoundFeed, candidates, feed_links

BASE = "https://site.example/news/index.html"


def page(head: str = "", body: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def urls(html: bytes) -> list[str]:
    return [feed.url for feed in feed_links(html, BASE)]


@pytest.mark.parametrize(
    ("link", "url", "kind"),
    [
        ('rel="alternate" type="application/rss+xml" href="/rss"', "https://site.example/rss", "rss"),
        ("rel=alternate type=application/atom+xml href=atom", "https://site.example/news/atom", "atom"),
        ('REL="Alternate" TYPE="Application/RSS+XML" HREF="/rss"', "https://site.example/rss", "rss"),
        ('rel="alternate home" type="application/rss+xml; charset=utf-8" href="/r"', "https://site.example/r", "rss"),
        ('rel="alternate" type="application/feed+json" href="/feed.json"', "https://site.example/feed.json", "json"),
        ('rel="alternate" type="application/rdf+xml" href="/x.rdf"', "https://site.example/x.rdf", "rdf"),
        ('rel="feed" type="application/rss+xml" href="//cdn.example/f"', "https://cdn.example/f", "rss"),
        ('rel="alternate" type="text/xml" href="/rss.xml"', "https://site.example/rss.xml", ""),
        ('rel="alternate" type="application/rss+xml" href="feed://site.example/f"', "https://site.example/f", "rss"),
        (
            'rel="alternate" type="application/rss+xml" href="feed:http://site.example/f"',
            "http://site.example/f",
            "rss",
        ),
    ],
)
def test_declared_feeds_are_found(link: str, url: str, kind: str) -> None:
    """Each way of declaring a feed in the head of a page is understood."""
    found = feed_links(page(f'<link title="All &amp; new" {link}>'), BASE)
    assert found == (FoundFeed(url=url, title="All & new", kind=kind),)


@pytest.mark.parametrize(
    "link",
    [
        'rel="stylesheet" type="text/css" href="/feed.css"',
        'rel="alternate" type="application/json+oembed" href="/oembed?format=json"',
        'rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/7"',
        'rel="alternate" hreflang="fr" href="/fr/"',
        'rel="alternate" type="application/rss+xml"',
        'rel="alternate" type="application/rss+xml" href="javascript:feed()"',
        'rel="alternate" type="application/rss+xml" href="file:///etc/passwd"',
        'rel="alternate" type="application/rss+xml" href="https://user:secret@site.example/rss"',
    ],
)
def test_other_links_are_not_feeds(link: str) -> None:
    """Style sheets, oEmbed, APIs, translations and hostile addresses are passed over."""
    assert feed_links(page(f"<link {link}>"), BASE) == ()


def test_declared_feeds_come_before_guesses_and_comments_after_articles() -> None:
    """The order is: declared feeds, declared feeds of comments, links that look like feeds; each once."""
    html = page(
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        '<link rel="alternate" type="application/rss+xml" href="/feed/">',
        '<a href="/sport/rss.xml"><b>Sport</b> feed</a> <a href="/feed/">all</a> <a href="/story">read</a>',
    )
    assert urls(html) == [f"https://site.example{path}" for path in ("/feed/", "/comments/feed/", "/sport/rss.xml")]
    assert feed_links(html, BASE)[2].title == "Sport feed"


@pytest.mark.parametrize(
    ("href", "is_feed"),
    [
        ("/rss", True),
        ("/rss/politics", True),
        ("/export/rss2/index.xml", True),
        ("/feeds/world.xml", True),
        ("news.rss", True),
        ("/index.rdf", True),
        ("/?feed=rss2", True),
        ("/a.php?format=rss", True),
        ("https://feeds.other.example/feed", True),
        ("/feedback", False),
        ("/rssociety/story", False),
        ("/nutrition/animal-feed-prices", False),
        ("/about.html", False),
        ("mailto:rss@site.example", False),
    ],
)
def test_links_in_the_text_that_look_like_feeds(href: str, is_feed: bool) -> None:
    """Addresses that name a feed are found in the text; words that merely contain one are not."""
    assert bool(feed_links(page(body=f'<a href="{href}">x</a>'), BASE)) is is_feed


def test_a_base_element_is_honoured() -> None:
    """Relative addresses start from <base href>."""
    html = page('<base href="https://other.example/dir/"><link rel="alternate" type="application/rss+xml" href="f">')
    assert urls(html) == ["https://other.example/dir/f"]


def test_a_page_in_another_charset_keeps_its_titles() -> None:
    """Titles are decoded as the page declares."""
    link = '<link rel="alternate" type="application/rss+xml" title="Все новости порта" href="/f">'
    html = f'<html><head><meta charset="windows-1251">{link}</head><body>Новости порта</body>'
    assert feed_links(html.encode("cp1251"), BASE)[0].title == "Все новости порта"


def test_a_page_of_feeds_is_cut() -> None:
    """At most fifty feeds are listed."""
    assert len(urls(page(body="".join(f'<a href="/rss/{n}">x</a>' for n in range(200))))) == MAX_FOUND


def test_candidates_begin_in_the_folder() -> None:
    """The usual addresses are absolute, each once, the page's own folder first."""
    found = candidates("https://site.example/blog/?x=1#top")
    assert found[:2] == ("https://site.example/blog/feed", "https://site.example/feed")
    assert "https://site.example/rss.xml" in found
    assert len(set(found)) == len(found)
    assert candidates("https://site.example")[0] == "https://site.example/feed"


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=80).map(lambda text: page(f'<link rel=alternate type=application/rss+xml href="{text}">')),
        st.text(max_size=80).map(lambda text: b'<?xml version="1.0" encoding="x"?>' + page(body=text)),
    )
)
def test_never_raises(html: bytes) -> None:
    """Whatever a page is, its feeds are http addresses."""
    assert all(feed.url.startswith("http") for feed in feed_links(html, BASE))
