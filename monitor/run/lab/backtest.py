"""A back-test for a page: what `trial` tells of a topic, in a second, on an archive of any size.

It looks at the newest articles that the query finds, by their slim index, and judges of these as many as there is time
for, drawn by lot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from monitor.archive import Reader
from monitor.archive.finding import Card, Filters, Window
from monitor.archive.hits import Found
from monitor.archive.patience import patience
from monitor.archive.rows import to_time
from monitor.errors import QueryError
from monitor.models import BackTest, Clock, Counted, Topic, Tried
from monitor.run.lab.bench import Bench, Drawn, Judged, units
from monitor.run.lab.counting import Forecast, Tally, by_day, forecast, table, tallies, whole
from monitor.run.lab.estimate import Estimate
from monitor.run.lab.samples import Sample
from monitor.topics.matcher import compile_topics
from monitor.topics.pack import Pack

SPAN = timedelta(days=30)
MOST = 5_000  # articles found that are counted
SECONDS = 0.7  # for finding and judging; the page, which has 1.5 s, shows some articles besides
_SAMPLES, _PASSED_OVER = 5, 3
_SOURCES = 10
_PATIENCE = 0.3  # seconds for which one waits for the one before
_LATEST = 1.5  # times SECONDS, after which SQLite is cut short
_DAY = timedelta(days=1)


def back_tester(
    path: Path,
    packs: Mapping[str, Pack],
    clock: Clock,
    *,
    seconds: float = SECONDS,
    monotonic: Callable[[], float] = time.monotonic,
) -> Callable[[Topic], BackTest]:
    """What the pages are handed. It raises QueryError when the query is wrong or takes too long to look up, and while
    another is at work: each takes a processor for itself, and visitors are not to take them all.
    """
    busy = Lock()

    def back_test(topic: Topic) -> BackTest:
        if not busy.acquire(timeout=_PATIENCE):
            raise QueryError("Another back-test is being made. Load the page again in a moment.", query=topic.query)
        try:
            return looked_up(topic)
        finally:
            busy.release()

    def looked_up(topic: Topic) -> BackTest:
        with Reader.open(path) as reader:
            bench = Bench(reader, compile_topics([topic], packs), monotonic, seconds=seconds)
            try:
                with patience(reader.connection, _LATEST * seconds, monotonic):
                    return tried(bench, clock.now() - SPAN)
            except TimeoutError as error:
                raise QueryError(
                    "Looking up what this query finds takes longer than a page may. Ask `monitor topics test`.",
                    query=topic.query,
                ) from error

    return back_test


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found and judged."""

    found: Sequence[Found]
    draws: Sequence[Drawn]
    judged: Sequence[Judged]

    @property
    def relevant(self) -> frozenset[int]:
        return frozenset(one.article_id for one in self.judged if one.relevant)


def tried(bench: Bench, since: datetime) -> BackTest:
    """The bench's topic on the newest articles first seen since a moment. Raises QueryError."""
    (compiled,) = bench.topics
    finding = bench.reader.finding
    filters = Filters(since=since, languages=compiled.topic.languages)
    window = finding.window(finding.expand(compiled.query.fts), filters, enough=1, newest=MOST)
    looked = _looked(bench, window.cards)
    reaches = to_time(window.cards[-1].first_seen) if window.cards else None
    complete = _complete(window, since)
    last = to_time(window.cards[0].first_seen) if window.cards else None
    days = _days(_first_day(bench, since) if complete else reaches, last)
    return BackTest(
        topic=compiled.topic,
        since=since,
        reaches=reaches,
        complete=complete,
        met=len(looked.found),
        judged=len(looked.judged),
        articles=str(whole(looked.draws, looked.relevant)),
        stories=str(whole(looked.draws, looked.relevant, once=True)),
        alerts=_expected(forecast(looked.draws, looked.relevant, _covered(bench, since, reaches, complete))),
        days=_counted(by_day(looked.draws, dict.fromkeys(days, 0), looked.relevant)),
        stories_by_day=_stories_by_day(looked, days),
        languages=_counted(table(looked.draws, lambda hit: hit.language, looked.relevant)),
        sources=_counted(table(looked.draws, lambda hit: hit.outlet, looked.relevant))[:_SOURCES],
        samples=_shown(bench, sorted(looked.relevant, reverse=True)[:_SAMPLES]),
        passed_over=_shown(bench, _best_refused(looked.judged)[:_PASSED_OVER]),
        seconds=bench.spent,
    )


