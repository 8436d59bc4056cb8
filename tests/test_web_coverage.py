"""Coverage: the ledger by day agrees with the funnel, one day is told step by step, what was not covered is named."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import watched_archive as sample
from newsrooms import NOW, FakeClock

from monitor.archive import Archive, Reader
from monitor.archive.days import IN_FULL, Day
from monitor.archive.funnel import Funnel, funnel
from monitor.web import server
from monitor.wording import ledger

TODAY = NOW.date()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.build(tmp_path_factory.mktemp("coverage") / "archive.db")


@pytest.fixture(scope="module")
def get(path: Path) -> Callable[..., Any]:
    datasette = server.application(sample.settings(path), clock=FakeClock())
    return lambda address: asyncio.run(datasette.client.get(address))


def test_a_day_is_its_funnel(path: Path) -> None:
    """The numbers of each day, counted in one pass, are those of the whole funnel, and the funnel agrees."""
    with Reader.open(path) as reader:
        midnight = datetime.combine(TODAY, time.min, NOW.tzinfo)
        spans = [
            (str(ago), midnight - timedelta(days=ago), midnight - timedelta(days=ago - 1)) for ago in range(20, -1, -1)
        ]
        days = reader.days.all(spans)
        whole = [funnel(reader.connection, since, until) for _, since, until in spans]
    assert all(one.agrees for one in whole)
    assert days == [day_of(label, one) for (label, _, _), one in zip(spans, whole, strict=True)]
    assert sum(day.articles for day in days) > 300
    for name in ("duplicates", "in_full", "known_language", "readable", "matched", "failed_polls"):
        assert sum(getattr(day, name) for day in days) > 0, name


def day_of(day: str, funnel: Funnel) -> Day:
    """What the ledger is to say of a day, from its whole funnel."""
    matches, alerts = dict(funnel.matches), dict(funnel.alerts)
    states = dict(funnel.translations)
    return Day(
        day=day,
        polls=funnel.polls,
        failed_polls=funnel.failed_polls,
        listed=funnel.listed,
        known=funnel.known,
        articles=funnel.articles,
        handed_in=funnel.handed_in,
        duplicates=dict(funnel.pages).get("duplicate", 0),
        in_full=sum(number for name, number in funnel.texts if name in IN_FULL),
        known_language=sum(number for name, number in funnel.languages if name not in ("und", "none", "not yet")),
        readable=states.get("translated", 0) + states.get("not needed", 0),
        matched=matches.get("relevant", 0),
        told=alerts.get("alerted", 0),
    )


def test_the_page_sums_up(get: Callable[..., Any]) -> None:
    """Fourteen days, the latest first; each step of the chosen day holds all of its articles; the CSV the days."""
    value = get("/coverage.json?day=2026-11-20").json()
    assert [day["day"] for day in value["days"]] == [str(TODAY - timedelta(days=ago)) for ago in range(14)]
    chosen = value["chosen"]
    day = next(day for day in value["days"] if day["day"] == chosen["day"])
    steps = {step["title"]: step for step in chosen["steps"]}
    assert steps["Pages"]["articles"] == day["articles"]
    for title in ("Texts", "Languages", "Translations", "Topics"):
        assert steps[title]["articles"] == day["articles"] - day["duplicates"]
    assert steps["Messages"]["articles"] == day["matched"]
    for step in chosen["steps"]:
        assert sum(row["articles"] for row in step["rows"]) == step["articles"]
        assert sum(row["share"] for row in step["rows"]) == pytest.approx(1)
    lines = list(csv.DictReader(io.StringIO(get("/coverage.csv").text)))
    assert [line["day"] for line in lines] == [day["day"] for day in value["days"]]


def test_what_was_not_covered_is_named(get: Callable[..., Any]) -> None:
    """Arabic without a model, feeds whose pages are refused with a link each, feeds in trouble."""
    value = get("/coverage.json?day=2026-11-20").json()
    assert [one["language"] for one in value["chosen"]["unread"]] == ["ar"]
    assert value["chosen"]["unread"][0]["ever"] > value["chosen"]["unread"][0]["articles"] > 0
    refused = sum(one["refused"] + one["walled"] + one["ruled_out"] for one in value["chosen"]["refusing"])
    pages = next(step for step in value["chosen"]["steps"] if step["title"] == "Pages")
    lost = {row["name"]: row["articles"] for row in pages["rows"]}
    assert refused == lost.get("refused", 0) + lost.get("bot wall", 0) + lost.get("robots.txt", 0) > 0
    assert [(one["feed_id"], one["state"]) for one in value["troubled"]] == [
        (3, "gone"),
        (1, "failing"),
        (4, "failing"),
        (2, "silent"),
    ]
    page = get("/coverage?day=2026-11-20").text
    for words in ("Arabic", 'href="/sources/3"', "waiting for a model", "ruled out by robots.txt", "monitor models"):
        assert words in page


def test_each_row_of_the_funnel_has_words(get: Callable[..., Any]) -> None:
    """No row of a step is shown by the ledger's own name alone, and lost rows say so without colour."""
    for ago in range(3):
        for step in get(f"/coverage.json?day={TODAY - timedelta(days=ago)}").json()["chosen"]["steps"]:
            assert all(row["label"] != row["name"] for row in step["rows"]), step
    assert "(something was lost)" in get("/coverage").text


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow", "2027-01-01", "20261120", "0001-01-01", "<b>"])
def test_a_day_that_is_none(get: Callable[..., Any], day: str) -> None:
    """404 with words and how a day is written."""
    answer = get(f"/coverage?day={day}")
    assert answer.status_code == 404
    assert "A day is written 2026-11-24" in answer.text
    assert "<b>" not in answer.text


