"""The front page: topics with news first, what each is used to, what needs attention and where to act on it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from front_archive import EVIL, FORMER, PORTS, QUIET, Elements, Line, build, is_ours, silence, visitor
from newsrooms import NOW

from monitor.archive import Archive, Reader
from monitor.archive.attention import Waiting
from monitor.models import Feed, Notice
from monitor.web.page import topic_url
from monitor.web.pages.home import concerns, front
from monitor.web.pages.topic import topic_page
from monitor.web.topics.wanted import Wanted


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("home") / "archive.db")


@pytest.fixture(scope="module")
def visit(path: Path) -> Callable[..., Any]:
    return visitor(path)


def test_topics_with_news_come_first_and_quiet_ones_are_a_line(visit: Callable[..., Any]) -> None:
    """A declared topic with news is a card with its stories; one without is a link; a former one is not there."""
    cards = visit("/home.json").json()["topics"]
    assert [(card["topic"], card["today"]) for card in cards] == [(PORTS, 3), (QUIET, 0)]
    words = Elements(visit("/").text).words
    assert words.index("Topics with news") < words.index("Quiet")
    assert FORMER not in words


def test_a_card_counts_spans_of_24_hours(visit: Callable[..., Any]) -> None:
    """The last of 14 ends now; what was passed over and what is older is not counted; usual is the median."""
    card = visit("/home.json").json()["topics"][0]
    assert card["timeline"] == [0] * 11 + [1, 0, 3]
    assert card["usual"] == 0


def test_a_story_shows_its_headline_its_original_and_its_best_score(visit: Callable[..., Any]) -> None:
    """Articles of one story are one line, with outlets, languages, and the score of the best found today."""
    first, second = visit("/home.json").json()["topics"][0]["stories"]
    assert (first["found"], first["score"], first["url"]) == (2, 90, "/stories/1")
    assert first["headline"]["title"] == "Port widened"
    assert first["headline"]["original"] == "توسيع الميناء"
    assert first["headline"]["languages"] == ["ar", "ru", "en"]
    assert (second["found"], second["headline"]["story_id"], second["url"]) == (1, None, "/articles/7")


def test_originals_carry_their_language(visit: Callable[..., Any]) -> None:
    """The Arabic title is marked as Arabic, its direction found by the browser."""
    spans = Elements(visit("/").text).all("span")
    assert {"lang": "ar", "dir": "auto"} in spans


def test_what_strangers_wrote_stays_text(visit: Callable[..., Any]) -> None:
    """Hostile titles, outlets and topic names are words on the page."""
    html = visit("/").text
    assert is_ours(html)
    assert EVIL in Elements(html).words
    assert f'href="{topic_url(PORTS)}"' in html


def test_the_table_is_the_topics(visit: Callable[..., Any]) -> None:
    """A line of CSV for each topic."""
    rows = list(csv.DictReader(io.StringIO(visit("/home.csv").text)))
    assert [(row["topic"], row["today"]) for row in rows] == [(PORTS, "3"), (QUIET, "0")]


def test_what_needs_attention_leads_to_where_it_is_put_right(tmp_path: Path) -> None:
    """Notices, failing feeds, dead letters, missing models and doubtful sentences, each a link; nothing, no list."""
    path = build(tmp_path / "archive.db")
    with Archive.open(path) as archive:
        archive.feeds.declare([Feed(url="https://a.example/feed", title="Silent")], NOW)
        for kind, subject in (("feed silent", "feed 1"), ("spike", "Ports/ar/LY")):
            archive.notices.raise_(
                Notice(kind=kind, subject=subject, title=f"{kind}!", text="", raised_at=NOW), "Monitor", {}
            )
        archive.connection.execute("UPDATE feed_states SET failures = 4")
        archive.connection.execute("UPDATE articles SET translation_state = 'waiting for a model' WHERE id = 7")
        archive.connection.execute(
            "INSERT INTO outbox (message_id, channel, topic, state, created_at, next_attempt_at, subject, alert) "
            "VALUES ('m', 'mail', 't', 'dead', '2026', '2026', 's', '{}')"
        )
    page = visitor(path)("/home.json").json()
    assert [(one["words"], one["url"]) for one in (*page["notices"], *page["concerns"])] == [
        ("Ports, spike!", "/radar"),
        ("feed silent!", "/sources/1"),
        ("1 feed failing", "/sources"),
        ("1 message refused for good", "/archive/messages"),
        ("1 article in all waiting for a model: Persian", "/archive/waiting_for_a_model"),
        ("1 article of the last 24 hours with unverified sentences", "/archive/doubtful_translations"),
    ]
    links = [link.get("href") for link in Elements(visitor(path)("/").text).all("a")]
    assert {"/radar", "/sources/1", "/archive/messages", "/coverage"} <= set(links)


def test_nothing_to_do_is_not_told() -> None:
    """No list of zeros."""
    assert (
        list(concerns(Waiting(failing_feeds=0, dead_letters=0, without_model=0, languages=(), doubtful=0), "a")) == []
    )


def test_an_empty_archive_says_how_to_fill_it(tmp_path: Path) -> None:
    """Without topics the page says what would stand there, and how to get it."""
    Archive.open(tmp_path / "archive.db").close()
    page = visitor(tmp_path / "archive.db")("/")
    assert page.status_code == 200
    assert "No topic is declared yet" in Elements(page.text).words


def test_what_is_muted_or_rejected_is_not_told(tmp_path: Path) -> None:
    """It is counted still, but its headline stands there no more."""
    path = build(tmp_path / "archive.db")
    silence(path, story=1, rejected=7)
    card = visitor(path)("/home.json").json()["topics"][0]
    assert (card["today"], card["stories"], card["more"]) == (3, [], 0)
    assert "Its stories of today are muted or rejected." in Elements(visitor(path)("/").text).words


def test_many_stories_are_counted_not_listed(tmp_path: Path) -> None:
    """Three stories a topic, the weightiest; how many more there are is a link."""
    lines = [Line(title=f"Port {number}", hours=1, score=50 + number) for number in range(6)]
    page = visitor(build(tmp_path / "archive.db", lines))
    card = page("/home.json").json()["topics"][0]
    assert [story["headline"]["title"] for story in card["stories"]] == ["Port 5", "Port 4", "Port 3"]
    assert card["more"] == 3
    assert "3 more stories" in Elements(page("/").text).words


def test_usual_is_the_median_of_the_days_before(tmp_path: Path) -> None:
    """One loud day does not make the usual loud."""
    hours = [24 * day + 1 for day in range(1, 14) for _ in range(2)] + [25] * 30
    lines = [Line(title="Port", hours=hour) for hour in sorted(hours, reverse=True)]
    card = visitor(build(tmp_path / "archive.db", lines))("/home.json").json()["topics"][0]
    assert (card["today"], card["usual"]) == (0, 2)
    assert sum(card["timeline"]) == len(lines)
    assert NOW - timedelta(hours=max(hours)) > NOW - timedelta(days=14)


def test_no_page_walks_through_the_archive(path: Path) -> None:
    """No statement behind home or a topic reads all articles, matches or sentences, however many there are."""
    statements: list[str] = []
    with Reader.open(path) as reader:
        reader.connection.set_trace_callback(statements.append)
        front(reader, NOW, "archive")
        topic_page(reader, PORTS, Wanted(days=365), NOW, ZoneInfo("UTC"))
        reader.connection.set_trace_callback(None)
        plans = {sql: [row["detail"] for row in reader.connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
                 for sql in statements if sql.lstrip().startswith(("SELECT", "WITH"))}  # fmt: skip
    walk = re.compile(
        r"SCAN (articles|matches|sentences|story_articles|stories)\b(?!.* USING .*INDEX articles_waiting)"
    )
    assert len(plans) > 15
    assert {sql: plan for sql, plan in plans.items() if any(walk.search(step) for step in plan)} == {}
