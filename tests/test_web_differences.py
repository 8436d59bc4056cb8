"""What an edit changed: nothing lost, nothing invented, and it can be read."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.web.articles.differences import Changed, differences

TEXTS = st.lists(st.text(alphabet="ab ,中国ب", max_size=12), max_size=6).map("\n".join)


def side(changed: tuple[Changed, ...], *kinds: str) -> list[str]:
    """The paragraphs of one side, spacing made one."""
    lines = ("".join(part.text for part in each.parts if part.kind in kinds) for each in changed)
    return [" ".join(line.split()) for line in lines if line.strip()]


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off(old: str, new: str) -> None:
    """Same and removed parts make the old text, same and added ones the new, but for spaces at a change."""
    changed = differences(old, new)
    for kind, text in (("removed", old), ("added", new)):
        joined = ["".join(line.split()) for line in side(changed, "same", kind)]
        assert joined == ["".join(line.split()) for line in lines(text)]


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("It lasts 18 months.", "It lasts 24 months.", ["18"], ["24"]),
        ("中国代表团昨日抵达", "中国代表团今日抵达", ["昨"], ["今"]),
        ("one two", "one two\nthree four", [], ["three four"]),
        ("a b c d\nx y", "a b c d", ["x y"], []),
        ("He said no today.", "He said not a word today.", ["no"], ["not a word"]),
    ],
)
def test_a_change_is_as_small_as_the_words_allow(old: str, new: str, removed: list[str], added: list[str]) -> None:
    """Words in alphabets, characters in Chinese; whole paragraphs where they came or went."""
    changed = differences(old, new)
    for kind, expected in (("removed", removed), ("added", added)):
        assert side(changed, kind) == expected


def test_texts_that_are_equal_have_no_change() -> None:
    """Nothing is marked in a text against itself."""
    assert all(each.same for each in differences("a\nb c", "a\nb c"))


@pytest.mark.parametrize(("old", "new"), [("a b " * 5000, "b a " * 5000), ("x\n" * 3000, "y\nx\n" * 1500)])
def test_nobody_waits_for_a_comparison(old: str, new: str) -> None:
    """Texts made to be slow to compare take less than two seconds."""
    began = time.perf_counter()
    differences(old, new)
    assert time.perf_counter() - began < 2
