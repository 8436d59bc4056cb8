"""Little words that Arabic and Hebrew write together with the next: where in a word a name may begin.

"And to Haftar" is one word in both. What precedes a name is cut off letter by letter in the order in which it is
joined (and, in, the), so a word has a handful of places where a name can begin, and looking there costs next to
nothing. The lists are those of nouns and names; suffixes are left to `*`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SHORTEST = 3  # letters of a name that has something joined to it; fewer are too often the rest of another word
LONGEST = 40  # letters of a word that is looked into; no word of either language comes near

LANGUAGES = frozenset({"ar", "he"})
"""Those that do so. Persian and Urdu are written in Arabic letters and do not."""

_ARABIC = ("\u0621", "\u064a")  # first and last letter of the alphabet
_HEBREW = ("\u05d0", "\u05ea")
_ARABIC_AND, _ARABIC_IN = "وف", "بكل"  # and, so; in, like, to
_HEBREW_AND, _HEBREW_IN = "ו", "בכלמש"  # and; in, like, to, from, that
_ARTICLES = ("ال", "ה")


@dataclass(frozen=True, slots=True)
class Form:
    """What is left of a folded word. `definite`: an article went before it, and belongs to the name.

    `cut` letters of the word are not part of the name, not even as its article.
    """

    text: str
    cut: int = 0
    definite: bool = False


def forms(word: str) -> Iterator[Form]:
    """The folded word itself, then what is left of it without the words joined to it."""
    yield Form(word)
    if not SHORTEST < len(word) <= LONGEST:
        return
    if _ARABIC[0] <= word[0] <= _ARABIC[1]:
        yield from _arabic(word)
    elif _HEBREW[0] <= word[0] <= _HEBREW[1]:
        yield from _hebrew(word)


def without_article(word: str) -> str | None:
    """A folded word without the article it begins with; None when it has none or too little would be left."""
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= SHORTEST:
            return word.removeprefix(article)
    return None


def _arabic(word: str) -> Iterator[Form]:
    for start in (0, 1) if word[0] in _ARABIC_AND else (0,):
        yield from _form(word, start)
        for at in (start, start + 1) if word[start] in _ARABIC_IN else (start,):
            yield from _form(word, at) if at > start else ()
            if word.startswith(_ARTICLES[0], at):
                yield from _form(word, at, article=2)
        if word.startswith("لل", start):  # li + al, whose alef is not written
            yield from _form(word, start + 1, article=1)


def _hebrew(word: str) -> Iterator[Form]:
    for start in (0, 1) if word[0] in _HEBREW_AND else (0,):
        yield from _form(word, start)
        for at in (start, start + 1) if _joined(word, start) else (start,):
            # ב, כ and ל swallow the article: "in the" is written like "in".
            yield from _form(word, at, swallowed=word[start] in "בכל") if at > start else ()
            if word.startswith(_ARTICLES[1], at):
                yield from _form(word, at, article=1)


def _joined(word: str, start: int) -> bool:
    """Before three letters ש and כ make new words: with לוב (Libya) they would read "integrated" and "cage"."""
    return word[start] in _HEBREW_IN and (word[start] not in "שכ" or len(word) - start > SHORTEST + 1)


def _form(word: str, cut: int, *, article: int = 0, swallowed: bool = False) -> Iterator[Form]:
    text = word[cut + article :]
    if cut + article and len(text) >= SHORTEST:
        yield Form(text, cut, swallowed or article > 0)
