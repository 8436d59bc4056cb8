"""The words of a text that can tell one event from another: no little words, English ones without their endings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from monitor.script import words

# What says nothing about the subject of an English news text: articles, pronouns, prepositions, auxiliaries, and
# the verbs and measures of reporting.
_LITTLE = """
a about above after again against ago all almost along already also although always am among an and another any anyone
anything are around as at away back be became because become been before began behind being below between both but by
came can cannot could d did do does doing done down during each either else enough even ever every few first for from
further gave get gets getting give given go goes going gone got had has have having he her here hers herself him
himself his how however i if in including instead into is it its itself just know known last later least less let like
likely ll m made make makes making many may me might mine more most much must my myself near nearly need never new
next no nor not nothing now of off often on once one only onto or other others our ours ourselves out over own part
per perhaps put quite rather re really s said same saw say saying says second see seen several shall she should since
so some someone something soon still such t take taken takes than that the their theirs them themselves then there
these they thing things this those though three through thus till time to together told too took toward towards two
under until up upon us use used using ve very via was way we well went were what when where whether which while who
whole whom whose why will with within without would yes yet you your yours yourself monday tuesday wednesday thursday
friday saturday sunday january february march april june july august september october november december today
yesterday tomorrow year years month months week weeks day days hour hours people according report reported reports
news mr mrs ms dr
"""
LITTLE = frozenset(_LITTLE.split())

_LONGEST = 24
_NUMERAL = re.compile(r"\d")
_ALONE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # written without spaces


def english_words(text: str, without: Collection[str]) -> Iterator[str]:
    """Words of an English text in their order, cut to their stems; no little words, figures, nor those of `without`."""
    for word in words(text):
        if 2 < len(word) <= _LONGEST and word not in LITTLE and word not in without and not _NUMERAL.search(word):
            yield stem(word)


def foreign_words(text: str, without: Collection[str], language: str) -> Iterator[str]:
    """Words of a text that has no English side, marked with its language; pairs of characters where it has no spaces.

    They meet only in articles of the same language. Words of four letters or fewer are mostly little ones.
    """
    before = ""
    for word in words(text):
        if _ALONE.match(word):
            if before:
                yield f"{language}:{before}{word}"
            before = word
            continue
        before = ""
        if 4 < len(word) <= _LONGEST and word not in without and not _NUMERAL.search(word):
            yield f"{language}:{word}"


def stem(word: str) -> str:
    """An English word without the endings of number and tense: what steps 1a and 1b of Porter (1980) take off.

    Whether Porter's other steps (-ation, -ment, …) would join more articles has not been measured.
    """
    for ending, put in (("sses", "ss"), ("ies", "y"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word[-2] in "su"):
            word = word[: len(word) - len(ending)] + put
            break
    word = word[:-1] if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz" else word
    return word[:-1] if len(word) > 4 and word.endswith("e") else word
