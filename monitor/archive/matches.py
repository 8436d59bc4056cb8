"""Topics, their matches and the alerts these owe, recorded in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import to_json, to_text
from monitor.models import Evidence, Match, Reason, Span, Topic

NOTHING_NEW = "nothing new"  # how the reason of an alert begins that was folded for want of news


class Matches:
    """`topics`, `matches` and `alerts`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def declare(self, topics: Iterable[Topic]) -> None:
        """Make the declared topics equal to `topics`; former topics keep their matches."""
        with writing(self._db):
            self._db.execute("UPDATE topics SET declared = 0")
            self._db.executemany(
                """INSERT INTO topics (name, query, description, languages, channels, min_score, within, exclude)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET declared = 1, query = excluded.query,
                    description = excluded.description, languages = excluded.languages, channels = excluded.channels,
                    min_score = excluded.min_score, within = excluded.within, exclude = excluded.exclude""",
                [_topic_columns(topic) for topic in topics],
            )

    def is_declared(self, name: str) -> bool:
        """Whether the configuration has a topic of that name."""
        return self._db.execute("SELECT 1 FROM topics WHERE name = ? AND declared = 1", (name,)).fetchone() is not None

    def record(self, match: Match, due: Mapping[str, datetime], now: datetime) -> bool:
        """Insert a match and the alert each channel is owed, at its time. Call inside `writing`.

        A match that is there already only learns better evidence (its translation has come), and its
        alerts still unsent are brought forward, or withdrawn when it is relevant no more. One that was folded for
        want of news is looked at again: its translation may say what the original did not. Returns whether it is new.
        """
        row = self._db.execute(
            "SELECT id, side FROM matches WHERE topic = ? AND article_id = ?", (match.topic, match.article_id)
        ).fetchone()
        match_id = self._update(row["id"], match) if row else self._insert(match, now)
        if not match.relevant:
            self._db.execute("DELETE FROM alerts WHERE match_id = ? AND message_id IS NULL", (match_id,))
        self._owe(match_id, match, due, now)
        return row is None

    def _insert(self, match: Match, now: datetime) -> int:
        cursor = self._db.execute(
            """INSERT INTO matches (topic, article_id, matched_at, side, sentence, translation, unverified, spans,
                translation_spans, score, reasons, relevant) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (match.topic, match.article_id, to_text(now), *_evidence_columns(match)),
        )
        return int(cursor.lastrowid or 0)

    def _update(self, match_id: int, match: Match) -> int:
        self._db.execute(
            """UPDATE matches SET side = ?, sentence = ?, translation = ?, unverified = ?, spans = ?,
                translation_spans = ?, score = ?, reasons = ?, relevant = ? WHERE id = ?""",
            (*_evidence_columns(match), match_id),
        )
        return match_id

    def _owe(self, match_id: int, match: Match, due: Mapping[str, datetime], now: datetime) -> None:
        self._db.executemany(
            """INSERT INTO alerts (match_id, topic, article_id, channel, matched_at, due_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (topic, article_id, channel)
            DO UPDATE SET due_at = iif(folded IS NULL, min(due_at, excluded.due_at), excluded.due_at), folded = NULL
                WHERE message_id IS NULL AND (folded LIKE ? OR (folded IS NULL AND digest = 0))""",
            [
                (match_id, match.topic, match.article_id, channel, to_text(now), to_text(at), f"{NOTHING_NEW}%")
                for channel, at in due.items()
            ],
        )

    def topics(self) -> list[str]:
        """Names of the topics it knows, those no longer declared included."""
        return [row[0] for row in self._db.execute("SELECT name FROM topics ORDER BY name")]

    def of_article(self, article_id: int) -> list[Match]:
        rows = self._db.execute("SELECT * FROM matches WHERE article_id = ? ORDER BY id", (article_id,))
        return [match_from(row) for row in rows]

    def queries(self, topics: Iterable[str]) -> dict[str, str]:
        """The queries of these topics, as they are written now."""
        rows = self._db.execute(
            "SELECT name, query FROM topics WHERE name IN (SELECT value FROM json_each(?))", (to_json(topics),)
        )
        return dict(rows.fetchall())

    def passed_over(self) -> list[tuple[int, str, int]]:
        """(article, title, score) of matches that met a query and alert nobody, best first."""
        rows = self._db.execute(
            """SELECT articles.id, title, score FROM matches JOIN articles ON articles.id = article_id
            WHERE relevant = 0 ORDER BY score DESC, articles.id"""
        )
        return [(row["id"], row["title"], row["score"]) for row in rows]


def match_from(row: sqlite3.Row) -> Match:
    return Match(
        topic=row["topic"],
        article_id=row["article_id"],
        side=row["side"],
        evidence=evidence_from(row),
        score=100 if row["score"] is None else row["score"],  # kept before matches were judged
        reasons=reasons_from(row),
        relevant=bool(row["relevant"]),
    )


def reasons_from(row: sqlite3.Row) -> tuple[Reason, ...]:
    return tuple(Reason(**reason) for reason in json.loads(row["reasons"]))


def evidence_from(row: sqlite3.Row) -> Evidence:
    return Evidence(
        sentence=row["sentence"],
        spans=_spans(row["spans"]),
        translation=row["translation"],
        translation_spans=_spans(row["translation_spans"]),
        unverified=row["unverified"],
    )


def _evidence_columns(match: Match) -> tuple[object, ...]:
    evidence = match.evidence
    return (
        match.side,
        evidence.sentence,
        evidence.translation,
        evidence.unverified,
        to_json([span.start, span.end] for span in evidence.spans),
        to_json([span.start, span.end] for span in evidence.translation_spans),
        match.score,
        to_json(asdict(reason) for reason in match.reasons),
        match.relevant,
    )


def _topic_columns(topic: Topic) -> tuple[object, ...]:
    return (
        topic.name,
        topic.query,
        topic.description,
        to_json(topic.languages),
        to_json(topic.channels),
        topic.min_score,
        topic.within,
        to_json(topic.exclude),
    )


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(start=start, end=end) for start, end in json.loads(text))
