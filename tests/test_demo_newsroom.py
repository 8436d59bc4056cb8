"""The sample newsroom as it is served: its pages, its feeds and how its servers behave."""

from __future__ import annotations

import gzip
import http.client
import io
import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from urllib.parse import urljoin, urlsplit

import feedparser
import lxml.etree
import lxml.html
import pytest
from protego import Protego

from monitor.demo.server import Newsroom
from monitor.demo.sites import SampleArticle, Site, SiteFeed, read_sites

NOW = datetime(2025, 3, 2, 9, 30, tzinfo=UTC)
SITES = read_sites(NOW)
ARTICLES = [(site, article) for site in SITES for article in site.articles]
FEEDS = [(site, feed) for site in SITES for feed in site.feeds]
WORKING = [pair for pair in FEEDS if pair[1].kind != "broken" and pair[1].status == 200]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes


class Reader:
    """A newsroom being served, the waits its slow feed asked for, and a client."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.newsroom = Newsroom(NOW, sleep=self.waits.append)

    def base(self, site: Site) -> str:
        return "http://" + self.newsroom.addresses[[each.key for each in SITES].index(site.key)]

    def get(self, url: str, **headers: str) -> Answer:
        parts = urlsplit(url)
        client = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        client.request("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = client.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        client.close()
        return answer

    def page(self, site: Site, article: SampleArticle) -> lxml.html.HtmlElement:
        answer = self.get(self.base(site) + article.path)
        return lxml.html.document_fromstring(answer.body.decode(answer.headers.get_content_charset() or ""))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    with reader.newsroom:
        yield reader


def _find(name: str) -> tuple[Site, SampleArticle]:
    return next((site, article) for site, article in ARTICLES if article.name == name)


def _named(pair: tuple[Site, SampleArticle | SiteFeed]) -> str:
    site, thing = pair
    return thing.name if isinstance(thing, SampleArticle) else f"{site.key}-{thing.kind}"


def _all_text(article: SampleArticle) -> str:
    return "\n".join([article.title, article.lead, *article.paragraphs])


# ── the pages ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pair", ARTICLES, ids=_named)
def test_page(pair: tuple[Site, SampleArticle], reader: Reader) -> None:
    """A page parses, and holds the article, the metadata and the site's furniture."""
    site, article = pair
    page = reader.page(site, article)
    text = page.text_content()
    words = site.words
    furniture = [words[name] for name in ("cookies", "accept", "home", "newsletter", "legal", "related", "comments")]
    teasers = [*site.related, *(other.title for other in site.articles if other != article)]
    remarks = [remark.text for remark in article.comments]
    shares = list(words["share"])
    wanted = [article.title, article.caption, article.author, *article.paragraphs, *furniture]
    wanted += [*site.menu, *teasers, *remarks, *shares]
    assert [piece for piece in wanted if piece not in text] == []
    assert page.get("lang") == site.language
    assert page.xpath("//h1/text()") == [article.title]
    assert page.xpath("//link[@rel='canonical']/@href") == [reader.base(site) + article.path]
    published = page.xpath("//meta[@property='article:published_time']/@content")
    assert [datetime.fromisoformat(stated) for stated in published] == [article.published]


def test_json_ld(reader: Reader) -> None:
    """Some sites describe the article in JSON-LD, text included; others do not."""
    kept = {}
    for site, article in ARTICLES:
        for script in reader.page(site, article).xpath("//script[@type='application/ld+json']/text()"):
            kept[article.name] = json.loads(script)
            assert kept[article.name]["articleBody"].split("\n\n") == list(article.paragraphs)
    assert 0 < len(kept) < len(ARTICLES)


def test_trap_in_the_furniture(reader: Reader) -> None:
    """A page about rain in Niger names Libya and Russia in its teasers and comments, not in its text."""
    site, article = _find("sahel-pluies-recoltes")
    text = reader.page(site, article).text_content()
    assert "Libye" in text
    assert "Russie" in text
    assert not any(country in _all_text(article) for country in ("Libye", "libyen", "Russie", "russe"))


def test_windows_1251(reader: Reader) -> None:
    """The Russian site sends windows-1251 and says so, in its pages and its feed."""
    site, article = _find("polyarny-stolicy-viktorina")
    for path in (article.path, site.feeds[0].path):
        answer = reader.get(reader.base(site) + path)
        assert answer.headers.get_content_charset() == "windows-1251"
        assert article.title in answer.body.decode("windows-1251")
        with pytest.raises(UnicodeDecodeError):
            answer.body.decode("utf-8")


FETCHED = "//@src | //@srcset | //@poster | //@background | //object/@data | //form/@action | //link/@href | //a/@href"


