"""What a name sounds like in Latin letters, roughly: enough to see whether it is there."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = dict(
    zip(
        "абвгдежзиклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџ",
        "a b v g d e zh z i k l m n o p r s t u f h ts ch sh sh - y - e yu ya i yi ye g u dj j lj nj c dz".split(),
        strict=True,
    )
)
_GREEK = dict(
    zip("αβγδεζηθικλμνξοπρστυφχψως", "a v g d e z i th i k l m n x o p r s t y f h ps o s".split(), strict=True)
)
_LATIN = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
_LETTERS = str.maketrans({**{k: v.strip("-") for k, v in _CYRILLIC.items()}, **_GREEK, **_LATIN})
_PAIRS = (("μπ", "mp"), ("ντ", "nt"), ("γκ", "g"), ("τζ", "j"), ("τσ", "ch"), ("ου", "u"), ("дж", "j"), ("й", "i"))  # fmt: skip

_SOUNDS = (
    (re.compile("sch|sh|ch|zh|cz|sz|ts|tz"), "s"),
    (re.compile("dge?|dj"), "j"),
    (re.compile("ph|w"), "f"),
    (re.compile("th"), "t"),
    (re.compile("x"), "ks"),
    (re.compile("[aeiouyh'’-]"), ""),
)
_ALIKE = str.maketrans("cqgjzbvdp", "kkkssfftf")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Small Latin letters without accents: Хафтар is "haftar", Łódź is "lodz"."""
    word = word.casefold()
    if not word.isascii():
        for pair, sound in _PAIRS:
            word = word.replace(pair, sound)
        word = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
        word = word.translate(_LETTERS)
    return word


@lru_cache(maxsize=8192)
def skeleton(word: str) -> str:
    """The consonants of the folded word, those alike made the same: "Charles" and "Чарльз" are both "srls"."""
    sounds = fold(word)
    for pattern, sound in _SOUNDS:
        sounds = pattern.sub(sound, sounds)
    return _TWICE.sub(r"\1", sounds.translate(_ALIKE))
