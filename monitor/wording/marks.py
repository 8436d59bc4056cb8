"""A sentence cut to length, with the words that matched marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.models import Span
from monitor.wording.clean import scrub

LIMIT = 600  # characters of a sentence that a message shows; about four lines


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a sentence; `term` says that a topic's term covers it."""

    text: str
    term: bool = False


def merge(spans: Sequence[Span], length: int) -> tuple[Span, ...]:
    """Spans inside [0, length), in order, with overlapping and touching ones joined."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        start, end = max(0, span.start), min(length, span.end)
        if start >= end:
            continue
        if merged and start <= merged[-1].end:
            start, end = merged[-1].start, max(end, merged.pop().end)
        merged.append(Span(start=start, end=end))
    return tuple(merged)


def mark(sentence: str, spans: Sequence[Span], limit: int = LIMIT) -> tuple[Piece, ...]:
    """The pieces of `sentence`, scrubbed; a long one is cut to `limit` characters around its first term."""
    merged = merge(spans, len(sentence))
    shown = _window(sentence, merged, limit)
    pieces = [Piece("…")] if shown.start else []
    pieces += _pieces(sentence, merged, shown)
    if shown.end < len(sentence):
        pieces.append(Piece("…"))
    return tuple(piece for piece in pieces if piece.text)


def _window(sentence: str, spans: Sequence[Span], limit: int) -> Span:
    if len(sentence) <= limit:
        return Span(start=0, end=len(sentence))
    first = spans[0].start if spans else 0
    start = min(max(0, first - limit // 3), len(sentence) - limit)
    end = start + limit
    # Cut between words when a space is near; Chinese and Thai have none.
    if start and (space := sentence.find(" ", start, min(start + 30, first))) >= 0:
        start = space + 1
    if end < len(sentence) and (space := sentence.rfind(" ", end - 30, end)) > 0:
        end = space
    return Span(start=start, end=end)


def _pieces(sentence: str, spans: Sequence[Span], shown: Span) -> Iterator[Piece]:
    position = shown.start
    for span in spans:
        start, end = max(span.start, shown.start), min(span.end, shown.end)
        if start < end:
            yield Piece(scrub(sentence[position:start]))
            yield Piece(scrub(sentence[start:end]), term=True)
            position = end
    yield Piece(scrub(sentence[position : shown.end]))
