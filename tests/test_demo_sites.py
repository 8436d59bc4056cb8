"""The sample newsroom's texts: languages, lengths, dates, and what they say about Libya and Russia."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from monitor.demo.sites import NEWSROOM, SampleArticle, Site, read_sites

NOW = datetime(2025, 3, 2, 9, 30, tzinfo=UTC)
SITES = read_sites(NOW)
ARTICLES = [(site, article) for site in SITES for article in site.articles]


def _find(name: str) -> tuple[Site, SampleArticle]:
    return next((site, article) for site, article in ARTICLES if article.name == name)


def _all_text(article: SampleArticle) -> str:
    return "\n".join([article.title, article.lead, *article.paragraphs])


def test_languages() -> None:
    """There are enough articles in each of the seven languages, on sites of their own hosts."""
    found = Counter(article.language for _, article in ARTICLES)
    least = {"fr": 4, "ru": 3, "ar": 3, "es": 1, "de": 1, "zh": 1, "en": 2}
    assert set(found) == set(least)
    assert all(found[language] >= count for language, count in least.items())
    assert sum(found.values()) >= 16
    assert len({site.host for site in SITES}) == len(SITES) >= 6


def test_every_article_has_a_site() -> None:
    """No article file names a site that does not exist, and none is lost or served twice."""
    files = {path.stem for path in _articles_folder()}
    assert sorted(files) == sorted(article.name for _, article in ARTICLES)
    assert len({(site.key, article.path) for site, article in ARTICLES}) == len(ARTICLES)


def _articles_folder() -> list[Path]:
    return list((NEWSROOM / "articles").iterdir())


@pytest.mark.parametrize("pair", ARTICLES, ids=[article.name for _, article in ARTICLES])
def test_article_length(pair: tuple[Site, SampleArticle]) -> None:
    """An article is prose of ordinary length, in its site's language, with its placeholders filled."""
    site, article = pair
    text = " ".join(article.paragraphs)
    assert 5 <= len(article.paragraphs) <= 9
    # Chinese is written without spaces; its news run at about 1.7 characters to the English word.
    assert 200 <= len(text) <= 700 if article.language == "zh" else 120 <= len(text.split()) <= 350
    assert article.language == site.language
    assert "$" not in _all_text(article)


TRIO = {
    "deuxrives-accord-militaire": (
        "Karim Mansour",
        "Viktor Markov",
        "Benina",
        "1er mars",
        "9 mars",
        "douze",
        "trois ans",
    ),
    "polyarny-livia-soglashenie": (
        "Карим Мансур",
        "Виктор Марков",
        "Бенина",
        "1 марта",
        "9 марта",
        "двенадцать",
        "три года",
    ),
    "sirte-wafd-moscow": ("كريم منصور", "فيكتور ماركوف", "بنينا", "1 مارس", "9 مارس", "اثني عشر", "ثلاث سنوات"),
}


@pytest.mark.parametrize("name", TRIO)
def test_one_event_in_three_languages(name: str) -> None:
    """The three articles about the agreement agree on persons, place, dates and numbers."""
    text = _all_text(_find(name)[1])
    assert [fact for fact in (*TRIO[name], "24", "85", "140", "2011") if fact not in text] == []


def test_the_event_is_fresh_and_told_by_three_outlets() -> None:
    """The three articles come from three sites within hours of one another, young enough to alert."""
    articles = [_find(name) for name in TRIO]
    times = [article.published for _, article in articles]
    assert len({site.key for site, _ in articles}) == 3
    assert max(times) - min(times) <= timedelta(hours=6)
    assert NOW - min(times) < timedelta(hours=24)


PASSING = {
    "deuxrives-eliminatoires": ("Libye", "Russie"),
    "polyarny-stolicy-viktorina": ("Ливии", "Россия"),
    "sirte-taqs-barid": ("ليبيا", "روسيا"),
    "nordkai-schachturnier": ("Libyen", "Russland"),
    "ledger-oil-prices": ("Libya", "Russia"),
}


@pytest.mark.parametrize("name", PASSING)
def test_passing_mentions(name: str) -> None:
    """Articles about something else name both countries once each, and neither in title or lead."""
    article = _find(name)[1]
    body = " ".join(article.paragraphs)
    assert [body.count(country) for country in PASSING[name]] == [1, 1]
    assert not any(country in article.title + article.lead for country in PASSING[name])


def test_ages() -> None:
    """Most articles are fresh, some are a first poll's backlog, and none lies in the future."""
    ages = [NOW - article.published for _, article in ARTICLES]
    assert min(ages) > timedelta(0)
    assert sum(age < timedelta(hours=24) for age in ages) >= 16
    assert sum(age > timedelta(hours=24) for age in ages) >= 3


def test_dates_follow_the_start() -> None:
    """The same text names another day when the demo starts on another day, whatever the zone of `now`."""
    later = datetime(2026, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-5)))  # 2027 already in UTC
    site = read_sites(later)[0]
    article = next(article for article in site.articles if article.name == "deuxrives-accord-militaire")
    assert "31 décembre" in article.paragraphs[0]
    assert article.byline_date == "1er janvier 2027"
