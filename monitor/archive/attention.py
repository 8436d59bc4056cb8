"""Attention: how much waits for a person. Counted on partial indices, so that nothing is read to find nothing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from monitor.archive.coverage import FAILING_AFTER
from monitor.archive.translations import Translations


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a person can put right."""

    failing_feeds: int
    dead_letters: int  # messages refused for good
    without_model: int  # articles in languages that have no translation package
    languages: tuple[str, ...]  # which, the commonest first
    doubtful: int  # articles seen since a moment with sentences whose translation failed a check


class Attention:
    """Reads only."""

    def __init__(self, connection: sqlite3.Connection, translations: Translations) -> None:
        self._db = connection
        self._translations = translations

    def waiting(self, since: int) -> Waiting:
        """`since`: number of the first article whose doubtful sentences count."""
        models = self._translations.waiting_languages()
        return Waiting(
            failing_feeds=self._count(
                """SELECT count(*) FROM feeds JOIN feed_states ON feed_id = id
                WHERE declared = 1 AND (failures >= ? OR (failures > 0 AND last_success_at IS NULL))""",
                FAILING_AFTER,
            ),
            dead_letters=self._count("SELECT count(*) FROM outbox WHERE state = 'dead'"),
            without_model=sum(models.values()),
            languages=tuple(models),
            doubtful=self._count(
                "SELECT count(DISTINCT article_id) FROM sentences WHERE unverified IS NOT NULL AND article_id >= ?",
                since,
            ),
        )

    def _count(self, sql: str, *values: object) -> int:
        return int(self._db.execute(sql, values).fetchone()[0])
