"""Stage five: which topics does a batch of articles meet?

    articles ──index in memory──▶ one FTS5 query a topic ──▶ story, match + evidence + alerts owed, in one transaction

An article comes by in the original, again when its title and lead are translated, and again with its body.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor import log
from monitor.alerts import cadence, routing
from monitor.archive.search import BatchIndex
from monitor.errors import QueryError
from monitor.models import Article, Evidence, Match, Stage, Topic, TranslationState
from monitor.run.context import Context, Tally
from monitor.topics.matcher import CompiledTopic, match

logger = log.get("match")


def match_batch(context: Context, articles: Sequence[Article]) -> Tally:
    """Match a batch and move each of its articles on. One transaction: matches and what they owe go together."""
    if not articles:
        return Tally()
    now = context.clock.now()
    hits = find(context, articles)
    with _recording(context):
        if context.grouping is not None:
            context.grouping.group(articles, now)  # first: whoever is told of a match finds its story
        new = sum(_record(context, topic, article, now) for topic, article in hits)
        matched = {article.id for _, article in hits}
        for article in articles:
            _move_on(context, article, matched=article.id in matched)
    return Tally(done=len(articles), found=new)


@contextmanager
def _recording(context: Context) -> Iterator[None]:
    """One transaction. When it is rolled back, the stories in memory go back with it."""
    try:
        with context.archive.writing():
            yield
    except BaseException:
        if context.grouping is not None:
            context.grouping.reload()
        raise


def find(context: Context, articles: Sequence[Article]) -> list[tuple[CompiledTopic, Article]]:
    """Every (topic, article) that meets; a topic whose query SQLite refuses is logged and skipped."""
    index = BatchIndex(articles)
    by_id = {article.id: article for article in articles}
    hits: list[tuple[CompiledTopic, Article]] = []
    for compiled in context.topics:
        try:
            found = index.matching(compiled.query.fts)
        except QueryError as error:
            log.event(logger, "error", "topic cannot be run", topic=compiled.topic.name, error=str(error))
            continue
        hits += [(compiled, by_id[i]) for i in sorted(found) if _in_scope(compiled.topic, by_id[i])]
    index.close()
    return hits


def _in_scope(topic: Topic, article: Article) -> bool:
    return not topic.languages or article.language in topic.languages


def _record(context: Context, compiled: CompiledTopic, article: Article, now: datetime) -> bool:
    found = match(compiled, article, context.archive.translations.sentences(article.id))
    due = due_times(context, compiled.topic, article, found.evidence, now) if _may_alert(article, found) else {}
    return context.archive.matches.record(found, due, now)


def _may_alert(article: Article, found: Match) -> bool:
    return found.relevant and article.alertable and not article.quiet


def due_times(
    context: Context, topic: Topic, article: Article, evidence: Evidence, now: datetime
) -> dict[str, datetime]:
    """When each channel of a topic is to be told: its cadence, and a grace while the sentence is untranslated."""
    pending = article.translation_state is TranslationState.PENDING and not evidence.translation
    ready = now + context.translation_wait() if pending else now
    return {
        channel.name: cadence.due(cadence.parse_cadence(channel.cadence), ZoneInfo(channel.zone), ready, now)
        for channel in routing.told(topic, context.config.channels)
    }


def _move_on(context: Context, article: Article, *, matched: bool) -> None:
    pending = article.translation_state is TranslationState.PENDING
    columns: dict[str, object] = {"stage": Stage.TRANSLATE if pending else Stage.DONE, "attempts": 0}
    if matched or article.quiet:
        columns["priority"] = int(matched)
    context.archive.articles.update(article.id, columns)
