"""From entry to alert: what became of everything first seen in a span of time.

Each step puts every article of the step before into exactly one row, so that the sums agree: nothing is lost
between two steps without a row that says so.

    listed ─▶ articles ─▶ pages ─▶ texts ─▶ languages ─▶ translations ─▶ matches ─▶ alerts
    by polls  new ones     of all   of all but the duplicates
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.rows import to_text

Rows = tuple[tuple[str, int], ...]  # what became of them → how many, most first

_PAGE = """CASE WHEN duplicate_of IS NOT NULL THEN 'duplicate'
    WHEN EXISTS (SELECT 1 FROM pages WHERE article_id = articles.id) THEN 'fetched'
    WHEN page_outcome IS NOT NULL THEN page_outcome
    WHEN stage = 'fetch' THEN 'not yet' ELSE 'feed text only' END"""
_TEXT = """CASE WHEN extractor = 'title' THEN 'title only' WHEN extractor IS NOT NULL THEN extractor
    WHEN stage = 'done' THEN 'none' ELSE 'not yet' END"""
_LANGUAGE = "coalesce(language, CASE WHEN stage = 'done' THEN 'none' ELSE 'not yet' END)"
_TRANSLATION = """CASE WHEN translation_state <> 'unknown' THEN translation_state
    WHEN stage = 'done' THEN 'nothing to translate' ELSE 'not yet' END"""
_MATCH = """CASE WHEN EXISTS (SELECT 1 FROM matches WHERE article_id = articles.id AND relevant = 1) THEN 'relevant'
    WHEN EXISTS (SELECT 1 FROM matches WHERE article_id = articles.id) THEN 'met a query, not relevant'
    WHEN language IS NULL AND stage <> 'done' OR stage = 'match' THEN 'not yet' ELSE 'met no query' END"""
_TOLD = "EXISTS (SELECT 1 FROM alerts WHERE article_id = articles.id"
_ALERT = f"""CASE WHEN {_TOLD} AND message_id IS NOT NULL) THEN 'alerted'
    WHEN {_TOLD} AND folded IS NULL) THEN 'owed' WHEN {_TOLD}) THEN 'folded'
    WHEN alertable = 0 THEN 'backlog or too old' ELSE 'no channel' END"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The steps. Each row is (what became of them, how many), most first."""

    polls: int
    failed_polls: int
    listed: int  # entries in the documents that were read
    known: int  # of these, known already
    new: int  # of these, new: an article each
    handed_in: int  # articles of `monitor ingest`
    pages: Rows  # of new + handed in
    texts: Rows  # of those that are no duplicates, and so are all steps below
    languages: Rows
    translations: Rows
    waiting: Rows  # of "waiting for a model": by language
    matches: Rows
    alerts: Rows  # of "relevant"

    @property
    def articles(self) -> int:
        return self.new + self.handed_in

    @property
    def agrees(self) -> bool:
        """Every article stands in exactly one row of each step."""
        pages, kept = dict(self.pages), self.articles - dict(self.pages).get("duplicate", 0)
        steps = (self.texts, self.languages, self.translations, self.matches)
        return (
            self.listed == self.known + self.new
            and sum(pages.values()) == self.articles
            and all(sum(dict(step).values()) == kept for step in steps)
            and sum(dict(self.waiting).values()) == dict(self.translations).get("waiting for a model", 0)
            and sum(dict(self.alerts).values()) == dict(self.matches).get("relevant", 0)
        )


def funnel(connection: sqlite3.Connection, since: datetime, until: datetime) -> Funnel:
    """What became of everything first seen in [since, until), as of one moment: a daemon may write meanwhile."""
    own = not connection.in_transaction
    if own:
        connection.execute("BEGIN")
    try:
        return _funnel(connection, since, until)
    finally:
        if own:
            connection.execute("ROLLBACK")


def _funnel(connection: sqlite3.Connection, since: datetime, until: datetime) -> Funnel:
    span = (to_text(since), to_text(until))
    polls = connection.execute(
        """SELECT count(*), coalesce(sum(outcome = 'error'), 0), coalesce(sum(entries), 0) FROM polls
        WHERE at >= ? AND at < ? AND outcome <> 'host paused'""",
        span,
    ).fetchone()

    def rows(outcome: str, condition: str = "duplicate_of IS NULL") -> Rows:
        found = connection.execute(
            # On an index that holds every column asked for: behind their texts they would take long to reach.
            f"""SELECT {outcome}, count(*) FROM articles INDEXED BY articles_ledger
            WHERE first_seen >= ? AND first_seen < ? AND {condition} GROUP BY 1 ORDER BY 2 DESC, 1""",  # noqa: S608
            span,
        )
        return tuple((row[0], row[1]) for row in found)

    made = dict(rows("CASE WHEN feed_id IS NULL THEN 'handed in' ELSE 'new' END", "1"))
    return Funnel(
        polls=polls[0],
        failed_polls=polls[1],
        listed=polls[2],
        known=polls[2] - made.get("new", 0),
        new=made.get("new", 0),
        handed_in=made.get("handed in", 0),
        pages=rows(_PAGE, "1"),
        texts=rows(_TEXT),
        languages=rows(_LANGUAGE),
        translations=rows(_TRANSLATION),
        waiting=rows("coalesce(language, 'und')", "duplicate_of IS NULL AND translation_state = 'waiting for a model'"),
        matches=rows(_MATCH),
        alerts=rows(
            _ALERT,
            "duplicate_of IS NULL AND EXISTS (SELECT 1 FROM matches WHERE article_id = articles.id AND relevant = 1)",
        ),
    )