def test_nothing_leaves_loopback(reader: Reader) -> None:
    """No page or feed points at an address that is not the newsroom's own."""
    for site, article in ARTICLES:
        url = reader.base(site) + article.path
        page = reader.page(site, article)
        for reference in page.xpath(FETCHED):
            assert urlsplit(urljoin(url, reference)).netloc in reader.newsroom.addresses
        assert not any("url(" in css or "@import" in css for css in page.xpath("//style/text()"))
    hosts = [address.rpartition(":")[0] for address in reader.newsroom.addresses]
    assert all(ipaddress.ip_address(host).is_loopback for host in hosts)


def test_links_of_a_page_are_served(reader: Reader) -> None:
    """Everything a page of each site links to or shows is answered, apart from its forms."""
    for site in SITES:
        url = reader.base(site) + site.articles[0].path
        page = reader.page(site, site.articles[0])
        for reference in {*page.xpath("//a/@href | //img/@src")}:
            assert reader.get(urljoin(url, reference).partition("#")[0]).status == 200, reference


def test_front_page_names_the_feeds(reader: Reader) -> None:
    """A site's front page leads to its feeds and its articles."""
    for site in SITES:
        answer = reader.get(reader.base(site) + "/")
        page = lxml.html.document_fromstring(answer.body.decode(site.charset))
        assert page.xpath("//link[@rel='alternate']/@href") == [feed.path for feed in site.feeds]
        assert page.xpath("//h2/a/@href") == [article.path for article in site.articles]


def test_robots(reader: Reader) -> None:
    """Every site has a robots.txt; one article lies below a path that its site forbids, and has a full feed."""
    forbidden = []
    for site in SITES:
        rules = Protego.parse(reader.get(reader.base(site) + "/robots.txt").body.decode())
        paths = [article for article in site.articles if not rules.can_fetch(article.path, "monitor")]
        forbidden += [(site, article) for article in paths]
        assert all(rules.can_fetch(feed.path, "monitor") for feed in site.feeds)
    assert [(article.name, site.feeds[0].kind) for site, article in forbidden] == [
        ("sahel-cereales-russes", "rss-full")
    ]


# ── the feeds ────────────────────────────────────────────────────────────────────────────────────


VERSIONS = {"rss": "rss20", "rss-full": "rss20", "rdf": "rss10", "atom": "atom10", "atom-bare": "atom10"}


@pytest.mark.parametrize("pair", [pair for pair in WORKING if pair[1].kind != "json"], ids=_named)
def test_xml_feed(pair: tuple[Site, SiteFeed], reader: Reader) -> None:
    """A feed is well-formed in the format it claims, and states each article's title, link, lead and date."""
    site, feed = pair
    parsed = feedparser.parse(io.BytesIO(reader.get(reader.base(site) + feed.path).body))
    assert not parsed.bozo
    assert parsed.version == VERSIONS[feed.kind]
    links = [reader.base(site) + article.path + site.feed_query for article in site.articles]
    assert [entry.link for entry in parsed.entries] == links
    assert [entry.title for entry in parsed.entries] == [article.title for article in site.articles]
    assert [entry.summary for entry in parsed.entries] == [article.lead for article in site.articles]
    dates = [datetime(*entry.updated_parsed[:6], tzinfo=UTC) for entry in _dated(parsed.entries)]
    assert dates == [article.published for article in site.articles]


def _dated(entries: list[feedparser.FeedParserDict]) -> list[feedparser.FeedParserDict]:
    for entry in entries:
        entry.setdefault("updated_parsed", entry.get("published_parsed"))
    return entries


def test_json_feed(reader: Reader) -> None:
    """The JSON Feed says it is one and states each article's title, link, lead and date."""
    site, feed = next(pair for pair in WORKING if pair[1].kind == "json")
    document = json.loads(reader.get(reader.base(site) + feed.path).body)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    stated = [(item["title"], item["url"], item["summary"], item["date_published"]) for item in document["items"]]
    assert stated == [
        (article.title, reader.base(site) + article.path, article.lead, article.published.isoformat())
        for article in site.articles
    ]


def test_rdf_order(reader: Reader) -> None:
    """The RSS 1.0 feed lists its items in `channel`, as that format demands."""
    site, feed = next(pair for pair in WORKING if pair[1].kind == "rdf")
    document = lxml.etree.fromstring(reader.get(reader.base(site) + feed.path).body)
    listed = document.xpath("//*[local-name()='li']/@*[local-name()='resource']")
    assert listed == [reader.base(site) + article.path for article in site.articles]


