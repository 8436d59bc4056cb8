"""The stages, wired to the archive.

    poll_feed ─▶ fetch_page ─▶ extract_article ─▶ identify_article ─▶ match_batch ─▶ bundle ─▶ deliver
                                                                        ▲    │
                                                              translate_batch ◀┘

The archive is the queue: each pass takes rows that are due and records an outcome for each, so a process
killed anywhere resumes where it was, and one poisoned row never holds up the others.

`Pipeline.once` works off everything that is due and stops; `Pipeline.tick_*` start what is due and return,
which is what the daemon calls every second or two.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from yarl import URL

from monitor import log
from monitor.errors import ArchiveError, MonitorError, OrderError
from monitor.models import Article, Feed, FeedState, Stage
from monitor.run import (
    bundling,
    delivery,
    fetching,
    leftovers,
    matching,
    orders,
    radar,
    reading,
    telling,
    translating,
    watch,
)
from monitor.run.context import Context, Tally
from monitor.run.flight import Flight
from monitor.run.poll import failed, poll_feed

Progress = Callable[[str, int, int], None]  # stage, done, total
MATCH_BATCH = 200
QUEUE = 500  # rows looked at in one pass of one stage
TRANSLATE_WINDOW = 128  # articles among which a batch of one language is found
OUTDATED_SECONDS = 600
EVERY_FEED = 1_000_000
BUG_RETRIES = 3
logger = log.get("pipeline")


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers who do not watch."""


