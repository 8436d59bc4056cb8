"""The articles that a search shows: headline, the sentence that answers best, whether to trust its translation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from monitor.archive import Reader
from monitor.archive.finding import Card
from monitor.models import Article, Evidence, Sentence
from monitor.script import WILD, tokens, words
from monitor.topics.compile import Query
from monitor.topics.evidence import evidence, places
from monitor.topics.sentences import plain_sentences
from monitor.wording.clean import one_line
from monitor.wording.marks import Piece, mark

_FEW = 100  # words of an expression that BM25 takes no time for; a pack has a thousand
_HEADLINES = 200  # newest articles whose headlines are read for a pack
_TITLE, _PASSAGE = 300, 420  # characters shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An article as a search shows it."""

    article_id: int
    url: str  # our page of it, with the query, which it marks
    headline: str  # in the working language where there is a translation
    headline_language: str
    headline_pieces: tuple[Piece, ...]
    headline_unverified: str | None
    original: str  # the title as published, when the headline is a translation; else ""
    original_pieces: tuple[Piece, ...]
    language: str
    outlet: str
    first_seen: datetime
    published: datetime | None
    source_url: str
    sentence: str  # the best one, as published
    sentence_pieces: tuple[Piece, ...]
    translation: str  # its translation; ""
    translation_pieces: tuple[Piece, ...]
    unverified: str | None  # why the translation of this sentence cannot be trusted
    translation_state: str
    topics: tuple[str, ...]
    story_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An answer as a line of the CSV."""

    article_id: int
    first_seen: datetime
    published: datetime | None
    language: str
    outlet: str
    title: str
    translated_title: str
    sentence: str
    translation: str
    unverified: str | None
    topics: str
    url: str


def ordered(reader: Reader, query: Query, expression: str, cards: Sequence[Card], sort: str) -> Sequence[Card]:
    """Cards (newest first) by date or by relevance; for packs: first the newest whose headline names most of them."""
    if sort == "date":
        return cards
    if not is_wide(expression):
        return reader.finding.ranked(expression, cards)
    titles = reader.finding.headlines([card.article_id for card in cards[:_HEADLINES]])
    met = {number: _met(query, f"{title}\n{translated}") for number, (title, translated) in titles.items()}
    return sorted(cards, key=lambda card: (-met.get(card.article_id, 0), -card.article_id))


def _met(query: Query, headline: str) -> int:
    """How many sides of the query a headline names."""
    terms = {hit.term for hit in query.wanted.find(words(headline))}
    return sum(not side.terms.isdisjoint(terms) for side in query.sides)


def answers(reader: Reader, query: Query, cards: Sequence[Card], *, working: str) -> tuple[Answer, ...]:
    """The articles of these cards, read. `working`: the language that translations are in."""
    ids = [card.article_id for card in cards]
    found = reader.finding.articles(ids)
    topics, stories = reader.finding.topics(ids), reader.finding.stories(ids)
    return tuple(
        replace(
            _answer(query, *found[number], working=working),
            topics=topics.get(number, ()),
            story_id=stories.get(number),
        )
        for number in ids
        if number in found
    )


def row(answer: Answer) -> Row:
    return Row(
        article_id=answer.article_id,
        first_seen=answer.first_seen,
        published=answer.published,
        language=answer.language,
        outlet=answer.outlet,
        title=answer.original or answer.headline,
        translated_title=answer.headline if answer.original else "",
        sentence=answer.sentence,
        translation=answer.translation,
        unverified=answer.unverified,
        topics="; ".join(answer.topics),
        url=answer.source_url,
    )


def _answer(query: Query, article: Article, sentences: list[Sentence], *, working: str) -> Answer:
    language = article.language or "und"
    translated = bool(article.translated_title)
    headline = one_line(article.translated_title or article.title, _TITLE) or "(no title)"
    original = one_line(article.title, _TITLE) if translated else ""
    best = _passage(query, article, sentences)
    return Answer(
        article_id=article.id,
        url=f"/articles/{article.id}?{urlencode({'q': query.source})}",
        headline=headline,
        headline_language=working if translated else language,
        headline_pieces=mark(headline, places(query, tokens(headline))),
        headline_unverified=next((one.unverified for one in sentences if one.paragraph == 0 and one.unverified), None)
        if translated
        else None,
        original=original,
        original_pieces=mark(original, places(query, tokens(original))),
        language=language,
        outlet=one_line(article.outlet, _TITLE),
        first_seen=article.first_seen,
        published=article.published,
        source_url=article.url,
        sentence=best.sentence,
        sentence_pieces=mark(best.sentence, best.spans, _PASSAGE),
        translation=best.translation,
        translation_pieces=mark(best.translation, best.translation_spans, _PASSAGE),
        unverified=best.unverified if best.translation else None,
        translation_state=article.translation_state,
        topics=(),
        story_id=None,
    )


def _passage(query: Query, article: Article, sentences: list[Sentence]) -> Evidence:
    """The sentence that answers best; where that is the title, which is shown anyway, the best of the text.

    A translation that came without its sentences is read like an original.
    """
    best = evidence(query, article, sentences)
    if not sentences and article.translated_text and not best.spans:
        other = replace(article, title=article.translated_title, text=article.translated_text)
        in_english = evidence(query, other, ())
        return Evidence(sentence="", translation=in_english.sentence, translation_spans=in_english.spans)
    if best.sentence.strip() != article.title.strip():
        return best
    body = [one for one in sentences or plain_sentences(article) if one.paragraph > 0]
    return evidence(query, article, body) if body else Evidence(sentence="")


def is_wide(expression: str) -> bool:
    """Whether it holds so many words that SQLite needs time and memory for it, as a pack does."""
    return expression.count('"') > 2 * _FEW


def has_wild(expression: str) -> bool:
    """Whether the words that a *word stands for must be looked up first."""
    return WILD in expression
