"""Between a row and a value: times, lists and the entry as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from monitor.models import Article, Entry, Stage, TranslationState


def to_text(moment: datetime | None) -> str | None:
    """Aware datetime → "2026-11-23T23:31:00Z"; to the second, so that times sort as text."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def to_json(values: Iterable[Any]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def entry_to_json(entry: Entry | None) -> str | None:
    if entry is None:
        return None
    fields = asdict(entry) | {"published": to_text(entry.published), "updated": to_text(entry.updated)}
    return json.dumps({k: v for k, v in fields.items() if v}, ensure_ascii=False)


def entry_from_json(text: str | None) -> Entry | None:
    if text is None:
        return None
    fields = json.loads(text)
    for name in ("published", "updated"):
        fields[name] = to_time(fields.get(name))
    for name in ("authors", "categories"):
        fields[name] = tuple(fields.get(name, ()))
    return Entry(**fields)


def article(row: sqlite3.Row) -> Article:
    """A row of `articles` as the rest of the program sees it."""
    return Article(
        id=row["id"],
        feed_id=row["feed_id"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        outlet=row["outlet"],
        title=row["title"],
        text=row["text"],
        authors=tuple(json.loads(row["authors"])),
        published=to_time(row["published"]),
        first_seen=datetime.fromisoformat(row["first_seen"]),
        updated=to_time(row["updated"]),
        image=row["image"],
        extractor=row["extractor"],
        language=row["language"],
        language_confidence=row["language_confidence"],
        translation_state=TranslationState(row["translation_state"]),
        translated_title=row["translated_title"],
        translated_text=row["translated_text"],
        lead_translated=bool(row["lead_translated"]),
        translation_score=row["translation_score"],
        stage=Stage(row["stage"]),
        attempts=row["attempts"],
        next_attempt_at=to_time(row["next_attempt_at"]),
        error=row["error"],
        alertable=bool(row["alertable"]),
        quiet=row["priority"] < 0,
        entry=entry_from_json(row["entry"]),
    )
