"""Articles as records: a few at a time, each lot in a read of its own, so that the log of writes is not held back."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence

from monitor.archive.exporting.record import NAMES, Met, Record
from monitor.archive.rows import to_time

LOT = 200  # articles in one read: a few milliseconds, 2 MB of text

_ARTICLES = """
    SELECT articles.*, story_articles.story_id, copy_of, feeds.url AS feed_url, feeds.title AS feed_title,
        feeds.country AS feed_country, pages.url AS page_url, pages.fetched_at AS page_fetched_at,
        pages.content_type AS page_content_type, pages.sha256 AS page_sha256, pages.bytes AS page_bytes
    FROM articles LEFT JOIN story_articles ON story_articles.article_id = articles.id
        LEFT JOIN feeds ON feeds.id = feed_id LEFT JOIN pages ON pages.article_id = articles.id
    WHERE articles.id IN (SELECT value FROM json_each(?)) ORDER BY articles.id"""
_TOPICS = """SELECT article_id, topic, score, relevant, side, matched_at, sentence, translation, unverified
    FROM matches WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY id"""
_CONVERTED = {"translation_packages", "authors", "published", "first_seen", "updated", "page_fetched_at", "topics"}
_PLAIN = tuple(name for name in NAMES if name not in _CONVERTED)


def records(connection: sqlite3.Connection, ids: array[int], lot: int = LOT) -> Iterator[list[Record]]:
    """The articles of these ids, `lot` at a time; those that are gone by then are left out."""
    for start in range(0, len(ids), lot):
        yield _lot(connection, ids[start : start + lot])


def _lot(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Record]:
    among = (json.dumps(list(ids)),)
    met: dict[int, list[Met]] = defaultdict(list)
    for row in connection.execute(_TOPICS, among).fetchall():
        met[row["article_id"]].append(_met(row))
    return [_record(row, tuple(met.get(row["id"], ()))) for row in connection.execute(_ARTICLES, among).fetchall()]


def _record(row: sqlite3.Row, met: tuple[Met, ...]) -> Record:
    first_seen = to_time(row["first_seen"])
    assert first_seen is not None
    return Record(
        **{name: row[name] for name in _PLAIN},
        translation_packages=tuple(json.loads(row["translation_packages"])),
        authors=tuple(json.loads(row["authors"])),
        published=to_time(row["published"]),
        first_seen=first_seen,
        updated=to_time(row["updated"]),
        page_fetched_at=to_time(row["page_fetched_at"]),
        topics=met,
    )


def _met(row: sqlite3.Row) -> Met:
    matched_at = to_time(row["matched_at"])
    assert matched_at is not None
    return Met(
        topic=row["topic"],
        score=row["score"],
        relevant=bool(row["relevant"]),
        side=row["side"],
        matched_at=matched_at,
        sentence=row["sentence"],
        translation=row["translation"],
        unverified=row["unverified"],
    )
