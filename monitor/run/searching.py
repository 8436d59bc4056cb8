"""Searching the archive in the language of topics. `lab` is where topics are tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.archive import Reader, search
from monitor.models import Article
from monitor.topics.compile import Query, compile_query
from monitor.topics.evidence import evidence
from monitor.topics.packs import load_packs


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
    """What a query finds, best answers first. Raises QueryError."""
    compiled = compile_query(query, load_packs(packs))
    found = search.search(reader.connection, compiled.fts, since=since, language=language, limit=limit)
    return tuple(_hit(reader, compiled, article) for article in found)


def _hit(reader: Reader, query: Query, article: Article) -> Hit:
    found = evidence(query, article, reader.translations.sentences(article.id))
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
