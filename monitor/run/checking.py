"""`monitor check`: the file's own problems, and those that only the rooms can see (queries, packs, models)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from monitor.config import Config
from monitor.config_file import ConfigProblems, Problem, check, hindrances, line_of, load
from monitor.errors import ConfigError, QueryError
from monitor.topics.compile import compile_query
from monitor.topics.matcher import unknown_noise
from monitor.topics.packs import load_packs
from monitor.translate.glossary_file import read_glossary


def check_file(path: Path, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every problem of a configuration, in the order of the file. Raises ConfigError when there is no file."""
    try:
        text = path.read_text(encoding="utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}. Name another file with --config.") from error
    config, problems = check(text, path, environ)
    found = [*problems, *((*_query_problems(text, config), *_glossary_problems(text, config)) if config else ())]
    return tuple(sorted(found, key=lambda problem: problem.line or 0))


def load_checked(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration, its topics and packs tried too. Raises ConfigError with every problem and its line."""
    fatal = hindrances(check_file(path, environ))
    if fatal:
        raise ConfigProblems(path, fatal)
    return load(path, environ)


def _glossary_problems(text: str, config: Config) -> Iterator[Problem]:
    if config.glossary is not None:
        try:
            read_glossary(config.glossary, [topic.name for topic in config.topics])
        except ConfigError as error:
            yield Problem(line=line_of(text, "glossary"), key="glossary", message=str(error))


def _query_problems(text: str, config: Config) -> Iterator[Problem]:
    try:
        packs = load_packs(config.packs)
    except ConfigError as error:
        yield Problem(line=line_of(text, "packs"), key="packs", message=str(error), remedy="", fatal=True)
        return
    for index, topic in enumerate(config.topics):
        if wrong := unknown_noise(topic, packs):
            line = line_of(text, "topics", index, "exclude")
            yield Problem(line=line, key=f"topics[{index + 1}].exclude", message=wrong, remedy="", fatal=True)
        try:
            compile_query(topic.query, packs)
        except QueryError as error:
            where = f"at character {error.position + 1}" if error.position else "at its beginning"
            yield Problem(
                line=line_of(text, "topics", index, "query"),
                key=f"topics[{index + 1}].query",
                message=f"{error} ({where} of the query of {topic.name!r}).",
                remedy="",
                fatal=True,
            )
