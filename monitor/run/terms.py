"""The glossary of a configuration: the user's file first, then what the packs say their terms are in English.

Of a pack come, in this order, its `english` tables; the country's name in every language (what the pack calls it
and what CLDR does); and people whose names are spelled alike in many languages, so that a model that garbles one is
noticed. Then come the states of the world. For each, `Term.also` holds the English a translation may have used
instead: the `en` forms of its table, and for a country its names and adjectives ("the Libyan minister" for "le
ministre de la Libye").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from monitor.config import Config
from monitor.script import tokens
from monitor.topics import territories
from monitor.topics.packs import Pack
from monitor.translate.glossary import ANY, Term
from monitor.translate.glossary_file import read_glossary

ENGLISH = "en"

# Languages whose proper names have a capital, so that a name of several words can be told from a phrase with
# the name in it ("aux Émirats"), which packs hold too. Names of one word are taken from all languages but those
# that write without spaces, where packs hold words such as 俄军 (Russian army).
_CAPITALS = frozenset({"fr", "de", "it", "es", "pt", "pl", "ru", "uk"})
_STEM = 5

# Human translators leave out a country in 1 % of sentences and more (NTREX-128): there its loss is no fault.
_LOOSE = frozenset({"zh", "ko", "ar", "fa"})
_NO_SPACES = frozenset({"zh", "ja", "ko", "th", "km", "lo", "my"})


def glossary_terms(config: Config, packs: Mapping[str, Pack]) -> tuple[Term, ...]:
    """Every term of the user's glossary and, when the working language is English, of the packs and the world.

    Raises ConfigError with file, table and key of a mistake in the glossary.
    """
    topics = [topic.name for topic in config.topics]
    users = () if config.glossary is None else read_glossary(config.glossary, topics)
    if config.translation.language != ENGLISH:
        return users
    return (*users, *pack_terms(packs.values()), *world_terms())


def pack_terms(packs: Iterable[Pack]) -> tuple[Term, ...]:
    """The terms of packs and their English, each (language, term) once."""
    return _pack_terms(tuple(one for one in packs if not one.bare))  # the others' names are among those of the world


@lru_cache(maxsize=2)
def _pack_terms(packs: tuple[Pack, ...]) -> tuple[Term, ...]:
    found: dict[tuple[str, str], Term] = {}
    for pack in packs:
        for term in (*_tables(pack), *_countries(pack), *_people(pack)):
            found.setdefault((term.language, term.source), term)
    return tuple(found.values())


@cache
def world_terms() -> tuple[Term, ...]:
    """What CLDR calls the states of the world; a word that begins alike ("Belgian") says the same.

    None is firm: human translators write "the Dutch" or "they" where the original names the country.
    """
    of_states = map(territories.names, territories.countries())
    return tuple(
        _country(language, name, names[ENGLISH])
        for names in of_states
        if ENGLISH in names
        for language, name in names.items()
        if language != ENGLISH
    )


def _country(language: str, name: str, english: str) -> Term:
    stem = english.split()[-1][:_STEM]
    return Term(
        source=name,
        target=english,
        language=language.partition("_")[0],
        origin="country names",
        also=(f"{stem}*",),
        firm=False,
    )


def _tables(pack: Pack) -> Iterator[Term]:
    country = _country_in_english(pack)
    for target, languages in pack.english.items():
        also = [*languages.get(ENGLISH, ())]
        also += country if target == pack.title else ()
        for language, forms in languages.items():
            if language != ENGLISH:
                yield from (_term(pack, form, target, language, also) for form in forms)


def _countries(pack: Pack) -> Iterator[Term]:
    if pack.territory is None:
        return
    also = [*_country_in_english(pack), *pack.english.get(pack.title, {}).get(ENGLISH, ())]
    for language, names in pack.of_kind("names").items():
        if language != ENGLISH and language in pack.written:
            yield from (_term(pack, name, pack.title, language, also) for name in names if _is_name(name, language))
    for language, name in pack.called.items():
        if language != ENGLISH:
            yield _term(pack, name, pack.title, language, also)


def _people(pack: Pack) -> Iterator[Term]:
    """Names that are the same in English."""
    other = {form for languages in pack.english.values() for forms in languages.values() for form in forms}
    for name in pack.of_kind("people").get(ANY, ()):
        if name not in other:
            yield _term(pack, name, name, ANY, pack.english.get(name, {}).get(ENGLISH, ()))


def _country_in_english(pack: Pack) -> Sequence[str]:
    return [term for kind in ("names", "adjectives") for term in pack.of_kind(kind).get(ENGLISH, ())]


def _is_name(name: str, language: str) -> bool:
    """Is it the country's name alone, and not a phrase or another word with the name in it?"""
    words = tokens(name)
    if len(words) == 1:
        return language not in _NO_SPACES
    return language in _CAPITALS and all(name[word.start].isupper() for word in words)


def _term(pack: Pack, source: str, target: str, language: str, also: Collection[str]) -> Term:
    others = tuple(dict.fromkeys(form for form in also if form != target))
    firm = not (pack.territory and target == pack.title and language in _LOOSE)
    return Term(source=source, target=target, language=language, origin=f"pack {pack.name}", also=others, firm=firm)
