"""`monitor topics`, `monitor packs`."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from monitor.commands.common import as_json, clock_time, out, pass_path, print_json, read_config
from monitor.commands.topics_import import import_
from monitor.errors import ConfigError, QueryError
from monitor.models import SystemClock

if TYPE_CHECKING:
    from monitor.run.trial import Trial


@click.group()
def topics() -> None:
    """List topics; see what one would have matched."""


@topics.command("list")
@as_json
@pass_path
def list_(path: Path, json_: bool) -> None:
    """The declared topics and their queries."""
    declared = read_config(path).topics
    if json_:
        print_json(declared)
        return
    for topic in declared:
        out.print(f"{topic.name}: {topic.query}  → {', '.join(topic.channels) or 'every channel'}", markup=False)


@topics.command("test")
@click.argument("name")
@click.option("--query", help="Try this query instead of the declared one; NAME is then only a label.")
@click.option("--days", default=30, show_default=True, help="Look this far back.")
@click.option("--limit", default=20, show_default=True, help="Show this many articles.")
@as_json
@pass_path
def test(path: Path, name: str, query: str | None, days: int, limit: int, json_: bool) -> None:
    """What a topic would have matched in the archive, with the sentence each match rests on."""
    from monitor.archive import Reader
    from monitor.run.trial import try_query

    config = read_config(path)
    wanted = query or next((topic.query for topic in config.topics if topic.name == name), None)
    if wanted is None:
        names = ", ".join(topic.name for topic in config.topics) or "none"
        raise ConfigError(f"{name}: no such topic. Declared in {path}: {names}. Or give --query.")
    since = SystemClock().now() - timedelta(days=days)
    with Reader.open(config.archive.path) as reader:
        try:
            trial = try_query(reader, wanted, config.packs, since)
        except QueryError as error:
            raise ConfigError(f"{error}\n{error.pointer()}") from error
    if json_:
        print_json(trial)
    else:
        _show_trial(trial, name, days, limit, config.alerts.zone)


def _show_trial(trial: Trial, name: str, days: int, limit: int, zone: str) -> None:
    out.print(f"{name}: {len(trial.hits)} of {trial.articles} articles of the last {days} days.", markup=False)
    for title, key in (("By language", "language"), ("By day", "day"), ("By outlet", "outlet")):
        counts = Counter(getattr(hit, key) for hit in trial.hits)
        if counts:
            out.print(f"{title}: " + ", ".join(f"{k} {n}" for k, n in counts.most_common(10)), markup=False)
    for hit in trial.hits[:limit]:
        out.print(
            f"\n{hit.article_id}  {clock_time(hit.first_seen, zone)}  {hit.outlet} ({hit.language}): {hit.title}",
            markup=False,
        )
        out.print(f"    {hit.sentence}", markup=False)
        if hit.translation:
            out.print(f"    = {hit.translation}", markup=False)
    if len(trial.hits) > limit:
        out.print(f"\n{len(trial.hits) - limit} more; --limit shows them.")


@click.group()
def packs() -> None:
    """Show the term packs that topics can use."""


@packs.command("list")
@pass_path
def list_packs(path: Path) -> None:
    """Every pack, with its languages."""
    from monitor.topics.packs import load_packs

    for name, pack in sorted(load_packs(_folder(path)).items()):
        out.print(f"@{name:<28} {pack.title}", markup=False)


@packs.command("show")
@click.argument("name")
@pass_path
def show(path: Path, name: str) -> None:
    """The terms of one pack, by language."""
    from monitor.topics.packs import load_packs

    found = load_packs(_folder(path))
    pack = found.get(name.removeprefix("@"))
    if pack is None:
        raise ConfigError(f"{name}: no such pack. There are: {', '.join(sorted(found))}.")
    table = Table("language", "terms", box=None, pad_edge=False)
    for language, terms in sorted(pack.terms.items()):
        table.add_row(language, ", ".join(terms))
    out.print(table)


def _folder(path: Path) -> Path | None:
    """The user's own packs, when there is a configuration that names them; packs can be read without one."""
    return read_config(path).packs if path.exists() else None


topics.add_command(import_)