class Pipeline:
    """What is due, worked off."""

    def __init__(self, context: Context) -> None:
        self.context = context
        connections = context.config.http.connections
        # Two per host: one being answered, one waiting its turn. More would only crowd out other hosts.
        self._polls = Flight(connections, per_host=2)
        self._pages = Flight(connections, per_host=2)
        self._reads = Flight(2 * context.workers.processes)
        self._translations = Flight(1)
        self._installs = Flight(1)
        self._watches = Flight(2)
        self.radar = radar.Radar(context)
        self._deliveries = Flight(len(context.config.channels) + 8)
        self._outdated_at = 0.0  # monotonic: when old translations are looked at again
        self._orders_trouble = ""  # why orders cannot be taken, as last told
        self.broken: ArchiveError | None = None  # set when the archive failed: the process must end

    # ── one pass over everything ────────────────────────────────────────────────────────────────

    async def once(self, progress: Progress = no_progress) -> Tally:
        """Carry out what was ordered, poll what is due, work off every queue, then send what is due."""
        self.tick_orders()
        return await self.collect(progress) + await self.send()

    async def collect(self, progress: Progress = no_progress) -> Tally:
        """Everything from the feeds to the alerts owed."""
        due = self.context.archive.feeds.due(self.context.clock.now(), EVERY_FEED)
        tally = await self._together("poll", due, lambda item: self._poll(*item), progress)
        return tally + await self.work_off(progress)

    async def send(self) -> Tally:
        """Look whether anything is to be told of feeds and volumes, bundle what is due, send what may leave now."""
        await watch.look(self.context)
        await self.radar.look()
        leftovers.let_go(self.context)
        telling.bundle(self.context)
        bundling.bundle(self.context)
        return await delivery.deliver_all(self.context)

    async def work_off(self, progress: Progress = no_progress) -> Tally:
        """Run every stage between entry and alert until nothing is owed that can be done now."""
        self.context.archive.stages.retry_pages(self.context.clock.now())
        translating.release_waiting(self.context)
        total = Tally()
        while moved := await self._one_round(progress):
            total += moved
            if self.broken:
                raise self.broken
        return total

    async def _one_round(self, progress: Progress) -> Tally:
        tally = await self._together("fetch", self._due(Stage.FETCH), self._fetch, progress)
        tally += await self._together("extract", self._due(Stage.EXTRACT), self._extract, progress)
        tally += await self._together("identify", self._due(Stage.IDENTIFY), self._identify, progress)
        tally += self.match(progress)
        for done, batch in enumerate(batches := translating.batches(self._to_translate(QUEUE))):
            progress("translate", done, len(batches))
            tally += await self._translate(batch)
            progress("translate", done + 1, len(batches))
        return tally + self.match(progress)

    async def _together(
        self, stage: str, rows: Sequence[Any], work: Callable[[Any], Awaitable[Tally]], progress: Progress
    ) -> Tally:
        """All rows side by side; each stage's own limits keep that polite."""
        done = 0

        async def watched(row: Any) -> Tally:
            nonlocal done
            tally = await work(row)
            done += 1
            progress(stage, done, len(rows))
            return tally

        if rows:
            progress(stage, 0, len(rows))
        return sum(await asyncio.gather(*map(watched, rows)), Tally())

    def _due(self, stage: Stage, limit: int = QUEUE) -> list[Article]:
        return self.context.archive.articles.due(stage, self.context.clock.now(), limit)

    def _to_translate(self, limit: int) -> list[Article]:
        return self.context.archive.translations.due(self.context.clock.now(), limit)

    # ── start what is due, for the daemon ───────────────────────────────────────────────────────

    def tick_poll(self) -> None:
        for feed, state in self.context.archive.feeds.due(self.context.clock.now(), QUEUE):
            host = URL(state.poll_url).host or ""
            if self._polls.takes(state.feed_id, host):
                self._polls.launch(state.feed_id, _bind(self._poll, feed, state), host)

    def tick_fetch(self) -> None:
        self.context.archive.stages.retry_pages(self.context.clock.now())
        for article in self._due(Stage.FETCH):
            host = URL(article.url).host or ""
            if self._pages.takes(article.id, host):
                self._pages.launch(article.id, _bind(self._fetch, article), host)

    def tick_read(self) -> None:
        for stage, work in ((Stage.IDENTIFY, self._identify), (Stage.EXTRACT, self._extract)):
            for article in self._due(stage, self._reads.free + len(self._reads)):
                if self._reads.takes(article.id):
                    self._reads.launch(article.id, _bind(work, article))

    def tick_match(self) -> None:
        self.match(no_progress)

    def tick_translate(self) -> None:
        translating.release_waiting(self.context)
        if not self._translations.free:
            return
        if due := self._to_translate(TRANSLATE_WINDOW):
            self._translations.launch("translate", _bind(self._translate, translating.batches(due)[0]))
        elif self.context.config.translation.retranslate:
            self._look_for_outdated()

    def _look_for_outdated(self) -> None:
        """Once nothing was found, not again for a while: it means going through all that was ever translated."""
        now = self.context.clock.monotonic()
        if now >= self._outdated_at and not translating.requeue_outdated(self.context):
            self._outdated_at = now + OUTDATED_SECONDS

    def tick_orders(self) -> None:
        """A queue that cannot be used stops nothing else; it is told once, not every second."""
        try:
            orders.carry_out(self.context.archive, self.context.config.archive.path, self.context.clock.now())
            self._orders_trouble = ""
        except OrderError as error:
            if str(error) != self._orders_trouble:
                log.event(logger, "error", "orders wait", error=str(error))
            self._orders_trouble = str(error)

    def prune_orders(self) -> None:
        with suppress(OrderError):
            orders.prune(self.context.config.archive.path, self.context.clock.now())

    def tick_install(self) -> None:
        if self._installs.free:
            self._installs.launch("install", _bind(translating.look_around, self.context))

    def tick_watch(self) -> None:
        """Every ten minutes: are the feeds well, is more or less written than usual, does anything wait in vain?"""
        leftovers.let_go(self.context)
        for name, look in (("feeds", partial(watch.look, self.context)), ("volumes", self.radar.look)):
            if self._watches.takes(name):
                self._watches.launch(name, _bind(self._look, name, look))

    def tick_deliver(self) -> None:
        telling.bundle(self.context)
        bundling.bundle(self.context)
        for name in self.context.archive.outbox.channels_owed(self.context.clock.now()):
            if self._deliveries.takes(name):
                self._deliveries.launch(name, _bind(self._deliver, name))

    async def drain(self, seconds: float) -> bool:
        """Let what is under way come home, for a graceful stop."""
        flights = (
            *(self._polls, self._pages, self._reads, self._translations),
            *(self._installs, self._watches, self._deliveries),
        )
        return all(await asyncio.gather(*(flight.drain(seconds) for flight in flights)))

    # ── one row each, with a net under it ───────────────────────────────────────────────────────

    async def _poll(self, feed: Feed, state: FeedState) -> Tally:
        try:
            return await poll_feed(self.context, feed, state)
        except (ArchiveError, sqlite3.Error) as error:
            return self.break_off(error)
        except Exception as error:  # a bug of ours must not have the feed asked again every other second
            logger.exception("bug in polling %s", feed.url)
            failure = MonitorError(f"Internal error while polling: {type(error).__name__}: {error}")
            return failed(self.context, feed, state, failure)

    async def _fetch(self, article: Article) -> Tally:
        return await self._guarded(article, fetching.fetch_page(self.context, article))

    async def _extract(self, article: Article) -> Tally:
        return await self._guarded(article, reading.extract_article(self.context, article))

    async def _identify(self, article: Article) -> Tally:
        return await self._guarded(article, reading.identify_article(self.context, article))

    async def _translate(self, batch: Sequence[Article]) -> Tally:
        return await self._guarded(batch[0], translating.translate_batch(self.context, batch))

    async def _look(self, name: str, look: Callable[[], Awaitable[Tally]]) -> Tally:
        try:
            return await look()
        except (ArchiveError, sqlite3.Error) as error:
            return self.break_off(error)
        except Exception:  # a bug of ours: nobody is told now, perhaps the next time
            logger.exception("bug in watching %s", name)
            return Tally(failed=1)

    async def _deliver(self, channel: str) -> Tally:
        try:
            return await delivery.deliver(self.context, channel)
        except (ArchiveError, sqlite3.Error) as error:
            return self.break_off(error)

    async def _guarded(self, article: Article, work: Coroutine[Any, Any, Tally]) -> Tally:
        """An error that is not in our tree is a bug: log it, mark the row, carry on."""
        try:
            return await work
        except (ArchiveError, sqlite3.Error) as error:
            return self.break_off(error)
        except Exception as error:
            self._mark(article, error)
            return Tally(failed=1)

    def _mark(self, article: Article, error: Exception) -> None:
        logger.exception("bug in stage %s on article %s", article.stage, article.id)
        wait = timedelta(hours=1) if article.attempts < BUG_RETRIES else None
        failure = MonitorError(f"Internal error in stage {article.stage}: {type(error).__name__}: {error}")
        self.context.archive.stages.failed(article, failure, self.context.clock.now(), wait)

    def break_off(self, error: Exception) -> Tally:
        """The archive failed us: nothing can be recorded any more, so the process has to end."""
        self.broken = error if isinstance(error, ArchiveError) else ArchiveError(f"The archive failed: {error}.")
        return Tally(failed=1)

    def match(self, progress: Progress) -> Tally:
        """Match everything that is due, batch by batch; a batch that trips over a bug is tried row by row."""
        total = Tally()
        while due := self._due(Stage.MATCH, MATCH_BATCH):
            progress("match", 0, len(due))
            total += self._match_batch(due)
            progress("match", len(due), len(due))
            if self.broken:
                break
        return total

    def _match_batch(self, articles: Sequence[Article]) -> Tally:
        try:
            return matching.match_batch(self.context, articles)
        except (ArchiveError, sqlite3.Error) as error:
            return self.break_off(error)
        except Exception as error:
            if len(articles) == 1:
                self._mark(articles[0], error)
                return Tally(failed=1)
            return sum((self._match_batch([article]) for article in articles), Tally())


def _bind(function: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Callable[[], Coroutine[Any, Any, Any]]:
    return lambda: function(*args)
