"""Two topics side by side on the archive: which articles does the second gain, which does it lose, and why?"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.hits import Found
from monitor.models import Label, Topic
from monitor.run.lab.bench import Bench, Drawn, Unit, units
from monitor.run.lab.counting import Forecast, covered, forecast, whole
from monitor.run.lab.estimate import Estimate
from monitor.run.lab.quality import Quality, measure
from monitor.run.lab.samples import Sample
from monitor.topics.matcher import CompiledTopic


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two topics."""

    topic: Topic
    hits: int  # articles that its query finds
    relevant: Estimate
    forecast: Forecast | None  # None: the archive covers less than a day
    quality: Quality | None  # on the labels; None: there are none


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An article that one topic tells of and the other does not."""

    sample: Sample  # as the topic that tells of it sees it
    why: str  # what keeps the other from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What becomes of the old topic's articles under the new one."""

    articles: int  # looked at
    found: int  # by either query
    judged: int  # of these; the rest is estimated from them
    old: Side
    new: Side
    unchanged: Estimate
    gained: Estimate
    lost: Estimate
    gained_samples: tuple[Change, ...]  # newest first
    lost_samples: tuple[Change, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Ids that the old topic and the new one tell of, and what was drawn to learn it."""

    draws: list[Drawn]
    old: set[int]
    new: set[int]
    judged: int


def compare(bench: Bench, labels: list[Label], *, since: datetime | None, limit: int) -> Diff:
    """Compare the bench's two topics on articles first seen since a moment; show `limit` of either kind.

    Raises QueryError.
    """
    reader = bench.reader
    found = [
        {hit.article_id: hit for hit in reader.hits.find(c.query.fts, since=since, languages=c.topic.languages)}
        for c in bench.topics
    ]
    outcome = _judge(bench, *found)
    days = reader.hits.days(since)
    weight = covered(days, reader.hits.span(since))
    old, new = (
        _side(bench, compiled, ids.keys(), outcome.draws, told, weight, labels)
        for compiled, ids, told in zip(bench.topics, found, (outcome.old, outcome.new), strict=True)
    )
    gained, lost, kept = outcome.new - outcome.old, outcome.old - outcome.new, outcome.old & outcome.new
    return Diff(
        articles=sum(days.values()),
        found=len(found[0] | found[1]),
        judged=outcome.judged,
        old=old,
        new=new,
        unchanged=whole(outcome.draws, kept, among=found[0].keys() & found[1].keys()),
        gained=whole(outcome.draws, gained, among=found[1].keys()),
        lost=whole(outcome.draws, lost, among=found[0].keys()),
        gained_samples=_changes(bench, 1, 0, gained, limit),
        lost_samples=_changes(bench, 0, 1, lost, limit),
        seconds=bench.spent,
    )


def _judge(bench: Bench, old: dict[int, Found], new: dict[int, Found]) -> _Outcome:
    """What only one query finds is drawn apart from the rest: mostly it is little, and matters most."""
    either = units((old | new).values())
    apart: list[Unit] = [unit for unit in either if any((h.article_id in old) != (h.article_id in new) for h in unit)]
    rest = [unit for unit in either if all(h.article_id in old and h.article_id in new for h in unit)]
    draws, judged = bench.judge([old.keys(), new.keys()], [apart, rest])
    told = [{one.article_id for one in judged if one.topic == place and one.relevant} for place in (0, 1)]
    return _Outcome(draws, told[0], told[1], len({one.article_id for one in judged}))


def _side(
    bench: Bench,
    compiled: CompiledTopic,
    hits: AbstractSet[int],
    draws: list[Drawn],
    told: set[int],
    days: float,
    labels: list[Label],
) -> Side:
    return Side(
        topic=compiled.topic,
        hits=len(hits),
        relevant=whole(draws, told, among=hits),
        forecast=forecast(draws, told, days, among=hits),
        quality=measure(bench.reader, compiled, labels) if labels else None,
    )


def _changes(bench: Bench, teller: int, silent: int, ids: Iterable[int], limit: int) -> tuple[Change, ...]:
    newest = sorted(ids, reverse=True)[:limit]
    both = zip(bench.seen(teller, newest), bench.seen(silent, newest), strict=True)
    return tuple(Change(sample=told, why=untold.verdict) for told, untold in both)
