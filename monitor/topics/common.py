"""Words that are common in a language: a pack must not have them, since it would meet every other article.

The table is counted over news in 66 languages; see tests/common_words.py. An index holds words of all languages
alike, so a term is common as soon as it is so in any language that has its letters.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_suffix(".tsv")
UNSPACED = frozenset({"zh", "ja", "ko"})  # the index has each character by itself: counted are runs of two


def languages_of(words: Sequence[str]) -> tuple[str, ...]:
    """The languages in which these words in a row, as the index holds them, are common."""
    return _table().get(" ".join(words), ())


def begun_by(stem: str) -> Sequence[str]:
    """The common words that begin with `stem`."""
    every = _sorted()
    end = bisect_left(every, stem + chr(0x10FFFF))
    return every[bisect_left(every, stem) : end]


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            language, *words = line.split("\t")
            found |= {word: (*found.get(word, ()), language) for word in words}
    return found


@cache
def _sorted() -> Sequence[str]:
    return sorted(_table())
