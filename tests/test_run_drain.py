"""A backlog drained while processes are killed: the short profile of `benchmarks/drain.py`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from drain import Drained, run


def test_a_backlog_is_drained_whole_whoever_is_killed() -> None:
    """24 articles, three kills of daemon or child: every French one translated whole, every German one waiting."""
    found = run(24, 3, seed=5, longest=2.0)
    assert found.daemon_kills + found.child_kills >= 1
    assert (found.french, found.whole, found.german, found.waiting) == (18, 18, 6, 6)
    assert (found.lost, found.blamed, found.integrity) == (0, 0, "ok")
    assert found.told_once == found.matches > 0


def test_a_loss_is_seen() -> None:
    """An article that is not whole, or does not wait, counts as lost."""
    calm = Drained(
        articles=4, french=3, german=1, daemon_kills=0, child_kills=0, seconds=1, translated=3, whole=3, waiting=1,
        blamed=0, matches=0, told_once=0, integrity="ok",
    )  # fmt: skip
    assert (calm.lost, replace(calm, whole=2).lost, replace(calm, waiting=0).lost) == (0, 1, 1)
