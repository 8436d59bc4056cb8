"""What `monitor status` says: feeds, backlog, outbox, models, last errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.archive import Reader
from monitor.archive.coverage import FeedHealth, Letter
from monitor.archive.funnel import Funnel
from monitor.models import Coverage, Notice
from monitor.run import radar
from monitor.run.models import Shelf
from monitor.wording.coverage import coverage as coverage_words

LAST_ERRORS = 10
WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelHealth:
    """An installed package."""

    name: str
    source: str
    target: str
    megabytes: float
    problem: str = ""  # why it is not used; "" when it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The translation memory: how much it holds, and how often it knew a sentence."""

    sentences: int
    hits: int
    lookups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything a person on call wants to see first."""

    at: datetime
    totals: dict[str, int]
    coverage: Coverage
    coverage_line: str  # the same in words
    funnel: Funnel  # of the last 24 hours: from entry to alert
    notices: tuple[Notice, ...]  # open: feeds in trouble, the network, spikes and silences
    feeds: tuple[FeedHealth, ...]
    backlog: dict[str, int]  # stage → articles owed
    translations: dict[str, int]  # translation state → articles
    waiting: dict[str, int]  # language without a model → articles
    outbox: dict[str, int]  # state → messages
    alerts_unsent: int
    letters: tuple[Letter, ...]  # messages that did not get through, or not yet
    models: tuple[ModelHealth, ...]
    remembered: Remembered
    last_errors: tuple[tuple[int, str, str], ...]  # article id, stage, error

    @property
    def healthy(self) -> bool:
        """No feed in trouble, no message stuck. That much or little is written about a topic is no illness."""
        ill = [notice for notice in self.notices if notice.kind not in radar.KINDS]
        return not self.coverage.feeds_failing and not self.letters and not ill


def status(reader: Reader, shelf: Shelf, now: datetime) -> Status:
    """Read-only; works while the daemon runs."""
    coverage = reader.ledger.coverage(now - WINDOW)
    return Status(
        at=now,
        totals=reader.ledger.totals(),
        coverage=coverage,
        coverage_line=coverage_words(coverage),
        funnel=reader.ledger.funnel(now - WINDOW, now + timedelta(seconds=1)),
        notices=tuple(reader.notices.open()),
        feeds=tuple(reader.ledger.feeds()),
        backlog=reader.articles.backlog(),
        translations=reader.ledger.translations(),
        waiting=reader.translations.waiting_languages(),
        outbox=reader.ledger.outbox_counts(),
        alerts_unsent=reader.ledger.alerts_unsent(),
        letters=tuple(reader.ledger.letters()),
        models=tuple(
            ModelHealth(
                name=p.name,
                source=p.source,
                target=p.target,
                megabytes=round(p.size_bytes / 1e6, 1),
                problem=p.problem,
            )
            for p in shelf.packages
        ),
        remembered=_remembered(reader),
        last_errors=tuple(reader.ledger.last_errors(LAST_ERRORS)),
    )


def _remembered(reader: Reader) -> Remembered:
    hits, lookups = reader.memory.lookups()
    return Remembered(sentences=reader.memory.size(), hits=hits, lookups=lookups)
