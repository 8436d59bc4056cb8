"""A topic's page: its timeline, its stories with the sentence each rests on, filters, and leafing without repeats."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from front_archive import EVIL, FORMER, PORTS, QUIET, Elements, Line, build, is_ours, silence, visitor

from monitor.config import AlertSettings, WebSettings
from monitor.web.page import topic_url
from monitor.web.periods import last_days
from monitor.web.topics.wanted import Wanted, wanted

HERE = topic_url(PORTS)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("topic") / "archive.db")


@pytest.fixture(scope="module")
def visit(path: Path) -> Callable[..., Any]:
    return visitor(path)


def page(visit: Callable[..., Any], query: str = "") -> Any:
    answer = visit(f"{HERE}.json{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def titles(found: Any) -> list[str]:
    return [story["title"] for story in found["stories"]]


def test_stories_stand_newest_first_with_what_the_topic_found_in_them(visit: Callable[..., Any]) -> None:
    """Three articles of one story are one; it stands where its newest does; the best of them speaks for it."""
    found = page(visit)
    assert titles(found) == [EVIL, "Port widened", "Port closes"]
    story = found["stories"][1]
    assert (story["articles"], story["found"], story["score"], story["article_id"]) == (3, 3, 90, 5)
    assert (story["original"], story["language"]) == ("توسيع الميناء", "ar")
    assert (story["sentence"], story["translation"]) == ("Расширение порта today.", "Port is widened")
    assert story["unverified"] == "18 is missing"
    assert story["reasons"][0]["words"] == "it is in the <lead> of 5"


def test_the_sentence_is_marked_in_both_languages(visit: Callable[..., Any]) -> None:
    """The terms are marked in original and translation, and what cannot be trusted says so."""
    html = visit(HERE).text
    assert '<span lang="ru" dir="auto"><mark>Расш</mark>ирение порта today.</span>' in html
    assert '<span lang="en" dir="auto"><mark>Port</mark> is widened</span>' in html
    words = Elements(html).words
    assert "unverified 18 is missing" in words
    assert "+25 it is in the <lead> of 5" in words


def test_the_timeline_counts_by_day_and_language(visit: Callable[..., Any]) -> None:
    """Thirty days without gaps; each column's link shows just its articles."""
    found = page(visit)
    assert len(found["periods"]) == 30
    assert found["periods"][-1] == "2026-11-24"
    counts = {(bar["day"], bar["group"]): bar["articles"] for bar in found["timeline"]}
    assert counts == {
        ("2026-11-04", "French"): 1,
        ("2026-11-21", "Arabic"): 1,
        ("2026-11-24", "Russian"): 1,
        ("2026-11-24", "English"): 1,
        ("2026-11-24", "Persian"): 1,
    }
    for bar in found["timeline"]:
        query = urlsplit(bar["url"]).query
        assert page(visit, f"?{query}")["articles"] == bar["articles"]
    links = [link.get("aria-label") for link in Elements(visit(HERE).text).all("a")]
    assert "French, 4 November 2026: 1 article" in links


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?language=ar", ["Port widened"]),
        ("?day=2026-11-24", [EVIL, "Port widened"]),
        ("?day=2026-11-24&language=ru", ["Port widened"]),
        ("?day=2026-11-22", []),
        ("?day=1999-01-01", [EVIL, "Port widened", "Port closes"]),
        ("?outlet=Le+Phare", ["Port closes"]),
        ("?days=7", [EVIL, "Port widened"]),
        ("?days=365", [EVIL, "Port widened", "Port closes"]),
        ("?passed=1", ["A quiz on harbours"]),
        ("?days=x&day=%3Cb%3E&before=-1&limit=0", [EVIL, "Port widened", "Port closes"]),
    ],
)
def test_filters(visit: Callable[..., Any], query: str, expected: list[str]) -> None:
    """Each narrows the list; what cannot be understood is left out, as if not asked for."""
    assert titles(page(visit, query)) == expected


def test_each_filter_can_be_removed(visit: Callable[..., Any]) -> None:
    """A chip for each, which leads to the page without it and with the others."""
    found = page(visit, "?day=2026-11-24&language=ru&days=90")
    assert [one["words"] for one in found["filters"]] == ["24 November 2026", "Russian"]
    without_day, without_language = (parse_qs(urlsplit(one["url"]).query) for one in found["filters"])
    assert without_day == {"days": ["90"], "language": ["ru"]}
    assert without_language == {"days": ["90"], "day": ["2026-11-24"]}


def test_leafing_shows_each_story_once(visit: Callable[..., Any]) -> None:
    """From page to page by the number of an article: nothing comes twice, nothing is left out."""
    seen, query = [], "?limit=1"
    for _ in range(5):
        found = page(visit, query)
        seen += titles(found)
        if not found["next"]:
            break
        query = f"?{urlsplit(found['next']).query}"
    assert seen == [EVIL, "Port widened", "Port closes"]


def test_a_year_counts_by_week(visit: Callable[..., Any]) -> None:
    """Columns begin on Mondays, and one's link finds all of its week."""
    found = page(visit, "?days=365")
    assert len(found["periods"]) == 53
    assert {datetime.fromisoformat(day).weekday() for day in found["periods"]} == {0}
    arabic = next(bar for bar in found["timeline"] if bar["group"] == "Arabic")
    assert arabic["day"] == "2026-11-16"
    assert page(visit, f"?{urlsplit(arabic['url']).query}")["articles"] == 1


