"""Names in a text: words with a capital, and what term packs and CLDR know to be a name in the text's language.

An article without an English side still says "Haftar", "Moscow" and "Libya" in a way that meets an English one:
what the packs call a thing in English, whatever it is called here; and the sound of names that no pack knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from monitor.script import fold, words
from monitor.topics import territories
from monitor.topics.clitics import with_clitics
from monitor.topics.occurrences import Finder
from monitor.topics.packs import Pack
from monitor.topics.plan import Term
from monitor.topics.stories.words import LITTLE

ANY = "mul"
ENGLISH = "en"
_CAPITAL = re.compile(r"[^\W\d_][\w’'ʼ-]*")
_SENTENCE_END = re.compile(r"[.!?:;…\n\"“”«»„‘(]\s*$")
_POSSESSIVE = re.compile(r"['’ʼ](s|S)?$")
_WITHOUT_CAPITALS = "ar fa ur ps he zh ja ko th km lo my hi bn mr ne ta te ml kn gu pa si am ka"
_UNCASED = frozenset(_WITHOUT_CAPITALS.split())


@dataclass(frozen=True, slots=True)
class Known:
    """A name that a pack or CLDR knows, found in a text. `words`: how it is written there, folded."""

    english: str
    words: tuple[str, ...]
    place: bool  # a state, its people or its capital


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """What names are called, language by language."""

    finders: Mapping[str, Finder]  # the group of a term is the name in English
    places: frozenset[str]  # English names of states and capitals

    def find(self, text: str, language: str) -> Iterator[Known]:
        """What is known in a text, as often as it stands there."""
        found = words(text)
        for code in (language, ANY):
            for hit in self.finders[code].find(found) if code in self.finders else ():
                name = hit.term.group
                yield Known(english=name, words=tuple(found[hit.start : hit.end]), place=name in self.places)


def gazetteer(packs: Iterable[Pack]) -> Gazetteer:
    """From the packs' English tables and names, and CLDR's names of countries."""
    return _gazetteer(tuple(pack for pack in packs if not pack.noise))


@lru_cache(maxsize=2)  # it takes half a second; after a change of the packs the old one is soon of no use
def _gazetteer(packs: tuple[Pack, ...]) -> Gazetteer:
    found: dict[str, dict[tuple[tuple[str, ...], bool], Term]] = {}
    countries = tuple(_countries())
    for language, form, english in (*countries, *_of_packs(packs)):
        of_language = found.setdefault(language.partition("_")[0], {})
        for joined in _forms(form):
            key = joined, form.endswith("*")
            of_language.setdefault(key, Term(words=joined, prefix=key[1], group=english))
    return Gazetteer(
        finders={language: Finder(terms.values()) for language, terms in found.items()},
        places=frozenset((*_places(packs), *(english for _, _, english in countries))),
    )


def _places(packs: Iterable[Pack]) -> Iterator[str]:
    for pack in packs:
        if pack.territory is not None:
            yield pack.title
            yield from (name for names in pack.of_kind("capitals").values() for name in names)


def _forms(form: str) -> Iterable[tuple[str, ...]]:
    """The words of a name, with the little words that Arabic and Hebrew join to it; () for a lone character."""
    found = tuple(words(form))
    return with_clitics(found, form) if len("".join(found)) > 1 else ()


def _of_packs(packs: Iterable[Pack]) -> Iterator[tuple[str, str, str]]:
    for pack in packs:
        for english, languages in pack.english.items():
            for language, forms in languages.items():
                if language != ENGLISH:  # "House", "Armed Forces": whose, the English article says
                    yield from ((language, form, english) for form in forms)
        for language, forms in pack.of_kind("capitals").items():
            if language in (ENGLISH, ANY):
                yield from ((language, form, form) for form in forms)
        for kind in ("names", "adjectives"):
            for language, forms in pack.of_kind(kind).items():
                yield from ((language, form, pack.title) for form in forms)


def _countries() -> Iterator[tuple[str, str, str]]:
    for code in territories.countries():
        names = territories.names(code)
        if ENGLISH in names:
            yield from ((language, name, names[ENGLISH]) for language, name in names.items())


def capitalised(text: str, language: str) -> Counter[str]:
    """Words written with a capital where no sentence begins, as they stand there; also at the beginning if met twice.

    None in scripts without capitals. German nouns all have one; that they are common makes them count little.
    """
    found: Counter[str] = Counter()
    if language in _UNCASED:
        return found
    inside: set[str] = set()
    lower: set[str] = set()
    for match in _CAPITAL.finditer(text):
        word = _POSSESSIVE.sub("", match.group())
        if not word[:1].isupper():
            lower.add(word)
            continue
        if len(word) > 1 and fold(word.casefold()) not in LITTLE:
            found[word] += 1
            if not _SENTENCE_END.search(text, max(0, match.start() - 3), match.start()) and match.start():
                inside.add(word)
    return Counter({w: n for w, n in found.items() if (w in inside or n > 1) and w.casefold() not in lower})
