"""`monitor packs`: what topics can name with `@`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.columns import Columns
from rich.padding import Padding
from rich.table import Table

from monitor.commands.common import as_json, counted, out, pass_path, print_json, read_config, shown
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.topics.pack_check import PackProblem
    from monitor.topics.packs import Pack, Packs

_MANY = 30  # lines of "in English" before the rest is only counted


@click.group()
def packs() -> None:
    """List, show and check the term packs that topics can use."""


@packs.command("list")
@click.option("--all", "all_", is_flag=True, help="Name the countries too that have CLDR's names alone.")
@as_json
@pass_path
def list_(path: Path, all_: bool, json_: bool) -> None:
    """Every pack: countries, actors, and kinds of article that a topic can exclude."""
    found = _packs(path)
    heads = list(found.heads.values())
    bare = sorted(set(found) - set(found.heads))
    if json_:
        print_json([{"name": one.name, "title": one.title, "kind": _sort(one)} for one in heads])
        return
    _names("countries", [head.name for head in heads if _sort(head) == "country"])
    _titles("actors", [head for head in heads if _sort(head) == "actor"])
    _titles("kinds of article, for `exclude`", [head for head in heads if _sort(head) == "noise"])
    if all_:
        _names("more countries, by their CLDR names", bare)
    else:
        out.print(f"and {len(bare)} more countries by their CLDR names, e.g. @{bare[0]}; --all names them.")
    out.print("\n`monitor packs show libya` shows what a pack holds.", markup=False)


@packs.command("show")
@click.argument("name")
@as_json
@pass_path
def show(path: Path, name: str, json_: bool) -> None:
    """What a pack holds, kind by kind and language by language."""
    pack = _named(_packs(path), name)
    if json_:
        print_json(_as_data(pack))
        return
    languages = len(pack.terms)
    terms = sum(map(len, pack.terms.values()))
    out.print(f"[bold]{shown(pack.title)}[/bold]  @{pack.name}{_also(pack)}")
    out.print(f"{counted(terms, 'term')} in {counted(languages, 'language')}\n")
    for kind, by_language in _written(pack):
        _table(kind, by_language.items())
    _table("CLDR's name elsewhere", [("", [f"{code} {name}" for code, name in _elsewhere(pack)])])
    _table("not when a part of", [("", pack.longer)])
    _english(pack)


@packs.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@pass_path
def check(path: Path, paths: tuple[Path, ...]) -> None:
    """Look for common words, wrong letters and terms that stand twice: in files, folders, or every pack there is."""
    from monitor.topics.pack_check import problems, twice_named
    from monitor.topics.packs import read_pack

    if paths:
        files = [file for one in paths for file in (sorted(one.glob("*.toml")) if one.is_dir() else [one])]
        checked = [read_pack(file) for file in files]
    else:
        known = _packs(path)
        checked = [known[name] for name in known.heads]
    found = [*(problem for pack in checked for problem in problems(pack)), *twice_named(checked)]
    _show_problems(found)
    terms = counted(sum(len(terms) for pack in checked for terms in pack.terms.values()), "term")
    result = counted(len(found), "problem") if found else "fine"
    out.print(f"{counted(len(checked), 'pack')}, {terms}: {result}.")
    if found:
        sys.exit(1)


def _show_problems(found: Sequence[PackProblem]) -> None:
    for problem in found:
        out.print(
            f"@{problem.pack} {problem.language}: “{shown(problem.term)}”: {shown(problem.what)}",
            markup=False,
            soft_wrap=False,
        )


def _packs(path: Path) -> Packs:
    """Shipped packs and, when there is a configuration that names a folder, the user's."""
    from monitor.topics.packs import load_packs

    return load_packs(read_config(path).packs if path.exists() else None)


def _named(found: Packs, name: str) -> Pack:
    from monitor.topics.nearest import nearest

    key = name.removeprefix("@").lower()
    if (pack := found.get(key)) is not None:
        return pack
    near = " or ".join(f"@{one}" for one in nearest(key, found))
    raise ConfigError(f"There is no pack {name}. " + (f"Did you mean {near}?" if near else "See `monitor packs list`."))


def _sort(pack: Pack) -> str:
    if pack.noise:
        return "noise"
    return "country" if pack.territory else "actor"


def _names(title: str, names: Sequence[str]) -> None:
    out.print(f"[bold]{len(names)} {title}[/bold]")
    columns = Columns([f"@{name}" for name in names], equal=True, column_first=True, padding=(0, 2))
    out.print(Padding(columns, (0, 0, 1, 2)), soft_wrap=False, markup=False)


def _titles(title: str, found: Sequence[Pack]) -> None:
    if not found:
        return
    table = Table.grid(padding=(0, 2))
    for pack in found:
        table.add_row(f"@{pack.name}", shown(pack.title))
    out.print(f"[bold]{len(found)} {title}[/bold]")
    out.print(Padding(table, (0, 0, 1, 2)), soft_wrap=False)


def _also(pack: Pack) -> str:
    from monitor.topics.world import notes, slug

    names = list(pack.aliases)
    if pack.territory:
        names += [slug(pack.territory), *notes(pack.territory).aliases, pack.territory.lower()]
    others = [f"@{name}" for name in dict.fromkeys(names) if name != pack.name]
    return f", also {', '.join(others)}" if others else ""


def _written(pack: Pack) -> Iterator[tuple[str, Mapping[str, Sequence[str]]]]:
    from monitor.topics.packs import KINDS

    for kind in KINDS:
        yield kind, {language: kinds[kind] for language, kinds in pack.written.items() if kinds.get(kind)}


def _elsewhere(pack: Pack) -> Iterator[tuple[str, str]]:
    return ((language, name) for language, name in pack.called.items() if language not in pack.written)


def _table(title: str, rows: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Rows of a language and its terms under a title; nothing when there are no terms."""
    filled = [(language, terms) for language, terms in rows if terms]
    if not filled:
        return
    table = Table.grid(padding=(0, 2))
    for language, terms in filled:
        table.add_row(language, shown(", ".join(terms)).replace("[", r"\["))
    out.print(f"[bold]{title}[/bold]")
    out.print(Padding(table, (0, 0, 1, 2)), soft_wrap=False)


def _english(pack: Pack) -> None:
    rows = [
        (english, list(dict.fromkeys(term for terms in languages.values() for term in terms)))
        for english, languages in pack.english.items()
    ]
    _table("in English translations", rows[:_MANY])
    if len(rows) > _MANY:
        out.print(f"  and {len(rows) - _MANY} more; --json has them.")


def _as_data(pack: Pack) -> dict[str, Any]:
    return {
        "name": pack.name,
        "title": pack.title,
        "territory": pack.territory,
        "noise": pack.noise,
        "terms": {kind: by_language for kind, by_language in _written(pack) if by_language},
        "called": dict(_elsewhere(pack)),
        "unless": list(pack.longer),
        "english": {english: dict(languages) for english, languages in pack.english.items()},
    }
