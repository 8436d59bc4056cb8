"""Where an article comes from, and what became of it on the way: what its page cites and its reader can check."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from monitor.models import Refusal

_MOST = 50  # duplicates and notes that one article's page names


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """The page as fetched. Its hash outlives its bytes."""

    url: str  # that answered, after redirects
    fetched_at: datetime
    content_type: str | None
    sha256: str
    bytes: int
    kept: bool  # the bytes are in the archive still


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """The same article, or one that says the same, at another address."""

    article_id: int
    outlet: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Of one article, beside what `models.Article` says."""

    feed_id: int | None = None
    feed_title: str = ""
    feed_url: str = ""
    page: KeptPage | None = None  # None: no page was fetched
    page_outcome: str | None = None
    refusals: tuple[Refusal, ...] = ()  # better extractors, and why they were passed over
    dropped: tuple[str, ...] = ()  # paragraphs left out as the site's furniture
    language_method: str | None = None  # text | title | declared | none
    declared_language: str | None = None
    packages: tuple[str, ...] = ()  # that translated it
    content_hash: str | None = None
    duplicate_of: Duplicate | None = None
    duplicates: tuple[Duplicate, ...] = ()


class Provenances:
    """Read from `articles`, `feeds` and `pages`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def of_article(self, article_id: int) -> Provenance:
        """What is known; of an article that is not there, nothing."""
        row = self._db.execute(
            """SELECT feed_id, feeds.title AS feed_title, feeds.url AS feed_url, page_outcome, refusals, dropped,
                language_method, declared_language, translation_packages, content_hash, duplicate_of
            FROM articles LEFT JOIN feeds ON feeds.id = feed_id WHERE articles.id = ?""",
            (article_id,),
        ).fetchone()
        if row is None:
            return Provenance()
        return Provenance(
            feed_id=row["feed_id"],
            feed_title=row["feed_title"] or "",
            feed_url=row["feed_url"] or "",
            page=self._page(article_id),
            page_outcome=row["page_outcome"],
            refusals=tuple(Refusal(**refusal) for refusal in json.loads(row["refusals"])),
            dropped=tuple(json.loads(row["dropped"])),
            language_method=row["language_method"],
            declared_language=row["declared_language"],
            packages=tuple(json.loads(row["translation_packages"])),
            content_hash=row["content_hash"],
            duplicate_of=next(iter(self._duplicates("id", row["duplicate_of"])), None),
            duplicates=self._duplicates("duplicate_of", article_id),
        )

    def _page(self, article_id: int) -> KeptPage | None:
        row = self._db.execute(
            # typeof() looks at the row's head: the body, which is large, is not read.
            """SELECT url, fetched_at, content_type, sha256, bytes, typeof(body) <> 'null' AS kept
            FROM pages WHERE article_id = ?""",
            (article_id,),
        ).fetchone()
        return row and KeptPage(
            url=row["url"],
            fetched_at=datetime.fromisoformat(row["fetched_at"]),
            content_type=row["content_type"],
            sha256=row["sha256"],
            bytes=row["bytes"],
            kept=bool(row["kept"]),
        )

    def _duplicates(self, column: str, value: int | None) -> tuple[Duplicate, ...]:
        if value is None:
            return ()
        rows = self._db.execute(
            f"SELECT id, outlet, title, url FROM articles WHERE {column} = ? ORDER BY id LIMIT ?",  # noqa: S608
            (value, _MOST),
        )
        return tuple(Duplicate(article_id=row[0], outlet=row[1], title=row[2], url=row[3]) for row in rows)
