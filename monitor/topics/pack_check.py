"""What is wrong with the terms of a pack: the reader has checked the file's form, this is about the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from monitor.script import tokens
from monitor.topics import territories
from monitor.topics.common import begun_by, languages_of
from monitor.topics.letters import foreign_letters, script
from monitor.topics.pack import Pack

SHORTEST_STEM = 4  # letters of the Latin alphabet before *; "mal*" begins hundreds of words
SHORTEST_WORD = 2
_ALPHABETS = frozenset({"LATIN", "GREEK", "CYRILLIC"})
_SHOWN = 3  # examples of what a stem begins


@dataclass(frozen=True, slots=True, kw_only=True)
class PackProblem:
    """One term that should not stand where it stands."""

    pack: str
    language: str
    term: str
    what: str  # what is wrong and what to do


@dataclass(frozen=True, slots=True)
class _Key:
    """A term as the index knows it."""

    words: tuple[str, ...]
    prefix: bool


def problems(pack: Pack) -> tuple[PackProblem, ...]:
    """Everything that is wrong with the terms written in a pack. CLDR's names are not looked at, and the words of
    a noise pack may be common: sport is."""
    kept = {_key(term) for term in pack.common}
    found: list[PackProblem] = []
    for language, kinds in pack.written.items():
        terms = [term for terms in kinds.values() for term in terms]
        found += [
            PackProblem(pack=pack.name, language=language, term=term, what=what)
            for term, what in (
                *_twice(terms),
                *(found for kind in kinds.values() for found in _covered(kind)),
                *_form(terms, language),
                *(() if pack.noise else _commonness(terms, kept)),
            )
        ]
    return (*found, *_other_states(pack))


def _form(terms: Sequence[str], language: str) -> Iterator[tuple[str, str]]:
    for term in terms:
        if foreign := foreign_letters(term, language):
            names = ", ".join(sorted({script(letter).capitalize() for letter in foreign}))
            yield term, f"“{foreign}” is {names}, in which the language is not written. Type it anew."
        if short := _short(_key(term)):
            yield term, short


def _commonness(terms: Sequence[str], kept: set[_Key]) -> Iterator[tuple[str, str]]:
    for term in terms:
        if _key(term) not in kept and (common := _common(_key(term))):
            yield term, f"{common} Take a longer phrase, or name it under `common` to keep it."


def _twice(terms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Two spellings that the index cannot tell apart are one too many."""
    seen: dict[_Key, str] = {}
    for term in terms:
        if first := seen.get(_key(term)):
            yield term, f"the index takes it for “{first}”. Leave one out."
        seen.setdefault(_key(term), term)


def _covered(terms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Terms of one kind that a stem of the same kind finds. `@poland.names` needs Polska beside polsk*."""
    stems = {key.words[0]: term for term in terms if (key := _key(term)).prefix and len(key.words) == 1}
    for term in terms:
        if len((key := _key(term)).words) == 1:
            word = key.words[0]
            shorter = (stems[word[:at]] for at in range(1, len(word) + 1 - key.prefix) if word[:at] in stems)
            if stem := next(shorter, None):
                yield term, f"“{stem}” finds it already. Leave it out."


def _short(key: _Key) -> str:
    """Latin, Greek and Cyrillic words of a letter, and stems of three, begin too much."""
    letters = "".join(key.words)
    if script(letters[0]) not in _ALPHABETS:
        return ""
    if key.prefix and len(letters) < SHORTEST_STEM:
        return f"a stem of fewer than {SHORTEST_STEM} letters begins too many words. Write the forms out."
    return "one letter is no term. Leave it out." if len(letters) < SHORTEST_WORD else ""


def _common(key: _Key) -> str:
    if not key.prefix:
        return _where(languages_of(key.words), "it is a common word")
    if len(key.words) > 1:
        return ""
    begun = begun_by(key.words[0])
    languages = sorted({language for word in begun for language in languages_of([word])})
    return _where(languages, f"it begins common words ({', '.join(begun[:_SHOWN])})")


def _where(languages: Sequence[str], what: str) -> str:
    return f"{what} in {', '.join(languages)}." if languages else ""


def _other_states(pack: Pack) -> Iterator[PackProblem]:
    """Stems that begin the name of another state: niger* is Nigeria, too."""
    for language, kinds in pack.written.items():
        for term in (term for terms in kinds.values() for term in terms):
            key = _key(term)
            others = _states_begun(key.words[0], pack.territory) if key.prefix and len(key.words) == 1 else ()
            if others:
                what = f"it begins {', '.join(others[:_SHOWN])}, another state. Write the forms out."
                yield PackProblem(pack=pack.name, language=language, term=term, what=what)


def _states_begun(stem: str, own: str | None) -> Sequence[str]:
    return [name for code, name, word in _state_words() if code != own and word.startswith(stem)]


@cache
def _state_words() -> Sequence[tuple[str, str, str]]:
    """(code, name, its word as the index holds it) of every state's names of one word in every language."""
    names = ((code, name) for code in territories.countries() for name in territories.every_name(code).values())
    keys = ((code, name, _key(name).words) for code, name in dict.fromkeys(names) if name)
    return [(code, name, words[0]) for code, name, words in keys if len(words) == 1]


def twice_named(packs: Iterable[Pack]) -> tuple[PackProblem, ...]:
    """Aliases that are another pack's name or alias, so that one of the two is never reached."""
    packs = tuple(packs)
    owners: dict[str, str] = {pack.name: pack.name for pack in packs}
    found = []
    for pack in packs:
        for alias in pack.aliases:
            if (owner := owners.setdefault(alias, pack.name)) != pack.name:
                what = f"@{owner} is called so, too. Leave it out of `aliases` of one."
                found.append(PackProblem(pack=pack.name, language="–", term=alias, what=what))
    return tuple(found)


def _key(term: str) -> _Key:
    return _Key(tuple(token.text for token in tokens(term)), term.endswith("*"))
