"""Searching the archive in the language of topics. `lab` is where topics are tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.archive import Reader
from monitor.archive.finding import Filters
from monitor.models import Article, Sentence
from monitor.topics.compile import Query, compile_query
from monitor.topics.evidence import evidence
from monitor.topics.packs import load_packs

NEWEST = 100_000  # articles found that are ranked; a second's work in a million


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article a query finds, with the sentence that answers it."""

    article_id: int
    day: str  # UTC, "2026-11-23"
    first_seen: datetime
    language: str
    outlet: str
    title: str
    translated_title: str
    url: str
    sentence: str
    translation: str


def search_archive(
    reader: Reader, query: str, packs: Path | None, *, since: datetime | None, language: str | None, limit: int
) -> tuple[Hit, ...]:
    """What a query finds, best answers first; of what very many articles answer, the newest. Raises QueryError."""
    compiled = compile_query(query, load_packs(packs))
    expression = reader.finding.expand(compiled.fts)
    filters = Filters(since=since, languages=(language,) if language else ())
    cards = reader.finding.ranked(expression, reader.finding.window(expression, filters, newest=NEWEST).cards)
    ids = [card.article_id for card in cards[:limit]]
    found = reader.finding.articles(ids)
    return tuple(_hit(compiled, *found[number]) for number in ids)


def _hit(query: Query, article: Article, sentences: Sequence[Sentence]) -> Hit:
    found = evidence(query, article, sentences)
    return Hit(
        article_id=article.id,
        day=f"{article.first_seen:%Y-%m-%d}",
        first_seen=article.first_seen,
        language=article.language or "und",
        outlet=article.outlet,
        title=article.title,
        translated_title=article.translated_title,
        url=article.url,
        sentence=found.sentence,
        translation=found.translation,
    )
