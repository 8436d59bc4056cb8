"""`monitor topics`."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

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


topics.add_command(import_)
