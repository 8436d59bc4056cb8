"""`monitor topics`: list, try, compare and judge topics; take over those of other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from monitor.commands import labels, trying
from monitor.commands.common import as_json, out, pass_path, print_json, read_config
from monitor.commands.topics_import import import_

_MIN_SCORE = click.option("--min-score", type=click.IntRange(0, 100), help="Lowest score that is relevant.")
_WITHIN = click.option(
    "--within", type=click.Choice(["sentence", "paragraph", "article"]), help="Where the parts of the query must meet."
)
_EXCLUDE = click.option("--exclude", multiple=True, metavar="PACK", help="A noise pack to leave out; may be repeated.")
_DAYS = click.option("--days", type=click.IntRange(1), default=30, show_default=True, help="Look this far back.")
_ALL = click.option("--all", "all_", is_flag=True, help="Look at the whole archive.")
_EXACT = click.option("--exact", is_flag=True, help="Judge every article that is found, however long it takes.")
_LIMIT = click.option("--limit", type=click.IntRange(0), default=5, show_default=True, help="Show this many articles.")


def _on_the_archive(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that try topics."""
    for option in (_LIMIT, _EXACT, _ALL, _DAYS, _EXCLUDE, _WITHIN, _MIN_SCORE):
        command = option(command)
    return command


@click.group()
def topics() -> None:
    """List topics; try, compare and measure them on the archive."""


for _command in (labels.accept, labels.reject, labels.unlabel, labels.labels, labels.score, import_):
    topics.add_command(_command)


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
@click.option("--query", help="Try this query instead of the declared one; NAME may then be new.")
@_on_the_archive
@as_json
@pass_path
def test(
    path: Path,
    name: str,
    query: str | None,
    min_score: int | None,
    within: str | None,
    exclude: tuple[str, ...],
    days: int,
    all_: bool,
    exact: bool,
    limit: int,
    json_: bool,
) -> None:
    """What a topic would have found in the archive, what of it is relevant, and what alerts to expect."""
    from monitor.commands.trials import show_trial
    from monitor.run.lab.trial import try_topic

    config, span = read_config(path), None if all_ else days
    topic = trying.asking(trying.topic_of(config, path, name, query), min_score, within, exclude)
    with trying.bench(config, topic, exact=exact) as bench:
        trial = try_topic(bench, since=trying.since(span), limit=limit)
    print_json(trial) if json_ else show_trial(trial, days=span, zone=config.alerts.zone)


@topics.command("diff")
@click.argument("old")
@click.argument("new")
@_on_the_archive
@as_json
@pass_path
def diff(
    path: Path,
    old: str,
    new: str,
    min_score: int | None,
    within: str | None,
    exclude: tuple[str, ...],
    days: int,
    all_: bool,
    exact: bool,
    limit: int,
    json_: bool,
) -> None:
    """Which articles NEW gains and loses against OLD. Each is a topic's name, or a query.

    --min-score, --within and --exclude are NEW's: "topics diff Ports Ports --min-score 60" tells what that changes.
    """
    from monitor.commands.trials import show_diff
    from monitor.run.lab.diff import compare

    config, span = read_config(path), None if all_ else days
    before, after, named = trying.two_topics(config, old, new)
    after = trying.asking(after, min_score, within, exclude)
    with trying.bench(config, before, after, exact=exact) as bench:
        labelled = bench.reader.labels.of_topic(named)
        result = compare(bench, labelled, since=trying.since(span), limit=limit)
    print_json(result) if json_ else show_diff(result, days=span, zone=config.alerts.zone)
