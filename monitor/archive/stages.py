"""What each stage found, written to the article's row together with what the article is owed next."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from datetime import datetime, timedelta

from monitor.archive.articles import Articles
from monitor.archive.connection import writing
from monitor.archive.rows import to_json, to_text
from monitor.errors import MonitorError
from monitor.models import Article, Extracted, Language, Stage, TranslationState

DONE_WITH_STAGE: dict[str, object] = {
    "attempts": 0,
    "next_attempt_at": None,
    "error": None,
    "error_kind": None,
}

# An article can be sent back to its page while it waits for its translation, for hours in a backlog.
_STILL_OWED = {TranslationState.UNKNOWN.value: Stage.IDENTIFY, TranslationState.PENDING.value: Stage.MATCH}

FROM_FEED = frozenset({"feed-content", "feed-summary", "title"})


class Stages:
    """One method per outcome, one transaction per method."""

    def __init__(self, connection: sqlite3.Connection, articles: Articles) -> None:
        self._db = connection
        self._articles = articles

    def page_kept(self, article_id: int) -> None:
        """The page is stored; extraction is next."""
        with writing(self._db):
            columns = {"stage": Stage.EXTRACT, "page_attempts": 0, "page_retry_at": None, "page_outcome": "fetched"}
            self._articles.update(article_id, DONE_WITH_STAGE | columns)

    def no_page(
        self,
        article_id: int,
        error: MonitorError,
        retry_at: datetime | None,
        *,
        outcome: str = "failed",
        attempted: bool = True,
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
                    "page_outcome": outcome,
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
                DONE_WITH_STAGE
                | {"stage": Stage.DONE, "duplicate_of": original_id, "translation_state": TranslationState.NOT_NEEDED},
            )

    def unchanged(self, article_id: int) -> None:
        """The page says what we have already: only what was owed before it was read again is owed still."""
        with writing(self._db):
            self._articles.update(article_id, DONE_WITH_STAGE | {"stage": self._still_owed(article_id)})

    def _still_owed(self, article_id: int) -> Stage:
        row = self._db.execute("SELECT translation_state FROM articles WHERE id = ?", (article_id,)).fetchone()
        return _STILL_OWED.get(row[0], Stage.DONE) if row else Stage.DONE

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
                DONE_WITH_STAGE
                | {
                    "language": language.code,
                    "language_confidence": round(language.confidence, 4),
                    "language_method": language.method,
                    "translation_state": state,
                    "translated_title": "",
                    "translated_text": "",
                    "translation_packages": "[]",
                    "translation_score": None,
                    "lead_translated": 0,
                    "priority": 0,
                    "stage": Stage.MATCH,
                },
            )

    def failed(self, article: Article, error: MonitorError, now: datetime, wait: timedelta | None) -> None:
        """A stage could not deal with the article: try again after `wait`, or never (None) and go no further.

        One that was edited meanwhile owes another stage already, and keeps to that. A page that could not be read
        again leaves the translation of the kept text owed.
        """
        columns: dict[str, object] = {
            "attempts": article.attempts + 1,
            "error": str(error),
            "error_kind": error.kind,
            "next_attempt_at": to_text(now + wait) if wait is not None else None,
        }
        with writing(self._db):
            row = self._db.execute("SELECT stage FROM articles WHERE id = ?", (article.id,)).fetchone()
            if row is None or row[0] != article.stage:
                return
            if wait is None:
                pending = article.stage is Stage.EXTRACT and article.translation_state is TranslationState.PENDING
                columns |= {"stage": Stage.MATCH, "attempts": 0} if pending else {"stage": Stage.DONE}
            self._articles.update(article.id, columns)

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
