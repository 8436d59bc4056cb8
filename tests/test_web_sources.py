"""Sources: who is in trouble stands first, in words; what a feed brought is counted; the page of one feed tells all."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import html5lib
import pytest
import watched_archive as sample
from newsrooms import NOW, FakeClock

from monitor.archive import Archive, Reader
from monitor.models import Feed, FeedState, Notice
from monitor.web import server
from monitor.wording.health import health, visit
from monitor.wording.times import every, span

FEEDS = 12


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.build(tmp_path_factory.mktemp("sources") / "archive.db", feeds=FEEDS)


@pytest.fixture(scope="module")
def get(path: Path) -> Callable[..., Any]:
    datasette = server.application(sample.settings(path), clock=FakeClock())
    return lambda address: asyncio.run(datasette.client.get(address))


def test_feeds_in_trouble_stand_first(get: Callable[..., Any]) -> None:
    """Gone, failing (worst first), silent, undated, not asked yet, and only then those that do well."""
    feeds = get("/sources.json").json()["feeds"]
    assert [(row["feed_id"], row["state"]) for row in feeds[:7]] == [
        (3, "gone"),
        (1, "failing"),
        (4, "failing"),
        (2, "silent"),
        (5, "undated"),
        (6, "new"),
        (8, "ok"),
    ]
    assert len(feeds) == FEEDS


def test_counts_are_those_of_the_archive(get: Callable[..., Any], path: Path) -> None:
    """Articles of 7 and 30 days, languages, translated and matched, against a count of the articles themselves."""
    rows = {row["feed_id"]: row for row in get("/sources.json").json()["feeds"]}
    with Reader.open(path) as reader:
        for feed_id, row in rows.items():
            articles = reader.connection.execute(
                "SELECT id, first_seen, language, translation_state FROM articles WHERE feed_id = ?", (feed_id,)
            ).fetchall()
            ids = {one["id"] for one in articles}
            found = reader.connection.execute("SELECT article_id FROM matches WHERE relevant = 1").fetchall()
            week = [one for one in articles if datetime.fromisoformat(one["first_seen"]) >= NOW - timedelta(days=7)]
            assert row["month"] == len(articles)
            assert row["week"] == len(week)
            assert dict(row["languages"]) == {
                code: sum(one["language"] == code for one in articles) for code in {one["language"] for one in articles}
            }
            assert row["translated"] == sum(one["translation_state"] == "translated" for one in articles)
            assert row["matched"] == len({one["article_id"] for one in found} & ids)
    assert rows[7]["rhythm"].startswith("about every ")
    assert rows[6]["rhythm"] == "too few to tell"


@pytest.mark.parametrize(
    ("query", "feeds"),
    [
        ("state=failing", [1, 4]),
        ("language=ar", [9, 3]),
        ("country=RU&state=ok", [7]),
        ("q=agency", [5, 10]),
        ("q=F11.example", [11]),
        ("q=paper+11", [11]),
        ("q=nothing", []),
        ("state=odd", []),
        ("page=99", [3, 1, 4, 2, 5, 6, 8, 10, 11, 12, 7, 9]),
        ("page=-1&language=zz", []),
    ],
)
def test_filters(get: Callable[..., Any], query: str, feeds: list[int]) -> None:
    """By health, language, country and words; the CSV holds the same feeds."""
    assert sorted(row["feed_id"] for row in get(f"/sources.json?{query}").json()["feeds"]) == sorted(feeds)
    lines = list(csv.DictReader(io.StringIO(get(f"/sources.csv?{query}").text)))
    assert sorted(int(line["feed_id"]) for line in lines) == sorted(feeds)
    page = get(f"/sources?{query}")
    assert page.status_code == 200
    assert ("No feed answers to that" in page.text) == (not feeds)


def test_a_hundred_feeds_a_page(tmp_path: Path) -> None:
    """More stand on further pages, which keep the filters; the CSV holds them all."""
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.feeds.declare([Feed(url=f"https://f{n}.example/", country="FR") for n in range(230)], NOW)
    datasette = server.application(sample.settings(tmp_path / "archive.db"), clock=FakeClock())
    page = asyncio.run(datasette.client.get("/sources?country=FR&page=2")).text
    assert "page 2 of 3" in page
    assert 'href="/sources?country=FR&amp;page=3"' in page
    assert page.count("<tr>") == 101
    assert len(asyncio.run(datasette.client.get("/sources.csv?page=2")).text.splitlines()) == 231


def test_an_archive_without_feeds_says_how_to_get_some(tmp_path: Path) -> None:
    """Nothing declared: the command that adds a feed."""
    Archive.open(tmp_path / "archive.db").close()
    datasette = server.application(sample.settings(tmp_path / "archive.db"), clock=FakeClock())
    assert "monitor add" in asyncio.run(datasette.client.get("/sources")).text


def test_the_page_of_a_feed_in_trouble(get: Callable[..., Any]) -> None:
    """Since when, what is seen, what is being done, what a person can do; visits in words; its notice; its articles."""
    value = get("/sources/1.json").json()
    source = value["source"]
    assert source["state"] == "failing"
    assert source["since"] == "2026-11-20T11:00:00Z"
    assert source["health"] == "https://f1.example/ answered 403 Forbidden."
    assert source["doing"].startswith("Asked again in 40 minutes (")
    assert source["remedy"] == "Open it and see."
    assert len(value["visits"]) == 30
    assert value["visits"][0]["words"] == "Failed: https://f1.example/ answered 403 Forbidden."
    assert {"Not changed since the last visit", "Nothing new among 20 entries"} <= {v["words"] for v in value["visits"]}
    assert [notice["kind"] for notice in value["notices"]] == ["feed refused"]
    assert sum(day["articles"] for day in value["days"]) == source["month"]
    page = get("/sources/1").text
    for words in ("Failing", "What you can do:", "Open it and see.", "still open", 'href="/articles/'):
        assert words in page
    assert len(list(csv.DictReader(io.StringIO(get("/sources/1.csv").text)))) == 30


def test_what_is_over_is_told_as_over(get: Callable[..., Any]) -> None:
    """A feed whose trouble has ended does well, and its notice stands there with its end."""
    value = get("/sources/9.json").json()
    assert value["source"]["state"] == "ok"
    assert value["notices"][0]["healed_at"] == "2026-11-17T12:00:00Z"


def test_a_feed_that_was_never_asked_has_a_page(get: Callable[..., Any]) -> None:
    """Every list is empty and says what will stand in it."""
    page = get("/sources/6").text
    for words in ("Not asked yet", "Nothing in the last 30 days", "None so far", "None yet"):
        assert words in page


@pytest.mark.parametrize("address", ["/sources/999", "/sources/999.json"])
def test_a_feed_that_is_none(get: Callable[..., Any], address: str) -> None:
    """404 with words."""
    answer = get(address)
    assert answer.status_code == 404
    assert "There is no feed 999" in answer.text


@pytest.mark.parametrize("address", ["/sources", "/sources/8"])
def test_a_hostile_title_stays_text(get: Callable[..., Any], address: str) -> None:
    """What a feed calls itself is shown and is no markup."""
    tree = html5lib.parse(get(address).text, namespaceHTMLElements=False)
    assert all("alert('feed')" not in "".join(script.itertext()) for script in tree.iter("script"))
    assert sample.HOSTILE in " ".join("".join(node.itertext()) for node in tree.iter("bdi"))


FEED = Feed(url="https://a.example/rss")
STATE = FeedState(feed_id=1, url=FEED.url, poll_url=FEED.url, status="ok", last_poll_at=NOW, last_success_at=NOW,
                  last_entry_at=NOW, next_poll_at=NOW + timedelta(hours=2))  # fmt: skip
FAILING = replace(STATE, status="failing", failures=1.0)
SILENT = Notice(kind="feed silent", subject="feed 1", title="is silent", text="No entry.\nLook.", raised_at=NOW)


@pytest.mark.parametrize(
    ("state", "notice", "kind", "remedy"),
    [
        (STATE, None, "ok", ""),
        (replace(STATE, last_poll_at=None, next_poll_at=None), None, "new", "Nothing, while"),
        (replace(FAILING, error_kind="connect", error="no answer"), None, "failing", "come back by themselves"),
        (replace(FAILING, error_kind="status 403"), None, "failing", "ask the site"),
        (replace(FAILING, error_kind="name"), None, "failing", "name servers"),
        (replace(FAILING, error_kind="parse html"), None, "failing", "`monitor add https://a.example/`"),
        (replace(FAILING, status="gone", error_kind="status 410"), None, "gone", "`monitor add"),
        (STATE, SILENT, "silent", "Look."),
        (STATE, replace(SILENT, kind="feed frozen"), "silent", "Look."),
        (STATE, replace(SILENT, kind="feed undated"), "undated", "Look."),
        (FAILING, SILENT, "failing", "Look."),
    ],
)
def test_health_in_words(state: FeedState, notice: Notice | None, kind: str, remedy: str) -> None:
    """Each kind of trouble has its name and its remedy; failing comes before silent."""
    found = health(FEED, state, notice, NOW, lambda moment: f"{moment:%H:%M}")
    assert found.state == kind
    assert remedy in found.remedy
    assert bool(found.remedy) == bool(remedy)
    assert found.doing


def test_visits_in_words() -> None:
    """Each outcome of a poll is a sentence."""
    assert visit("new", 200, 1200, 3, None) == "3 new of 1,200 entries"
    assert visit("nothing new", 200, 0, 0, None) == "Answered, the same as before"
    assert visit("host paused", None, 0, 0, None) == "Not asked: its host had asked for a pause"
    assert visit("error", 500, 0, 0, "a broke") == "Failed: a broke (status 500)"
    assert visit("error", None, 0, 0, None) == "Failed: no answer"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (89, "89 minutes"), (95, "2 hours"), (2 * 1440, "2 days"),
     (20 * 1440, "20 days"), (35 * 1440, "5 weeks")],
)  # fmt: skip
def test_spans_in_words(minutes: int, words: str) -> None:
    """Lengths of time, roughly."""
    assert span(timedelta(minutes=minutes)) == words
    assert every(timedelta(minutes=minutes)) == words.removeprefix("1 ")
