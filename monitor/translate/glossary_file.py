"""`glossary.toml`: the user's own terms and what they are in the working language.

    [fr]                                     # a language by its ISO 639 code, or `mul` for any
    "ANL" = "LNA"                            # whole words; capitals as written
    "maréchal*" = "Marshal"                  # * ends a word that may be inflected: also maréchale
    "Banque centrale" = ["Central Bank", "CBL"]   # the first is pinned, the others may stand in a translation too

    [ru]
    "Хафтар*" = "Haftar"

    [topics."Libya–Russia relations".fr]     # only in articles that matched this topic
    "le corps africain" = "Africa Corps"

A term wins over the same term of a pack. One that is its own translation ("Paris" = "Paris") is kept as it is.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.errors import ConfigError
from monitor.translate.glossary import Term, spelled

TOPICS = "topics"
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*")


def read_glossary(path: Path, topics: Collection[str]) -> tuple[Term, ...]:
    """The terms of a file in its order, those of topics first. `topics`: the names of the configuration's.

    Raises ConfigError with file, table, key, cause and remedy of the first mistake.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"Glossary {path} cannot be read: {error}. Correct the file, or `glossary`.") from error
    reader = _Reader(path)
    own = data.pop(TOPICS, {})
    return (*reader.topics(own, topics), *reader.languages(data, ""))


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path

    def topics(self, tables: Any, known: Collection[str]) -> Iterator[Term]:
        if not isinstance(tables, dict):
            raise self._mistake("", TOPICS, "is not a term.", 'Write [topics."NAME".fr], the terms below.')
        for name, languages in tables.items():
            if name not in known:
                raise self._mistake(TOPICS, name, "is no topic of the configuration.", _nearest(name, known))
            yield from self.languages(languages, name)

    def languages(self, tables: Any, topic: str) -> Iterator[Term]:
        above = f'{TOPICS}."{topic}"' if topic else ""
        if not isinstance(tables, dict):
            raise self._mistake(TOPICS, topic, "must hold tables of languages.", f"Write [{above}.fr].")
        for language, terms in tables.items():
            if not isinstance(terms, dict):
                raise self._mistake(above, language, "stands in no language.", 'Write [fr], "ANL" = "LNA" below it.')
            if not _LANGUAGE.fullmatch(language):
                remedy = "Write an ISO 639 code, e.g. fr, or mul for any language."
                raise self._mistake(above, language, "is no language code.", remedy)
            table = f"{above}.{language}".lstrip(".")
            yield from (self._term(table, language, topic, *item) for item in terms.items())

    def _term(self, table: str, language: str, topic: str, source: str, value: Any) -> Term:
        if not any(map(str.isalpha, source)):
            raise self._mistake(table, source, "has no letters.", "Write the words to look for.")
        targets = [value] if isinstance(value, str) else value
        if not isinstance(targets, list) or not targets or not all(map(_is_text, targets)):
            raise self._mistake(table, source, "has no translation.", 'Write text in quotes: "ANL" = "LNA".')
        target, *also = (" ".join(text.split()) for text in targets)
        topics = (topic,) if topic else ()
        origin = self.path.name
        return Term(source=source, target=target, language=language, origin=origin, topics=topics, also=tuple(also))

    def _mistake(self, table: str, key: str, cause: str, remedy: str) -> ConfigError:
        where = f"[{table}], " if table else ""
        return ConfigError(f"Glossary {self.path}: {where}“{key}” {cause} {remedy}".rstrip())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(spelled(value))


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.6)
    if near:
        return f"Did you mean “{near[0]}”?"
    return f"There are {', '.join(sorted(known))}." if known else "There are none yet: add it under [[topics]]."
