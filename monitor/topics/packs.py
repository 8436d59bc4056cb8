"""Term packs: what a country or an actor is called, language by language. `packs/` holds the shipped ones.

A pack is a TOML file named after it. Every key but `title` is optional:

    title = "Libya"
    territory = "LY"                  # adds the country's name in every language without a table below
    avoid = ["..."]                   # names to leave out of what `territory` brings
    noise = true                      # not a country or an actor but a kind of article: sport, markets, quizzes

    [fr]                              # a language by its ISO 639 code, or `mul` for names the same in many
    names = ["Libye"]
    adjectives = ["libyen*"]          # * at the end: any word that begins so
    capitals = ["Tripoli"]
    people = ["Haftar"]
    institutions = ["Armée nationale libyenne"]

    [english.LNA]                     # what terms are in English, for translations: language → how it is written
    fr = ["ANL"]
    ru = ["ЛНА"]
    en = ["Libyan National Army"]     # other English that may stand for it in a translation

A folder of your own packs (`packs = "..."` in config.toml) adds to these; a file of the same name replaces one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from monitor.errors import ConfigError
from monitor.script import tokens
from monitor.topics import territories

KINDS = ("names", "adjectives", "capitals", "people", "institutions", "forces")
SHIPPED = Path(__file__).parent / "packs"

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The terms of one country or actor, as written in its file."""

    name: str
    title: str
    written: Mapping[str, Mapping[str, tuple[str, ...]]]  # language → kind → terms
    territory: str | None = None
    avoid: tuple[str, ...] = ()
    noise: bool = False  # its words tell a kind of article that is seldom what a topic is after
    english: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # English → language → terms

    @property
    def terms(self) -> Mapping[str, tuple[str, ...]]:
        """Language → terms of every kind."""
        found = {language: tuple(t for terms in kinds.values() for t in terms) for language, kinds in self._all()}
        return MappingProxyType(found)

    def of_kind(self, kind: str) -> Mapping[str, tuple[str, ...]]:
        """Language → terms of one of KINDS, languages without any left out."""
        return MappingProxyType({language: kinds[kind] for language, kinds in self._all() if kinds.get(kind)})

    def _all(self) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
        yield from self.written.items()
        for language, name in self.called.items():
            if language not in self.written:
                yield language, {"names": (name,)}

    @property
    def called(self) -> Mapping[str, str]:
        """Language → CLDR's name of the territory, those to avoid left out."""
        names = {} if self.territory is None else territories.names(self.territory)
        avoided = {_words(term) for term in self.avoid}
        return MappingProxyType({language: name for language, name in names.items() if _words(name) not in avoided})


def load_packs(user_folder: Path | None = None) -> Mapping[str, Pack]:
    """Name → pack, the user's before the shipped. Raises ConfigError with the file and key of a mistake."""
    folders = [SHIPPED] if user_folder is None else [SHIPPED, user_folder]
    packs: dict[str, Pack] = {}
    for folder in folders:
        if not folder.is_dir():
            raise ConfigError(f"There is no folder {folder} to read packs from. Create it, or correct `packs`.")
        packs.update((path.stem, read_pack(path)) for path in sorted(folder.glob("*.toml")))
    return MappingProxyType(packs)


def read_pack(path: Path) -> Pack:
    """One pack file. Raises ConfigError with the file and key of a mistake."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"Pack {path} cannot be read: {error}. Correct the file.") from error
    return Pack(
        name=path.stem,
        title=_text(path, data.pop("title", path.stem), "title"),
        territory=_territory(path, data.pop("territory", None)),
        avoid=_terms(path, data.pop("avoid", []), "avoid"),
        noise=_flag(path, data.pop("noise", False), "noise"),
        english=_english(path, data.pop("english", {})),
        written=MappingProxyType({language: _kinds(path, language, table) for language, table in data.items()}),
    )


def _kinds(path: Path, language: str, table: Any) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise _mistake(
            path, language, "is not a key of a pack. Keys are title, territory, avoid, noise, english and languages."
        )
    _language(path, language, language)
    for kind in table:
        if kind not in KINDS:
            raise _mistake(path, f"{language}.{kind}", f"is not a kind of term. Kinds are {', '.join(KINDS)}.")
    return MappingProxyType({kind: _terms(path, terms, f"{language}.{kind}") for kind, terms in table.items()})


def _english(path: Path, table: Any) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """What the terms are in English. `table`: the value of the key."""
    if not isinstance(table, dict):
        raise _mistake(path, "english", 'must be tables: [english."Libyan National Army"], below it fr = ["…"].')
    return MappingProxyType({target: _forms(path, target, languages) for target, languages in table.items()})


def _forms(path: Path, target: str, languages: Any) -> Mapping[str, tuple[str, ...]]:
    key = f"english.{target}"
    if not _words(target):
        raise _mistake(path, key, "has no letter or digit. Write what the terms are in English.")
    if not isinstance(languages, dict):
        raise _mistake(path, key, 'must be a table of languages: fr = ["ANL"].')
    for language in languages:
        _language(path, f"{key}.{language}", language)
    return MappingProxyType({code: _terms(path, terms, f"{key}.{code}") for code, terms in languages.items()})


def _language(path: Path, key: str, code: str) -> None:
    if not _LANGUAGE.fullmatch(code):
        raise _mistake(path, key, "is not a language. Write its ISO 639 code, e.g. fr, or mul for many.")


def _terms(path: Path, value: Any, key: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _mistake(path, key, 'must be a list of texts: ["Libye", "libyen*"].')
    for term in value:
        if not _words(_text(path, term, key)):
            raise _mistake(path, key, f"holds “{term}”, which has no letter or digit. Leave it out.")
    return tuple(value)


def _territory(path: Path, value: Any) -> str | None:
    if value is None:
        return None
    code = _text(path, value, "territory")
    if not territories.exists(code):
        raise _mistake(path, "territory", f"is “{code}”, which is no country code (ISO 3166, e.g. LY).")
    return code


def _flag(path: Path, value: Any, key: str) -> bool:
    if not isinstance(value, bool):
        raise _mistake(path, key, "must be true or false.")
    return value


def _text(path: Path, value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise _mistake(path, key, "must hold texts in quotes.")
    return value


def _words(term: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens(term))


def _mistake(path: Path, key: str, what: str) -> ConfigError:
    return ConfigError(f"Pack {path}: `{key}` {what}")
