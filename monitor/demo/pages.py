"""The HTML pages of a site, furniture and all, as its server would send them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from monitor.demo.markup import fill, style
from monitor.demo.sites import SampleArticle, Site

PHOTO = "/media/photo.svg"


def article_page(site: Site, article: SampleArticle, base: str) -> bytes:
    """The page of an article. `base` is the site's address, e.g. "http://127.0.0.2:4100"."""
    pieces = style(site.style)
    comments = ({"author": comment.author, "text": comment.text} for comment in article.comments)
    made = {
        "menu": _each(pieces["menu"], site, _texts(site.menu)),
        "share": _each(pieces["share"], site, _texts(site.words["share"])),
        "paragraphs": _each(pieces["paragraph"], site, _texts(article.paragraphs)),
        "related": _each(pieces["related"], site, _related(site, article)),
        "comments": _each(pieces["comment"], site, comments),
        "json_ld": _json_ld(site, article, base),
    }
    text = _site_values(site, base) | _article_values(article, base)
    return fill(pieces["page"], text, made).encode(site.charset, "xmlcharrefreplace")


def front_page(site: Site, base: str) -> bytes:
    """The site's front page, which names its feeds."""
    pieces = style("front")
    feeds = ({"type": feed.media_type, "text": feed.title, "link": feed.path} for feed in site.feeds)
    articles = ({"link": article.path, "text": article.title, "lead": article.lead} for article in site.articles)
    made = {
        "menu": _each(pieces["menu"], site, _texts(site.menu)),
        "feeds": _each(pieces["feeds"], site, feeds),
        "articles": _each(pieces["articles"], site, articles),
    }
    return fill(pieces["page"], _site_values(site, base), made).encode(site.charset, "xmlcharrefreplace")


def _site_values(site: Site, base: str) -> dict[str, str]:
    words = {name: text for name, text in site.words.items() if isinstance(text, str)}
    return {
        **words,
        "related_heading": words["related"],
        "comments_heading": words["comments"],
        "site": site.name,
        "css": site.css,
        "language": site.language,
        "direction": site.direction,
        "charset": site.charset,
        "feed": base + site.feeds[0].path,
        "image": base + PHOTO,
    }


def _article_values(article: SampleArticle, base: str) -> dict[str, str]:
    return {
        "title": article.title,
        "lead": article.lead,
        "author": article.author,
        "category": article.category,
        "caption": article.caption,
        "date": article.byline_date,
        "iso": article.published.isoformat(),
        "url": base + article.path,
    }


def _related(site: Site, article: SampleArticle) -> Iterator[dict[str, str]]:
    """Teasers under an article: the site's other articles, then those it shows everywhere."""
    yield from ({"link": other.path, "text": other.title} for other in site.articles if other != article)
    yield from ({"link": "/", "text": text} for text in site.related)


def _texts(texts: Iterable[str]) -> Iterator[dict[str, str]]:
    return ({"text": text} for text in texts)


def _each(piece: str, site: Site, items: Iterable[Mapping[str, str]]) -> str:
    return "\n".join(fill(piece, {"css": site.css, **item}) for item in items)


def _json_ld(site: Site, article: SampleArticle, base: str) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "inLanguage": site.language,
        "datePublished": article.published.isoformat(),
        "author": [{"@type": "Person", "name": article.author}],
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name},
        "mainEntityOfPage": base + article.path,
        "articleBody": "\n\n".join(article.paragraphs),
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")  # a text must not end the script element
