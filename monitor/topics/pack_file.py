"""Reading a pack from its file, and saying what is wrong with one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from monitor.errors import ConfigError
from monitor.script import words
from monitor.topics import territories
from monitor.topics.pack import KINDS, Pack

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?")
_NAME = re.compile(r"[a-z0-9_]+")
_KEYS = "title, territory, aliases, avoid, unless, noise, common, english"
_FIRST_TABLE = re.compile(r"^\[", re.MULTILINE)


def read_pack(path: Path) -> Pack:
    """One pack file. Raises ConfigError with the file and key of a mistake."""
    return _pack(path, _parsed(path, _text_of(path)))


def read_head(path: Path) -> Pack:
    """A pack without its terms: reading what stands before the first table takes a tenth of the time."""
    text = _text_of(path)
    first = _FIRST_TABLE.search(text)
    return _pack(path, _parsed(path, text[: first.start()] if first else text))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Pack {path} cannot be read: {error}. Correct the file.") from error


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"Pack {path} cannot be read: {error}. Correct the file.") from error


def _pack(path: Path, data: dict[str, Any]) -> Pack:
    return Pack(
        name=path.stem,
        title=_text(path, data.pop("title", path.stem), "title"),
        territory=_territory(path, data.pop("territory", None)),
        aliases=_aliases(path, data.pop("aliases", [])),
        avoid=_terms(path, data.pop("avoid", []), "avoid"),
        unless=_terms(path, data.pop("unless", []), "unless"),
        noise=_flag(path, data.pop("noise", False), "noise"),
        common=_terms(path, data.pop("common", []), "common"),
        english=_english(path, data.pop("english", {})),
        written=MappingProxyType({language: _kinds(path, language, table) for language, table in data.items()}),
    )


def _kinds(path: Path, language: str, table: Any) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise _mistake(path, language, f"is not a key of a pack. Keys are {_KEYS} and languages.")
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
    if not words(target):
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
        if not words(_text(path, term, key)):
            raise _mistake(path, key, f"holds “{term}”, which has no letter or digit. Leave it out.")
    return tuple(value)


def _territory(path: Path, value: Any) -> str | None:
    if value is None:
        return None
    code = _text(path, value, "territory")
    if not territories.exists(code):
        raise _mistake(path, "territory", f"is “{code}”, which is no country code (ISO 3166, e.g. LY).")
    return code


def _aliases(path: Path, value: Any) -> tuple[str, ...]:
    names = _terms(path, value, "aliases")
    for name in names:
        if not _NAME.fullmatch(name):
            raise _mistake(path, "aliases", f"holds “{name}”. Write small letters, digits and _: ivory_coast.")
    return names


def _flag(path: Path, value: Any, key: str) -> bool:
    if not isinstance(value, bool):
        raise _mistake(path, key, "must be true or false.")
    return value


def _text(path: Path, value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise _mistake(path, key, "must hold texts in quotes.")
    return value


def _mistake(path: Path, key: str, what: str) -> ConfigError:
    return ConfigError(f"Pack {path}: `{key}` {what}")
