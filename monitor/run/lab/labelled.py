"""The labels of topics beside the articles they are of, to list or to take elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.archive import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A label and its article."""

    topic: str
    article: int
    verdict: str  # accept | reject
    at: datetime
    note: str
    language: str
    outlet: str
    title: str
    url: str


def labelled(reader: Reader, topics: Sequence[str]) -> tuple[Labelled, ...]:
    """Topic by topic, in the order in which they were given."""
    labels = [label for topic in topics for label in reader.labels.of_topic(topic)]
    articles = {article.id: article for article in reader.hits.articles(label.article_id for label in labels)}
    return tuple(
        Labelled(
            topic=label.topic,
            article=label.article_id,
            verdict="accept" if label.accepted else "reject",
            at=label.at,
            note=label.note,
            language=article.language or "und",
            outlet=article.outlet,
            title=article.title,
            url=article.url,
        )
        for label in labels
        if (article := articles.get(label.article_id))
    )
