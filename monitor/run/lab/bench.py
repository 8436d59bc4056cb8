"""Judging the hits of topics by the thousand: on all cores, for a few seconds, in an order drawn by lot.

Whether an article is relevant takes reading it, some milliseconds each. A query with few hits is judged whole. One
with many is judged until the time is up, in random order, so that those which were judged speak for the rest.

What is drawn are stories, not articles: then how many stories would alert can be told from the sample.
"""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from monitor.archive import Reader
from monitor.archive.hits import Found
from monitor.errors import WorkerError
from monitor.models import Topic
from monitor.run.lab.samples import Sample, seen_by
from monitor.topics.matcher import CompiledTopic, compile_topics, judged
from monitor.topics.packs import Pack

SECONDS = 3.0  # for finding and judging: with start and output a command stays within 5 s
_CHUNK = 20  # articles judged at a time: some 50 ms
_ALONE = 100  # so few are judged here: reading the noise packs anew would take each child as long
_AHEAD = 4  # chunks given out before their turn, so that no child waits for the next

Unit = tuple[Found, ...]
"""The hits of one story; or one hit that is in none."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a topic makes of an article that its query finds."""

    topic: int  # its place among the topics
    article_id: int
    score: int
    relevant: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """Units in the order drawn; the first `judged` of them were judged."""

    units: Sequence[Unit]
    judged: int


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some units of a stratum, as (topic, article) pairs to judge."""

    stratum: int
    units: int
    pairs: tuple[tuple[int, int], ...]


class Bench:
    """An archive, open for reading, and topics ready to judge its articles by.

    `seconds` counts from now, as `monotonic` tells it; None: however long it takes. Without `children` it judges in
    this process.
    """

    def __init__(
        self,
        reader: Reader,
        topics: Sequence[CompiledTopic],
        monotonic: Callable[[], float],
        *,
        seconds: float | None = SECONDS,
        children: ProcessPoolExecutor | None = None,
    ) -> None:
        self.reader = reader
        self.topics = topics
        self._monotonic = monotonic
        self._started = monotonic()
        self._seconds = seconds
        self._children = children

    @property
    def spent(self) -> float:
        """Seconds since it was made."""
        return self._monotonic() - self._started

    def judge(
        self, found: Sequence[Collection[int]], strata: Sequence[Sequence[Unit]]
    ) -> tuple[list[Drawn], list[Judged]]:
        """Judge the units of each stratum, taking turns, until the time is up; of each at least some.

        `found`: for each topic the articles its query finds; only these are judged by it. Raises WorkerError when
        a child process dies.
        """
        chunks = list(_turns([list(_chunks(at, units, found)) for at, units in enumerate(strata)]))
        first = sum(1 for units in strata if units)
        judged = [0] * len(strata)
        results: list[Judged] = []
        for chunk, part in self._work(chunks, first):
            judged[chunk.stratum] += chunk.units
            results += part
        return [Drawn(units, count) for units, count in zip(strata, judged, strict=True)], results

    def seen(self, topic: int, article_ids: Sequence[int]) -> tuple[Sample, ...]:
        """These articles as a topic (by place) sees them, for showing. Who judged knows its noise packs already."""
        if self._children is None:
            return _seen(self.reader, self.topics[topic], article_ids)
        return self._children.submit(_Child.seen, topic, article_ids).result()

    def _work(self, chunks: Sequence[_Chunk], first: int) -> Iterator[tuple[_Chunk, list[Judged]]]:
        timely = (chunk for at, chunk in enumerate(chunks) if at < first or not self._over())
        if sum(len(chunk.pairs) for chunk in chunks) <= _ALONE:
            self._children = None
        if self._children is None:
            return ((chunk, _judge(self.reader, self.topics, chunk.pairs)) for chunk in timely)
        return _shared_out(self._children, timely)

    def _over(self) -> bool:
        return self._seconds is not None and self.spent >= self._seconds


@contextmanager
def open_bench(
    path: Path,
    topics: Sequence[Topic],
    packs: Mapping[str, Pack],
    monotonic: Callable[[], float],
    *,
    seconds: float | None = SECONDS,
    processes: int = 1,
) -> Iterator[Bench]:
    """A bench with child processes, if more than one is wanted. Raises QueryError, ArchiveError.

    The children are forked, so that none has to start a Python of its own (1 s), and before the archive is opened,
    since SQLite survives no fork. So it must be the first in its process to open it, and that without threads.
    """
    compiled = compile_topics(topics, packs)
    with ExitStack() as stack:
        children = None
        if processes > 1:
            children = stack.enter_context(
                ProcessPoolExecutor(processes, get_context("fork"), _Child.begin, (path, compiled))
            )
            children.submit(int)  # forks all of them, now
        reader = stack.enter_context(Reader.open(path))
        yield Bench(reader, compiled, monotonic, seconds=seconds, children=children)


def _shared_out(children: ProcessPoolExecutor, chunks: Iterable[_Chunk]) -> Iterator[tuple[_Chunk, list[Judged]]]:
    waiting: deque[tuple[_Chunk, Future[list[Judged]]]] = deque()
    try:
        for chunk in chunks:
            waiting.append((chunk, children.submit(_Child.work, chunk.pairs)))
            if len(waiting) >= _AHEAD:
                earliest, result = waiting.popleft()
                yield earliest, result.result()
        for late, result in waiting:
            yield late, result.result()
    except BrokenProcessPool as error:
        raise WorkerError(
            "A process that judged articles died, probably for want of memory. Look at fewer: --days 7."
        ) from error


class _Child:
    """What a child process has open."""

    reader: Reader
    topics: tuple[CompiledTopic, ...]

    @classmethod
    def begin(cls, path: Path, topics: tuple[CompiledTopic, ...]) -> None:
        cls.reader = Reader.open(path)
        cls.topics = topics

    @classmethod
    def work(cls, pairs: tuple[tuple[int, int], ...]) -> list[Judged]:
        return _judge(cls.reader, cls.topics, pairs)

    @classmethod
    def seen(cls, topic: int, article_ids: Sequence[int]) -> tuple[Sample, ...]:
        return _seen(cls.reader, cls.topics[topic], article_ids)


def units(found: Iterable[Found]) -> list[Unit]:
    """Hits put together by story, in an order drawn by lot that is the same each time."""
    groups: dict[tuple[int, int], list[Found]] = {}
    for hit in sorted(found, key=lambda hit: hit.article_id):
        key = (0, hit.article_id) if hit.story_id is None else (1, hit.story_id)
        groups.setdefault(key, []).append(hit)
    drawn = [tuple(group) for group in groups.values()]
    random.Random(0).shuffle(drawn)  # noqa: S311 - a sample, no secret
    return drawn


def _judge(reader: Reader, topics: Sequence[CompiledTopic], pairs: Sequence[tuple[int, int]]) -> list[Judged]:
    articles = {article.id: article for article in reader.hits.articles({number for _, number in pairs})}
    sentences = lru_cache(maxsize=1)(reader.translations.sentences)  # pairs of an article follow one another
    found = []
    for place, number in pairs:
        if article := articles.get(number):
            result = judged(topics[place], article, sentences(number))
            found.append(Judged(place, number, result.score, result.relevant))
    return found


def _seen(reader: Reader, compiled: CompiledTopic, article_ids: Sequence[int]) -> tuple[Sample, ...]:
    return tuple(seen_by(reader, compiled, article) for article in reader.hits.articles(article_ids))


def _chunks(stratum: int, drawn: Sequence[Unit], found: Sequence[Collection[int]]) -> Iterator[_Chunk]:
    pairs: list[tuple[int, int]] = []
    begun = 0
    for at, unit in enumerate(drawn, 1):
        pairs += [(place, hit.article_id) for hit in unit for place, ids in enumerate(found) if hit.article_id in ids]
        if len(pairs) >= _CHUNK or at == len(drawn):
            yield _Chunk(stratum, at - begun, tuple(pairs))
            pairs, begun = [], at


def _turns(strata: Sequence[Sequence[_Chunk]]) -> Iterator[_Chunk]:
    """One of each stratum, then the next of each."""
    for row in itertools.zip_longest(*strata):
        yield from (chunk for chunk in row if chunk is not None)
