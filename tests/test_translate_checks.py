"""The checks on a sentence: each fault is named, good translations pass, nothing makes them fail."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.translate.checks import examine

CASES = json.loads((Path(__file__).parent / "data" / "translate_checks.json").read_text("utf-8"))
GOOD = [case for case in CASES if not case["wrong"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_examine(case: dict[str, str]) -> None:
    """What is said about a sentence and its translation: the words expected, or nothing."""
    found = examine(case["source"], case["target"], *case["languages"].split(">"))
    assert "; ".join(found) == case["wrong"]


def _looped(text: str, chance: random.Random) -> str:
    words = text.split()
    at = chance.randrange(len(words))
    phrase = words[at : at + chance.randint(1, 5)]
    return " ".join(words[:at] + phrase * chance.randint(5, 9))


def _stuttered(text: str, chance: random.Random) -> str:
    return text + chance.choice("abcdeo") * 40


FAULTS: dict[str, Callable[[str, str, random.Random], str]] = {
    "repeats itself": lambda source, target, chance: _looped(target, chance),
    "stutters": lambda source, target, chance: _stuttered(target, chance),
    "left in the original": lambda source, target, chance: source,
    "empty": lambda source, target, chance: " " * chance.randrange(3),
    "shorter": lambda source, target, chance: target[: len(target) // 6],
    "longer": lambda source, target, chance: " ".join(chance.sample(target.split() * 4, 4 * len(target.split()))),
    "another script": lambda source, target, chance: "Эта фраза осталась на другом языке совсем",
    "number": lambda source, target, chance: target.replace("26", "31").replace("450", "7"),
    "address": lambda source, target, chance: target.replace("https://press.example", "https:press. example"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_put_into_good_translations_are_found(fault: str) -> None:
    """Every good pair of the cases that the fault changes, twenty times over: all are caught."""
    chance = random.Random(444)
    tried = 0
    for case in GOOD * 20:
        source, target = case["source"], case["target"]
        if len(target.split()) < 8:
            continue
        spoilt = FAULTS[fault](source, target, chance)
        if spoilt != target:
            tried += 1
            assert examine(source, spoilt, *case["languages"].split(">")), spoilt
    assert tried >= 20


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text(), st.sampled_from(["fr", "zh", "ja", "xx", ""]), st.sampled_from(["en", "ar", "ru", "zh"]))
def test_no_text_makes_a_check_fail(source: str, target: str, source_language: str, target_language: str) -> None:
    """Whatever a page or a model produces, the answer is a tuple of sentences that can be shown."""
    found = examine(source, target, source_language, target_language)
    assert all(wrong and "\n" not in wrong for wrong in found)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1).filter(str.strip))
def test_nothing_for_something_is_always_found(source: str) -> None:
    """A dropped sentence never passes."""
    assert examine(source, "", "fr", "en") == ("nothing came out",)
