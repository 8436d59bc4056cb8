"""Translations: which articles are owed one, in what order, and what is kept of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.articles import Articles
from monitor.archive.connection import writing
from monitor.archive.rows import article as to_article
from monitor.archive.rows import to_json, to_text
from monitor.archive.stages import DONE_WITH_STAGE
from monitor.models import Article, Document, Sentence, Stage, Translation, TranslationState

AGAIN = -1  # priority of an article that has a translation and is owed a better one


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """How far a translation can be trusted: its score, 0 … 100, or None; of its sentences, so many are unverified."""

    score: float | None
    sentences: int
    unverified: int


class Translations:
    """The translation columns of `articles`, `sentences`, and `translations` that were replaced."""

    def __init__(self, connection: sqlite3.Connection, articles: Articles) -> None:
        self._db = connection
        self._articles = articles

    def due(self, now: datetime, limit: int) -> list[Article]:
        """Titles and leads first, so that no alert waits for a body; what matched before the rest; the newest first."""
        rows = self._db.execute(
            """SELECT * FROM articles WHERE stage = 'translate' AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
            ORDER BY lead_translated, priority DESC, id DESC LIMIT ?""",
            (to_text(now), limit),
        )
        return [to_article(row) for row in rows]

    def keep(self, translation: Translation, document: Document, now: datetime) -> bool:
        """Keep a translation of `document`, sentence by sentence; matching comes once more.

        One that is not complete has title and lead: the article stays pending. One that takes the place of a
        complete translation leaves that one's worth in `translations`. Returns False, and keeps nothing, when
        the article was edited while it was translated.
        """
        article_id = translation.article_id
        state = TranslationState.TRANSLATED if translation.complete else TranslationState.PENDING
        with writing(self._db):
            if not self._is_still(document):
                return False
            self._keep_worth(article_id, now)
            self._put_sentences(translation)
            self._articles.update(
                article_id,
                DONE_WITH_STAGE
                | {
                    "translated_title": translation.title,
                    "translated_text": translation.text,
                    "translation_packages": to_json(translation.packages),
                    "translation_score": translation.score,
                    "translation_state": state,
                    "lead_translated": 1,
                    "stage": Stage.MATCH,
                },
            )
        return True

    def _is_still(self, document: Document) -> bool:
        row = self._db.execute(
            "SELECT title, text, language, stage FROM articles WHERE id = ?", (document.article_id,)
        ).fetchone()
        return row is not None and tuple(row) == (
            document.title,
            document.text,
            document.language,
            Stage.TRANSLATE,
        )

    def _put_sentences(self, translation: Translation) -> None:
        self._db.execute("DELETE FROM sentences WHERE article_id = ?", (translation.article_id,))
        self._db.executemany(
            """INSERT INTO sentences
                (article_id, position, paragraph, source, target, unverified, checks, score, glossary)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [(translation.article_id, *_columns(sentence)) for sentence in translation.sentences],
        )

    def _keep_worth(self, article_id: int, now: datetime) -> None:
        self._db.execute(
            """INSERT INTO translations (article_id, replaced_at, packages, score, sentences, unverified)
            SELECT articles.id, ?, translation_packages, translation_score, count(*), count(unverified)
            FROM articles JOIN sentences ON article_id = articles.id
            WHERE articles.id = ? AND translation_state = ? GROUP BY articles.id""",
            (to_text(now), article_id, TranslationState.TRANSLATED),
        )

    def missing(self, article_ids: Sequence[int], state: TranslationState, error: str | None = None) -> None:
        """No translation for these, now (WAITING) or at all (FAILED): they stay as the original.

        An article that has one already, and was only owed a better one, keeps it. One that was edited meanwhile is
        read again first, and asked for anew.
        """
        with writing(self._db):
            for article_id in filter(self._is_due, article_ids):
                columns = DONE_WITH_STAGE | {"stage": Stage.DONE, "error": error}
                if not self._has_one(article_id):
                    columns |= {"translation_state": state}
                self._articles.update(article_id, columns)

    def _is_due(self, article_id: int) -> bool:
        row = self._db.execute("SELECT stage FROM articles WHERE id = ?", (article_id,)).fetchone()
        return row is not None and row[0] == Stage.TRANSLATE

    def _has_one(self, article_id: int) -> bool:
        row = self._db.execute("SELECT translation_state FROM articles WHERE id = ?", (article_id,)).fetchone()
        return row is not None and row[0] == TranslationState.TRANSLATED

    def release_waiting(self, languages: Collection[str]) -> int:
        """Articles that waited for a model of one of these languages are translated now. Returns how many."""
        with writing(self._db):
            marks = ", ".join("?" * len(languages)) or "NULL"
            return self._db.execute(
                "UPDATE articles SET translation_state = ?, stage = ?, attempts = 0, next_attempt_at = NULL "  # noqa: S608
                f"WHERE translation_state = ? AND stage = ? AND language IN ({marks})",
                (TranslationState.PENDING, Stage.TRANSLATE, TranslationState.WAITING, Stage.DONE, *languages),
            ).rowcount

    def again(self, article_ids: Sequence[int], *, alert: bool) -> int:
        """Owe these another translation; what they have stays until then. Returns how many.

        Unless they may `alert`, they come after everything else, and what they match then is no news.
        """
        states = (Stage.DONE, TranslationState.TRANSLATED, TranslationState.FAILED)
        with writing(self._db):
            return self._db.executemany(
                """UPDATE articles SET stage = ?, priority = ?, lead_translated = 1, attempts = 0,
                    next_attempt_at = NULL
                WHERE id = ? AND stage = ? AND translation_state IN (?, ?)""",
                [(Stage.TRANSLATE, 0 if alert else AGAIN, article_id, *states) for article_id in article_ids],
            ).rowcount

    def made_by(self, language: str) -> list[tuple[str, ...]]:
        """The packages, together as they were used, that translated articles in a language."""
        rows = self._db.execute(
            """SELECT DISTINCT translation_packages FROM articles
            WHERE translation_state = 'translated' AND language = ?""",
            (language,),
        )
        return [tuple(json.loads(row[0])) for row in rows]

    def outdated(self, language: str, packages: Sequence[Sequence[str]], limit: int) -> list[int]:
        """Articles in a language that one of these translated, the newest first."""
        marks = ", ".join("?" * len(packages))
        rows = self._db.execute(
            f"""SELECT id FROM articles WHERE translation_state = 'translated' AND language = ?
              AND translation_packages IN ({marks}) AND stage = ? ORDER BY id DESC LIMIT ?""",  # noqa: S608
            (language, *map(to_json, packages), Stage.DONE, limit),
        )
        return [row[0] for row in rows]

    def languages(self) -> list[str]:
        """Languages of which there are translations."""
        rows = self._db.execute(
            "SELECT DISTINCT language FROM articles WHERE translation_state = 'translated' ORDER BY language"
        )
        return [row[0] for row in rows]

    def waiting_languages(self) -> dict[str, int]:
        """Languages without a model, and how many articles wait for each; most first, `und` when it is not known."""
        rows = self._db.execute(
            """SELECT coalesce(language, 'und'), count(*) FROM articles INDEXED BY articles_waiting
            WHERE translation_state = 'waiting for a model' GROUP BY 1 ORDER BY 2 DESC, 1"""
        )
        return {row[0]: row[1] for row in rows}

    def worth(self, article_id: int) -> Worth:
        """Of an article's translation; nothing is worth nothing, an article that is gone included."""
        score, sentences, unverified = self._db.execute(
            """SELECT translation_score, count(source), count(unverified) FROM articles
            LEFT JOIN sentences ON article_id = id WHERE id = ?""",
            (article_id,),
        ).fetchone()
        return Worth(score=score, sentences=sentences, unverified=unverified)

    def sentences(self, article_id: int) -> tuple[Sentence, ...]:
        """The article's sentences beside their translations; () when it has none."""
        rows = self._db.execute("SELECT * FROM sentences WHERE article_id = ? ORDER BY position", (article_id,))
        return tuple(
            Sentence(
                position=row["position"],
                paragraph=row["paragraph"],
                source=row["source"],
                target=row["target"],
                unverified=row["unverified"],
                checks=_listed(row["checks"]),
                score=row["score"],
                glossary=_listed(row["glossary"]),
            )
            for row in rows
        )


def _columns(sentence: Sentence) -> tuple[object, ...]:
    return (
        sentence.position,
        sentence.paragraph,
        sentence.source,
        sentence.target,
        sentence.unverified,
        to_json(sentence.checks),
        sentence.score,
        to_json(sentence.glossary),
    )


def _listed(column: str) -> tuple[str, ...]:
    """A list kept as JSON; empty ones, which are most, without reading it."""
    return () if column == "[]" else tuple(json.loads(column))
