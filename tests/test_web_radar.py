"""Radar: what is told stands there with its chart, topics against their usual week, and too short a history says so."""

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
from monitor.config import RadarSettings
from monitor.models import Chart, Notice
from monitor.topics import cells, outlook, radar
from monitor.topics.radar import Reading, Rules
from monitor.topics.volumes import ANY, Board
from monitor.web import server
from monitor.web.outlook import Outlook
from monitor.web.pages.radar import raised

LOUD = sample.TOPICS[0]
DETAIL = "/radar.json?topic=Libya%E2%80%93Russia+relations"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.build(tmp_path_factory.mktemp("radar") / "archive.db")


@pytest.fixture(scope="module")
def get(path: Path) -> Callable[..., Any]:
    datasette = server.application(sample.settings(path), clock=FakeClock())
    return lambda address: asyncio.run(datasette.client.get(address))


def test_a_spike_stands_there_while_it_lasts(get: Callable[..., Any]) -> None:
    """Its topic, what came against what was expected, its text and a chart whose columns bear dates."""
    (spike,) = get("/radar.json").json()["open"]
    assert (spike["kind"], spike["topic"], spike["healed_at"]) == ("spike", LOUD, None)
    assert spike["chart"]["labels"][-1] == "2026-11-24"
    assert len(set(spike["chart"]["labels"])) == 14
    assert spike["words"].startswith(f"{spike['chart']['values'][-1]:.0f} came, ")
    assert "times as many" in spike["words"]
    page = get("/radar").text
    for words in ("Spike", "still on", "what came beside what was to be expected", "<svg", "expected"):
        assert words in page


def test_what_is_over_is_kept(get: Callable[..., Any]) -> None:
    """The silence of five days ago, where it was, when it ended, with windows of six hours told apart."""
    (silence,) = get("/radar.json").json()["past"]
    assert (silence["kind"], silence["where"]) == ("silence", "Arabic (LY)")
    assert silence["words"] == "0 came, 14 expected: none of them"
    assert silence["healed_at"] == "2026-11-20T12:00:00Z"
    assert len(set(silence["chart"]["labels"])) == 16
    assert silence["chart"]["labels"][-1] == "Thu 09:00"


