"""A daemon killed again and again loses nothing: the short profile of `benchmarks/kill.py`."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from kill import Outcome, differences, run

from monitor.demo.server import Newsroom

LONGEST = 5.0  # seconds from start to kill: the pipeline is at work all that time
CALM = Outcome(
    kills=0,
    starts=1,
    seconds=1.0,
    articles=frozenset({"a", "b"}),
    matches=frozenset({("topic", "a")}),
    alerts=frozenset({("topic", "a")}),
    folded=frozenset(),
    messages=1,
    posts=1,
    repeats=0,
    unmarked=0,
    under_two_ids=0,
    orphans=0,
    unsettled=0,
    integrity="ok",
)


def test_nothing_is_lost_and_every_repeat_says_so() -> None:
    """After three kills every article is there, every match was told under one id, no child is left behind."""
    with Newsroom(datetime.now(UTC), sleep=lambda _: None) as newsroom:
        found = run(newsroom, 3, LONGEST, random.Random(2))
    assert found.kills == 3
    assert len(found.articles) == 22  # what the feeds that answer hold
    assert found.alerts | found.folded == found.matches
    assert not found.alerts & found.folded
    assert found.matches
    assert differences(found, found) == {}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"articles": frozenset({"a"})}, {"articles lost": 1}),
        ({"matches": frozenset({("topic", "a"), ("topic", "b")})}, {"matches extra": 1}),
        ({"alerts": frozenset()}, {"alerts lost": 1}),
        ({"alerts": frozenset(), "folded": CALM.alerts}, {}),
        ({"repeats": 1}, {}),
        ({"repeats": 1, "unmarked": 1}, {"unmarked": 1}),
        ({"under_two_ids": 1}, {"under_two_ids": 1}),
        ({"orphans": 2}, {"orphans": 2}),
        ({"integrity": "row missing"}, {"damaged": 1}),
    ],
)
def test_the_comparison_sees(change: dict[str, object], wrong: dict[str, int]) -> None:
    """Each kind of loss or repeat is counted; a repeat that says so is none."""
    assert differences(CALM, replace(CALM, **change)) == wrong  # type: ignore[arg-type]
