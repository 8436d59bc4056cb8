"""What every stage is handed: settings, clock, archive, network, child processes, compiled topics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from monitor.archive import Archive
from monitor.collect.http import Client
from monitor.collect.robots import Robots
from monitor.config import Config
from monitor.models import Channel, Clock
from monitor.run.grouping import Grouping
from monitor.run.models import Shelf
from monitor.run.translator import Translator
from monitor.run.workers import Workers
from monitor.topics.matcher import CompiledTopic


@dataclass(slots=True)
class Context:
    """Built once by `newsroom.open_newsroom`; a reload of the configuration replaces what depends on it."""

    config: Config
    archive: Archive
    clock: Clock
    client: Client
    robots: Robots
    workers: Workers
    shelf: Shelf
    translator: Translator
    topics: tuple[CompiledTopic, ...]
    grouping: Grouping | None = None  # None where nothing is recorded

    def channel(self, name: str) -> Channel | None:
        """The channel of that name, or None when it is no longer declared."""
        return next((channel for channel in self.config.channels if channel.name == name), None)

    def translation_wait(self) -> timedelta:
        """How long an alert waits for the translation of its article."""
        return timedelta(minutes=self.config.alerts.wait_for_translation_minutes)


@dataclass(slots=True)
class Tally:
    """What one pass of a stage did; for progress bars, logs and tests."""

    done: int = 0
    failed: int = 0
    found: int = 0  # new entries, matches, messages: what the stage is there for

    def __add__(self, other: Tally) -> Tally:
        return Tally(done=self.done + other.done, failed=self.failed + other.failed, found=self.found + other.found)

    def __bool__(self) -> bool:
        return bool(self.done or self.failed)
