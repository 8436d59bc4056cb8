"""`monitor topics import`: the queries of another tool as topics of ours."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from monitor.commands.common import as_json, err, out, pass_path, print_json, read_config
from monitor.errors import MonitorError, QueryError
from monitor.models import Topic

if TYPE_CHECKING:
    from monitor.topics.importing import Found, Imported

_LONGEST_NAME = 40  # characters of a name made of the query
_FROM = ("auto", "google-alerts", "meltwater", "talkwalker", "freshrss")  # a test holds it equal to what is read


@click.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="replace"))
@click.option("--from", "dialect", type=click.Choice(_FROM), default="auto", help="Whose queries these are.")
@click.option("--name", help="Name of the topic; several get numbers.")
@click.option("--write", is_flag=True, help="Append them to config.toml.")
@as_json
@pass_path
def import_(path: Path, file: IO[str], dialect: str, name: str | None, write: bool, json_: bool) -> None:
    """Read queries of Google Alerts, Meltwater, Talkwalker or FreshRSS as topics.

    FILE (- for standard input) holds one query a line, one over several lines, a table with a column "query", or an
    OPML of Google Alerts. What could not be carried over is told on standard error.
    """
    from monitor.topics.importing import found_in

    found = found_in(file.read())
    if not found:
        raise MonitorError(f"{file.name}: no query in it. Put one on each line.", permanent=True)
    known = {topic.name for topic in read_config(path).topics} if path.exists() else set()
    results = [one for query in found if (one := _imported(query, dialect, name, known))]
    if json_:
        print_json([{"topic": topic, "imported": imported} for topic, imported in results])
    else:
        _show(results)
    if write and results:
        _write(path, [topic for topic, _ in results])
    if not results:
        raise MonitorError(f"{file.name}: nothing could be carried over.", permanent=True)


def _imported(found: Found, dialect: str, name: str | None, known: set[str]) -> tuple[Topic, Imported] | None:
    from monitor.topics.importing import import_query

    try:
        imported = import_query(found.query, dialect)
    except QueryError as error:
        err.print(f"Left out: {found.query}\n    {error}", markup=False, emoji=False, soft_wrap=True)
        return None
    for leftover in imported.leftovers:
        said = f"Not carried over: {leftover.words}\n    {leftover.why}."
        err.print(said, markup=False, emoji=False, soft_wrap=True)
    topic = Topic(
        name=_free(name or found.name or _shortened(found.query), known),
        query=imported.query,
        languages=imported.languages,
    )
    known.add(topic.name)
    return topic, imported


def _free(name: str, known: set[str]) -> str:
    """The name, with a number when it is taken."""
    number, free = 1, name
    while free in known:
        number += 1
        free = f"{name} {number}"
    return free


def _shortened(query: str) -> str:
    words = " ".join(query.split())
    return words if len(words) <= _LONGEST_NAME else words[: _LONGEST_NAME - 1].rstrip() + "…"


def _show(results: list[tuple[Topic, Imported]]) -> None:
    from monitor.topics.declaration import topic_table

    for topic, _ in results:
        out.print(topic_table(topic), markup=False, emoji=False, highlight=False, soft_wrap=True)


def _write(path: Path, topics: list[Topic]) -> None:
    from monitor.run.declare import append_tables
    from monitor.topics.declaration import topic_table

    append_tables(path, list(map(topic_table, topics)))
    err.print(f"{path}: {len(topics)} added.", markup=False)
