"""Topics made ready to match, and what a match rests on. Running the query is the archive's part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import QueryError
from monitor.models import Article, Match, Sentence, Topic
from monitor.topics.compile import Query, compile_query
from monitor.topics.evidence import evidence, find
from monitor.topics.occurrences import holds
from monitor.topics.packs import Pack

_ORIGINAL = ("title", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTopic:
    """A topic and its query, ready to run."""

    topic: Topic
    query: Query


def compile_topics(topics: Sequence[Topic], packs: Mapping[str, Pack]) -> tuple[CompiledTopic, ...]:
    """Compile every topic. Raises QueryError that names the topic with the first mistake."""
    return tuple(_compiled(topic, packs) for topic in topics)


def match(compiled: CompiledTopic, article: Article, sentences: Sequence[Sentence]) -> Match:
    """The match of a topic whose query the index found in this article."""
    return Match(
        topic=compiled.topic.name,
        article_id=article.id,
        side=side(compiled.query, article),
        evidence=evidence(compiled.query, article, sentences),
    )


def side(query: Query, article: Article) -> str:
    """Where the query is met: `original`, `translation`, or `both` (each by itself, or only together)."""
    found = find(query, article)
    original = holds(query.plan, {column: hits for column, hits in found.items() if column in _ORIGINAL})
    translation = holds(query.plan, {column: hits for column, hits in found.items() if column not in _ORIGINAL})
    if original == translation:
        return "both"
    return "original" if original else "translation"


def _compiled(topic: Topic, packs: Mapping[str, Pack]) -> CompiledTopic:
    try:
        return CompiledTopic(topic=topic, query=compile_query(topic.query, packs))
    except QueryError as error:
        raise QueryError(
            f"Topic “{topic.name}”: {error.message}", query=error.query, position=error.position
        ) from error
