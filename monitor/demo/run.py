"""`monitor demo`: the unchanged pipeline on the sample newsroom, from feed to alert to archive."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from rich.table import Table

from monitor import log
from monitor.archive import Archive
from monitor.commands.common import counted, out, progress_bars
from monitor.config import (
    AlertSettings,
    ArchiveSettings,
    CollectSettings,
    Config,
    HttpSettings,
    LogSettings,
    TranslationSettings,
    WebSettings,
)
from monitor.demo.server import Newsroom
from monitor.errors import ArchiveError, OrderError
from monitor.models import Channel, SystemClock, Topic
from monitor.run import orders
from monitor.run.bundling import COVERAGE_WINDOW
from monitor.run.context import Context
from monitor.run.lab.backtest import back_tester
from monitor.run.newsroom import open_newsroom
from monitor.run.pipeline import Pipeline
from monitor.topics.packs import load_packs
from monitor.translate.install import install
from monitor.wording.coverage import coverage

logger = log.get("demo")
MODEL = "translate-fr_en-small.argosmodel"
TOPIC = Topic(
    name="Libya–Russia relations", query='relation("libya", "russia")', description="Dealings between the two."
)


def demo_config(folder: Path, newsroom: Newsroom) -> Config:
    """The defaults, but for what a sample on one machine needs: loopback allowed, no pause between requests."""
    return Config(
        archive=ArchiveSettings(path=folder / "archive.db"),
        http=HttpSettings(
            contact="the demo of monitor", allow_private=newsroom.addresses, host_delay_seconds=0.0, host_connections=2
        ),
        collect=CollectSettings(first_poll_max_age_hours=72),
        translation=TranslationSettings(packages=folder / "models"),
        alerts=AlertSettings(zone="UTC"),
        web=WebSettings(write_without_sign_in=True),
        log=LogSettings(level="error"),
        feeds=newsroom.feeds,
        topics=(TOPIC,),
        channels=(Channel(name="screen", kind="console"),),
    )


async def run_demo(folder: Path | None, port: int | None) -> None:
    """Run it; serve the archive on `port` afterwards, or end when that is None. Files stay only in `folder`."""
    with ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="monitor-demo-")))
        if (home / "archive.db").exists():
            raise ArchiveError(f"{home}: holds an earlier demo. Remove it, or name another folder.")
        clock = SystemClock()
        newsroom = stack.enter_context(Newsroom(clock.now()))
        config = demo_config(home, newsroom)
        log.setup(config.log, sys.stderr)
        started = time.monotonic()
        _introduce(config)
        _install_model(config)
        async with open_newsroom(config, clock) as context:
            await _collect(context)
            _report(context, time.monotonic() - started)
        if port is not None:
            with carrying_out(config):
                await asyncio.to_thread(_serve, config, port)
        elif folder is not None:
            out.print(f"Kept in {home}: archive.db, models/.")


def _introduce(config: Config) -> None:
    sites = {feed.url.split("/")[2] for feed in config.feeds}
    out.print(
        f"[bold]A sample newsroom[/]: {len(config.feeds)} feeds of {len(sites)} sites, served on loopback. "
        "Nothing leaves this machine.\n"
        "One feed is broken, one is slow and one asks us to stay away. Only French has a model here.\n"
        f"Topic: [bold]{TOPIC.name}[/], {TOPIC.query}\n"
    )


def _install_model(config: Config) -> None:
    with as_file(files("monitor.demo") / "models" / MODEL) as archive:
        install(archive, config.translation.packages)


async def _collect(context: Context) -> None:
    """Everything but the sending behind progress bars, so that the alert stands by itself."""
    pipeline = Pipeline(context)
    async with progress_bars() as progress:
        await pipeline.collect(progress)
    out.rule("The alert, as its reader gets it")
    await pipeline.send()
    out.rule("What was collected")


def _report(context: Context, seconds: float) -> None:
    feeds = context.archive.ledger.feeds()
    table = Table("feed", "articles", "languages", "matched", "state", box=None, pad_edge=False)
    for feed in feeds:
        matched = str(feed.matched or "")
        table.add_row(feed.title or feed.url, str(feed.articles), feed.languages, matched, feed.status)
    out.print(table)
    for feed in feeds:
        if feed.error:
            out.print(f"{feed.title or feed.url}: {feed.error}", markup=False)
    out.print()
    out.print(_languages(context.archive))
    _passed_over(context.archive)
    out.print()
    since = context.clock.now() - COVERAGE_WINDOW
    out.print(coverage(context.archive.ledger.coverage(since)), markup=False)
    out.print(f"From the first poll to the alert: {seconds:.0f} s.\n")


def _passed_over(archive: Archive) -> None:
    """Articles that name both countries and are about something else."""
    passed = archive.matches.passed_over()
    if passed:
        count = counted(len(passed), "article")
        out.print(f"\nMet the query and passed over, being about something else: {count}.")
    for article, title, score in passed:
        out.print(f"  {score:>3} of 100  {title} (article {article})", markup=False)


def _languages(archive: Archive) -> Table:
    """One line a language: how many articles, how many of them can be read in English."""
    table = Table("language", "articles", "translation", "matched", box=None, pad_edge=False)
    for row in archive.ledger.languages():
        table.add_row(row.language, str(row.articles), row.states, str(row.matched or ""))
    return table


@contextmanager
def carrying_out(config: Config) -> Iterator[None]:
    """While the archive is served no daemon runs: what people do on the pages is recorded here, once a second."""
    over = threading.Event()
    thread = threading.Thread(target=_carry_out, args=(config.archive.path, over), name="orders")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _carry_out(path: Path, over: threading.Event) -> None:
    with Archive.open(path) as archive:
        while not over.wait(1):
            try:
                orders.carry_out(archive, path, SystemClock().now())
            except OrderError as error:
                log.event(logger, "error", "orders wait", error=str(error))


def _serve(config: Config, port: int) -> None:
    from monitor.web import server

    try:
        sock = server.listen(config.web.host, port)
    except ArchiveError:  # taken: a demo should not end for that
        sock = server.listen(config.web.host, 0)
    address, bound = sock.getsockname()[:2]
    out.print(f"The archive is at [bold]http://{address}:{bound}/[/] (Ctrl-C ends).")
    clock = SystemClock()
    back_test = back_tester(config.archive.path, load_packs(config.packs), clock)
    server.serve(server.application(config, clock=clock, back_test=back_test), sock)
