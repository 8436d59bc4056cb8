"""A term pack: what one country or actor is called, by language and by kind of term. `packs` tells the format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from monitor.script import tokens
from monitor.topics import territories
from monitor.topics.cases import cases
from monitor.topics.world import longer_names, notes

KINDS = ("names", "adjectives", "capitals", "people", "institutions", "forces")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The terms of one country or actor, as written in its file."""

    name: str
    title: str
    written: Mapping[str, Mapping[str, tuple[str, ...]]]  # language → kind → terms
    territory: str | None = None
    aliases: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    noise: bool = False  # its words tell a kind of article that is seldom what a topic is after
    common: tuple[str, ...] = ()  # terms that are common words somewhere and kept nevertheless
    bare: bool = False  # no file: a state under CLDR's names
    english: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # English → language → terms

    @property
    def terms(self) -> Mapping[str, tuple[str, ...]]:
        """Language → terms of every kind."""
        found = {language: tuple(t for terms in kinds.values() for t in terms) for language, kinds in self._all()}
        return MappingProxyType(found)

    def of_kind(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """Language → terms of one of KINDS, languages without any left out."""
        return MappingProxyType({language: kinds[kind] for language, kinds in self._all() if kinds.get(kind)})

    @property
    def called(self) -> Mapping[str, str]:
        """Language → CLDR's name of the territory, those to avoid left out."""
        if self.territory is None:
            return MappingProxyType({})
        avoided = {_words(term) for term in (*self.avoid, *notes(self.territory).avoid)}
        names = territories.names(self.territory)
        return MappingProxyType({language: name for language, name in names.items() if _words(name) not in avoided})

    @property
    def longer(self) -> tuple[str, ...]:
        """Names that have one of ours in them and mean another: "South Sudan", "Equatorial Guinea"."""
        if self.territory is None:
            return self.unless
        others = longer_names(self.territory, self.of_kind("names"))
        return tuple(dict.fromkeys((*self.unless, *notes(self.territory).unless, *others)))

    def _all(self) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
        yield from self.written.items()
        for language, name in self.called.items():
            if language not in self.written:
                yield language, {"names": cases(name, language)}


def _words(term: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens(term))
