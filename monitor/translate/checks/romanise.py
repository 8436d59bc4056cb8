"""What a name sounds like in Latin letters, roughly: enough to see whether it is there."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letter and letters in turn; "-" for one that is not heard.
_OTHERS = re.findall(
    r"\S+",
    "а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х h ц ts ч ch ш sh щ sh ъ - "
    "ы y ь - э e ю yu я ya і i ї yi є ye ґ g ў u ђ dj ј j љ lj њ nj ћ c џ dz "
    "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s τ t υ y φ f χ h ψ ps ω o ς s "
    "ß ss ø o ł l đ d ı i æ ae œ oe ð d þ th",
)
_LETTERS = str.maketrans({letter: sound.strip("-") for letter, sound in zip(_OTHERS[::2], _OTHERS[1::2], strict=True)})
# Heard together; in names from English, у before a vowel is its w.
_PAIRS = (
    *(("μπ", "mp"), ("ντ", "nt"), ("γκ", "g"), ("τζ", "j"), ("τσ", "ch"), ("ου", "u"), ("дж", "j"), ("й", "i")),
    *(("уо", "wo"), ("уэ", "we"), ("уе", "we"), ("уи", "wi"), ("уі", "wi"), ("уа", "wa")),
)

_SOUNDS = (
    (re.compile("sch|sh|ch|zh|cz|sz|ts|tz"), "s"),
    (re.compile("dge?|dj"), "j"),
    (re.compile("ph|w"), "f"),
    (re.compile("th|n[td]"), "t"),
    (re.compile("m[pb]"), "p"),
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
