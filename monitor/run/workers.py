"""The pool of child processes in which everything that reads foreign bytes runs.

Two lanes: `parse` for feeds, pages and language (several small processes), `translate` for the translator
(one process with limits of its own, which keeps its models loaded from one call to the next). The children are
fresh interpreters, never forks: a fork would carry the archive's connection along.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from monitor import log
from monitor.config import WorkerSettings
from monitor.errors import WorkerError
from monitor.run import codec
from monitor.run.child import OUT_OF_MEMORY, Reply
from monitor.run.confinement import Limits
from monitor.run.worker import Worker

logger = log.get("workers")

MAX_TASKS = 500  # a child is replaced after so many: native libraries leak, and heaps fragment

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """Children with the same limits. Holds at most `size` of them, started when first needed."""

    def __init__(self, size: int, limits: Limits, packages: tuple[str, ...], threads: int | None) -> None:
        self._slots = asyncio.Semaphore(size)
        self._limits = limits
        self._packages = packages
        self._threads = threads
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()

    async def run(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], share: float = 1.0) -> Reply:
        """The child's answer, within `share` of the wall limit. Raises `WorkerError` when there is none."""
        frame = codec.encode((name, self._limits.cpu_seconds, args, kwargs))
        async with self._slots:
            worker = await self._take()
            self._busy.add(worker)
            reply: Reply | None = None
            try:
                reply = await worker.ask(frame, self._limits.wall_seconds * share, self._packages)
            finally:
                self._busy.discard(worker)
                if reply is None or reply.spent or worker.tasks >= MAX_TASKS:
                    worker.kill()
                else:
                    self._idle.append(worker)
            return reply

    async def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            worker.kill()
        worker = await Worker.start(self._limits, self._packages, self._threads)
        log.event(logger, "debug", "child process started", pid=worker.pid, isolation=worker.isolation)
        return worker

    def close(self) -> None:
        for worker in self._busy:
            worker.interrupt()
        while self._idle:
            self._idle.pop().kill()


class Workers:
    """Run functions in child processes: `await workers.run("parse", parse_feed, body, url=url)`.

    Arguments and results are values of `codec.py`. `packages` names the packages whose functions and classes
    may be referred to. Use from one event loop, in a thread that lives as long as the pool.
    """

    def __init__(self, settings: WorkerSettings, *, packages: tuple[str, ...] = codec.PACKAGES) -> None:
        self._packages = packages
        self.processes = settings.processes or os.cpu_count() or 1  # of the parse lane
        # Extracting 1,032 real news pages peaked at 177 MB of address space; the default leaves room for bad ones.
        parse = Limits(
            cpu_seconds=settings.cpu_seconds,
            wall_seconds=settings.wall_seconds,
            address_mb=settings.memory_mb,
        )
        # No CPU limit here: threads add up their time, and the wall limit bounds it already.
        translate = Limits(wall_seconds=settings.translate_wall_seconds, data_mb=settings.translate_memory_mb)
        self._lanes = {
            "parse": Lane(self.processes, parse, packages, threads=1),
            "translate": Lane(1, translate, packages, threads=None),
        }

    async def run(self, lane: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`function(*args, **kwargs)`, done in a child of the lane (parse or translate).

        Errors of our own tree are raised as the child raised them. Raises `WorkerError` when the child died
        or passed a limit, and, marked permanent and with the traceback as a note, for any other exception.
        """
        return await self.run_within(1.0, lane, function, *args, **kwargs)

    async def run_within(
        self, share: float, lane: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same within a share (0 … 1) of the lane's wall limit, for a part of a task that failed as a whole."""
        name = codec.reference(function)
        if codec.resolve(name, self._packages) is not function:
            raise codec.CodecError(f"{name} is not a function that a child process can find")
        try:
            reply = await self._lanes[lane].run(name, args, kwargs, share)
        except WorkerError as error:
            raise WorkerError(f"{function.__qualname__}: the child process {error}") from error
        value: T = _value(reply, function.__qualname__)
        return value

    async def __aenter__(self) -> Workers:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every child at once; calls under way raise `WorkerError`."""
        for lane in self._lanes.values():
            lane.close()


def _value(reply: Reply, name: str) -> Any:
    if reply.error is not None:
        raise reply.error
    if reply.failure is None:
        return reply.value
    if reply.spent:
        raise WorkerError(f"{name}: the child process {OUT_OF_MEMORY}")
    error = WorkerError(f"{name}: {reply.failure}", permanent=True)
    error.add_note(reply.details)
    raise error
