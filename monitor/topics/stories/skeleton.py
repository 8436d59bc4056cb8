"""What a name sounds like in any alphabet: its consonants, so that Хафтар, حفتر and Haftar are one.

Vowels go since Arabic and Hebrew do not write them and other languages spell them each their way; consonants that
languages confuse (b and p, c and k, w and v) become one.
"""

from __future__ import annotations

import re

from monitor.script import fold

SHORTEST = 3  # consonants; two are any word's

_TABLE = """
б b в v г g ґ g д d ђ d ж j з s к k л l љ l м m н n њ n п b р r с s т t ћ j ф f х h ц ts ч j џ j ш s щ s ѓ g ќ k ѕ s
β v γ g δ d ζ s θ t κ k λ l μ m ν n ξ ks π b ρ r σ s ς s τ t φ f χ h ψ bs
ب b پ b ت t ث t ج j چ j ح h خ h د d ذ d ر r ز s ژ j س s ش s ص s ض d ط t ظ s غ g ف f ق k ك k ک k گ g ل l م m ن n ه h
ב b ג g ד d ה h ז s ח h ט t כ k ך k ל l מ m ם m נ n ן n ס s פ b ף f צ ts ץ ts ק k ר r ש s ת t
b b c k d d f f g g h h j j k k l l m m n n p b q k r r s s t t v v w v x ks z s
"""
_CELLS = _TABLE.split()
_SOUND = dict(zip(_CELLS[::2], _CELLS[1::2], strict=True))
# English, French and German ways of writing one sound with several letters.
_SPELLED = (
    ("tsch", "j"), ("sch", "s"), ("tch", "j"), ("sh", "s"), ("ch", "j"), ("ph", "f"), ("kh", "h"), ("zh", "j"),
    ("th", "t"), ("gh", "g"), ("dj", "j"), ("ck", "k"),
)  # fmt: skip
_DOUBLE = re.compile(r"(.)\1+")
_LATIN = re.compile(r"[a-z]")
_ENDING = re.compile(r"(?<=\w\w\w)(?:ого|его|ому|ему|ым|им|ом|ем|ой|ей|ою|ею|ах|ях|ам|ям|ами|ями|ов|ев|их|ых)$")


def skeleton(word: str) -> str:
    """The consonants of a word by their sound; "" when there are fewer than SHORTEST."""
    plain = fold(word.casefold()).strip()
    if _LATIN.search(plain):
        for letters, sound in _SPELLED:
            plain = plain.replace(letters, sound)
    else:
        plain = _ENDING.sub("", plain)
    sounds = _DOUBLE.sub(r"\1", "".join(_SOUND.get(letter, "") for letter in plain))
    return sounds if len(sounds) >= SHORTEST else ""
