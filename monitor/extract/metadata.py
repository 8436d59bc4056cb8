"""What a page says about its article: title, authors, date, site, language, image, canonical address.

Read from `<meta>` elements (Open Graph and the older names), JSON-LD and the elements HTML has for it. Every
value is plain text; addresses are absolute http(s) URLs; dates are aware and in UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html

from monitor.extract import jsonld
from monitor.extract.text import clean, key

_TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title")
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
_AUTHORS = ("author", "article:author", "dc.creator", "parsely-author", "byl", "sailthru.author")
_PUBLISHED_NAMES = (
    "article:published_time og:article:published_time og:published_time datepublished publishdate pubdate "
    "publish-date publish_date dc.date.issued dc.date dcterms.created dcterms.date date parsely-pub-date "
    "sailthru.date cxenseparse:recs:publishtime article.published"
)
_PUBLISHED = tuple(_PUBLISHED_NAMES.split())
_SEPARATOR = re.compile(r"\s+[|–—·•»«:/]+\s+|\s+-+\s+|\s*\|\s*")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}([_-][a-zA-Z0-9]+)*$")
_BYLINE = re.compile(r"^(by|von|par|por|di|door|автор:?|von:|by:)\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"^https?://|^@|@\S+\.\w+")
AUTHOR_LENGTH = 80
TITLE_LENGTH = 500
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # a page of the web that claims to be older has a broken clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """See the fields of `monitor.models.Extracted`. `titles`: keys of every form of the title."""

    title: str = ""
    titles: frozenset[str] = frozenset()
    description: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    site: str = ""
    language: str | None = None
    image: str | None = None
    canonical_url: str | None = None


def read(tree: html.HtmlElement, url: str, articles: list[dict[str, Any]]) -> Metadata:
    """The metadata of a page found at `url`; `articles` is its JSON-LD (see `jsonld.articles`)."""
    metas = _metas(tree)
    site = _site(metas, articles)
    headings = [clean(one.text_content())[:TITLE_LENGTH] for one in tree.iter("h1")]
    titles = [
        title[:TITLE_LENGTH] for title in (*_named_all(metas, *_TITLES), jsonld.first(articles, "headline")) if title
    ]
    titles += [title[:TITLE_LENGTH] for title in (*headings[:3], _head_title(tree)) if title]
    return Metadata(
        title=_title(titles, headings, site, url),
        titles=_keys(titles, headings, site, url),
        description=_named(metas, *_DESCRIPTIONS) or jsonld.first(articles, "description"),
        authors=_authors(metas, articles),
        published=_published(tree, metas, articles),
        site=site,
        language=_language(tree, metas),
        image=_absolute(url, _named(metas, "og:image:secure_url", "og:image", "twitter:image", "twitter:image:src")),
        canonical_url=_canonical(tree, url),
    )


def _metas(tree: html.HtmlElement) -> dict[str, str]:
    """Content by lower-case name, property or itemprop; the first of each wins."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = clean(element.get("content", ""))
        for attribute in ("property", "name", "itemprop"):
            name = element.get(attribute, "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _named(metas: dict[str, str], *names: str) -> str:
    return next(iter(_named_all(metas, *names)), "")


def _named_all(metas: dict[str, str], *names: str) -> list[str]:
    return [metas[name] for name in names if name in metas]


def _head_title(tree: html.HtmlElement) -> str:
    element = tree.find(".//head/title")
    return "" if element is None else clean(element.text_content())


def _site(metas: dict[str, str], articles: list[dict[str, Any]]) -> str:
    publishers = jsonld.names(articles, "publisher")
    return _named(metas, "og:site_name", "application-name") or (publishers[0] if publishers else "")


def _title(titles: list[str], headings: list[str], site: str, url: str) -> str:
    return _without_site(titles[0], headings, site, url) if titles else ""


def _keys(titles: list[str], headings: list[str], site: str, url: str) -> frozenset[str]:
    forms = [*titles, *(_without_site(title, headings, site, url) for title in titles)]
    return frozenset(said for said in map(key, forms) if len(said) >= 4)


def _without_site(title: str, headings: list[str], site: str, url: str) -> str:
    """Cut "… | Site" and "Site: …": where a heading of the page ends, or where the rest names the site."""
    said = key(title)
    for heading in headings:
        if len(key(heading)) >= 10 and key(heading) != said and said.startswith(key(heading)):
            return heading
    for part in reversed(list(_SEPARATOR.finditer(title))):
        if part.start() >= 10 and _names_site(title[part.end() :], site, url):
            return title[: part.start()].rstrip()
        if len(title) - part.end() >= 10 and _names_site(title[: part.start()], site, url):
            return title[part.end() :]
    return title


def _names_site(part: str, site: str, url: str) -> bool:
    said = key(part)
    if len(said) < 2:
        return False
    host = key((urlsplit(url).hostname or "").removeprefix("www."))
    known = key(site)
    if len(known) >= 4 and known in said and len(said) <= 2 * len(known):
        return True
    return said == known or (len(said) >= 4 and said in host)


def _authors(metas: dict[str, str], articles: list[dict[str, Any]]) -> tuple[str, ...]:
    named = jsonld.names(articles, "author") or tuple(_named_all(metas, *_AUTHORS)[:1])
    cleaned = (_BYLINE.sub("", name) for name in named)
    return tuple(name for name in cleaned if 1 < len(name) <= AUTHOR_LENGTH and not _ADDRESS.search(name))


def _published(tree: html.HtmlElement, metas: dict[str, str], articles: list[dict[str, Any]]) -> datetime | None:
    said = [*_named_all(metas, *_PUBLISHED[:1]), jsonld.first(articles, "datePublished")]
    said += _named_all(metas, *_PUBLISHED[1:])
    times = tree.xpath(".//*[@itemprop='datePublished']|.//time[@datetime]")[:3]
    said += [element.get("datetime") or element.get("content") or "" for element in times]
    return next((date for date in map(parse_date, said) if date), None)


def parse_date(text: str) -> datetime | None:
    """A date in ISO 8601 or mail form, in UTC; without a zone it is taken for UTC. None if it is neither."""
    text = text.strip().replace(" UTC", "+00:00")
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            date = reader(re.sub(r"\s+([+-]\d{2}:?\d{2})$", r"\1", text) if reader != parsedate_to_datetime else text)
            date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        return date.replace(microsecond=0) if date >= EARLIEST else None
    return None


def _language(tree: html.HtmlElement, metas: dict[str, str]) -> str | None:
    said = [tree.get("lang", ""), tree.get("xml:lang", ""), _named(metas, "og:locale", "content-language", "language")]
    return next((tag.split("-")[0].split("_")[0].lower() for tag in said if _LANGUAGE.match(tag)), None)


def _absolute(base: str, address: str) -> str | None:
    if not address:
        return None
    try:
        joined = urljoin(base, address)
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in ("http", "https") and parts.hostname else None


def _canonical(tree: html.HtmlElement, url: str) -> str | None:
    """`rel=canonical`, where it stays on the site: another site's word about our address is not believed."""
    links = tree.xpath(".//link[contains(concat(' ', normalize-space(@rel), ' '), ' canonical ')]/@href")
    address = _absolute(url, str(links[0]).strip()) if links else None
    return address if address and _same_site(address, url) else None


def _same_site(one: str, other: str) -> bool:
    """Do two hosts end alike? Labels are compared from the right: m.site.example and www.site.example do."""
    first, second = ((urlsplit(url).hostname or "").split(".") for url in (one, other))
    return first[-2:] == second[-2:] and (first == second or len(first[-2]) > 3 or first[-3:] == second[-3:])
