"""Terms marked in a text: those that were searched for, and those that topics rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.models import Span
from monitor.script import tokens
from monitor.topics.compile import Query
from monitor.topics.evidence import places
from monitor.wording.clean import scrub

_MARKS = ("", "topic", "search")  # a term that is both was searched for


@dataclass(frozen=True, slots=True)
class Bit:
    """A run of a text. `kind`: "" for plain words, else whose term it is."""

    text: str
    kind: str = ""


class Marker:
    """Marks text after text, and counts what it found of each topic."""

    def __init__(self, sought: Query | None = None, topics: Sequence[Query] = ()) -> None:
        self._sought = sought
        self._topics = topics
        self.sought = 0  # terms searched for that were found
        self.of_topic = [0] * len(topics)

    def bits(self, text: str) -> tuple[Bit, ...]:
        """The text in order, scrubbed; () of nothing."""
        spans = list(self._spans(text)) if text and (self._sought or self._topics) else []
        if not spans:
            return (Bit(scrub(text)),) if text else ()
        return tuple(Bit(scrub(run), _MARKS[kind]) for kind, run in _runs(text, spans))

    def _spans(self, text: str) -> Iterator[tuple[int, Span]]:
        """Kind and place; the searched-for ones last."""
        words = tokens(text)
        for number, query in enumerate(self._topics):
            found = places(query, words)
            self.of_topic[number] += len(found)
            yield from ((1, span) for span in found)
        if self._sought:
            found = places(self._sought, words)
            self.sought += len(found)
            yield from ((2, span) for span in found)


def _runs(text: str, spans: Sequence[tuple[int, Span]]) -> Iterator[tuple[int, str]]:
    kinds = bytearray(len(text))
    for kind, span in spans:
        kinds[span.start : span.end] = bytes((kind,)) * (span.end - span.start)
    start = 0
    for kind, run in groupby(kinds):
        end = start + sum(1 for _ in run)
        yield kind, text[start:end]
        start = end
