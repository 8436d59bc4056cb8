"""A topic that asks for something else than before: what would it have found in the weeks that the radar compares with?

Matches stay those of the query that made them, so volumes counted from them would make the first hours of a broader
query a spike, and those of a narrower one a silence. A new topic is the same case: nothing was matched for it yet.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime

from monitor import log
from monitor.models import Topic
from monitor.run.context import Context
from monitor.topics.matcher import CompiledTopic, judged

SLICE = 25  # articles judged before the other stages have their turn
logger = log.get("radar")


async def recount(context: Context, since: datetime, until: datetime) -> tuple[str, ...]:
    """Count the hours in [since, until) anew of topics that changed. Returns their names."""
    volumes = context.archive.volumes
    asked = volumes.asked()
    keys = {compiled.topic.name: key(compiled.topic) for compiled in context.topics}
    if asked is None:
        volumes.settle(keys)
        return ()
    changed = [one for one in context.topics if asked.get(one.topic.name) != keys[one.topic.name]]
    for compiled in changed:
        name = compiled.topic.name
        found = await _relevant(context, compiled, since)
        volumes.recount(name, found, since, until)
        volumes.settle({name: keys[name]}, until)
        log.event(logger, "info", "volumes recounted", topic=name, articles=len(found))
    return tuple(one.topic.name for one in changed)


async def _relevant(context: Context, compiled: CompiledTopic, since: datetime) -> list[int]:
    """The articles that the topic finds and would tell of."""
    hits, topic = context.archive.hits, compiled.topic
    numbers = [found.article_id for found in hits.find(compiled.query.fts, since=since, languages=topic.languages)]
    relevant: list[int] = []
    for start in range(0, len(numbers), SLICE):
        for article in hits.articles(numbers[start : start + SLICE]):
            if judged(compiled, article, context.archive.translations.sentences(article.id)).relevant:
                relevant.append(article.id)
        await asyncio.sleep(0)
    return relevant


def key(topic: Topic) -> str:
    """The same for two topics that find the same."""
    asks = (topic.query, topic.languages, topic.min_score, topic.within, topic.exclude)
    return hashlib.sha256(repr(asks).encode()).hexdigest()[:16]
