"""The states of the world as packs: what they are called in queries, and names that have another's name in them.

CLDR knows what a state is called; `states.toml` beside this file knows what else it is called in queries, and
which longer names mean something else ("Northern Ireland", "Georgia Tech").
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.script import tokens
from monitor.topics import territories

NOTES = Path(__file__).with_name("states.toml")

# Territories whose names have a state's in them without being a part of that state.
_LOOKALIKES = ("AS", "GS")  # American Samoa, South Georgia


@dataclass(frozen=True, slots=True)
class Notes:
    """What CLDR does not say of a state."""

    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


def codes() -> tuple[str, ...]:
    """ISO 3166 codes of the states, in the order of their names in queries."""
    return tuple(sorted(territories.countries(), key=slug))


def title(code: str) -> str:
    """CLDR's English name, without what stands in brackets: "Myanmar (Burma)" is Myanmar."""
    return territories.english(code).partition(" (")[0]


@cache
def slug(code: str) -> str:
    """The name in queries: the English name in small letters, `_` between words, & as `and`."""
    return "_".join(token.text for token in tokens(title(code).replace("&", "and")))


def code(name: str) -> str | None:
    """The state of a name in queries: its slug, another name of it, or its ISO 3166 code in small letters."""
    return _names().get(name)


def notes(code: str) -> Notes:
    return _notes().get(code, Notes())


def longer_names(code: str, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """CLDR's names of other states that have one of ours in them. `names`: language → what we are called in it.

    Compared language by language: 尼日 is a part of 尼日利亚, "Guinea" of "Guinea Ecuatorial".
    """
    others = [territories.every_name(other) for other in (*territories.countries(), *_LOOKALIKES) if other != code]
    for language, ours in names.items():
        for name in (other[language] for other in others if other.get(language)):
            if any(_within(term.rstrip("*"), name) for term in ours):
                yield name


def _within(short: str, long: str) -> bool:
    """Whether the words of `short` stand in a row among those of `long`, which has more."""
    if short.casefold() not in long.casefold():  # spares cutting most names into words
        return False
    words, longer = [token.text for token in tokens(short)], [token.text for token in tokens(long)]
    places = range(len(longer) - len(words) + 1)
    return len(longer) > len(words) and any(longer[at : at + len(words)] == words for at in places)


@cache
def _notes() -> Mapping[str, Notes]:
    tables = tomllib.loads(NOTES.read_text(encoding="utf-8"))
    return {code: Notes(**{key: tuple(value) for key, value in table.items()}) for code, table in tables.items()}


@cache
def _names() -> Mapping[str, str]:
    """Name in queries → code. Codes come first, so that a name wins over the code of another state."""
    states = territories.countries()
    found = {code.lower(): code for code in states}
    found |= {alias: code for code in states for alias in notes(code).aliases}
    return found | {slug(code): code for code in states}