def test_days_are_the_readers(path: Path) -> None:
    """Midnight is where the reader lives: the first article of a day in Tripoli was seen after 22:00 UTC."""
    from monitor.config import AlertSettings, ArchiveSettings, Config

    config = Config(archive=ArchiveSettings(path=path), alerts=AlertSettings(zone="Africa/Tripoli"))
    datasette = server.application(config, clock=FakeClock())
    found = asyncio.run(datasette.client.get("/coverage.json?day=2026-11-20")).json()
    with Reader.open(path) as reader:
        until = datetime(2026, 11, 20, 22, tzinfo=NOW.tzinfo)
        expected = funnel(reader.connection, until - timedelta(days=1), until)
    assert found["chosen"]["steps"][0]["articles"] == expected.articles


def test_an_empty_archive_says_what_will_be_here(tmp_path: Path) -> None:
    """No visit and no article: words, and a ledger of noughts."""
    Archive.open(tmp_path / "archive.db").close()
    datasette = server.application(sample.settings(tmp_path / "archive.db"), clock=FakeClock())
    page = asyncio.run(datasette.client.get("/coverage"))
    assert page.status_code == 200
    for words in ("Nothing was seen in these days", "No feed was visited", "every feed answers"):
        assert words in page.text


def test_entries_in_words() -> None:
    """The first step, with and without failures and handed-in articles."""
    assert ledger.entries(2, 0, 40, 30, 10, 0) == (
        "2 visits. The documents listed 40 entries: 30 known already, 10 new."
    )
    assert ledger.entries(1200, 7, 0, 0, 0, 1) == (
        "1,200 visits to feeds, of which 7 failed. The documents listed 0 entries: 0 known already, 0 new. "
        "1 article handed in by hand."
    )


def test_counting_reads_no_article(path: Path) -> None:
    """The ledger of a day and the intake of a feed are counted on indices alone, whatever the texts weigh."""
    with Reader.open(path) as reader:
        plans: list[str] = []
        reader.connection.set_trace_callback(
            lambda sql: plans.append(sql) if "FROM articles INDEXED BY" in sql else None
        )
        reader.days.all([("x", NOW - timedelta(days=1), NOW)])
        reader.days.refusing(NOW - timedelta(days=1), NOW, 9)
        reader.sources.speaking("fr", NOW)
        reader.sources.intake(7, NOW)
        funnel(reader.connection, NOW - timedelta(days=1), NOW)
        reader.connection.set_trace_callback(None)
        assert len(plans) == 12
        for sql in plans:
            steps = [row[3] for row in reader.connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
            assert any("USING COVERING INDEX articles_" in step for step in steps), steps