def test_full_text_feed(reader: Reader) -> None:
    """One RSS feed carries whole articles in content:encoded."""
    site, feed = next(pair for pair in WORKING if pair[1].kind == "rss-full")
    parsed = feedparser.parse(io.BytesIO(reader.get(reader.base(site) + feed.path).body))
    for entry, article in zip(parsed.entries, site.articles, strict=True):
        assert lxml.html.fromstring(entry.content[0].value).xpath("//p/text()") == list(article.paragraphs)


def test_feed_kinds() -> None:
    """RSS 2.0, RSS 1.0, Atom and JSON Feed are all there, and three feeds are in trouble."""
    assert {feed.kind for _, feed in FEEDS} == {*VERSIONS, "json", "broken"}
    assert len(FEEDS) - len(WORKING) == 2
    assert [feed.kind for _, feed in FEEDS if feed.delay] == ["json"]


def test_silent_about_encoding(reader: Reader) -> None:
    """One feed has text beyond ASCII and states its encoding neither in its header nor in its body."""
    site, feed = next(pair for pair in FEEDS if pair[1].kind == "atom-bare")
    answer = reader.get(reader.base(site) + feed.path)
    assert answer.headers.get_content_charset() is None
    assert b"encoding" not in answer.body
    assert not answer.body.isascii()


def test_broken_feed(reader: Reader) -> None:
    """The broken feed is labelled as RSS, answers 200, and is no feed at all."""
    site, feed = next(pair for pair in FEEDS if pair[1].kind == "broken")
    answer = reader.get(reader.base(site) + feed.path)
    parsed = feedparser.parse(io.BytesIO(answer.body))
    assert (answer.status, answer.headers.get_content_type()) == (200, "application/rss+xml")
    assert (bool(parsed.bozo), parsed.version, parsed.entries) == (True, "", [])


def test_slow_feed(reader: Reader) -> None:
    """The slow feed waits three seconds before it answers; nothing else waits."""
    reader.waits.clear()
    for feed in reader.newsroom.feeds:
        reader.get(feed.url)
    assert reader.waits == [3.0]


def test_too_many_requests(reader: Reader) -> None:
    """The feed that answers 429 says when to come back and sends no content, however we ask."""
    site, feed = next(pair for pair in FEEDS if pair[1].status == 429)
    for headers in ({}, {"If_Modified_Since": "Fri, 31 Dec 2049 00:00:00 GMT"}):
        answer = reader.get(reader.base(site) + feed.path, **headers)
        assert (answer.status, answer.headers["Retry-After"], answer.body) == (429, "900", b"")


# ── the servers ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pair", WORKING, ids=_named)
def test_conditional_get(pair: tuple[Site, SiteFeed], reader: Reader) -> None:
    """What a server gave us to ask "changed since?" is answered with 304, anything else with the body."""
    url = reader.base(pair[0]) + pair[1].path
    first = reader.get(url)
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If_None_Match": tag}, {"If_None_Match": f'"x", {tag}'}, {"If_Modified_Since": date}):
        again = reader.get(url, **headers)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    stale = "Mon, 01 Jan 2024 00:00:00 GMT"
    for headers in ({"If_None_Match": '"x"', "If_Modified_Since": date}, {"If_Modified_Since": stale}):
        assert reader.get(url, **headers).body == first.body
    assert reader.get(url, If_Modified_Since="yesterday").body == first.body


def test_gzip(reader: Reader) -> None:
    """Bodies are compressed for a client that accepts it, with the same ETag, and only then."""
    url = reader.newsroom.feeds[0].url
    plain, packed = reader.get(url), reader.get(url, Accept_Encoding="gzip, deflate")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_unknown_path(reader: Reader) -> None:
    """A path that no site has is answered with 404."""
    assert reader.get(reader.base(SITES[0]) + "/nothing").status == 404


def test_declared_feeds(reader: Reader) -> None:
    """The feeds to declare lie on the addresses to allow; some state their language, all a title and tags."""
    feeds = reader.newsroom.feeds
    assert len(feeds) == len(FEEDS)
    assert {urlsplit(feed.url).netloc for feed in feeds} == set(reader.newsroom.addresses)
    assert all(feed.title and feed.tags for feed in feeds)
    assert 0 < sum(feed.language is not None for feed in feeds) < len(feeds)


def test_closes() -> None:
    """After the block nothing listens any more, and the newsroom can be opened again."""
    newsroom = Newsroom(NOW)
    for _ in range(2):
        with newsroom:
            url = urlsplit(newsroom.feeds[0].url)
        client = http.client.HTTPConnection(url.hostname or "", url.port, timeout=5)
        with pytest.raises(ConnectionRefusedError):
            client.request("GET", url.path)
