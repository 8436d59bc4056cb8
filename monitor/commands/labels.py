"""`monitor topics accept`, `reject`, `unlabel`, `labels` and `score`: what people think of a topic's articles."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands import trying
from monitor.commands.common import as_json, counted, pass_path, print_json, read_config
from monitor.config import Config
from monitor.errors import ConfigError
from monitor.models import SystemClock

if TYPE_CHECKING:
    from monitor.run.lab.labelled import Labelled

_ARTICLES = click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
_NOTE = click.option("--note", default="", help="Why.")


@click.command()
@click.argument("name")
@_ARTICLES
@_NOTE
@pass_path
def accept(path: Path, name: str, articles: tuple[str, ...], note: str) -> None:
    """These articles (ids or addresses) are what topic NAME is after."""
    _put(path, name, articles, note, accepted=True)


@click.command()
@click.argument("name")
@_ARTICLES
@_NOTE
@pass_path
def reject(path: Path, name: str, articles: tuple[str, ...], note: str) -> None:
    """These articles (ids or addresses) are not what topic NAME is after."""
    _put(path, name, articles, note, accepted=False)


@click.command()
@click.argument("name")
@_ARTICLES
@pass_path
def unlabel(path: Path, name: str, articles: tuple[str, ...]) -> None:
    """Take back what was said of these articles."""
    from monitor.archive import Reader
    from monitor.run import labels as recording

    config = read_config(path)
    with Reader.open(config.archive.path) as reader:
        known = {label.article_id for label in reader.labels.of_topic(name)}
        found = recording.articles(reader, articles)
    if missing := [str(article.id) for article in found if article.id not in known]:
        raise ConfigError(f"{name}: article {', '.join(missing)} has no label. `monitor topics labels` lists them.")
    _say(
        recording.remove(config.archive.path, name, found, at=SystemClock().now()),
        f"{counted(len(found), 'label')} taken back",
    )


def _put(path: Path, name: str, sources: tuple[str, ...], note: str, *, accepted: bool) -> None:
    from monitor.archive import Reader
    from monitor.run import labels as recording

    config = read_config(path)
    with Reader.open(config.archive.path) as reader:
        _known(config, path, name, set(reader.labels.topics()))
        found = recording.articles(reader, sources)
    now = SystemClock().now()
    done = recording.put(config.archive.path, name, found, accepted=accepted, note=note, at=now)
    _say(done, f"{counted(len(found), 'article')} {'accepted' if accepted else 'rejected'} for {name}")


def _known(config: Config, path: Path, name: str, labelled: set[str]) -> None:
    if name not in labelled:
        trying.topic_of(config, path, name)


def _say(done: bool, what: str) -> None:
    click.echo(f"{what}: recorded." if done else f"{what}: the daemon records it within seconds.")


@click.command()
@click.argument("name", required=False)
@as_json
@click.option("--csv", "csv_", is_flag=True, help="Print CSV: topic, article, verdict, at, note, language, title, url.")
@pass_path
def labels(path: Path, name: str | None, json_: bool, csv_: bool) -> None:
    """The labels of topic NAME, or how many each topic has."""
    from monitor.archive import Reader
    from monitor.run.lab.labelled import labelled

    config = read_config(path)
    with Reader.open(config.archive.path) as reader:
        known = reader.labels.topics()
        found = labelled(reader, [name] if name is not None else list(known))
        if name is not None:
            _known(config, path, name, set(known))
    if json_:
        print_json(found)
    elif csv_:
        click.echo(_csv(found), nl=False)
    elif name is None:
        _overview(known)
    else:
        _list(found, name)


def _overview(known: dict[str, int]) -> None:
    for topic, number in known.items():
        click.echo(f"{topic}: {counted(number, 'label')}")
    if not known:
        click.echo("No labels yet. `monitor topics accept NAME ARTICLE` and `monitor topics reject` make them.")


def _list(found: tuple[Labelled, ...], name: str) -> None:
    from monitor.commands.samples import one_line, say

    for one in found:
        note = f"  ({one.note})" if one.note else ""
        say(f"{one.verdict:<7} {one.article}  {one.outlet} ({one.language}): {one_line(one.title)}{note}")
    if not found:
        say(f"{name} has no labels yet. `monitor topics accept` and `monitor topics reject` make them.")


def _csv(found: tuple[Labelled, ...]) -> str:
    page = io.StringIO()
    rows = csv.writer(page, lineterminator="\n")
    rows.writerow(("topic", "article", "verdict", "at", "note", "language", "outlet", "title", "url"))
    rows.writerows(
        (o.topic, o.article, o.verdict, o.at.isoformat(), o.note, o.language, o.outlet, o.title, o.url) for o in found
    )
    return page.getvalue()


@click.command()
@click.argument("name")
@click.option("--query", help="Score this query on the labels of NAME.")
@click.option("--floor-precision", type=click.FloatRange(0, 1), help="Exit with 1 when precision is below.")
@click.option("--floor-recall", type=click.FloatRange(0, 1), help="Exit with 1 when recall is below.")
@as_json
@pass_path
def score(
    path: Path,
    name: str,
    query: str | None,
    floor_precision: float | None,
    floor_recall: float | None,
    json_: bool,
) -> None:
    """Precision and recall of a topic on its labels, what it gets wrong, and what to exclude."""
    from monitor.archive import Reader
    from monitor.commands.scores import show_score
    from monitor.run.lab.proposals import propose
    from monitor.topics.matcher import compile_topics
    from monitor.topics.packs import load_packs

    config = read_config(path)
    topic, packs = trying.topic_of(config, path, name, query), load_packs(config.packs)
    with Reader.open(config.archive.path) as reader, trying.explained():
        known = reader.labels.of_topic(name)
        (compiled,) = compile_topics([topic], packs)
        found = propose(reader, compiled, known, packs)
    if not known:
        raise ConfigError(f"{name} has no labels. `monitor topics accept` and `monitor topics reject` make them.")
    print_json(found) if json_ else show_score(found, topic, config.alerts.zone)
    precision, recall = found.before.precision, found.before.recall
    if _below(precision, floor_precision) or _below(recall, floor_recall):
        sys.exit(1)


def _below(value: float | None, floor: float | None) -> bool:
    return floor is not None and (value or 0.0) < floor
