"""Little words that Arabic and Hebrew write together with the word after them.

"And in Libya" is one word in both languages, so a search for whole words has to try each of the joined
forms. The lists hold what precedes nouns and names; suffixes (pronouns, plurals) are left to `*`.
"""

from __future__ import annotations

import re

_ARABIC = re.compile("[\u0621-\u064a]+")
_HEBREW = re.compile("[\u05d0-\u05ea]+")
_SHORTEST = 3  # letters; shorter words joined to a clitic are too often another word

_ARABIC_AND = ("", "و", "ف")
_ARABIC_BEFORE_NAME = ("", "ب", "ك", "ل")
_ARABIC_BEFORE_NOUN = (*_ARABIC_BEFORE_NAME, "س", "ال", "بال", "كال", "لل")
_ARABIC_BEFORE_DEFINITE = ("ال", "بال", "كال", "لل")  # instead of the word's own ال

_HEBREW_AND = ("", "ו")
_HEBREW_BEFORE_NOUN = ("", "ה", "ב", "כ", "ל", "מ", "ש", "שה", "מה", "כש")
# Before three letters ש and כ make new words: with לוב (Libya) they would read "integrated" and "cage".
_HEBREW_BEFORE_SHORT = ("", "ה", "ב", "ל", "מ")


def with_clitics(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The phrase and its forms with a clitic joined to its first word; at most 27. `words` are folded."""
    first, rest = words[0], words[1:]
    if len(first) < _SHORTEST:
        return (words,)
    if _ARABIC.fullmatch(first):
        forms = _arabic(first, alone=not rest)
    elif _HEBREW.fullmatch(first):
        forms = _hebrew(first)
    else:
        return (words,)
    return tuple((form, *rest) for form in forms)


def _arabic(word: str, *, alone: bool) -> list[str]:
    if word.startswith("ال") and len(word) > _SHORTEST + 1:
        return [a + b + word[2:] for a in _ARABIC_AND for b in _ARABIC_BEFORE_DEFINITE]
    # The first word of a longer name (مجلس النواب) never takes the article.
    before = _ARABIC_BEFORE_NOUN if alone else _ARABIC_BEFORE_NAME
    return [a + b + word for a in _ARABIC_AND for b in before]


def _hebrew(word: str) -> list[str]:
    before = _HEBREW_BEFORE_NOUN if len(word) > _SHORTEST else _HEBREW_BEFORE_SHORT
    return [a + b + word for a in _HEBREW_AND for b in before]
