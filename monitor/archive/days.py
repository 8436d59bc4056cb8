"""The ledger day by day: the same numbers as the funnel's, a line each, in one pass over an index.

`tests/test_web_coverage.py` holds the two equal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.rows import to_text

# Extractors that had the text of the article before them, and not only the feed's summary or a title.
IN_FULL = ("trafilatura", "json-ld", "feed-content", "text")

# Duplicates are counted once, as what they are. The parts of a sum see each article of the span.
_COUNTS = f"""
    SELECT count(*) AS articles, sum(feed_id IS NULL) AS handed_in, sum(duplicate_of IS NOT NULL) AS duplicates,
        sum(duplicate_of IS NULL AND extractor IN {IN_FULL}) AS in_full,
        sum(duplicate_of IS NULL AND coalesce(language, 'und') <> 'und') AS known_language,
        sum(duplicate_of IS NULL AND translation_state IN ('translated', 'not needed')) AS readable,
        sum(duplicate_of IS NULL AND EXISTS (
            SELECT 1 FROM matches WHERE article_id = articles.id AND relevant = 1)) AS matched,
        sum(duplicate_of IS NULL AND EXISTS (
            SELECT 1 FROM matches WHERE article_id = articles.id AND relevant = 1) AND EXISTS (
            SELECT 1 FROM alerts WHERE article_id = articles.id AND message_id IS NOT NULL)) AS told
    FROM articles INDEXED BY articles_ledger WHERE first_seen >= ? AND first_seen < ?"""  # noqa: S608
_POLLS = """
    SELECT count(*) AS polls, coalesce(sum(outcome = 'error'), 0) AS failed_polls, coalesce(sum(entries), 0) AS listed
    FROM polls WHERE at >= ? AND at < ? AND outcome <> 'host paused'"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What became of all that was first seen on one day."""

    day: str  # its date on the reader's clock: 2026-11-23
    polls: int
    failed_polls: int
    listed: int  # entries in the documents that were read
    known: int  # of these, known already
    articles: int  # new ones, and those handed in
    handed_in: int
    duplicates: int  # of articles
    in_full: int  # of the rest, as are all below: read in full
    known_language: int
    readable: int  # in the working language, by translation or from the start
    matched: int  # a topic found it, and it is relevant
    told: int  # of these, in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusing:
    """A feed whose pages are refused."""

    feed_id: int
    title: str
    asked: int  # pages of the day's articles that were asked for
    refused: int
    walled: int  # by a bot wall
    ruled_out: int  # by robots.txt


class Days:
    """Reads only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self, spans: Sequence[tuple[str, datetime, datetime]]) -> list[Day]:
        """One for each (date, begin, end), as of one moment."""
        own = not self._db.in_transaction
        if own:
            self._db.execute("BEGIN")
        try:
            return [self._day(*span) for span in spans]
        finally:
            if own:
                self._db.execute("ROLLBACK")

    def _day(self, day: str, since: datetime, until: datetime) -> Day:
        span = (to_text(since), to_text(until))
        counts = {name: number or 0 for name, number in dict(self._db.execute(_COUNTS, span).fetchone()).items()}
        polls = dict(self._db.execute(_POLLS, span).fetchone())
        return Day(day=day, known=polls["listed"] - counts["articles"] + counts["handed_in"], **polls, **counts)

    def waiting(self) -> dict[str, int]:
        """Language → articles of the whole archive that wait for a model of it, most first."""
        rows = self._db.execute(
            """SELECT coalesce(language, 'und'), count(*) FROM articles
            WHERE translation_state = 'waiting for a model' GROUP BY language ORDER BY 2 DESC, 1"""
        )
        return {row[0]: row[1] for row in rows}

    def refusing(self, since: datetime, until: datetime, limit: int) -> list[Refusing]:
        """Feeds whose sites refused pages of what was first seen in [since, until), most refused first."""
        rows = self._db.execute(
            """SELECT feed_id, coalesce(nullif(feeds.title, ''), feeds.url) AS title, asked, refused, walled, ruled_out
            FROM (SELECT feed_id, sum(page_outcome IS NOT NULL AND page_outcome <> 'not wanted') AS asked,
                    sum(page_outcome IS 'refused') AS refused, sum(page_outcome IS 'bot wall') AS walled,
                    sum(page_outcome IS 'robots.txt') AS ruled_out
                FROM articles INDEXED BY articles_ledger
                WHERE first_seen >= ? AND first_seen < ? AND feed_id IS NOT NULL GROUP BY feed_id)
            JOIN feeds ON feeds.id = feed_id WHERE refused + walled + ruled_out > 0
            ORDER BY refused + walled + ruled_out DESC, feed_id LIMIT ?""",
            (to_text(since), to_text(until), limit),
        )
        return [Refusing(**dict(row)) for row in rows]
