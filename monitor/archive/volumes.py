"""Volumes: how many articles an hour brought, of each topic and in all, by language and country.

Filled again from articles and matches for the last days, since a translation or a match may come late. Left
out: duplicates, wire copy (`story_articles.copy_of`) and what may not alert, such as the backlog of a new
feed: twenty old articles that arrive at once are no spike.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import to_text

_COUNTED = """duplicate_of IS NULL AND alertable = 1 AND articles.language IS NOT NULL AND first_seen >= ?
    AND first_seen < ? AND NOT EXISTS (SELECT 1 FROM story_articles WHERE article_id = articles.id
        AND copy_of IS NOT NULL)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Articles of one hour in one language and country. `topic` is "" for all that was collected."""

    hour: int  # hours since 1970, UTC
    topic: str
    language: str
    country: str
    articles: int


class Volumes:
    """The table `volumes`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def fill(self, since: datetime, until: datetime) -> int:
        """Count the hours in [since, until) anew; both are full hours. Returns the rows written."""
        with writing(self._db):
            span = (hour_name(since), hour_name(until))
            self._db.execute("DELETE FROM volumes WHERE hour >= ? AND hour < ?", span)
            rows = [(*cell, sum(outlets.values()), _dump(outlets)) for cell, outlets in self._count(since, until)]
            self._db.executemany("INSERT INTO volumes VALUES (?, ?, ?, ?, ?, ?)", rows)
            return len(rows)

    def _count(self, since: datetime, until: datetime) -> Iterable[tuple[tuple[str, ...], Counter[str]]]:
        cells: dict[tuple[str, ...], Counter[str]] = {}
        for topic, table in (
            ("''", ""),
            ("matches.topic", "JOIN matches ON article_id = articles.id AND relevant = 1"),
        ):
            rows = self._db.execute(
                f"""SELECT substr(first_seen, 1, 13) AS hour, {topic} AS topic, articles.language,
                    coalesce(feeds.country, '') AS country, outlet, count(*)
                FROM articles {table} LEFT JOIN feeds ON feeds.id = feed_id WHERE {_COUNTED} GROUP BY 1, 2, 3, 4, 5""",  # noqa: S608
                (to_text(since), to_text(until)),
            )
            for *cell, outlet, number in rows:
                cells.setdefault(tuple(cell), Counter())[outlet] += number
        return cells.items()

    def first_hour(self) -> str | None:
        """The earliest hour there is an article of, in the words of the table."""
        row = self._db.execute("SELECT min(first_seen) FROM articles").fetchone()
        return row[0][:13] if row[0] else None

    def last_hour(self) -> str | None:
        """The latest hour counted."""
        row = self._db.execute("SELECT max(hour) FROM volumes").fetchone()
        return str(row[0]) if row[0] else None

    def read(self, since: datetime) -> list[Volume]:
        """Every count since a full hour."""
        rows = self._db.execute(
            "SELECT hour, topic, language, country, articles FROM volumes WHERE hour >= ?", (hour_name(since),)
        )
        return [
            Volume(hour=hour_number(row[0]), topic=row[1], language=row[2], country=row[3], articles=row[4])
            for row in rows
        ]

    def outlets(self, topic: str, language: str, country: str, since: datetime, until: datetime) -> Counter[str]:
        """Articles of each outlet in [since, until); `language` and `country` "*": of any."""
        rows = self._db.execute(
            """SELECT json_each.key, sum(json_each.value) FROM volumes, json_each(outlets)
            WHERE topic = ? AND hour >= ? AND hour < ? AND ? IN ('*', language) AND ? IN ('*', country) GROUP BY 1""",
            (topic, hour_name(since), hour_name(until), language, country),
        )
        return Counter(dict(map(tuple, rows)))


def hour_name(moment: datetime) -> str:
    """2026-11-23T23, in UTC."""
    return (to_text(moment) or "")[:13]


def hour_number(name: str) -> int:
    """Hours since 1970."""
    return int(datetime.fromisoformat(f"{name}:00:00+00:00").timestamp()) // 3600


def _dump(outlets: Counter[str]) -> str:
    return json.dumps(outlets, ensure_ascii=False)
