"""Words in every script: the form of a text that full-text search sees, and where its words stand.

SQLite's `unicode61` tokenizer knows Latin and Cyrillic well, and little else: it reads a Chinese sentence
as one word, cuts Hindi words at every vowel sign, and takes ليبيا and ليبیا for two names. So text goes
through `fold` before it is indexed, and the words of a query go through `tokens`, which yields exactly
what the index holds:

    Latin, Greek, Cyrillic  whole words; case and diacritics gone; ß = ss, œ = oe, ı = i, ł = l, ё = е
    Arabic, Persian, Urdu   whole words; one alef, ya, kaf and ha; no harakat or tatweel; a Persian
                            half-space (ZWNJ) parts words
    Hebrew                  whole words without points
    Devanagari and kin      whole words, vowel signs kept
    Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese
                            every character is a word of its own, so that a term of two characters is a
                            phrase and is found wherever it stands

Full-width letters, ligatures and presentation forms become plain (NFKC), digits of every script become
0–9, soft hyphens and zero-width characters vanish. Letters that merely look alike are left apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

TOKENIZE = "unicode61 remove_diacritics 2"
"""The tokenizer of every full-text table that is fed with `fold`ed text."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word as the index holds it, and the characters [start, end) of the text that it came from."""

    text: str
    start: int
    end: int


# Characters that unicode61 already treats as `_piece` does: such text is indexed as it is, which is most
# Latin and Cyrillic text. tests/test_script.py compares the two over all of Unicode.
_WORK = re.compile(
    "[^\x01-\xa9\xab\xac\xae-\xb1\xb4\xb6-\xb8\xbb\xbf-\xc5\xc7-\xd7\xd9-\xde\xe0-\xe5\xe7-\xf7\xf9-\xff"
    "\u0100-\u010f\u0112-\u0125\u0128-\u0130\u0134-\u0137\u0139-\u013e\u0143-\u0148\u014c-\u0151\u0154-\u017e"
    "\u0402-\u040c\u040e-\u044f\u0452-\u045c\u045e\u045f\u0490\u0491"
    "\u2010\u2012-\u2016\u2018-\u2023\u2030-\u2032\u2039\u203a\u20ac]"
)

# What must be looked at together: Cyrillic й and ї, Korean syllables and Japanese voice marks written apart,
# and Persian half-spaces.
_SEQUENCE = re.compile(
    "[ИиІіУу][\u0306\u0308]|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
    "|[\u3041-\u30ff\uff66-\uff9d][\u3099\u309a\uff9e\uff9f]"
    "|(?<=[\u0600-\u06ff])\u200c(?=[\u0600-\u06ff])"
)

# Scripts written without spaces, and Korean, whose words carry their particles with them.
_ALONE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u9fff\ua960-\ua97f\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
# Letters of their own, which taking apart would lose: й is not и, が is not か. (ё is е, as the press prints.)
_COMPOSED = re.compile("[йїўѓќ\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\uac00-\ud7a3]")
# Python calls these letters, unicode61 does not; in both they are signs of a vowel or a tone.
_SIGNS = re.compile("[\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3]")

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("\u06cc\u0649\u06d2", "ي"),
        **dict.fromkeys("\u06a9\u06aa", "ك"),
        **dict.fromkeys("\u0629\u06c1\u06be\u06d5\u06c3", "ه"),
        "\u0671": "ا",
        "\u0640": "",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "ħ": "h",
    }
)
# Moves U+0900–U+1FFF to the private-use U+E000–U+F6FF, which unicode61 takes for letters.
_MARK_OFFSET = 0xD700
_NUKTA_CLASS = 7  # combining class of the dot under Indic letters, often left out: क़तर = कतर


class _Pieces(dict[int, str]):
    """What each character becomes, worked out when it is first met (a memo, for `str.translate`)."""

    def __missing__(self, code: int) -> str:
        piece = self[code] = _piece(chr(code))
        return piece


_PIECES = _Pieces()


def fold(text: str) -> str:
    """The form of `text` that is handed to full-text search; never shown to people."""
    if _WORK.search(text) is None:
        return text
    return _SEQUENCE.sub(_join, text).translate(_PIECES)


def tokens(text: str) -> list[Token]:
    """The words of `text` as an index made with `TOKENIZE` holds them after `fold`, with their places."""
    found: list[Token] = []
    word: list[str] = []  # a list, since one word may be a megabyte long
    start = end = 0
    for piece, at, until in _pieces(text):
        if not piece and word:
            end = until  # an invisible sign belongs to the word before it
        for letter in piece:
            if letter != " ":
                start = start if word else at
                end = until
                word.append(letter)
            elif word:
                found.append(Token("".join(word), start, end))
                word.clear()
    if word:
        found.append(Token("".join(word), start, end))
    return found


def words(text: str) -> list[str]:
    """The words of `tokens` without their places, ten times as fast."""
    return _SEQUENCE.sub(_join, text).translate(_PIECES).split()


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Each character (or sequence) of the text folded, with its place [start, end)."""
    position = 0
    for match in _SEQUENCE.finditer(text):
        for at in range(position, match.start()):
            yield _PIECES[ord(text[at])], at, at + 1
        yield _join(match).translate(_PIECES), match.start(), match.end()
        position = match.end()
    for at in range(position, len(text)):
        yield _PIECES[ord(text[at])], at, at + 1


def _join(match: re.Match[str]) -> str:
    sequence = match.group()
    return " " if sequence == "\u200c" else unicodedata.normalize("NFKC", sequence)


def _piece(character: str) -> str:
    """One character folded: letters, " " for what parts words, "" for what vanishes."""
    if unicodedata.category(character) == "Cf":
        return ""
    plain = unicodedata.normalize("NFKC", character).casefold()
    return "".join(f" {c} " if _ALONE.match(c) else c for c in "".join(map(_letters, plain)))


def _letters(character: str) -> str:
    if _COMPOSED.match(character):
        return character
    apart = unicodedata.normalize("NFKD", character).translate(_LETTERS)
    return "".join(map(_letter, apart))


def _letter(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind[0] == "M" or _SIGNS.match(character):
        return _mark(character)
    return character if kind[0] in "LN" else " "


def _mark(character: str) -> str:
    """Vowel signs of Indic and South-East Asian scripts stay; accents, points and harakat go."""
    code = ord(character)
    inside = 0x0900 <= code < 0x1AB0 or 0x1B00 <= code < 0x1DC0
    if not inside or unicodedata.combining(character) == _NUKTA_CLASS:
        return ""
    return chr(code + _MARK_OFFSET)
