"""What each stage found, written to the article's row together with what the article is owed next."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from monitor.archive.articles import Articles
from monitor.archive.connection import writing
from monitor.archive.rows import to_json, to_text
from monitor.errors import MonitorError
from monitor.models import Article, Extracted, Language, Sentence, Stage, Translation, TranslationState

_DONE_WITH_STAGE: dict[str, object] = {
    "attempts": 0,
    "next_attempt_at": None,
    "error": None,
    "error_kind": None,
}


FROM_FEED = frozenset({"feed-content", "feed-summary", "title"})


class Stages:
    """One method per outcome, one transaction per method."""

    def __init__(self, connection: sqlite3.Connection, articles: Articles) -> None:
        self._db = connection
        self._articles = articles

    def page_kept(self, article_id: int) -> None:
        """The page is stored; extraction is next."""
        with writing(self._db):
            columns = {"stage": Stage.EXTRACT, "page_attempts": 0, "page_retry_at": None}
            self._articles.update(article_id, _DONE_WITH_STAGE | columns)

    def no_page(
        self, article_id: int, error: MonitorError, retry_at: datetime | None, *, attempted: bool = True
    ) -> None:
        """No page for now: live on the feed's own words, and try the page again at `retry_at`."""
        with writing(self._db):
            self._db.execute(
                "UPDATE articles SET page_attempts = page_attempts + ? WHERE id = ?", (attempted, article_id)
            )
            self._articles.update(
                article_id,
                {
                    "stage": Stage.EXTRACT,
                    "attempts": 0,
                    "next_attempt_at": None,
                    "page_retry_at": to_text(retry_at),
                    "error": str(error),
                    "error_kind": error.kind,
                },
            )

    def page_attempts(self, article_id: int) -> int:
        row = self._db.execute("SELECT page_attempts FROM articles WHERE id = ?", (article_id,)).fetchone()
        return int(row[0]) if row else 0

    def retry_pages(self, now: datetime) -> int:
        """Articles whose page is to be tried again go back to the start. Returns how many."""
        with writing(self._db):
            return self._db.execute(
                "UPDATE articles SET stage = ?, page_retry_at = NULL, next_attempt_at = NULL WHERE page_retry_at <= ?",
                (Stage.FETCH, to_text(now)),
            ).rowcount

    def extracted(self, article: Article, found: Extracted, content_hash: str, outlet: str, now: datetime) -> bool:
        """Keep the text; an earlier, different text becomes a version. Returns whether the text changed."""
        with writing(self._db):
            changed = self._keep_version(article, found, content_hash, now)
            self._articles.update(
                article.id,
                {
                    "title": found.title or article.title,
                    "text": found.text,
                    "authors": to_json(found.authors or article.authors),
                    "published": to_text(article.published or found.published),
                    "image": found.image or article.image,
                    "outlet": outlet,
                    "extractor": found.extractor,
                    "refusals": to_json(asdict(refusal) for refusal in found.refusals),
                    "dropped": to_json(found.dropped),
                    "declared_language": found.language_hint or self._declared(article.id),
                    "content_hash": content_hash,
                    "stage": Stage.IDENTIFY,
                    "attempts": 0,
                    "next_attempt_at": None,
                },
            )
        return changed

    def duplicate(self, article_id: int, original_id: int) -> None:
        """Two addresses led to one page: the later article stands aside."""
        with writing(self._db):
            self._articles.update(
                article_id,
                _DONE_WITH_STAGE
                | {"stage": Stage.DONE, "duplicate_of": original_id, "translation_state": TranslationState.NOT_NEEDED},
            )

    def unchanged(self, article_id: int) -> None:
        """The page says what we have already: nothing further is owed."""
        with writing(self._db):
            self._articles.update(article_id, _DONE_WITH_STAGE | {"stage": Stage.DONE})

    def _keep_version(self, article: Article, found: Extracted, content_hash: str, now: datetime) -> bool:
        row = self._db.execute("SELECT content_hash FROM articles WHERE id = ?", (article.id,)).fetchone()
        if row is None or row[0] in (None, content_hash):
            return row is not None and row[0] is None
        if article.extractor in FROM_FEED and found.extractor not in FROM_FEED:
            return True  # the page came late; that is our gain, not the publisher's edit
        self._db.execute(
            "INSERT INTO versions (article_id, replaced_at, title, text, content_hash) VALUES (?, ?, ?, ?, ?)",
            (article.id, to_text(now), article.title, article.text, row[0]),
        )
        self._articles.update(article.id, {"updated": to_text(now)})
        return True

    def content_hash(self, article_id: int) -> str | None:
        row = self._db.execute("SELECT content_hash FROM articles WHERE id = ?", (article_id,)).fetchone()
        return row[0] if row else None

    def _declared(self, article_id: int) -> str | None:
        row = self._db.execute("SELECT declared_language FROM articles WHERE id = ?", (article_id,)).fetchone()
        return row[0] if row else None

    def declared_language(self, article_id: int) -> str | None:
        """What page or feed say the language is; a tie-breaker."""
        return self._declared(article_id)

    def identified(self, article_id: int, language: Language, state: TranslationState) -> None:
        """The language is known. Whatever was translated before belonged to an earlier text and goes."""
        with writing(self._db):
            self._db.execute("DELETE FROM sentences WHERE article_id = ?", (article_id,))
            self._articles.update(
                article_id,
                _DONE_WITH_STAGE
                | {
                    "language": language.code,
                    "language_confidence": round(language.confidence, 4),
                    "language_method": language.method,
                    "translation_state": state,
                    "translated_title": "",
                    "translated_text": "",
                    "translation_packages": "[]",
                    "stage": Stage.MATCH,
                },
            )

    def translated(self, translation: Translation) -> None:
        """Keep the translation, sentence by sentence; matching comes once more."""
        with writing(self._db):
            self._db.execute("DELETE FROM sentences WHERE article_id = ?", (translation.article_id,))
            self._db.executemany(
                "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (translation.article_id, s.position, s.paragraph, s.source, s.target, s.unverified)
                    for s in translation.sentences
                ],
            )
            self._articles.update(
                translation.article_id,
                _DONE_WITH_STAGE
                | {
                    "translated_title": translation.title,
                    "translated_text": translation.text,
                    "translation_packages": to_json(translation.packages),
                    "translation_state": TranslationState.TRANSLATED,
                    "stage": Stage.MATCH,
                },
            )

    def untranslated(self, article_ids: Sequence[int], state: TranslationState, error: str | None = None) -> None:
        """No translation for these, now (WAITING) or at all (FAILED); they stay as the original."""
        with writing(self._db):
            for article_id in article_ids:
                self._articles.update(
                    article_id,
                    _DONE_WITH_STAGE | {"translation_state": state, "stage": Stage.DONE, "error": error},
                )

    def release_waiting(self, languages: Mapping[str, object] | frozenset[str]) -> int:
        """Articles that waited for a model of one of these languages are translated now. Returns how many."""
        with writing(self._db):
            marks = ", ".join("?" * len(languages)) or "NULL"
            return self._db.execute(
                "UPDATE articles SET translation_state = ?, stage = ?, attempts = 0, next_attempt_at = NULL "  # noqa: S608
                f"WHERE translation_state = ? AND stage = ? AND language IN ({marks})",
                (TranslationState.PENDING, Stage.TRANSLATE, TranslationState.WAITING, Stage.DONE, *languages),
            ).rowcount

    def waiting_languages(self) -> dict[str, int]:
        """Languages without a model, and how many articles wait for each."""
        rows = self._db.execute(
            "SELECT language, count(*) FROM articles WHERE translation_state = ? GROUP BY language ORDER BY 2 DESC",
            (TranslationState.WAITING,),
        )
        return {row[0]: row[1] for row in rows}

    def failed(self, article: Article, error: MonitorError, now: datetime, wait: timedelta | None) -> None:
        """A stage could not deal with the article: try again after `wait`, or never (None) and go no further."""
        columns: dict[str, object] = {
            "attempts": article.attempts + 1,
            "error": str(error),
            "error_kind": error.kind,
            "next_attempt_at": to_text(now + wait) if wait is not None else None,
        }
        with writing(self._db):
            self._articles.update(article.id, columns if wait is not None else columns | {"stage": Stage.DONE})

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
            )
            for row in rows
        )

    def notes(self, article_id: int) -> dict[str, object]:
        """What extraction recorded about itself: refusals and dropped paragraphs, for `monitor explain`."""
        row = self._db.execute(
            "SELECT refusals, dropped, language_method, translation_packages FROM articles WHERE id = ?",
            (article_id,),
        ).fetchone()
        return {
            "refusals": json.loads(row["refusals"]),
            "dropped": json.loads(row["dropped"]),
            "language_method": row["language_method"],
            "packages": json.loads(row["translation_packages"]),
        }
