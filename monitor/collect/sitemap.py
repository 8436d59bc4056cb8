"""Google-News sitemaps (`urlset` with `news:news`) → ParsedFeed.

Format: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from monitor.collect import dates, fields, links
from monitor.errors import ParseError
from monitor.models import Entry, ParsedFeed

_LOC = "{*}loc"
_NEWS = "{*}news"
_PUBLICATION = "{*}news/{*}publication"


def parse(text: str, url: str, now: datetime) -> ParsedFeed:
    """The articles a news sitemap lists, in order. `text` has been scrubbed: it has no document type.

    Raises:
        ParseError: not a sitemap, or one that lists pages without news about them.
    """
    root = _root(text, url)
    pages = root.findall("{*}url")
    articles = [page for page in pages if page.find(_NEWS) is not None]
    if pages and not articles:
        raise ParseError(
            f"{url}: a sitemap without news:news entries lists pages, not articles. Look in robots.txt for the"
            " site's news sitemap",
            reason="sitemap",
        )
    first = articles[0] if articles else root
    return ParsedFeed(
        kind="sitemap",
        title=fields.title(_text(first, f"{_PUBLICATION}/{{*}}name")),
        language=fields.language(_text(first, f"{_PUBLICATION}/{{*}}language")),
        entries=tuple(_entry(page, url, now) for page in articles),
    )


def _root(text: str, url: str) -> etree._Element:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    root = etree.fromstring(text.encode(), parser)
    if root is None:
        raise ParseError(f"{url}: the sitemap holds no readable XML")
    return root


def _entry(page: etree._Element, url: str, now: datetime) -> Entry:
    published = dates.parse(_text(page, f"{_NEWS}/{{*}}publication_date"), now)
    modified = dates.parse(_text(page, "{*}lastmod"), now)
    when = published.value or modified.value
    return Entry(
        link=links.absolute(_text(page, _LOC), url),
        title=fields.title(_text(page, f"{_NEWS}/{{*}}title")),
        published=when,
        updated=modified.value,
        date_suspect=when is None and (published.suspect or modified.suspect),
        language=fields.language(_text(page, f"{_PUBLICATION}/{{*}}language")),
        categories=fields.names((_text(page, f"{_NEWS}/{{*}}keywords")).split(",")),
        image=links.absolute(_text(page, "{*}image/{*}loc"), url),
    )


def _text(element: etree._Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else "".join(found.itertext()).strip()
