"""Kinds of article that name countries without being about them: sport, markets, weather, quizzes.

A noise pack holds words that tell such an article. One of them in passing tells nothing (an arms deal may be signed
in a stadium), so an article is noise when its title says so, or when such words run through its text.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from monitor.script import words
from monitor.topics.clitics import with_clitics
from monitor.topics.occurrences import Finder
from monitor.topics.packs import Pack
from monitor.topics.plan import Term
from monitor.topics.readings import Reading

LONGEST = 200  # sentences that are looked at
_CLITICS = ("ar", "he")
_REMEMBERED = 500  # sentences, in both languages: an article or two
_SHOWN = 3  # terms named in a reason


@dataclass(frozen=True, slots=True)
class Noise:
    """How much of an article is of one kind. `strength`: 0 … 1; from MAINLY on it is mainly that."""

    pack: str
    title: str  # of the pack
    strength: float
    terms: tuple[str, ...]  # the words found, those that tell most first


MAINLY = 0.6


class NoiseFinder:
    """Finds the terms of every noise pack. Each language is made ready when it is first asked."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._every = packs
        self._finders: dict[str, Finder] = {}
        # Noise is the same for every topic, and several may judge an article one after another.
        self._terms_of = lru_cache(maxsize=_REMEMBERED)(self._find)

    @cached_property
    def _packs(self) -> Mapping[str, Pack]:
        """Looked for when the first article is judged: what is not judged needs no pack read."""
        return {name: pack for name, pack in self._every.items() if pack.noise}

    def loudest(self, readings: Sequence[Reading], language: str) -> Noise | None:
        """The kind that an article in `language`, translated into English or not, is most of; None when of none."""
        found = [self._terms_in(reading, language) for reading in readings[:LONGEST]]
        title = [terms for terms, reading in zip(found, readings, strict=False) if reading.sentence.paragraph == 0]
        text = [terms for terms, reading in zip(found, readings, strict=False) if reading.sentence.paragraph]
        measured = [self._measured(name, title, text) for name in self._packs]
        return max((noise for noise in measured if noise.strength), key=lambda noise: noise.strength, default=None)

    def _terms_in(self, reading: Reading, language: str) -> frozenset[str]:
        """The terms found, each as `pack:term`."""
        read = ((reading.source.words, language), (reading.target.words, "en"))
        return frozenset().union(*(self._terms_of(text, code) for text, code in read if text))

    def _find(self, text: tuple[str, ...], language: str) -> frozenset[str]:
        return frozenset(hit.term.group for hit in self._finder(language).find(text))

    def _measured(self, name: str, title: Sequence[frozenset[str]], text: Sequence[frozenset[str]]) -> Noise:
        in_title, in_text = _of(name, title), _of(name, text)
        distinct = tuple(dict.fromkeys(term for terms in (*in_title, *in_text) for term in terms))
        share = sum(map(bool, in_text)) / len(text) if text else 0.0
        strength = _strength(any(in_title), share, len(distinct))
        return Noise(name, self._packs[name].title, strength, distinct[:_SHOWN])

    def _finder(self, language: str) -> Finder:
        if language not in self._finders:
            self._finders[language] = Finder(term for pack in self._packs.values() for term in _terms(pack, language))
        return self._finders[language]


def _of(name: str, sentences: Sequence[frozenset[str]]) -> list[list[str]]:
    """The terms of one pack in each sentence, as a person would write them."""
    start = f"{name}:"
    return [sorted(term.removeprefix(start) for term in terms if term.startswith(start)) for terms in sentences]


def _strength(in_title: bool, share: float, distinct: int) -> float:
    """By general reasoning: a title is written to say what an article is; three different words of a kind in a third
    of its sentences do, too; in a fifth, they colour it."""
    dense = distinct >= 3
    if in_title:
        return 1.0 if share >= 0.15 or dense else 0.7
    if dense and share >= 0.3:
        return 1.0 if share >= 0.5 else 0.8
    return 0.4 if dense and share >= 0.2 else 0.0


def _terms(pack: Pack, language: str) -> Iterator[Term]:
    kinds = (*pack.in_language(language).values(), *pack.in_language("mul").values())
    for term in itertools.chain.from_iterable(kinds):
        found = tuple(words(term))
        for form in with_clitics(found, term) if language in _CLITICS else (found,):
            yield Term(form, term.endswith("*"), f"{pack.name}:{term.rstrip('*')}")
