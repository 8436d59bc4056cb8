"""Finding the feeds of a site from one of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from monitor.collect import fields, links
from monitor.collect.decode import decode

MAX_FOUND = 50
"""Feeds listed for one page."""

_KINDS = {
    "application/rss+xml": "rss",
    "application/x-rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/x-atom+xml": "atom",
    "application/rdf+xml": "rdf",
    "application/feed+json": "json",
}
_VAGUE = {"application/json", "application/xml", "text/xml"}  # a feed only if the address says so too
_FEED_PATH = re.compile(
    r"/(?:rss|atom|feed|feeds|rdf|fluxrss|rss-feed)(?:[/?]|$|\.(?:xml|php|json|aspx?)\b)"
    r"|\.(?:rss|atom|rdf)(?:$|\?)|/(?:index|feed|news|all|main|latest)\.(?:xml|json)(?:$|\?)|[?&](?:feed|format)=(?:rss|atom)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"/comments?/|[?&]feed=comments", re.IGNORECASE)
_PATHS = (  # most common first: WordPress, then static generators, then other systems
    "/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/rss", "/feeds", "/?feed=rss2", "/feed.json",
    "/rss/all.xml", "/export/rss2/index.xml", "/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed a page points to. `kind` is rss, atom, rdf or json as declared, or "" when only guessed."""

    url: str
    title: str
    kind: str


def feed_links(html: bytes, base_url: str) -> tuple[FoundFeed, ...]:
    """Feeds that a page names, each once: `<link rel=alternate>` first (comments last among them), then
    `<a>` whose address looks like a feed's. Empty when there are none. Never raises."""
    root = _tree(html)
    if root is None:
        return ()
    base = next((links.absolute(one.get("href"), base_url) for one in root.iter("base")), None) or base_url
    declared = sorted(_declared(root, base), key=lambda feed: _COMMENTS.search(feed.url) is not None)
    found: dict[str, FoundFeed] = {}
    for feed in (*declared, *_linked(root, base)):
        found.setdefault(feed.url, feed)
    return tuple(found.values())[:MAX_FOUND]


def candidates(base_url: str) -> tuple[str, ...]:
    """Addresses worth asking when a page names no feed: the folder's own `feed`, then the site's usual ones."""
    folder = base_url.partition("?")[0].partition("#")[0].rstrip("/") + "/feed"
    urls = (links.absolute(path, base_url) for path in (folder, *_PATHS))
    return tuple(dict.fromkeys(url for url in urls if url))


def _tree(html: bytes) -> etree._Element | None:
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(decode(html).text, parser)
    except (etree.XMLSyntaxError, ValueError):  # ValueError: an encoding declared inside decoded text
        return None


def _declared(root: etree._Element, base: str) -> Iterator[FoundFeed]:
    for link in root.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        kind = _kind((link.get("type") or "").partition(";")[0].strip().lower(), link.get("href") or "")
        if kind is None or not {"alternate", "feed"} & set(relations):
            continue
        url = links.absolute(link.get("href"), base)
        if url:
            yield FoundFeed(url=url, title=fields.title(link.get("title")), kind=kind)


def _kind(type_: str, href: str) -> str | None:
    """The kind of feed a link leads to, "" for a guess, None for something else (oEmbed, a translation)."""
    if type_ in _KINDS:
        return _KINDS[type_]
    return "" if type_ in _VAGUE and _FEED_PATH.search(href) else None


def _linked(root: etree._Element, base: str) -> Iterator[FoundFeed]:
    for link in root.iter("a"):
        href = link.get("href") or ""
        url = links.absolute(href, base) if _FEED_PATH.search(href) else None
        if url:
            yield FoundFeed(url=url, title=fields.title("".join(link.itertext())), kind="")
