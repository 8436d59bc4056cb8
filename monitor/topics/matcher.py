"""Topics made ready to match, and what a match rests on. Running the query is the archive's part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.errors import QueryError
from monitor.models import Article, Match, Sentence, Topic
from monitor.topics.compile import Query, compile_query
from monitor.topics.evidence import chosen, find
from monitor.topics.occurrences import holds
from monitor.topics.packs import Pack
from monitor.topics.readings import versions
from monitor.topics.relevance import Judge, Verdict

_ORIGINAL = ("title", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTopic:
    """A topic and its query, ready to run."""

    topic: Topic
    query: Query
    judge: Judge = field(repr=False, compare=False)


def compile_topics(topics: Sequence[Topic], packs: Mapping[str, Pack]) -> tuple[CompiledTopic, ...]:
    """Compile every topic. Raises QueryError that names the topic with the first mistake, in its query or `exclude`."""
    judge = Judge(packs)
    return tuple(_compiled(topic, packs, judge) for topic in topics)


def unknown_noise(topic: Topic, packs: Mapping[str, Pack]) -> str | None:
    """What is wrong with a topic's `exclude`: the first name that is no noise pack. None when all are."""
    wrong = next((name for name in topic.exclude if name not in packs or not packs[name].noise), None)
    if wrong is None:
        return None
    known = sorted(name for name, pack in packs.items() if pack.noise)
    return f"There is no noise pack “{wrong}”. There are {', '.join(known) or 'none'}."


def judged(compiled: CompiledTopic, article: Article, sentences: Sequence[Sentence]) -> Verdict:
    """The score of an article that a topic's query finds: `match` without what it rests on, in half the time."""
    return compiled.judge.judge(compiled.query, compiled.topic, article, versions(compiled.query, article, sentences))


def match(compiled: CompiledTopic, article: Article, sentences: Sequence[Sentence]) -> Match:
    """The match of a topic whose query the index found in this article."""
    query = compiled.query
    read = versions(query, article, sentences)
    verdict = compiled.judge.judge(query, compiled.topic, article, read)
    return Match(
        topic=compiled.topic.name,
        article_id=article.id,
        side=side(query, article),
        evidence=chosen(query, article, read[0]),
        score=verdict.score,
        reasons=verdict.reasons,
        relevant=verdict.relevant,
    )


def side(query: Query, article: Article) -> str:
    """Where the query is met: `original`, `translation`, or `both` (each by itself, or only together)."""
    if not (article.translated_title or article.translated_text):
        return "original"
    found = find(query, article)
    original = holds(query.plan, {column: hits for column, hits in found.items() if column in _ORIGINAL})
    translation = holds(query.plan, {column: hits for column, hits in found.items() if column not in _ORIGINAL})
    if original == translation:
        return "both"
    return "original" if original else "translation"


def _compiled(topic: Topic, packs: Mapping[str, Pack], judge: Judge) -> CompiledTopic:
    if problem := unknown_noise(topic, packs):
        raise QueryError(f"Topic “{topic.name}”: {problem}", query=", ".join(topic.exclude))
    try:
        return CompiledTopic(topic=topic, query=compile_query(topic.query, packs), judge=judge)
    except QueryError as error:
        raise QueryError(
            f"Topic “{topic.name}”: {error.message}", query=error.query, position=error.position
        ) from error
