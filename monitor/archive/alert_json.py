"""An alert as JSON and back, as the outbox keeps it: what was said can be said again in the same words."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from monitor.archive.rows import to_text, to_time
from monitor.models import Alert, AlertItem, Coverage, Evidence, Span, TranslationState


def dump(alert: Alert) -> str:
    return json.dumps(asdict(alert), ensure_ascii=False, default=_plain)


def load(text: str) -> Alert:
    fields = json.loads(text)
    coverage = fields.pop("coverage")
    return Alert(
        **fields
        | {
            "items": tuple(_item(item) for item in fields["items"]),
            "created": datetime.fromisoformat(fields["created"]),
            "coverage": None if coverage is None else _coverage(coverage),
        }
    )


def _plain(value: object) -> str | None:
    if isinstance(value, datetime):
        return to_text(value)
    raise TypeError(f"{type(value).__name__} has no place in an alert")


def _item(fields: dict[str, Any]) -> AlertItem:
    return AlertItem(
        **fields
        | {
            "published": to_time(fields["published"]),
            "first_seen": datetime.fromisoformat(fields["first_seen"]),
            "evidence": _evidence(fields["evidence"]),
            "translation_state": TranslationState(fields["translation_state"]),
        }
    )


def _evidence(fields: dict[str, Any]) -> Evidence:
    spans = {name: tuple(Span(**span) for span in fields[name]) for name in ("spans", "translation_spans")}
    return Evidence(**fields | spans)


def _coverage(fields: dict[str, Any]) -> Coverage:
    lists = {name: tuple(fields[name]) for name in ("languages_without_model", "failing_feeds")}
    return Coverage(**fields | lists)
