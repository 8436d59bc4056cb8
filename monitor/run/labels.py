"""Recording what people think of a topic's hits. Works beside a running daemon, which then does the writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.archive import Archive, Reader
from monitor.archive.orders import Order
from monitor.archive.rows import to_text
from monitor.collect import identity
from monitor.errors import MonitorError
from monitor.models import Article, Label
from monitor.run.orders import HANDLERS, give


def put(path: Path, topic: str, articles: Sequence[Article], *, accepted: bool, note: str, at: datetime) -> bool:
    """Accept or reject articles for a topic. Returns whether it is done already, or left for the daemon.

    Raises ArchiveError when there is no archive or it cannot be written.
    """
    values = {
        "topic": topic,
        "articles": [article.id for article in articles],
        "accepted": accepted,
        "note": note,
        "at": to_text(at),
    }
    return give(path, Order(kind="label", values=values, at=at))


def remove(path: Path, topic: str, articles: Sequence[Article], *, at: datetime) -> bool:
    """Take verdicts back. Returns and raises as `put`."""
    values = {"topic": topic, "articles": [article.id for article in articles]}
    return give(path, Order(kind="unlabel", values=values, at=at))


def articles(reader: Reader, sources: Sequence[str]) -> list[Article]:
    """The articles of these ids or addresses. Raises MonitorError for one that is not in the archive."""
    return [_article(reader, source) for source in dict.fromkeys(sources)]


def _article(reader: Reader, source: str) -> Article:
    if source.isdigit():
        found = reader.articles.get(int(source))
    else:
        found = reader.articles.by_url(source, identity.canonical_url(source))
    if found is None:
        what = "id" if source.isdigit() else "address"
        raise MonitorError(
            f"Article {source}: there is none of that {what}. `monitor topics test` and `monitor search` show ids.",
            permanent=True,
        )
    return found


def _put(archive: Archive, values: Mapping[str, Any]) -> None:
    at = datetime.fromisoformat(values["at"])
    archive.labels.put(
        Label(
            topic=values["topic"],
            article_id=number,
            accepted=values["accepted"],
            at=at,
            note=values["note"],
            author=values.get("author", ""),
        )
        for number in values["articles"]
    )


def _remove(archive: Archive, values: Mapping[str, Any]) -> None:
    archive.labels.remove(values["topic"], values["articles"])


HANDLERS["label"] = _put
HANDLERS["unlabel"] = _remove
