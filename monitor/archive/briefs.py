"""Briefs: what a topic found in a span of time, with all that a citation needs."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.matches import evidence_from, reasons_from
from monitor.archive.rows import to_json, to_text, to_time
from monitor.models import Evidence

_OF_TOPIC = """
    FROM matches JOIN articles ON articles.id = article_id
    WHERE topic = :topic AND relevant = :relevant AND first_seen >= :since AND first_seen < :until
      AND (:languages = '[]' OR language IN (SELECT value FROM json_each(:languages)))
      AND articles.id NOT IN (SELECT id FROM articles WHERE duplicate_of IS NOT NULL)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a brief is about: articles first seen in [since, until)."""

    topic: str
    since: datetime
    until: datetime
    languages: tuple[str, ...] = ()  # () is every language


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An article that the topic was after."""

    article_id: int
    outlet: str
    language: str  # "und" when it is not known
    title: str
    translated_title: str
    title_unverified: str | None  # why the translated title cannot be trusted
    url: str
    published: datetime | None
    first_seen: datetime
    score: int  # 0 … 100
    evidence: Evidence
    story_id: int | None = None
    copy_of: int | None = None  # the article whose text it repeats
    page_sha256: str = ""  # "" when no page was fetched
    page_fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The article that had a story first, whether the topic was after it or not."""

    outlet: str
    language: str
    first_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """An article that met the query and counts for nothing."""

    article_id: int
    title: str
    translated_title: str
    language: str
    outlet: str
    score: int
    reason: str  # the weightiest against it, in words; "" when none is kept


class Briefs:
    """Reads `matches` with the articles, stories and pages they belong to."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def topic(self, name: str) -> tuple[str, str]:
        """The query and the description of a topic the archive knows."""
        row = self._db.execute("SELECT query, description FROM topics WHERE name = ?", (name,)).fetchone()
        return row["query"], row["description"]

    def findings(self, scope: Scope) -> list[Finding]:
        """What counts, in the order it was first seen."""
        rows = self._db.execute(
            f"""SELECT found.*, story_articles.story_id, copy_of, sha256, fetched_at,
                (SELECT unverified FROM sentences WHERE article_id = found.id AND position = 0 AND paragraph = 0)
                    AS title_unverified
            FROM (SELECT articles.id, outlet, coalesce(language, 'und') AS language, title, translated_title,
                articles.url, published, first_seen, score, sentence, translation, unverified, spans, translation_spans
                {_OF_TOPIC}) AS found
            LEFT JOIN story_articles ON story_articles.article_id = found.id
            LEFT JOIN pages ON pages.article_id = found.id ORDER BY first_seen, found.id""",  # noqa: S608
            _values(scope, relevant=True),
        )
        return [_finding(row) for row in rows]

    def leads(self, story_ids: Collection[int]) -> dict[int, Lead]:
        """For each of these stories, who had it first."""
        rows = self._db.execute(
            """SELECT stories.id, outlet, coalesce(language, 'und') AS language, articles.first_seen
            FROM stories JOIN articles ON articles.id = first_article_id
            WHERE stories.id IN (SELECT value FROM json_each(?))""",
            (to_json(story_ids),),
        )
        return {
            row["id"]: Lead(
                outlet=row["outlet"],
                language=row["language"],
                first_seen=datetime.fromisoformat(row["first_seen"]),
            )
            for row in rows
        }

    def passed_over(self, scope: Scope, limit: int) -> tuple[int, tuple[PassedOver, ...]]:
        """How many met the query and do not count, and some of them, those that came nearest first."""
        values = _values(scope, relevant=False)
        total = self._db.execute(f"SELECT count(*) {_OF_TOPIC}", values).fetchone()[0]
        rows = self._db.execute(
            f"""SELECT articles.id, title, translated_title, coalesce(language, 'und') AS language, outlet, score,
                reasons {_OF_TOPIC} ORDER BY score DESC, articles.id LIMIT :limit""",
            values | {"limit": limit},
        )
        return total, tuple(_passed(rows))


def _values(scope: Scope, *, relevant: bool) -> dict[str, object]:
    return {
        "topic": scope.topic,
        "relevant": int(relevant),
        "since": to_text(scope.since),
        "until": to_text(scope.until),
        "languages": to_json(scope.languages),
    }


def _finding(row: sqlite3.Row) -> Finding:
    return Finding(
        article_id=row["id"],
        outlet=row["outlet"],
        language=row["language"],
        title=row["title"],
        translated_title=row["translated_title"],
        title_unverified=row["title_unverified"],
        url=row["url"],
        published=to_time(row["published"]),
        first_seen=datetime.fromisoformat(row["first_seen"]),
        score=100 if row["score"] is None else row["score"],  # kept before matches were judged
        evidence=evidence_from(row),
        story_id=row["story_id"],
        copy_of=row["copy_of"],
        page_sha256=row["sha256"] or "",
        page_fetched_at=to_time(row["fetched_at"]),
    )


def _passed(rows: Sequence[sqlite3.Row] | sqlite3.Cursor) -> Iterator[PassedOver]:
    for row in rows:
        against = [reason for reason in reasons_from(row) if reason.points < 0]
        yield PassedOver(
            article_id=row["id"],
            title=row["title"],
            translated_title=row["translated_title"],
            language=row["language"],
            outlet=row["outlet"],
            score=row["score"] or 0,
            reason=min(against, key=lambda reason: reason.points).words if against else "",
        )
