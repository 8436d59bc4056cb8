"""The feed documents of a site, in each of the formats that publishers use."""

from __future__ import annotations

import json
from email.utils import format_datetime
from html import escape

from monitor.demo.markup import fill, style
from monitor.demo.sites import SampleArticle, Site, SiteFeed


def feed_document(site: Site, feed: SiteFeed, base: str) -> bytes:
    """What `feed` holds, in its own encoding. `base` is the site's address, e.g. "http://127.0.0.2:4100"."""
    text = _json(site, feed, base) if feed.kind == "json" else _xml(site, feed, base)
    return text.encode(feed.charset, "xmlcharrefreplace")


def _xml(site: Site, feed: SiteFeed, base: str) -> str:
    pieces = style("feeds")[feed.kind]
    channel = {
        "title": feed.title,
        "charset": feed.charset,
        "language": site.language,
        "base": base,
        "self": base + feed.path,
        **_dates(site.articles[0]),
    }
    entries = [_entry(site, article, base) for article in site.articles]
    made = {
        "items": "".join(fill(pieces["item"], entry) for entry in entries),
        "references": "".join(fill(pieces.get("reference", ""), entry) for entry in entries),
    }
    return fill(pieces["document"], channel, made)


def _entry(site: Site, article: SampleArticle, base: str) -> dict[str, str]:
    return {
        "title": article.title,
        "link": base + article.path + site.feed_query,
        "guid": f"tag:{site.key}.example:{article.name}",
        "lead": article.lead,
        "author": article.author,
        "category": article.category,
        "content": "".join(f"<p>{escape(text)}</p>" for text in article.paragraphs),
        **_dates(article),
    }


def _dates(article: SampleArticle) -> dict[str, str]:
    return {"rfc822": format_datetime(article.published), "iso": article.published.isoformat()}


def _json(site: Site, feed: SiteFeed, base: str) -> str:
    entries = [_entry(site, article, base) for article in site.articles]
    items = [
        {
            "id": entry["guid"],
            "url": entry["link"],
            "title": entry["title"],
            "summary": entry["lead"],
            "date_published": entry["iso"],
            "authors": [{"name": entry["author"]}],
            "tags": [entry["category"]],
        }
        for entry in entries
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": base + "/",
        "feed_url": base + feed.path,
        "language": site.language,
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
