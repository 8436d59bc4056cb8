"""A sentence and its translation, cut up once for all the checks."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from monitor.models import Doubt

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

_ASCII_DIGITS = {
    code: str(unicodedata.decimal(chr(code)))
    for code in range(128, sys.maxunicode + 1)
    if unicodedata.category(chr(code)) == "Nd"
}


@dataclass(frozen=True, slots=True)
class Pair:
    """One sentence in both languages. Languages are Argos codes.

    The texts have their digits as 0–9, whatever script they were in. `words` are case-folded, in order.
    """

    source: str
    target: str
    source_language: str
    target_language: str
    known: Sequence[tuple[str, str]]
    source_words: list[str]
    target_words: list[str]


Check = Callable[[Pair], Iterable[Doubt]]


def pair(
    source: str, target: str, source_language: str, target_language: str, known: Sequence[tuple[str, str]]
) -> Pair:
    """Both texts with plain digits, and their words."""
    before, after = plain(source), plain(target)
    return Pair(
        before,
        after,
        source_language,
        target_language,
        known,
        WORD.findall(before.casefold()),
        WORD.findall(after.casefold()),
    )


def plain(text: str) -> str:
    """Digits of every script as 0–9."""
    return text if text.isascii() else text.translate(_ASCII_DIGITS)
