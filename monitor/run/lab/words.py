"""The words of labelled articles, and how much more often they stand in rejected ones than in accepted ones."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.models import Article
from monitor.script import Token, tokens

_SHORTEST = 3  # letters of a word that is parted by spaces

Word = tuple[str, ...]
"""A word as the index holds it: one token, or two neighbours where a script is written without spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article's words."""

    article_id: int
    language: str
    accepted: bool
    words: frozenset[Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """In which of the labelled articles a word stands."""

    word: Word
    written: str  # as it is mostly written
    rejected: frozenset[int]  # articles
    accepted: frozenset[int]
    likelihood: float  # ratio, 0 …: how unlikely it is that it stands as often in either kind


def read(article: Article, *, accepted: bool, spellings: Counter[tuple[Word, str]]) -> Reading:
    """The words of an article in original and translation; how each is written is added to `spellings`."""
    words: set[Word] = set()
    for text in (article.title, article.text, article.translated_title, article.translated_text):
        for word, start, end in _words(tokens(text)):
            words.add(word)
            spellings[word, text[start:end].lower()] += 1
    return Reading(article_id=article.id, language=article.language or "und", accepted=accepted, words=frozenset(words))


def usages(readings: Sequence[Reading], spellings: Counter[tuple[Word, str]], least: int) -> list[Usage]:
    """Words in at least so many rejected articles, and a larger share of these than of the accepted ones."""
    rejected: dict[Word, set[int]] = defaultdict(set)
    accepted: dict[Word, set[int]] = defaultdict(set)
    for reading in readings:
        for word in reading.words:
            (accepted if reading.accepted else rejected)[word].add(reading.article_id)
    good = sum(reading.accepted for reading in readings)
    bad = len(readings) - good
    written = _mostly(spellings)
    return [
        Usage(
            word=word,
            written=written[word],
            rejected=frozenset(ids),
            accepted=frozenset(accepted.get(word, ())),
            likelihood=likelihood_ratio(len(ids), bad, len(accepted.get(word, ())), good),
        )
        for word, ids in rejected.items()
        if len(ids) >= least and len(ids) * good >= len(accepted.get(word, ())) * bad
    ]


def likelihood_ratio(inside: int, of: int, other: int, of_other: int) -> float:
    """G² of `inside` of `of` against `other` of `of_other` (Dunning, Accurate Methods for the Statistics of Surprise
    and Coincidence, 1993). 0: alike; 6.63: by chance one time in 100."""
    observed = (inside, of - inside, other, of_other - other)
    total, having = of + of_other, inside + other
    expected = (of * having, of * (total - having), of_other * having, of_other * (total - having))
    parts = (o * math.log(o * total / e) for o, e in zip(observed, expected, strict=True) if o)
    return max(0.0, 2 * sum(parts))


def _words(ordered: Sequence[Token]) -> Iterator[tuple[Word, int, int]]:
    """Words parted by something; and every two neighbours that nothing parts, as in Chinese."""
    for at, token in enumerate(ordered):
        before = at > 0 and ordered[at - 1].end == token.start
        after = at + 1 < len(ordered) and ordered[at + 1].start == token.end
        if after:
            yield (token.text, ordered[at + 1].text), token.start, ordered[at + 1].end
        elif not before and len(token.text) >= _SHORTEST and not token.text.isdigit():
            yield (token.text,), token.start, token.end


def _mostly(spellings: Counter[tuple[Word, str]]) -> dict[Word, str]:
    written: dict[Word, str] = {}
    for (word, spelling), _ in spellings.most_common():
        written.setdefault(word, spelling)
    return written
