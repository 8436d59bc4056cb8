"""`monitor export`: articles out of the archive, as data."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from monitor.commands import choosing
from monitor.commands.common import err, pass_path, read_config
from monitor.config import Config
from monitor.errors import ConfigError
from monitor.models import SystemClock
from monitor.wording.counts import count

if TYPE_CHECKING:
    from monitor.archive import Reader
    from monitor.archive.exporting.export import Exported
    from monitor.archive.exporting.selection import Selection

_BINARY = ("parquet", "warc")


@click.command()
@click.argument("file", required=False, default="-", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv", "parquet", "warc"]), help="Else as FILE's name ends."
)
@click.option("--topic", "topics", multiple=True, help="Articles that met this topic; may be repeated.")
@click.option("--relevant/--all", default=None, help="With --topic: those that count (the default), or all it met.")
@click.option("--since", help='First seen from then: "2026-11-01", "2026-11-01 08:00" or 7d (ago).')
@click.option("--until", help="First seen before then; a day is taken whole.")
@click.option("--days", type=click.IntRange(1), help="First seen within the last so many days.")
@click.option("--language", "languages", multiple=True, help="In this language; may be repeated.")
@click.option("--source", "sources", multiple=True, help="Of this outlet or host; may be repeated.")
@click.option("--query", help="That answer this query, in the language of topics.")
@click.option("--story", type=int, help="Of the story of this number.")
@click.option("--limit", type=click.IntRange(1), help="Only the newest so many.")
@pass_path
def export(path: Path, /, file: Path, form: str | None, **asked: object) -> None:
    """Write articles to FILE, or to standard output, as data for other programs.

    jsonl, csv and parquet have the same columns: original, translation, times, source, addresses, hashes, topics met
    with their scores, story, provenance; docs/export.md tells each. warc holds the stored pages with their texts, for
    programs that replay and check them. Duplicates are left out. Values stand as they are in the archive: a
    spreadsheet may take a title that begins with = for a formula.
    """
    from monitor.archive import Reader
    from monitor.commands.trying import explained

    form = _format(file, form)
    config = read_config(path)
    with Reader.open(config.archive.path) as reader, explained():
        selection = _selection(config, reader, asked)
        done = _write(reader, selection, form, file)
    err.print(_told(done, file, form), markup=False, soft_wrap=True)


def _format(file: Path, form: str | None) -> str:
    """Raises ConfigError when nothing says in what form, or a terminal would be sent bytes."""
    from monitor.archive.exporting.export import FORMATS, implied

    form = form or implied(file.name)
    if form is None:
        ends = ", ".join(end for ends in FORMATS.values() for end in ends)
        raise ConfigError(f"{file}: which format? Say --format {'|'.join(FORMATS)}, or end the name in {ends}.")
    if _is_pipe(file) and form in _BINARY and _is_terminal():
        raise ConfigError(
            f"{form} is not for the screen. Name a file, or send it on: monitor export --format {form} > F"
        )
    return form


def _is_pipe(file: Path) -> bool:
    return str(file) == "-"


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _selection(config: Config, reader: Reader, asked: dict[str, object]) -> Selection:
    from monitor.archive.exporting.selection import Selection

    topics, relevant = _texts(asked["topics"]), asked["relevant"]
    for topic in topics:
        choosing.check_topic(topic, reader.matches.topics())
    begin, end, days = (asked[name] for name in ("since", "until", "days"))
    since, until = choosing.period(begin, end, days, SystemClock().now(), config.alerts.zone)  # type: ignore[arg-type]
    query = asked["query"]
    return Selection(
        topics=topics,
        relevant=bool(topics) if relevant is None else bool(relevant),
        since=since,
        until=until,
        languages=_texts(asked["languages"]),
        sources=_texts(asked["sources"]),
        query=query if isinstance(query, str) else None,
        expression=_compiled(config, query) if isinstance(query, str) else None,
        story=_story(reader, asked["story"]),
        limit=asked["limit"] if isinstance(asked["limit"], int) else None,
    )


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, tuple) else ()


def _compiled(config: Config, query: str) -> str:
    from monitor.topics.compile import compile_query
    from monitor.topics.packs import load_packs

    return compile_query(query, load_packs(config.packs)).fts


def _story(reader: Reader, number: object) -> int | None:
    """The story as it is called now. Raises ConfigError when there is none of that number."""
    if not isinstance(number, int):
        return None
    story = reader.stories.get(number)
    if story is None:
        raise ConfigError(f"--story {number}: there is none of that number. `monitor stories --all` lists them.")
    return story.id


def _write(reader: Reader, selection: Selection, form: str, file: Path) -> Exported:
    from monitor.archive.exporting.export import export as write_export

    with _progress() as progress:
        if not _is_pipe(file):
            return write_export(reader, selection, form, file, progress)
        with _standard_output() as out:
            return write_export(reader, selection, form, out, progress)


@contextmanager
def _standard_output() -> Iterator[IO[bytes]]:
    """Who reads may stop reading (`| head`); that is no error of ours."""
    try:
        yield sys.stdout.buffer
    except BrokenPipeError:
        # Python flushes standard output once more when it ends, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(141) from None  # 128 + SIGPIPE, as shells report it


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, if that is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("articles"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        task = bars.add_task("articles", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _told(done: Exported, file: Path, form: str) -> str:
    name = "standard output" if _is_pipe(file) else str(file)
    lines = [f"{name}: {count(done.articles, 'article')}, {done.bytes:,} bytes, SHA-256 {done.sha256}"]
    if done.without_page:
        lines.append(f"Left out: {count(done.without_page, 'article')} without a stored page. A WARC holds pages.")
    if done.damaged:
        lines.append(f"Left out: {count(done.damaged, 'article')} whose stored page is damaged. Restore a backup.")
    if form == "warc":
        lines.append("Pages are resource records: bodies as stored, without the headers they came with.")
    return "\n".join(lines)
