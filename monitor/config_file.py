"""`config.toml` → `Config`, or every reason why not.

The syntax is TOML's; tables are read by `config_settings.py`, channels by `config_channels.py`, secrets by
`config_secrets.py`, feeds and topics here. Topic queries are compiled by the caller, who finds their lines
with `line_of`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.config import Account, Config
from monitor.config_accounts import read_account
from monitor.config_channels import read_channel
from monitor.config_likeness import filled
from monitor.config_lines import line_of
from monitor.config_places import package_folders
from monitor.config_problems import ConfigProblems, Problem, Report, name, suggestion
from monitor.config_secrets import Surroundings, read_api_key
from monitor.config_settings import TABLES, read_settings
from monitor.config_table import Table
from monitor.errors import ConfigError
from monitor.models import Feed, Topic

__all__ = ["ConfigProblems", "Problem", "check", "line_of", "load"]

LISTS = ("feeds", "topics", "channels", "accounts")
FEED_KEYS = ("url", "title", "tags", "language", "country", "tier", "interval_minutes")
TOPIC_KEYS = ("name", "query", "channels", "languages", "description", "min_score", "within", "exclude")


# Secrets that only the other process needs, the pages or all the rest: they may be kept from this one.
_NOT_FOR_PAGES = re.compile(r"(channels\[\d+\]\.secret|translation\.api_key)_(env|file)")
_FOR_PAGES = re.compile(r"accounts\[\d+\]\.(password_hash|token)_(env|file)")


def load(path: Path, environ: Mapping[str, str], *, pages: bool = False) -> Config:
    """The configuration in `path`, secrets looked up in `environ`; `pages`: to serve them, which needs no others.

    Raises `ConfigProblems` with every problem at once, `ConfigError` when the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        remedy = "Name another file with --config."
        raise ConfigError(f"{path} cannot be read: {error.strerror}. {remedy}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    config, problems = check(text, path, environ)
    fatal = hindrances(problems, pages=pages)
    if config is None or fatal:
        raise ConfigProblems(path, fatal)
    return config


def hindrances(problems: Iterable[Problem], *, pages: bool = False) -> list[Problem]:
    """The problems with which this process cannot work."""
    elsewhere = _NOT_FOR_PAGES if pages else _FOR_PAGES
    return [problem for problem in problems if problem.fatal and not elsewhere.fullmatch(problem.key)]


def check(text: str, path: Path, environ: Mapping[str, str]) -> tuple[Config | None, tuple[Problem, ...]]:
    """The configuration and everything wrong with it, in the order of the file. Raises nothing.

    With fatal problems the configuration is what could be read, with its feeds, topics and channels in
    their places, so that it can be checked further; None when the text is no TOML.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, (_syntax_problem(str(error), text),)
    except RecursionError:
        return None, (Problem(line=None, key="", message="brackets are nested too deeply."),)
    report = Report(text)
    config = _config(Table(values, (), report), path.absolute().parent, environ)
    return config, report.problems()


def _syntax_problem(message: str, text: str) -> Problem:
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    what = message[: found.start()] if found else message
    place = f" at column {found[2]}" if found and found[2] else ""
    remedy = 'Text stands in quotes, lists in [ ], and each key once: key = "value".'
    return Problem(line=line, key="", message=f"not TOML: {what}{place}.", remedy=remedy)


def _config(top: Table, folder: Path, environ: Mapping[str, str]) -> Config:
    top.only((*TABLES, *LISTS, "packs", "glossary"))
    tables = {key: _table(top, key) for key in TABLES}
    settings: dict[str, Any] = {key: read_settings(tables[key], kind, folder) for key, kind in TABLES.items()}
    around = Surroundings(environ, folder)
    declared = _tables(top, "channels")
    zone, topics = settings["alerts"].zone, _topic_names(top)
    channels = tuple(read_channel(table, around, zone, topics) for table in filled(declared))
    _all_different(declared, "name")
    accounts = _accounts(top, around)
    if settings["web"].private and not accounts:
        tables["web"].problem("private", "nobody can sign in.", "Add [[accounts]], or write private = false.")
    _only_channels(tables["alerts"], "operators", settings["alerts"].operators, [channel.name for channel in channels])
    return Config(
        **settings,
        feeds=_feeds(top),
        topics=_topics(top, [channel.name for channel in channels]),
        channels=channels,
        accounts=accounts,
        package_folders=package_folders(environ) if settings["translation"].find_installed else (),
        api_key=read_api_key(tables["translation"], around),
        packs=_packs(top, folder),
        glossary=_glossary(top, folder),
    )


def _accounts(top: Table, around: Surroundings) -> tuple[Account, ...]:
    tables = _tables(top, "accounts")
    accounts = tuple(read_account(table, around) for table in tables)
    _all_different(tables, "name")
    return accounts


def _topic_names(top: Table) -> list[str]:
    tables = top.values.get("topics")
    found = tables if isinstance(tables, list) else []
    return [str(table["name"]) for table in found if isinstance(table, dict) and "name" in table]


def _packs(top: Table, folder: Path) -> Path | None:
    if not top.text("packs"):
        return None
    packs = top.path("packs", Path("packs"), folder)
    if not packs.is_dir():
        top.problem("packs", f"{packs} is no folder.", "Create it, or remove this key: packs of ours need none.")
    return packs


def _glossary(top: Table, folder: Path) -> Path | None:
    named = bool(top.text("glossary"))
    glossary = top.path("glossary", Path("glossary.toml"), folder)
    if glossary.is_file():
        return glossary
    if named:
        top.problem("glossary", f"{glossary} is no file.", "Create it, or remove this key: a glossary is not needed.")
    return None


def _feeds(top: Table) -> tuple[Feed, ...]:
    tables = _tables(top, "feeds")
    feeds = tuple(_feed(table) for table in tables)
    _all_different(tables, "url")
    return feeds


def _feed(table: Table) -> Feed:
    table.only(FEED_KEYS)
    table.require("url", '"https://example.org/feed.xml"')
    language = table.text("language")
    minutes = table.whole("interval_minutes", 60, (1, 43_200))
    return Feed(
        url=table.address("url", "https://example.org/feed.xml"),
        title=table.text("title"),
        tags=table.texts("tags"),
        country=_country(table),
        tier=table.whole("tier", 2, (1, 3)),
        language=language if language and table.language("language", language) else None,
        interval=timedelta(minutes=minutes) if "interval_minutes" in table.values else None,
    )


def _country(table: Table) -> str | None:
    country = table.text("country")
    if country and not re.fullmatch("[A-Z]{2}", country):
        table.problem("country", f'"{country}" is no country code.', 'Write two capitals (ISO 3166), e.g. "LY".')
        return None
    return country or None


def _topics(top: Table, channels: list[str]) -> tuple[Topic, ...]:
    tables = _tables(top, "topics")
    topics = tuple(_topic(table, channels) for table in tables)
    _all_different(tables, "name")
    return topics


def _topic(table: Table, channels: list[str]) -> Topic:
    table.only(TOPIC_KEYS)
    table.require("name", '"Libya–Russia relations"')
    table.require("query", '"@libya AND @russia"')
    wanted = table.texts("channels")
    _only_channels(table, "channels", wanted, channels)
    languages = table.texts("languages")
    return Topic(
        name=table.text("name"),
        query=table.text("query", lines=True),
        channels=wanted,
        languages=tuple(code for code in languages if code and table.language("languages", code)),
        description=table.text("description", lines=True),
        min_score=table.whole("min_score", 40, (0, 100)),
        within=table.choice("within", "article", ("sentence", "paragraph", "article")),
        exclude=table.texts("exclude"),
    )


def _only_channels(table: Table, key: str, names: tuple[str, ...], channels: list[str]) -> None:
    for index, channel in enumerate(names):
        if channel and channel not in channels:
            remedy = suggestion(channel, channels) or "Add it under [[channels]]."
            table.report.add((*table.where, key, index), f'there is no channel "{channel}".', remedy)


def _table(top: Table, key: str) -> Table:
    values = top.values.get(key, {})
    if not isinstance(values, dict):
        top.problem(key, "is a table, not a value.", f"Write [{key}] on a line of its own, its keys below.")
        values = {}
    return Table(values, (key,), top.report)


def _tables(top: Table, key: str) -> list[Table]:
    values = top.values.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        top.problem(key, "is a list of tables.", f"Write [[{key}]], with two brackets, above each one.")
        return []
    return [Table(value, (key, index), top.report) for index, value in enumerate(values)]


def _all_different(tables: list[Table], key: str) -> None:
    seen: dict[str, Table] = {}
    for table in tables:
        value = table.values.get(key)
        if isinstance(value, str) and value.strip():
            first = seen.setdefault(value.strip(), table)
            if first is not table:
                where = f"{name(first.where)} on line {table.report.line((*first.where, key))}"
                table.problem(key, f"is the same as that of {where}.", "Remove one, or change it.")
