"""Attention: how much waits for a person. Counted on partial indices, so that nothing is read to find nothing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from monitor.archive.coverage import FAILING_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a person can put right."""

    failing_feeds: int
    dead_letters: int  # messages refused for good
    without_model: int  # articles in languages that have no translation package
    languages: tuple[str, ...]  # which, the commonest first
    doubtful: int  # articles seen since a moment with sentences whose translation failed a check


def waiting(db: sqlite3.Connection, since: int) -> Waiting:
    """`since`: number of the first article whose doubtful sentences count."""
    models = db.execute(
        """SELECT coalesce(language, 'und'), count(*) FROM articles INDEXED BY articles_waiting
        WHERE translation_state = 'waiting for a model' GROUP BY 1 ORDER BY 2 DESC, 1"""
    ).fetchall()
    return Waiting(
        failing_feeds=_count(
            db,
            """SELECT count(*) FROM feeds JOIN feed_states ON feed_id = id
            WHERE declared = 1 AND (failures >= ? OR (failures > 0 AND last_success_at IS NULL))""",
            FAILING_AFTER,
        ),
        dead_letters=_count(db, "SELECT count(*) FROM outbox WHERE state = 'dead'"),
        without_model=sum(row[1] for row in models),
        languages=tuple(row[0] for row in models),
        doubtful=_count(
            db,
            "SELECT count(DISTINCT article_id) FROM sentences WHERE unverified IS NOT NULL AND article_id >= ?",
            since,
        ),
    )


def _count(db: sqlite3.Connection, sql: str, *values: object) -> int:
    return int(db.execute(sql, values).fetchone()[0])
