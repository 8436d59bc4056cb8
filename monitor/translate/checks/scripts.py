"""Letters that the target language is not written with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from monitor.models import Doubt
from monitor.translate.checks.pair import Pair

UNKNOWN = "⁇"  # what SentencePiece writes for a piece it has no text for
FEW = 2  # a single sign (α, π, 日本) may stand in any text

_BEYOND_LATIN = re.compile("[\u0370-\u1dff\u2c00-\ua71f\ua800-\ufaff\ufb06-\ufeff\U00010000-\U0010ffff]")


def script(pair: Pair) -> Iterator[Doubt]:
    """Letters of a script that the target language is not written in, in a row that makes a word.

    And for a language with its own script, a target mostly in Latin letters.
    """
    home = _SCRIPTS.get(pair.target_language, ())
    if home or _BEYOND_LATIN.search(pair.target):
        letters = [_script(letter) for letter in pair.target if letter.isalpha()]
        allowed = (*home, *_SHARED)
        foreign = sum(name not in allowed for name in letters)
        own = sum(name in home for name in letters)
        if foreign > FEW or (home and len(letters) > 20 and own < 0.3 * len(letters) and _other(pair)):
            yield Doubt(check="script", words="partly in another script")


def _other(pair: Pair) -> bool:
    """Has the source letters of its own beyond Latin, or few Latin ones that could have been kept?"""
    return pair.source_language != pair.target_language


def unknown(pair: Pair) -> Iterator[Doubt]:
    """Characters the package has no way to write."""
    if (UNKNOWN in pair.target and UNKNOWN not in pair.source) or (
        "\ufffd" in pair.target and "\ufffd" not in pair.source
    ):
        yield Doubt(check="unknown", words="has characters the model could not write")


# Unicode script names as they begin the names of letters. What is not listed is written in Latin letters.
_SCRIPTS = {
    **dict.fromkeys(("ar", "fa", "ps", "ug", "ur"), ("ARABIC",)),
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "ru", "tg", "uk"), ("CYRILLIC",)),
    **dict.fromkeys(("hi", "mr", "ne"), ("DEVANAGARI",)),
    **dict.fromkeys(("zh", "zt"), ("CJK",)),
    "am": ("ETHIOPIC",),
    "bn": ("BENGALI",),
    "el": ("GREEK",),
    "he": ("HEBREW",),
    "hy": ("ARMENIAN",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
    "ka": ("GEORGIAN",),
    "km": ("KHMER",),
    "ko": ("HANGUL", "CJK"),
    "lo": ("LAO",),
    "my": ("MYANMAR",),
    "sr": ("CYRILLIC", "LATIN"),
    "ta": ("TAMIL",),
    "te": ("TELUGU",),
    "th": ("THAI",),
}
# Latin letters are at home in every language: names, acronyms and addresses keep them.
_SHARED = ("LATIN", "FEMININE", "MASCULINE", "MICRO", "MODIFIER", "FULLWIDTH")


def written_in_latin(language: str) -> bool:
    """Is it a language of Latin letters alone?"""
    return language not in _SCRIPTS


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN").split(" ")[0]
