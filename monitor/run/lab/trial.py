"""Trying a topic on the archive: what would it have found, what of that is relevant, how many alerts come of it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.models import Topic
from monitor.run.lab.bench import Bench, Judged, units
from monitor.run.lab.counting import Forecast, Tally, by_day, covered, forecast, table, whole
from monitor.run.lab.estimate import Estimate
from monitor.run.lab.samples import Sample
from monitor.topics.plan import expression

_PASSED_OVER = 3  # shown of those just below what the topic asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a query that wants all of several, and how many articles it finds alone."""

    label: str  # as the query has it
    hits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A topic and what it finds. An article counts once, whether its original, its translation or both met it."""

    topic: Topic
    since: datetime | None  # None: the whole archive
    articles: int  # looked at
    latest: datetime | None  # when the last of all articles was first seen; None: the archive is empty
    hits: int  # articles that the query finds
    parts: tuple[Part, ...]  # what each part of the query finds, where all together find nothing
    judged: int  # of these; the rest is estimated from them
    relevant: Estimate
    by_day: tuple[Tally, ...]
    by_language: tuple[Tally, ...]
    by_outlet: tuple[Tally, ...]
    forecast: Forecast | None  # None: the archive covers less than a day
    samples: tuple[Sample, ...]  # relevant ones, newest first
    passed_over: tuple[Sample, ...]  # the best of those that are not
    seconds: float


def try_topic(bench: Bench, *, since: datetime | None, limit: int) -> Trial:
    """Run the bench's topic over articles first seen since a moment; show `limit` of them. Raises QueryError."""
    (compiled,) = bench.topics
    topic, hits = compiled.topic, bench.reader.hits
    found = hits.find(compiled.query.fts, since=since, languages=topic.languages)
    draws, judged = bench.judge([{hit.article_id for hit in found}], [units(found)])
    relevant = {one.article_id for one in judged if one.relevant}
    days = hits.days(since)
    span, whole_span = hits.span(since), hits.span()
    return Trial(
        topic=topic,
        since=since,
        articles=sum(days.values()),
        latest=None if whole_span is None else whole_span[1],
        hits=len(found),
        parts=() if found else _parts(bench, since),
        judged=len(judged),
        relevant=whole(draws, relevant),
        by_day=by_day(draws, days, relevant),
        by_language=table(draws, lambda hit: hit.language, relevant),
        by_outlet=table(draws, lambda hit: hit.outlet, relevant),
        forecast=forecast(draws, relevant, covered(days, span)),
        samples=bench.seen(0, sorted(relevant, reverse=True)[:limit]),
        passed_over=bench.seen(0, _best_refused(judged)[:_PASSED_OVER]),
        seconds=bench.spent,
    )


def _parts(bench: Bench, since: datetime | None) -> tuple[Part, ...]:
    (compiled,) = bench.topics
    sides, languages = compiled.query.sides, compiled.topic.languages
    if len(sides) < 2:
        return ()
    finds = (bench.reader.hits.find(expression(side.plan), since=since, languages=languages) for side in sides)
    return tuple(Part(label=side.label, hits=len(found)) for side, found in zip(sides, finds, strict=True))


def _best_refused(judged: list[Judged]) -> list[int]:
    refused = sorted((one for one in judged if not one.relevant), key=lambda one: (-one.score, -one.article_id))
    return [one.article_id for one in refused]
