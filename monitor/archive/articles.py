"""Articles: how entries become rows, and how rows are found again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.archive.connection import writing
from monitor.archive.rows import article as to_article
from monitor.archive.rows import entry_to_json, to_json, to_text
from monitor.archive.search import INDEXED, reindex
from monitor.models import Article, Entry, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry on its way into the archive, with everything decided about it beforehand."""

    entry: Entry
    keys: tuple[str, ...]  # what makes two entries the same article, strongest first
    url: str
    canonical_url: str
    outlet: str
    alertable: bool
    entry_hash: str  # of what the feed says; a change means the publisher edited it
    feed_id: int | None = None
    declared_language: str | None = None
    looked_under: tuple[str, ...] | None = None  # the keys to look under; None: all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a poll's entries."""

    new: tuple[int, ...] = ()
    edited: tuple[int, ...] = ()
    known: int = 0


class Articles:
    """The rows of `articles` and the keys under which they are known."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def take(self, candidates: Sequence[Candidate], now: datetime) -> Taken:
        """Store what is new, mark what was edited. One transaction (or the caller's)."""
        new: list[int] = []
        edited: list[int] = []
        with writing(self._db):
            for candidate in candidates:
                row = self._known(candidate)
                if row is None:
                    new.append(self._insert(candidate, now))
                    continue
                if row["entry_hash"] != candidate.entry_hash and row["feed_id"] == candidate.feed_id:
                    self._edit(row["id"], candidate)
                    edited.append(row["id"])
                self._alias(candidate.keys, row["id"], take_over=False)
        return Taken(new=tuple(new), edited=tuple(edited), known=len(candidates) - len(new) - len(edited))

    def known_under(self, key: str) -> Article | None:
        """The article that goes by this key."""
        row = self._db.execute(
            "SELECT articles.* FROM aliases JOIN articles ON id = article_id WHERE key = ?", (key,)
        ).fetchone()
        return to_article(row) if row else None

    def _known(self, candidate: Candidate) -> sqlite3.Row | None:
        for key in candidate.keys if candidate.looked_under is None else candidate.looked_under:
            row: sqlite3.Row | None = self._db.execute(
                "SELECT id, entry_hash, feed_id FROM aliases JOIN articles ON id = article_id WHERE key = ?",
                (key,),
            ).fetchone()
            if row is not None:
                return row
        return None

    def _insert(self, candidate: Candidate, now: datetime) -> int:
        entry = candidate.entry
        cursor = self._db.execute(
            """INSERT INTO articles (feed_id, outlet, title, published, first_seen, url, canonical_url, authors, image,
                declared_language, entry, entry_hash, alertable, stage)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                candidate.feed_id,
                candidate.outlet,
                entry.title,
                to_text(entry.published),
                to_text(now),
                candidate.url,
                candidate.canonical_url,
                to_json(entry.authors),
                entry.image,
                entry.language or candidate.declared_language,
                entry_to_json(entry),
                candidate.entry_hash,
                candidate.alertable,
                Stage.FETCH,
            ),
        )
        article_id = int(cursor.lastrowid or 0)
        reindex(self._db, article_id, None, (entry.title, "", "", ""))
        self._alias(candidate.keys, article_id, take_over=True)
        return article_id

    def _edit(self, article_id: int, candidate: Candidate) -> None:
        """The publisher changed the entry: read the page again. The kept text stays until that has worked."""
        self._db.execute(
            """UPDATE articles SET entry = ?, entry_hash = ?, stage = ?, attempts = 0, page_attempts = 0,
                next_attempt_at = NULL WHERE id = ?""",
            (entry_to_json(candidate.entry), candidate.entry_hash, Stage.FETCH, article_id),
        )

    def _alias(self, keys: Iterable[str], article_id: int, *, take_over: bool) -> None:
        """`take_over`: a key that another article went by (a guid used again) is ours from now on."""
        verb = "REPLACE" if take_over else "IGNORE"
        self._db.executemany(
            f"INSERT OR {verb} INTO aliases (key, article_id) VALUES (?, ?)",  # noqa: S608
            [(key, article_id) for key in keys],
        )

    def add_alias(self, key: str, article_id: int) -> int:
        """Let an article be known under `key` too. Returns whose key it is: ours, or an earlier article's."""
        with writing(self._db):
            self._db.execute("INSERT OR IGNORE INTO aliases (key, article_id) VALUES (?, ?)", (key, article_id))
            row = self._db.execute("SELECT article_id FROM aliases WHERE key = ?", (key,)).fetchone()
            return int(row[0])

    def due(self, stage: Stage, now: datetime, limit: int) -> list[Article]:
        """Articles owed this stage: what matched first, then the newest."""
        rows = self._db.execute(
            # What the index `articles_queue` says of itself has to be said here, or SQLite reads every article.
            """SELECT * FROM articles WHERE stage = ? AND stage <> 'done'
              AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
            ORDER BY priority DESC, id DESC LIMIT ?""",
            (stage, to_text(now), limit),
        )
        return [to_article(row) for row in rows]

    def get(self, article_id: int) -> Article | None:
        row = self._db.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
        return to_article(row) if row else None

    def exists(self, article_id: int) -> bool:
        """Without reading its texts."""
        return self._db.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone() is not None

    def by_url(self, url: str, canonical_url: str) -> Article | None:
        """The article at an address, as given or in its canonical form; the newest if several."""
        row = self._db.execute(
            """SELECT articles.* FROM articles LEFT JOIN aliases ON article_id = id AND key = 'url:' || ?
            WHERE key IS NOT NULL OR url = ? OR canonical_url = ? ORDER BY id DESC LIMIT 1""",
            (canonical_url, url, canonical_url),
        ).fetchone()
        return to_article(row) if row else None

    def backlog(self) -> dict[str, int]:
        """Articles owed each stage."""
        rows = self._db.execute("SELECT stage, count(*) FROM articles WHERE stage <> 'done' GROUP BY stage")
        return {row[0]: row[1] for row in rows}

    def update(self, article_id: int, columns: dict[str, Any]) -> None:
        """Set columns of one article and keep the index in step. Call inside `writing`."""
        before = self._db.execute(
            "SELECT title, text, translated_title, translated_text FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        if before is None:
            return
        assignments = ", ".join(f"{name} = :{name}" for name in columns)
        self._db.execute(
            f"UPDATE articles SET {assignments} WHERE id = :id",  # noqa: S608 - names come from our own code
            {**columns, "id": article_id},
        )
        after = tuple(columns.get(name, before[name]) for name in INDEXED)
        if after != tuple(before):
            reindex(self._db, article_id, tuple(before), after)

    def requeue(self, stage: Stage, article_ids: Iterable[int], *, alert: bool) -> None:
        """Send articles through the pipeline again from `stage`. `alert`: whether new matches may alert.

        Those that are on their way for the first time may in any case, and leave out no stage.
        """
        stages = list(Stage)
        earlier = to_json(stages[: stages.index(stage)])
        with writing(self._db):
            for article_id in article_ids:
                self._db.execute(
                    """UPDATE articles SET stage = ?, attempts = 0, next_attempt_at = NULL,
                        alertable = CASE WHEN stage = 'done' THEN ? ELSE alertable END,
                        content_hash = CASE WHEN ? THEN NULL ELSE content_hash END
                    WHERE id = ? AND stage NOT IN (SELECT value FROM json_each(?))""",
                    # Without its hash a text is neither "unchanged" nor a publisher's edit.
                    (stage, alert, stage == Stage.EXTRACT, article_id, earlier),
                )

    def ids(self, *, since: datetime | None = None, language: str | None = None) -> list[int]:
        """Articles that are not duplicates, newest first."""
        rows = self._db.execute(
            """SELECT id FROM articles WHERE duplicate_of IS NULL AND (:since IS NULL OR first_seen >= :since)
            AND (:language IS NULL OR language = :language) ORDER BY id DESC""",
            {"since": to_text(since), "language": language},
        )
        return [row[0] for row in rows]
