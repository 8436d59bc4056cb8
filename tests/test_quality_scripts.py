"""Recall in each script against brute force, in matching and in archive search alike, with pinned floors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import script_recall
import script_truth

SHARED = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).resolve().parents[1].parent / "shared")
RECALL = 0.99  # the promise
# What is found beside what brute force finds: two characters may meet across a space or a quote (Korean, Thai), and a
# case form of one word may be another word (экономик, economies, for экономика).
PRECISION = 0.98


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, script_recall.Row]]:
    if not (SHARED / "data" / "parallel-ntrex.tar.xz").exists():
        pytest.skip(f"{SHARED}/data/parallel-ntrex.tar.xz is not there; set MONITOR_SHARED")
    folder = tmp_path_factory.mktemp("scripts")
    rows = {group.name: script_recall.measure(group, folder) for group in script_truth.groups(SHARED)}
    print("\n" + script_recall.table(rows.values()))
    return rows


def test_every_group_has_words_enough_that_occur(measured: dict[str, script_recall.Row]) -> None:
    """Fifty words or more are looked for in each group, and stand in its documents."""
    assert {name: row.queries for name, row in measured.items() if row.queries < 50} == {}


def test_matching_and_archive_search_find_the_same(measured: dict[str, script_recall.Row]) -> None:
    """The index of a batch and that of the archive answer alike on every query."""
    assert [name for name, row in measured.items() if row.differing] == []


def test_recall_is_kept_in_every_script(measured: dict[str, script_recall.Row]) -> None:
    """Of what brute force finds at least 99 of 100 is found."""
    assert {name: row.recall for name, row in measured.items() if row.recall < RECALL} == {}


def test_precision_is_kept_in_every_script(measured: dict[str, script_recall.Row]) -> None:
    """Of what is found nearly all is found by brute force too."""
    assert {name: row.precision for name, row in measured.items() if row.precision < PRECISION} == {}
