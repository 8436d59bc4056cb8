"""A term pack: what one country or actor is called, by language and by kind of term. `packs` tells the format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from monitor.script import words
from monitor.topics import territories
from monitor.topics.cases import cases
from monitor.topics.world import longer_names, notes

KINDS = ("names", "adjectives", "capitals", "people", "institutions", "forces")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pack:
    """The terms of one country or actor, as written in its file. Equal to itself alone, and so a key of caches."""

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
        return MappingProxyType({language: _together(self.in_language(language)) for language in self._languages()})

    def of_kind(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """Language → terms of one of KINDS, languages without any left out."""
        # What `territory` brings is names alone.
        languages = self._languages() if kind == "names" else self.written
        found = ((language, self.in_language(language).get(kind)) for language in languages)
        return MappingProxyType({language: terms for language, terms in found if terms})

    def in_language(self, language: str) -> Mapping[str, tuple[str, ...]]:
        """Kind → terms in one language."""
        if language in self.written:
            return self.written[language]
        name = None if self.territory is None else territories.name_in(self.territory, language)
        return {"names": cases(name, language)} if name and self._calls_itself(name) else {}

    @property
    def called(self) -> Mapping[str, str]:
        """Language → CLDR's name of the territory, those to avoid left out."""
        if self.territory is None:
            return MappingProxyType({})
        names = territories.names(self.territory)
        return MappingProxyType({language: name for language, name in names.items() if self._calls_itself(name)})

    @property
    def longer(self) -> tuple[str, ...]:
        """Names that have one of ours in them and mean another: "South Sudan", "Equatorial Guinea"."""
        return _longer(self)

    def _languages(self) -> Iterable[str]:
        return dict.fromkeys((*self.written, *self.called))

    def _calls_itself(self, name: str) -> bool:
        """Whether a name that CLDR has is none of those to avoid."""
        avoided = (*self.avoid, *(notes(self.territory).avoid if self.territory else ()))
        return not avoided or words(name) not in map(words, avoided)


@lru_cache(maxsize=512)  # every topic asks the packs it names
def _longer(pack: Pack) -> tuple[str, ...]:
    if pack.territory is None:
        return pack.unless
    others = longer_names(pack.territory, pack.of_kind("names"))
    return tuple(dict.fromkeys((*pack.unless, *notes(pack.territory).unless, *others)))


def _together(kinds: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(term for terms in kinds.values() for term in terms)
