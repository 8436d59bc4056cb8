"""Which letters a language is written with: a term in others would never be found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_LATIN = (
    "mul af az bs ca cs da de en es et eu fi fr ga gl hr hu id is it lt lv ms mt nl no pl pt ro sk sl so sq sv sw "
    "tl tr uz vi"
)
_CYRILLIC = "be bg kk ky mk mn ru sr tg uk"
_ARABIC = "ar ckb fa ps sd ug ur"
_DEVANAGARI = "hi mr ne"

# Language → scripts, by the first word of Unicode's names of characters. Languages in two scripts have both.
_SCRIPTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_LATIN.split(), frozenset({"LATIN"})),
    **dict.fromkeys(_CYRILLIC.split(), frozenset({"CYRILLIC"})),
    **dict.fromkeys(_ARABIC.split(), frozenset({"ARABIC"})),
    **dict.fromkeys(_DEVANAGARI.split(), frozenset({"DEVANAGARI"})),
    "sr": frozenset({"CYRILLIC", "LATIN"}),
    "am": frozenset({"ETHIOPIC"}),
    "bn": frozenset({"BENGALI"}),
    "el": frozenset({"GREEK"}),
    "gu": frozenset({"GUJARATI"}),
    "he": frozenset({"HEBREW"}),
    "hy": frozenset({"ARMENIAN"}),
    "ja": frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK"}),
    "ka": frozenset({"GEORGIAN"}),
    "km": frozenset({"KHMER"}),
    "kn": frozenset({"KANNADA"}),
    "ko": frozenset({"HANGUL"}),
    "lo": frozenset({"LAO"}),
    "ml": frozenset({"MALAYALAM"}),
    "my": frozenset({"MYANMAR"}),
    "pa": frozenset({"GURMUKHI"}),
    "si": frozenset({"SINHALA"}),
    "ta": frozenset({"TAMIL"}),
    "te": frozenset({"TELUGU"}),
    "th": frozenset({"THAI"}),
    "ti": frozenset({"ETHIOPIC"}),
    "zh": frozenset({"CJK"}),
}
_ABBREVIATED = frozenset({"zh", "ja", "ko"})  # print UAE, EU and BRICS as they are
_ROMAN = re.compile(r"\b[IVX]+\b")  # Мухаммед VI
_CAPITALS = re.compile(r"[A-Z]+")


def foreign_letters(term: str, language: str) -> str:
    """The letters of a term that its language does not write; "" for a language that we do not know."""
    scripts = _SCRIPTS.get(language.partition("_")[0])
    if scripts is None:
        return ""
    text = _ROMAN.sub("", term)
    text = _CAPITALS.sub("", text) if language in _ABBREVIATED else text
    return "".join(letter for letter in text if letter.isalpha() and script(letter) not in scripts)


def script(letter: str) -> str:
    """The first word of its Unicode name: LATIN, CYRILLIC, CJK."""
    return unicodedata.name(letter, "").partition(" ")[0]
