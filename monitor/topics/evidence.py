"""Why a topic matched: the sentence it rests on. And why it did not: what was met and what was missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.models import Article, Evidence, Sentence, Span
from monitor.script import Token, tokens
from monitor.topics.compile import Query, Side
from monitor.topics.occurrences import Hit, Occurrences, holds, occurrences
from monitor.topics.plan import COLUMNS
from monitor.topics.readings import Reading, read


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """How far a query came on an article. The names are parts of the query, as it was written."""

    matches: bool
    met: tuple[str, ...]
    missing: tuple[str, ...]
    excluded: tuple[str, ...]  # what NOT takes away and the article has


def evidence(query: Query, article: Article, sentences: Sequence[Sentence]) -> Evidence:
    """The sentence that meets most sides of the query; of those the one with most of its packs and words, then
    one of the body rather than the title, then the earliest. Original and translation count as one.

    `sentences` are the article's, as the translator stored them; when there are none it is cut plainly.
    """
    return chosen(query, article, read(query, article, sentences))


def chosen(query: Query, article: Article, readings: Sequence[Reading]) -> Evidence:
    """`evidence` of an article that has been read."""
    if not readings:
        return Evidence(sentence=article.title.strip() or article.url)
    best = max(readings, key=lambda reading: _weight(query.sides, reading))
    sentence = best.sentence
    return Evidence(
        sentence=sentence.source,
        spans=_spans(tokens(sentence.source), best.source.hits),
        translation=sentence.target,
        translation_spans=_spans(tokens(sentence.target), best.target.hits),
        unverified=sentence.unverified,
    )


def near_miss(query: Query, article: Article) -> NearMiss:
    """Which parts of the query the article meets and which it does not, in original and translation together."""
    found = find(query, article)
    met = [holds(side.plan, found) for side in query.sides]
    return NearMiss(
        matches=holds(query.plan, found),
        met=tuple(side.label for side, is_met in zip(query.sides, met, strict=True) if is_met),
        missing=tuple(side.label for side, is_met in zip(query.sides, met, strict=True) if not is_met),
        excluded=tuple(side.label for side in query.unwanted if holds(side.plan, found)),
    )


def find(query: Query, article: Article) -> Occurrences:
    """Every term of the query in every column of the article."""
    return occurrences(query.finder, {column: getattr(article, column) for column in COLUMNS})


def places(query: Query, text: Sequence[Token]) -> tuple[Span, ...]:
    """The characters of a text, cut into `script.tokens`, that the query's terms cover; overlapping ones joined."""
    return _spans(text, query.wanted.find([token.text for token in text]))


def _weight(sides: Sequence[Side], reading: Reading) -> tuple[int, int, bool]:
    terms = {hit.term for hit in (*reading.source.hits, *reading.target.hits)}
    met = sum(not side.terms.isdisjoint(terms) for side in sides)
    return met, len({term.group for term in terms}), reading.sentence.paragraph > 0


def _spans(words: Sequence[Token], hits: Iterable[Hit]) -> tuple[Span, ...]:
    """The characters that the hits cover, overlapping ones joined."""
    joined: list[Span] = []
    for start, end in sorted((words[hit.start].start, words[hit.end - 1].end) for hit in hits):
        if joined and start < joined[-1].end:
            joined[-1] = Span(start=joined[-1].start, end=max(end, joined[-1].end))
        else:
            joined.append(Span(start=start, end=end))
    return tuple(joined)