def _looked(bench: Bench, cards: Sequence[Card]) -> _Looked:
    stories = bench.reader.finding.stories([card.article_id for card in cards])
    found = [
        Found(card.article_id, card.first_seen[:10], card.language, card.outlet, stories.get(card.article_id))
        for card in cards
    ]
    draws, judged = bench.judge([{hit.article_id for hit in found}], [units(found)])
    return _Looked(found, draws, judged)


def _complete(window: Window, since: datetime) -> bool:
    """Whether all since then were looked at: the walk ended, or had come to what is older."""
    if window.further is None:
        return True
    oldest = min(window.counted, default=None)
    return oldest is not None and (to_time(oldest.first_seen) or since) < since


def _days(first: datetime | None, last: datetime | None) -> list[str]:
    if first is None or last is None:
        return []
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    return [f"{start + _DAY * number:%Y-%m-%d}" for number in range((last - start).days + 1)]


def _first_day(bench: Bench, since: datetime) -> datetime:
    """Where the archive begins, or `since` if it is older."""
    span = bench.reader.finding.span()
    return since if span is None else max(since, span[0])


def _covered(bench: Bench, since: datetime, reaches: datetime | None, complete: bool) -> float:
    """Days of the archive that were looked at."""
    span = bench.reader.finding.span()
    if span is None or reaches is None:
        return 0.0
    return (span[1] - (max(since, span[0]) if complete else reaches)) / _DAY


def _counted(lines: Sequence[Tally]) -> tuple[Counted, ...]:
    return tuple(
        Counted(key=line.key, met=line.hits, relevant=line.relevant.value, words=str(line.relevant)) for line in lines
    )


def _stories_by_day(looked: _Looked, days: Sequence[str]) -> tuple[Counted, ...]:
    relevant = tallies(looked.draws, lambda hit: hit.day, looked.relevant, once=True)
    met: dict[str, set[tuple[bool, int]]] = {}
    for hit in looked.found:
        met.setdefault(hit.day, set()).add((hit.story_id is None, hit.story_id or hit.article_id))
    none = Estimate(value=0)
    return tuple(
        Counted(
            key=day,
            met=len(met.get(day, ())),
            relevant=relevant.get(day, none).value,
            words=str(relevant.get(day, none)),
        )
        for day in days
    )


def _expected(expected: Forecast | None) -> str:
    if expected is None:
        return "Alerts to expect: unknown, as less than a day was looked at."
    each = "one for each new story, and follow-ups" if expected.of == "stories" else "one for each article"
    return f"Alerts to expect: {expected.a_week} a week, {each}."


def _best_refused(judged: Sequence[Judged]) -> list[int]:
    refused = sorted((one for one in judged if not one.relevant), key=lambda one: (-one.score, -one.article_id))
    return [one.article_id for one in refused]


def _shown(bench: Bench, ids: Sequence[int]) -> tuple[Tried, ...]:
    return tuple(_tried(sample) for sample in bench.seen(0, ids))


def _tried(sample: Sample) -> Tried:
    return Tried(
        article_id=sample.article_id,
        first_seen=sample.first_seen,
        language=sample.language,
        outlet=sample.outlet,
        title=sample.title,
        translated_title=sample.translated_title,
        sentence=sample.sentence,
        translation=sample.translation,
        score=sample.score or 0,
        reasons=sample.reasons,
        verdict=sample.verdict,
    )
