"""The translation memory: what it knows again, what it counts, what it forgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from newsrooms import NOW

from monitor.archive import Archive
from monitor.models import Doubt, Output, Pinned, Wanted
from monitor.translate.memory import key

TERM = Pinned(start=0, end=2, target="He", origin="glossary.toml")
PINNED = Pinned(start=0, end=3, target="LNA", origin="pack libya", also=("the army",))
GOOD = Output(text="It rains.", score=0.71, pinned=(PINNED,))
BAD = Output(text="spoke spoke spoke", score=0.2, doubts=(Doubt(check="loop", words="repeats itself"),))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as archive:
        yield archive


def test_what_was_remembered_is_known_after_a_restart(tmp_path: Path) -> None:
    """Outputs come back as they were, doubts and all, from the file."""
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.memory.remember({b"good": GOOD, b"bad": BAD}, NOW)
    with Archive.open(tmp_path / "archive.db") as archive:
        keys = [b"good", b"bad", b"new"]
        assert archive.memory.recall(keys, keys, NOW) == {b"good": GOOD, b"bad": BAD}
        assert archive.memory.lookups() == (2, 3)


def test_only_what_counts_is_counted(archive: Archive) -> None:
    """The lead of an article that comes by again with its body is known, and no merit of the memory."""
    archive.memory.remember({b"lead": GOOD}, NOW)
    assert archive.memory.recall([b"lead", b"body"], [b"body"], NOW) == {b"lead": GOOD}
    assert archive.memory.lookups() == (0, 1)


def test_what_was_used_least_recently_is_forgotten(archive: Archive) -> None:
    """Using a sentence keeps it; the bound holds whatever is remembered."""
    for number in range(5):
        archive.memory.remember({bytes([number]): GOOD}, NOW + timedelta(minutes=number))
    archive.memory.recall([b"\0"], [], NOW + timedelta(hours=1))
    assert archive.memory.prune(3) == 2
    assert sorted(archive.memory.recall([bytes([n]) for n in range(5)], [], NOW)) == [b"\0", b"\3", b"\4"]
    assert archive.memory.size() == 3


def test_more_keys_than_a_statement_takes(archive: Archive) -> None:
    """A day's press is looked up in one call."""
    keys = [number.to_bytes(4) for number in range(2500)]
    archive.memory.remember(dict.fromkeys(keys[::2], GOOD), NOW)
    assert len(archive.memory.recall(keys, keys, NOW)) == 1250
    assert archive.memory.lookups() == (1250, 2500)


@pytest.mark.parametrize(
    ("wanted", "way"),
    [
        (Wanted(source="Il pleut"), "1.9"),
        (Wanted(source="Il pleut."), "2.0"),
        (Wanted(source="Il pleut.", pinned=(TERM,)), "1.9"),
        (Wanted(source="Il pleut.", pinned=(replace(TERM, also=("It",)),)), "1.9"),
        (Wanted(source="Il pleut.", pinned=(replace(TERM, firm=False),)), "1.9"),
        (Wanted(source="\ud800"), "1.9"),
    ],
)
def test_another_sentence_package_or_term_is_another_key(wanted: Wanted, way: str) -> None:
    """Nothing is taken for what it is not; the same again has the same key."""
    plain, pinned = key(Wanted(source="Il pleut."), "1.9"), key(Wanted(source="Il pleut.", pinned=(TERM,)), "1.9")
    assert key(wanted, way) != plain
    assert key(wanted, way) != pinned or wanted.pinned == (TERM,)
    assert key(wanted, way) == key(wanted, way)
    assert len(plain) == 16
