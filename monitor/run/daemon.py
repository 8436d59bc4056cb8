"""`monitor run`: every stage on its own beat, signals, the watchdog, and an orderly end."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Callable, Mapping
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import log
from monitor.archive import search
from monitor.archive.connection import shorten_log
from monitor.config import Config
from monitor.errors import ArchiveError, ConfigError
from monitor.models import Clock
from monitor.run.context import Context
from monitor.run.newsroom import open_newsroom, reload
from monitor.run.pipeline import Pipeline
from monitor.run.systemd import Notifier

# Work under way at SIGTERM gets this long; systemd's own limit and the promise are 30 s.
GRACE_SECONDS = 20.0
# How often a missing package is looked for when auto_install is on: an index does not change by the minute.
INSTALL_SECONDS = 600
WATCH_SECONDS = 600
# A thousand pages a second at most, three per cent of a core; most calls find nothing to do. What 20 articles a second
# write is some hundred pages a second, each of them joined once or twice.
TIDY_SECONDS, TIDY_AT_MOST = 1, 5
LOG_SECONDS = 15
BOILERPLATE_MEMORY = timedelta(days=30)
logger = log.get("daemon")


class Daemon:
    """The beats of one newsroom, until somebody stops it or the archive breaks."""

    def __init__(self, context: Context, read_config: Callable[[], Config], notifier: Notifier) -> None:
        self.context = context
        self.pipeline = Pipeline(context)
        self._read_config = read_config
        self._notifier = notifier
        self._stop = asyncio.Event()
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    async def run(self) -> None:
        """Until SIGTERM or SIGINT. Raises ArchiveError when the archive failed: the supervisor restarts us."""
        self._listen()
        self._schedule()
        self._scheduler.start()
        self._notifier.ready(f"{len(self.context.config.feeds)} feeds, {len(self.context.topics)} topics")
        log.event(logger, "info", "started", feeds=len(self.context.config.feeds), topics=len(self.context.topics))
        try:
            await self._stop.wait()
        finally:
            self._scheduler.shutdown(wait=False)
            self._notifier.stopping()
            log.event(logger, "info", "stopping")
            home = await self.pipeline.drain(GRACE_SECONDS)
            log.event(logger, "info", "stopped", all_work_finished=home)
        if self.pipeline.broken:
            raise self.pipeline.broken

    def _schedule(self) -> None:
        beats: tuple[tuple[Callable[[], None], float], ...] = (
            (self.pipeline.tick_poll, 2),
            (self.pipeline.tick_fetch, 1),
            (self.pipeline.tick_read, 0.5),
            (self.pipeline.tick_match, 1),
            (self.pipeline.tick_translate, 1),
            (self.pipeline.tick_install, INSTALL_SECONDS),
            (self.pipeline.tick_watch, WATCH_SECONDS),
            (self.pipeline.tick_orders, 1),
            (self.pipeline.tick_deliver, 1),
            (self._tidy, TIDY_SECONDS),
            (self._shorten_log, LOG_SECONDS),
            (self._keep_house, 3600),
            (self._watch, (self._notifier.watchdog_seconds or 60) / 3),
        )
        for beat, seconds in beats:
            self._scheduler.add_job(
                self._guard,
                "interval",
                (beat,),
                seconds=seconds,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    async def _guard(self, beat: Callable[[], None]) -> None:
        """A beat that raises is a bug, except when the archive is broken: then there is no point in going on.

        A coroutine, so that the scheduler runs it in the event loop: the archive's connection lives there.
        """
        try:
            beat()
        except (ArchiveError, sqlite3.Error) as error:
            self.pipeline.break_off(error)
        except Exception:
            logger.exception("bug in %s", beat.__name__)
        if self.pipeline.broken:
            self._stop.set()

    def _watch(self) -> None:
        self._notifier.alive()
        backlog = self.context.archive.articles.backlog()
        self._notifier.status(", ".join(f"{count} to {stage}" for stage, count in backlog.items()) or "idle")

    def _tidy(self) -> None:
        """Keep the index in few pieces, a little at a time."""
        for _ in range(TIDY_AT_MOST):
            if not search.tidy(self.context.archive.connection):
                return

    def _shorten_log(self) -> None:
        shorten_log(self.context.archive.connection)

    def _keep_house(self) -> None:
        """Retention, once an hour; small deletions, so that nothing waits for them."""
        settings, now = self.context.config.archive, self.context.clock.now()
        self.context.archive.feeds.prune_polls(now - timedelta(days=settings.keep_polls_days))
        self.context.archive.memory.prune(self.context.config.translation.memory_sentences)
        self.context.archive.boilerplate.forget(now - BOILERPLATE_MEMORY)
        self.pipeline.prune_orders()
        if settings.keep_pages_days:
            self.context.archive.pages.prune(now - timedelta(days=settings.keep_pages_days))

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)

    def _reload(self) -> None:
        """SIGHUP: take over config.toml; a bad one is reported and the last good one stays."""
        self._notifier.reloading(self.context.clock.monotonic())
        try:
            waiting = reload(self.context, self._read_config())
        except ConfigError as error:
            log.event(logger, "error", "configuration not reloaded, the last good one stays", error=str(error))
        except (ArchiveError, sqlite3.Error) as error:
            self.pipeline.break_off(error)
        else:
            log.event(logger, "info", "configuration reloaded", needs_restart=", ".join(waiting) or "nothing")
        self._notifier.ready("configuration reloaded")


async def run(config: Config, clock: Clock, read_config: Callable[[], Config], environ: Mapping[str, str]) -> None:
    """Open the newsroom and run it until stopped."""
    async with open_newsroom(config, clock) as context:
        await Daemon(context, read_config, Notifier(environ)).run()
