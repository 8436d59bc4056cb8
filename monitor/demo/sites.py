"""The outlets of the sample newsroom and their articles, read from `newsroom/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template
from typing import Any

NEWSROOM = Path(__file__).with_name("newsroom")

# Days from the start of the demo that a text may name, e.g. "$yesterday" in the article file.
_DAYS = {"yesterday": -1, "tomorrow": 1, "next_week": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a reader wrote under an article."""

    author: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle:
    """An article as its outlet publishes it. `path` is the site's, without host."""

    name: str  # of its file, without the ending
    path: str
    language: str
    category: str
    title: str
    lead: str
    author: str
    caption: str
    published: datetime
    byline_date: str
    paragraphs: tuple[str, ...]
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFeed:
    """A feed of a site: what it holds and how its server behaves."""

    path: str
    kind: str  # rss | rss-full | rdf | atom | atom-bare | json | broken
    title: str
    content_type: str
    tags: tuple[str, ...] = ()
    language: str | None = None  # as declared in the configuration
    charset: str = "utf-8"
    status: int = 200
    delay: float = 0.0  # seconds before it answers
    retry_after: int | None = None  # seconds

    @property
    def media_type(self) -> str:
        return self.content_type.partition(";")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """An outlet: where it is served, what its pages repeat, its feeds and articles (newest first)."""

    key: str
    name: str
    host: str
    language: str
    direction: str
    charset: str
    style: str
    css: str
    feed_query: str
    menu: tuple[str, ...]
    related: tuple[str, ...]
    words: Mapping[str, str | list[str]]
    robots: tuple[str, ...]
    feeds: tuple[SiteFeed, ...]
    articles: tuple[SampleArticle, ...]


def read_sites(now: datetime) -> tuple[Site, ...]:
    """Every site with its articles, dated backwards from `now` (aware)."""
    now = now.astimezone(UTC)
    articles = [(path.stem, _toml(path)) for path in sorted((NEWSROOM / "articles").glob("*.toml"))]
    return tuple(_site(table, articles, now) for table in _toml(NEWSROOM / "sites.toml")["sites"])


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _site(table: Mapping[str, Any], articles: list[tuple[str, dict[str, Any]]], now: datetime) -> Site:
    own = (_article(name, article, table, now) for name, article in articles if article["site"] == table["key"])
    return Site(
        key=table["key"],
        name=table["name"],
        host=table["host"],
        language=table["language"],
        direction=table.get("direction", "ltr"),
        charset=table.get("charset", "utf-8"),
        style=table["style"],
        css=table["css"],
        feed_query=table.get("feed_query", ""),
        menu=tuple(table["menu"]),
        related=tuple(table["related"]),
        words=table["words"],
        robots=tuple(table["robots"]),
        feeds=tuple(SiteFeed(**{**feed, "tags": tuple(feed["tags"])}) for feed in table["feeds"]),
        articles=tuple(sorted(own, key=lambda article: article.published, reverse=True)),
    )


def _article(name: str, article: Mapping[str, Any], site: Mapping[str, Any], now: datetime) -> SampleArticle:
    published = (now - timedelta(hours=article["hours_ago"])).replace(microsecond=0)
    days = {day: _written(now + timedelta(days=shift), site, "date") for day, shift in _DAYS.items()}

    def dated(text: str) -> str:
        return Template(text).substitute(days)

    return SampleArticle(
        name=name,
        path=Template(site["path"]).substitute(section=article["section"], slug=article["slug"]),
        language=article["language"],
        category=article["category"],
        title=dated(article["title"]),
        lead=dated(article["lead"]),
        author=article["author"],
        caption=dated(article["caption"]),
        published=published,
        byline_date=_written(published, site, "byline_date"),
        paragraphs=tuple(dated(paragraph) for paragraph in article["body"]),
        comments=tuple(Comment(**comment) for comment in article.get("comments", ())),
    )


def _written(day: datetime, site: Mapping[str, Any], form: str) -> str:
    """A date as the site's language writes it, e.g. "1er mars" or "3月1日"."""
    written = site.get("first_day", "1") if day.day == 1 else str(day.day)
    month = site["months"][day.month - 1]
    return Template(site[form]).substitute(day=written, month=month, number=day.month, year=day.year)
