"""An article read for a query: sentence by sentence, with the query's terms found in each. Done once a match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.models import Article, Sentence
from monitor.script import words
from monitor.topics.compile import Query
from monitor.topics.datelines import without_dateline
from monitor.topics.occurrences import Hit
from monitor.topics.sentences import plain_sentences


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in one language: its words, and the query's terms among them."""

    words: tuple[str, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence in both languages; `target` has no words while there is no translation."""

    sentence: Sentence
    source: Text
    target: Text


def read(query: Query, article: Article, sentences: Sequence[Sentence]) -> tuple[Reading, ...]:
    """The sentences as the translator stored them; an article without any is cut plainly."""
    return tuple(
        Reading(sentence, _text(query, sentence.source), _text(query, sentence.target))
        for sentence in sentences or plain_sentences(article)
    )


def versions(query: Query, article: Article, sentences: Sequence[Sentence]) -> tuple[tuple[Reading, ...], ...]:
    """The readings to judge by, the best of which counts: sentences and their translations go together where they
    come in pairs; a translation that came without its sentences is a reading of its own."""
    readings = read(query, article, sentences)
    if sentences or not (article.translated_title or article.translated_text):
        return (readings,)
    translation = replace(article, title=article.translated_title, text=article.translated_text)
    return readings, read(query, translation, ())


def _text(query: Query, text: str) -> Text:
    found = _words(text)
    return Text(found, without_dateline(found, query.wanted.find(found)))


@lru_cache(maxsize=500)  # the sentences of an article or two, which several topics read one after another
def _words(text: str) -> tuple[str, ...]:
    return tuple(words(text))
