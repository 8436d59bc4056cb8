"""What is news in a story and what is not, and when a follow-up waits."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.alerts.followup import PATIENCE, Limits, Report, Verdict, decide
from monitor.models import Thread
from monitor.wording.facts import Text, fresh, news_in, told_by

CASES = tomllib.loads((Path(__file__).parent / "data" / "followups.toml").read_text("utf-8"))["case"]
NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")
LIMITS = Limits(outlets=5, pause=timedelta(minutes=30), per_day=4)
LONG_AGO = NOW - timedelta(days=2)
KNOWN = Thread(
    message_id="m1", started_at=LONG_AGO, last_at=LONG_AGO, outlets=("Outlet", "First"), languages=("en",), subject="S"
)


def text(body: str, title: str = "", **more: Any) -> Text:
    values = {"title": title, "body": body, "sentence": "", "readable": True, "published": NOW}
    return Text(**values | more)


def thread(*told: str, **more: Any) -> Thread:
    facts = frozenset[str]().union(*(told_by(text(one)) for one in told))
    return replace(KNOWN, facts=tuple(sorted(facts)), **more)


def report(body: str = "Nothing.", **more: Any) -> Report:
    values = {"outlet": "Outlet", "language": "en", "tier": 2, "facts": news_in(text(body))}
    return Report(**values | more)


def verdict(*reports: Report, told: Thread | None = KNOWN, now: datetime = NOW, **more: Any) -> Verdict:
    return decide(reports, (), told, LIMITS, now, ROME, **more)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_case_has_the_news_that_it_states(case: dict[str, Any]) -> None:
    """Rewordings are folded; new figures, names, dates, languages, tiers and many outlets are said in words."""
    told = thread(case["told"], languages=tuple(case.get("languages", ["en"])))
    article = text(case["comes"], case.get("title", ""), readable=case.get("readable", True))
    one = report(language=case.get("language", "en"), tier=case.get("tier", 2), facts=news_in(article))
    found = decide([one], case.get("outlets", []), told, LIMITS, NOW, ROME)
    assert len(found.news) == len(case["news"]), found.news
    for said, expected in zip(found.news, case["news"], strict=True):
        assert said.startswith(expected)
    assert found.kind == ("follow-up" if case["news"] else "folded")


def test_a_story_nobody_was_told_of_is_told() -> None:
    """Without a thread there is a first alert, whatever the articles say."""
    assert verdict(report(), told=None) == Verdict(kind="first")


def test_folding_says_since_when_it_is_known() -> None:
    """The reason names the time of the latest message on the reader's clock."""
    found = verdict(report())
    assert (found.kind, found.reason) == ("folded", "nothing new: same facts as told Sun 1 March 2026, 15:00 CET")


def test_news_waits_until_the_last_message_is_old_enough() -> None:
    """A new fact waits half an hour; who else reports it waits longer, and longer after each message."""
    recent = replace(KNOWN, last_at=NOW - timedelta(minutes=10))
    fact, language = report("19 people were killed in Sirte."), report(language="ru")
    assert verdict(fact, told=recent).until == recent.last_at + LIMITS.pause
    assert verdict(language, told=recent).until == recent.last_at + PATIENCE * LIMITS.pause
    often = replace(recent, messages=3)
    assert verdict(language, told=often).until == recent.last_at + 4 * PATIENCE * LIMITS.pause
    assert verdict(fact, language, told=often).until == recent.last_at + LIMITS.pause
    assert verdict(fact, told=recent, digest=True).kind == "follow-up"


def test_what_waits_comes_together() -> None:
    """Once the pause is over, one follow-up says all that came meanwhile, and which article shows it."""
    told = thread("A shell hit Sirte.")
    reports = [report(), report(language="ru"), report("19 people were killed in Sirte.")]
    found = verdict(*reports, told=told)
    assert (found.news, found.bearer) == (("new: 19 killed", "first report in Russian"), 2)


def test_the_day_has_its_number_of_follow_ups() -> None:
    """Beyond it, news waits for the channel's midnight; the next day begins at none."""
    full = replace(KNOWN, day="2026-03-03", day_messages=4)
    one = report("19 people were killed in Sirte.")
    assert verdict(one, told=full).until == datetime(2026, 3, 3, 23, tzinfo=UTC)
    assert verdict(one, told=replace(full, day="2026-03-02")).kind == "follow-up"


@pytest.mark.parametrize("part", ["1 ", "123 ", "9", "twenty ", "Aa ", ". ", "قتل ١٩ ", "5 of ", "a-", "1.", "1,1"])
def test_hostile_text_takes_no_time(part: str) -> None:
    """50,000 characters of what makes patterns slow are read in a moment."""
    began = time.process_time()
    article = text(part * (50_000 // len(part)), part * 100)
    assert len(fresh(news_in(article), told_by(article))) <= 1  # of what was cut off in the middle
    assert time.process_time() - began < 5


@given(st.text(max_size=300), st.text(max_size=80))
@example("", "a00\nA0")
@settings(max_examples=200, deadline=None)
def test_no_text_is_news_to_itself(body: str, title: str) -> None:
    """Whatever strangers write, what an article says counts as told once it was told."""
    article = text(body, title)
    assert fresh(news_in(article), told_by(article)) == ()
