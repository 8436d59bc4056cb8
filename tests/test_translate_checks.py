"""The checks on a sentence: each fault is named, good translations pass, nothing makes them fail or slow."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from translation_faults import FAULTS, Example

from monitor.translate.checks import examine

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "translate_checks.json").read_text("utf-8"))
GOOD = [case for case in CASES if not case["doubts"] and case["languages"].endswith(">en")]
LANGUAGES = ["ar", "cs", "de", "el", "en", "fa", "fr", "he", "ja", "ko", "pl", "ru", "tr", "vi", "xx", "zh", ""]
# Kinds that need no more than the pair itself, whatever its language.
ANYWHERE = (
    "empty",
    "looped word",
    "looped phrase",
    "stutter",
    "applause",
    "unknown piece",
    "lost link",
    "mangled link",
)
AWKWARD = st.one_of(
    st.text(),
    st.text(alphabet="0123456789.,:/-% 万億十百千만억٣२ and million hundred"),
    st.text(alphabet="aA bB.!?…\"'-_́ßİıΐ"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_examine(case: dict[str, Any]) -> None:
    """What is found in a sentence and its translation: doubts of the kinds expected, or none."""
    known = [(source, wanted) for source, wanted in case.get("known", ())]
    found = examine(case["source"], case["target"], *case["languages"].split(">"), known=known)
    assert {doubt.check for doubt in found} == set(case["doubts"]), found


@pytest.mark.parametrize("kind", ANYWHERE)
def test_faults_put_into_good_translations_are_found(kind: str) -> None:
    """Every good pair of the cases, ten times over: all faults of these kinds are caught."""
    chance = random.Random(444)
    tried = 0
    for line, case in enumerate(GOOD * 10):
        language = case["languages"].split(">")[0]
        spoilt = FAULTS[kind](
            Example(language=language, line=line, source=case["source"], target=case["target"]), chance
        )
        if spoilt is not None:
            tried += 1
            assert examine(spoilt.source, spoilt.target, language, "en"), spoilt
    assert tried >= 100


@settings(max_examples=500, deadline=None)
@given(
    AWKWARD, AWKWARD, st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES), st.lists(st.tuples(st.text(), st.text()))
)
def test_no_text_makes_a_check_fail(
    source: str, target: str, source_language: str, target_language: str, known: list[tuple[str, str]]
) -> None:
    """Whatever a page or a model produces, the answer is a tuple of doubts that can be shown."""
    found = examine(source, target, source_language, target_language, known=known)
    assert all(doubt.check and doubt.words for doubt in found)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1).filter(str.strip))
def test_nothing_for_something_is_always_found(source: str) -> None:
    """A dropped sentence never passes."""
    assert [doubt.check for doubt in examine(source, " ", "fr", "en")] == ["empty"]


@pytest.mark.parametrize(
    "text",
    [
        "." * 8000,
        "million " * 1000,
        "1" * 8000,
        "1," * 4000,
        "億" * 8000,
        "1億" * 4000,
        "a" * 8000,
        "Aa Bb " * 1500,
        "a@" * 4000,
        "XIV " * 2000,
        "“" * 8000,
        "twenty-" * 1000,
        "5.6." * 2000,
        "мая " * 2000,
    ],
    ids=lambda text: text[:6],
)
def test_no_text_makes_the_checks_slow(text: str) -> None:
    """A flood of eight thousand characters takes less than two seconds on either side, in any of the languages."""
    for language in ("fr", "ja", "ru"):
        started = time.process_time()
        examine(text, "A short sentence of 12 words.", language, "en", known=[("x", "y")])
        examine("Une phrase courte de 12 mots.", text, language, "en")
        examine(text, text[:-1] + "b", language, "en")
        assert time.process_time() - started < 2