def test_topics_against_their_usual_week(get: Callable[..., Any], path: Path) -> None:
    """The same numbers that the radar itself judges by, the furthest from the expected first; the CSV holds them."""
    topics = get("/radar.json").json()["topics"]
    with Reader.open(path) as reader:
        board = Board()
        counts = reader.volumes.read(NOW - timedelta(weeks=9))
        board.update(((one.hour, one.topic, one.language, one.country, one.articles) for one in counts), 0)
    for row in topics:
        known = radar.read(board, row["name"], (ANY, ANY), int(NOW.timestamp()) // 3600, 24, Rules())
        assert known is not None
        assert (row["articles"], row["expected"]) == (known.articles, round(known.expected, 2))
        assert row["fortnight"][-1] == known.articles
    assert topics[0]["name"] == LOUD
    assert topics[0]["words"] == "far more than usual"
    assert [abs(row["deviation"]) for row in topics] == sorted((abs(row["deviation"]) for row in topics), reverse=True)
    lines = list(csv.DictReader(io.StringIO(get("/radar.csv").text)))
    assert [line["name"] for line in lines] == [row["name"] for row in topics]


def test_a_topic_by_language_and_country(get: Callable[..., Any]) -> None:
    """Its parts sum up to it, whichever way it is cut, under names that people use; its chart is of a fortnight."""
    value = get(DETAIL).json()
    (whole,) = [row for row in value["topics"] if row["name"] == LOUD]
    detail = value["detail"]
    for rows in (detail["languages"], detail["countries"]):
        assert sum(row["articles"] for row in rows) == whole["articles"]
    assert "Arabic" in {row["name"] for row in detail["languages"]}
    assert "Libya" in {row["name"] for row in detail["countries"]}
    assert detail["chart"]["values"] == [float(number) for number in whole["fortnight"]]
    page = get(DETAIL.replace(".json", "")).text
    assert "By language" in page
    assert "By country" in page


def test_a_topic_that_is_none(get: Callable[..., Any]) -> None:
    """404 with words."""
    answer = get("/radar?topic=%3Cb%3E")
    assert answer.status_code == 404
    assert "There is no topic “&lt;b&gt;”" in answer.text


@pytest.mark.parametrize("days", [0, 5, 14])
def test_too_short_a_history_says_how_far_it_is(tmp_path: Path, days: int) -> None:
    """Before two weeks and a day nothing is expected; the page says how much is counted, and shows what came."""
    path = tmp_path / "archive.db"
    if days:
        sample.build(path, feeds=9, days=days, busy=1)
    else:
        Archive.open(path).close()
    datasette = server.application(sample.settings(path), clock=FakeClock())
    page = asyncio.run(datasette.client.get("/radar")).text
    value = asyncio.run(datasette.client.get("/radar.json")).json()
    if days:
        assert value["progress"]["days"] == pytest.approx(days, abs=1)
        assert f"{value['progress']['days']:.1f} of 15 days are counted" in page
        assert {row["words"] for row in value["topics"]} == {"not enough weeks yet"}
        assert sum(sum(row["fortnight"]) for row in value["topics"]) > 0
    else:
        assert "Nothing is counted yet" in page
        assert "No topic is declared yet" in page


def test_a_radar_that_is_off_says_so(path: Path) -> None:
    """`enabled = false` stands on the page, and what was counted before is still shown."""
    config = replace(sample.settings(path), radar=RadarSettings(enabled=False))
    page = asyncio.run(server.application(config, clock=FakeClock()).client.get("/radar")).text
    assert "The radar is switched off" in page
    assert "far more than usual" in page


def test_hours_that_nobody_counted_are_no_silence(path: Path) -> None:
    """A daemon that stood still for three days leaves the numbers of the last hour it counted."""
    with Reader.open(path) as reader:
        last = reader.volumes.last_hour()
        assert last is not None
        end = datetime.fromisoformat(f"{last}:00:00+00:00") + timedelta(hours=1)
        now, later = (Outlook(reader.volumes, Rules(), moment) for moment in (end, end + timedelta(days=3)))
        assert later.progress().counted_until == now.progress().counted_until == end
        assert later.topics([LOUD]) == now.topics([LOUD])


def test_hostile_names_stay_text(get: Callable[..., Any]) -> None:
    """A topic and an outlet whose names are markup add no element to the page."""
    tree = html5lib.parse(get("/radar").text, namespaceHTMLElements=False)
    assert all("alert('feed')" not in "".join(script.itertext()) for script in tree.iter("script"))
    assert sample.TOPICS[2] in {"".join(node.itertext()) for node in tree.iter("bdi")}


QUIET = Reading(topic="t", cell=(ANY, ANY), end=1, hours=24, articles=10, expected=10.0, spread=1.0, collected=100,
                usually_collected=100.0)  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (QUIET, "as usual"),
        (replace(QUIET, articles=15), "a little more than usual"),
        (replace(QUIET, articles=4), "a little less than usual"),
        (replace(QUIET, articles=20), "clearly more than usual"),
        (replace(QUIET, articles=20, spread=9.0), "a little more than usual"),
        (replace(QUIET, articles=40), "far more than usual"),
        (replace(QUIET, articles=0, expected=0.0), "as usual"),
        (replace(QUIET, articles=1, collected=30), "too little was collected to tell"),
    ],
)
def test_deviations_in_words(reading: Reading, words: str) -> None:
    """How far off, measured by the topic's own spread; nothing is said where little was collected."""
    assert outlook.standing(reading) == words


@pytest.mark.parametrize(
    ("came", "usual", "words"),
    [
        (12.0, 2.0, "12 came, 2.0 expected: 6.0 times as many"),
        (3.0, 12.0, "3 came, 12 expected: 25 % of them"),
        (0.0, 12.0, "0 came, 12 expected: none of them"),
        (5.0, 0.0, "5 came, 0.0 expected"),
        (5.0, 5.0, "5 came, 5.0 expected"),
    ],
)
def test_notices_in_words(came: float, usual: float, words: str) -> None:
    """What came against the expected, for spikes and silences; no share of nothing."""
    chart = Chart(title="Articles in 24 hours", values=(came,), expected=(usual,), labels=("Mon",))
    subject = cells.subject("a/b", (ANY, "LY"))
    found = raised(Notice(kind="spike", subject=subject, title="t", text="x", raised_at=NOW, chart=chart))
    assert (found.topic, found.where, found.words) == ("a/b", "LY", words)
