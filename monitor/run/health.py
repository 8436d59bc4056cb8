"""What `monitor status` says: feeds, backlog, outbox, models, last errors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.archive import Reader
from monitor.archive.coverage import FeedHealth, Letter
from monitor.archive.funnel import Funnel
from monitor.models import Coverage, Notice
from monitor.run.models import Shelf
from monitor.topics.radar import KINDS
from monitor.wording.counts import count
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
    stranded: dict[str, int]  # channel that is no longer configured → alerts and messages that wait for it
    letters: tuple[Letter, ...]  # messages that did not get through, or not yet
    models: tuple[ModelHealth, ...]
    remembered: Remembered
    last_errors: tuple[tuple[int, str, str], ...]  # article id, stage, error
    needs: tuple[str, ...]  # what needs a person, in words; what mends itself is not among it


def status(reader: Reader, shelf: Shelf, now: datetime, channels: Collection[str]) -> Status:
    """Read-only; works while the daemon runs. `channels`: the names of those configured."""
    coverage = reader.ledger.coverage(now - WINDOW)
    notices, letters = tuple(reader.notices.open()), tuple(reader.ledger.letters())
    waiting = reader.ledger.waiting_by_channel()
    stranded = {name: number for name, number in waiting.items() if name not in channels}
    return Status(
        at=now,
        totals=reader.ledger.totals(),
        coverage=coverage,
        coverage_line=coverage_words(coverage),
        funnel=reader.ledger.funnel(now - WINDOW, now + timedelta(seconds=1)),
        notices=notices,
        feeds=tuple(reader.ledger.feeds()),
        backlog=reader.articles.backlog(),
        translations=reader.ledger.translations(),
        waiting=reader.translations.waiting_languages(),
        outbox=reader.ledger.outbox_counts(),
        alerts_unsent=reader.ledger.alerts_unsent(),
        stranded=stranded,
        letters=letters,
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
        needs=tuple(_needs(coverage, notices, [one for one in letters if one.channel in channels], stranded)),
    )


def _needs(
    coverage: Coverage, notices: Sequence[Notice], letters: Sequence[Letter], stranded: Mapping[str, int]
) -> Iterator[str]:
    """Feeds in trouble, dead letters, channels that are gone. A spike is no illness, nor is a message on its way."""
    if coverage.feeds_failing:
        yield f"{count(coverage.feeds_failing, 'feed')} failing"
    if ill := [notice for notice in notices if notice.kind not in KINDS]:
        yield f"{count(len(ill), 'open notice')}"
    if dead := [letter for letter in letters if letter.state == "dead"]:
        yield f"{count(len(dead), 'dead letter')}"
    for name, number in stranded.items():
        yield f"{count(number, 'alert')} for channel {name}, which the configuration no longer has"


def _remembered(reader: Reader) -> Remembered:
    hits, lookups = reader.memory.lookups()
    return Remembered(sentences=reader.memory.size(), hits=hits, lookups=lookups)
