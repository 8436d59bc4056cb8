"""`monitor add`, `monitor opml`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import err, out, pass_path, read_config, reading_room, run_async
from monitor.errors import MonitorError, ParseError
from monitor.models import Feed, SystemClock

if TYPE_CHECKING:
    from monitor.collect.discover import FoundFeed


@click.command()
@click.argument("url")
@click.option("--tag", "tags", multiple=True, help="Tag for the feeds; may be given several times.")
@click.option("--language", help="Declared language, a tie-breaker for short texts.")
@click.option("--all", "all_", is_flag=True, help="Add every feed found, not only the first.")
@click.option("--dry-run", is_flag=True, help="Only show what was found.")
@pass_path
def add(path: Path, url: str, tags: tuple[str, ...], language: str | None, all_: bool, dry_run: bool) -> None:
    """Find the feeds of a site and add them to config.toml.

    URL is a site or a feed. A running daemon takes them over at SIGHUP.
    """
    found = run_async(_find(path, url))
    if not found:
        raise MonitorError(
            f"{url}: no feed found, neither named by the page nor in the usual places. Give its address."
        )
    for feed in found:
        out.print(f"{feed.kind:8} {feed.url}  {feed.title}", markup=False)
    if dry_run:
        return
    chosen = found if all_ else found[:1]
    _append(path, [Feed(url=f.url, title=f.title, tags=tags, language=language) for f in chosen])
    if len(found) > len(chosen):
        out.print(f"{len(found) - 1} more not added; --all adds them.")


async def _find(path: Path, url: str) -> tuple[FoundFeed, ...]:
    from monitor.run.declare import find_feeds

    async with reading_room(read_config(path)) as context:
        found: tuple[FoundFeed, ...] = await find_feeds(context, url)
        return found


def _append(path: Path, feeds: list[Feed]) -> None:
    from monitor.run.declare import append_feeds

    added = append_feeds(path, read_config(path).feeds, feeds)
    known = len(feeds) - len(added)
    out.print(f"{path}: {len(added)} added{f', {known} known already' if known else ''}.")


@click.group()
def opml() -> None:
    """Import and export feed lists."""


@opml.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_path
def import_(path: Path, file: Path) -> None:
    """Add the feeds of an OPML file to config.toml; its folders become tags."""
    from monitor.collect.opml import read_opml

    try:
        report = read_opml(file.read_bytes())
    except ParseError as error:
        raise MonitorError(f"{file}: {error}", permanent=True) from error
    for problem in report.problems:
        err.print(f"{file}: {problem}", markup=False)
    _append(path, list(report.feeds))


@opml.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@pass_path
def export(path: Path, file: Path | None) -> None:
    """Write the feeds of config.toml as OPML, to FILE or standard output."""
    from monitor.collect.opml import write_opml

    feeds = read_config(path).feeds
    body = write_opml(feeds, "Feeds of this monitor", SystemClock().now())
    if file is None:
        sys.stdout.buffer.write(body)
        return
    file.write_bytes(body)
    out.print(f"{file}: {len(feeds)} feeds.")