def test_days_are_the_readers(path: Path) -> None:
    """In Tokyo an article of 22:00 UTC is of the next day."""
    moment = datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert [period.label for period in last_days(moment, ZoneInfo("Asia/Tokyo"), 2)] == ["2026-03-29", "2026-03-30"]
    berlin = last_days(moment, ZoneInfo("Europe/Berlin"), 3)  # where the clocks changed on the 29th
    hours = [period.begins.astimezone(UTC).strftime("%d %H") for period in berlin]
    assert hours == ["27 23", "28 23", "29 22"]
    found = visitor(path, alerts=AlertSettings(zone="Asia/Tokyo"))(f"{HERE}.json").json()
    assert found["periods"][-1] == "2026-11-24"
    assert {bar["day"] for bar in found["timeline"]} == {"2026-11-04", "2026-11-21", "2026-11-24"}


def test_what_was_said_and_silenced_is_shown(tmp_path: Path) -> None:
    """A verdict on the article that speaks for a story, and that the story is muted."""
    path = build(tmp_path / "archive.db")
    silence(path, story=1, rejected=7)
    found = visitor(path)(f"{HERE}.json?language=en").json()
    assert [(story["article_id"], story["verdict"], story["muted"]) for story in found["stories"]] == [
        (6, "accepted", True)
    ]
    assert titles(visitor(path)(f"{HERE}.json?language=fa").json()) == [EVIL]
    assert "accepted muted" in Elements(visitor(path)(f"{HERE}?language=en").text).words
    writer = visitor(path, web=WebSettings(write_without_sign_in=True))
    assert '<a href="/stories/1">Unmute it on its page</a>' in writer(f"{HERE}?language=en").text


def test_what_strangers_wrote_stays_text(visit: Callable[..., Any]) -> None:
    """Hostile names of topics and outlets, titles, queries and addresses are words on the page."""
    for query in ("", "?outlet=%22%3E%3Cscript%3Ealert(1)%3C/script%3E{{+7*7+}}", "?language=%3Cimg%20src=x%3E"):
        html = visit(HERE + query).text
        assert is_ours(html)
        assert f"<h1>{PORTS}</h1>" not in html
    assert EVIL in Elements(visit(HERE).text).words
    assert "Harbours <u>of the world</u>." in Elements(visit(HERE).text).words


def test_a_topic_that_is_declared_no_more_says_so(visit: Callable[..., Any]) -> None:
    """What it found stays to be read."""
    answer = visit(f"{topic_url(FORMER)}?days=90")
    assert "no longer declared" in Elements(answer.text).words
    assert "An old matter" in Elements(answer.text).words


def test_an_unknown_topic_names_near_ones(visit: Callable[..., Any]) -> None:
    """404, and what may have been meant."""
    answer = visit("/topics/Qiuet")
    assert answer.status_code == 404
    assert f"There is no topic “Qiuet”. Did you mean “{QUIET}”?" in Elements(answer.text).words


def test_a_topic_without_news_says_what_would_be_there(visit: Callable[..., Any]) -> None:
    """No chart of nothing, but words."""
    words = Elements(visit(topic_url(QUIET)).text).words
    assert "Nothing was found in this time." in words
    assert "Stories stand here as soon as" in words


def test_the_numbers_are_a_click_away(visit: Callable[..., Any]) -> None:
    """The chart's numbers stand in a table, and as CSV; the page's own CSV is its stories; the feed is announced."""
    html = visit(f"{HERE}?days=90").text
    assert f'href="{HERE}.csv?days=90&amp;table=timeline"' in html
    rows = list(csv.DictReader(io.StringIO(visit(f"{HERE}.csv?table=timeline").text)))
    assert {(row["day"], row["group"], row["articles"]) for row in rows} >= {("2026-11-04", "French", "1")}
    stories = list(csv.DictReader(io.StringIO(visit(f"{HERE}.csv").text)))
    assert [row["score"] for row in stories] == ["75", "90", "55"]
    assert not stories[0]["title"].startswith(("=", "+", "-", "@"))
    feeds = [link for link in Elements(html).all("link") if link.get("rel") == "alternate"]
    assert [link.get("href") for link in feeds] == [f"{HERE}.atom"]


def test_what_is_asked_goes_into_the_address_and_comes_back() -> None:
    """An address holds what differs from the usual, and is understood again."""
    asked = Wanted(days=90, day="2026-11-24", language="ar", outlet="a&b=c", passed=True)
    address = asked.url("/topics/x")
    arguments = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert wanted(arguments) == asked
    assert Wanted().url("/topics/x") == "/topics/x"
    assert Wanted(before=7).url("/topics/x", language="ar") == "/topics/x?language=ar"


def test_codes_of_one_name_are_one_column(tmp_path: Path) -> None:
    """Norwegian has two codes; neither hides the other's articles."""
    lines = [Line(title="Havn", language=code, hours=1) for code in ("no", "nb", "nb")]
    (bar,) = visitor(build(tmp_path / "archive.db", lines))(f"{HERE}.json").json()["timeline"]
    assert (bar["group"], bar["articles"]) == ("Norwegian", 3)


def test_stories_beyond_the_time_are_not_looked_at(tmp_path: Path) -> None:
    """A story of which only old articles matched is not of these days."""
    lines = [Line(title="Old", hours=24 * 60), Line(title="New", hours=1)]
    found = visitor(build(tmp_path / "archive.db", lines))(f"{HERE}.json").json()
    assert titles(found) == ["New"]
