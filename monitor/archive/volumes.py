"""Volumes: how many articles an hour brought, of each topic and in all, by language and country.

Filled again from articles and matches for the last days, since a translation or a match may come late. Left
out: duplicates, wire copy (`story_articles.copy_of`) and what may not alert, such as the backlog of a new
feed: twenty old articles that arrive at once are no spike.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import to_text

_COUNTED = """duplicate_of IS NULL AND alertable = 1 AND articles.language IS NOT NULL AND first_seen >= ?
    AND first_seen < ? AND NOT EXISTS (SELECT 1 FROM story_articles WHERE article_id = articles.id
        AND copy_of IS NOT NULL)"""


_MATCHES = "JOIN matches ON article_id = articles.id AND relevant = 1"
_ASKED = "volumes_asked"  # in `settings`: topic → what it asks for, and the hour up to which it was recounted
_SETTLED = """EXISTS (SELECT 1 FROM settings, json_each(settings.value) AS one WHERE settings.key = 'volumes_asked'
    AND one.key = {topic} AND {hour} < one.value ->> 1)"""
Cells = dict[tuple[str, ...], Counter[str]]  # hour, topic, language, country → outlet → articles


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
        """Count the hours in [since, until) anew; both are full hours. Returns the rows written.

        The hours that `recount` has settled stay as it left them.
        """
        settled = _SETTLED.format(topic="volumes.topic", hour="volumes.hour")
        kept = _SETTLED.format(topic="matches.topic", hour="substr(first_seen, 1, 13)")
        with writing(self._db):
            span = (hour_name(since), hour_name(until))
            self._db.execute(f"DELETE FROM volumes WHERE hour >= ? AND hour < ? AND NOT {settled}", span)  # noqa: S608
            everything = self._count("''", "", "", since, until)
            of_topics = self._count("matches.topic", _MATCHES, f"AND NOT {kept}", since, until)
            return self._put(everything | of_topics)

    def recount(self, topic: str, article_ids: Iterable[int], since: datetime, until: datetime) -> int:
        """In [since, until) these articles are the topic's, whatever its matches say. Returns the rows written."""
        table, numbers = "JOIN json_each(?) AS chosen ON chosen.value = articles.id", json.dumps(list(article_ids))
        with writing(self._db):
            span = (topic, hour_name(since), hour_name(until))
            self._db.execute("DELETE FROM volumes WHERE topic = ? AND hour >= ? AND hour < ?", span)
            found = self._count("''", table, "", since, until, numbers)
            return self._put({(hour, topic, *rest): outlets for (hour, _, *rest), outlets in found.items()})

    def _put(self, cells: Cells) -> int:
        rows = [(*cell, sum(outlets.values()), _dump(outlets)) for cell, outlets in cells.items()]
        self._db.executemany("INSERT INTO volumes VALUES (?, ?, ?, ?, ?, ?)", rows)
        return len(rows)

    def _count(self, topic: str, table: str, condition: str, since: datetime, until: datetime, *of_table: str) -> Cells:
        rows = self._db.execute(
            f"""SELECT substr(first_seen, 1, 13) AS hour, {topic} AS topic, articles.language,
                coalesce(feeds.country, '') AS country, outlet, count(*)
            FROM articles {table} LEFT JOIN feeds ON feeds.id = feed_id WHERE {_COUNTED} {condition}
            GROUP BY 1, 2, 3, 4, 5""",  # noqa: S608
            (*of_table, to_text(since), to_text(until)),
        )
        cells: Cells = {}
        for *cell, outlet, number in rows:
            cells.setdefault(tuple(cell), Counter())[outlet] += number
        return cells

    def asked(self) -> dict[str, str] | None:
        """Topic → what it asked for when its hours were last settled; None: that was never noted."""
        row = self._db.execute("SELECT value FROM settings WHERE key = ?", (_ASKED,)).fetchone()
        return None if row is None else {topic: key for topic, (key, _) in json.loads(row[0]).items()}

    def settle(self, keys: Mapping[str, str], until: datetime | None = None) -> None:
        """Note what topics ask for now. The hours before `until` are not counted from their matches again."""
        row = self._db.execute("SELECT value FROM settings WHERE key = ?", (_ASKED,)).fetchone()
        known = json.loads(row[0]) if row else {}
        known |= {topic: (key, hour_name(until) if until else "") for topic, key in keys.items()}
        with writing(self._db):
            self._db.execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (_ASKED, json.dumps(known)))

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

    def totals(self, since: datetime) -> list[Volume]:
        """Counts of every topic and of all that was collected, languages and countries summed up and left empty."""
        return self._summed("''", "''", since, "1 = 1", ())

    def parts(self, topic: str, by: str, since: datetime) -> list[Volume]:
        """Counts of one topic and of all that was collected, by `language` or by `country`; the other is left empty."""
        columns = {"language": ("language", "''"), "country": ("''", "country")}[by]
        return self._summed(*columns, since, "topic IN ('', ?)", (topic,))

    def _summed(
        self, language: str, country: str, since: datetime, condition: str, values: tuple[str, ...]
    ) -> list[Volume]:
        rows = self._db.execute(
            f"""SELECT hour, topic, {language}, {country}, sum(articles) FROM volumes WHERE hour >= ? AND {condition}
            GROUP BY hour, topic, {language}, {country}""",  # noqa: S608
            (hour_name(since), *values),
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
