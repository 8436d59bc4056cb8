"""`monitor run`, `monitor check`, `monitor demo`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from monitor.commands.common import counted, err, newsroom, out, pass_path, progress_bars, read_config, run_async
from monitor.config import Config


@click.command()
@click.option("--once", is_flag=True, help="Work off everything that is due now, then stop.")
@pass_path
def run(path: Path, once: bool) -> None:
    """Poll, read, translate, match and alert until stopped.

    SIGHUP reloads the configuration; a bad file keeps the last good one. SIGTERM ends within 30 seconds.
    """
    config = _read_and_log(path)
    if once:
        run_async(_once(path))
        return
    from monitor.models import SystemClock
    from monitor.run import daemon

    run_async(daemon.run(config, SystemClock(), lambda: _read_and_log(path), os.environ))


def _read_and_log(path: Path) -> Config:
    """The configuration, with the log set to its wishes: its level, and its secrets blotted out."""
    from monitor import log
    from monitor.run.checking import load_checked

    config = load_checked(path, os.environ)
    log.setup(config.log, sys.stderr, (config.api_key, *(channel.secret for channel in config.channels)))
    return config


async def _once(path: Path) -> None:
    from monitor.run.pipeline import Pipeline

    async with newsroom(read_config(path)) as context, progress_bars() as progress:
        await Pipeline(context).once(progress)
        totals = context.archive.ledger.totals()
        unsent = context.archive.ledger.alerts_unsent()
    later = f", {counted(unsent, 'alert')} for a later digest or the cap" if unsent else ""
    out.print(
        f"In the archive: {counted(totals['articles'], 'article')}, "
        f"{counted(totals['matches'], 'match/matches')}{later}."
    )


@click.command()
@pass_path
def check(path: Path) -> None:
    """Check config.toml: every problem at once, with its line and remedy. Exit code 0 or 2."""
    from monitor.run.checking import check_file

    problems = check_file(path, os.environ)
    for problem in problems:
        where = f"{path}:{problem.line}" if problem.line else str(path)
        word = "" if problem.fatal else "warning: "
        out.print(f"{where}: {problem.key}: {word}{problem.message} {problem.remedy}".rstrip(), markup=False)
    fatal = sum(problem.fatal for problem in problems)
    if fatal:
        err.print(f"{counted(fatal, 'problem')}. Nothing was changed.")
        sys.exit(2)
    config = read_config(path)
    out.print(
        f"{path}: fine. {counted(len(config.feeds), 'feed')}, {counted(len(config.topics), 'topic')}, "
        f"{counted(len(config.channels), 'channel')}."
    )


@click.command()
@click.option("--serve/--no-serve", default=True, help="Open the archive in the browser at the end, or just end.")
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False), help="Keep the demo's files here.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Its port; 0 takes a free one."
)
def demo(serve: bool, folder: Path | None, port: int) -> None:
    """See the whole pipeline at work on a sample newsroom.

    Everything happens on this machine: the sample sites are served on loopback, nothing else is asked.
    """
    from monitor.demo.run import run_demo

    run_async(run_demo(folder, port if serve else None))
