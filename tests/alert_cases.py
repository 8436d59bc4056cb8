"""Alerts for tests: the cases of tests/data/messages, and small ones made in code.

A case is `NAME.toml`: the zone, whether it is a repeat, and the alert. `terms` and `translation_terms` are the
words to mark; their spans are found here. Beside it stand the expected `NAME.txt`, `NAME.html`, `NAME.json` (the
JSON form) and `NAME.slack.json` (the blocks).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from monitor.models import (
    Alert,
    AlertItem,
    Channel,
    Coverage,
    Evidence,
    Message,
    Span,
    TranslationState,
)

FOLDER = Path(__file__).parent / "data" / "messages"
NOON = datetime(2026, 3, 3, 12, 5, tzinfo=UTC)


class FixedClock:
    """A clock that stands still."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str
    zone: ZoneInfo
    repeat: bool
    alert: Alert


def cases() -> list[Case]:
    """Every case in the folder."""
    return [_case(path) for path in sorted(FOLDER.glob("*.toml"))]


def channel(kind: str = "email", **more: Any) -> Channel:
    """A channel of a kind."""
    return Channel(name="desk", kind=kind, **more)


def item(**more: Any) -> AlertItem:
    """An article in French with its translation, or with what is given instead."""
    evidence = Evidence(
        sentence="Une délégation libyenne est arrivée à Moscou.",
        spans=(Span(start=15, end=23),),
        translation="A Libyan delegation has arrived in Moscow.",
        translation_spans=(Span(start=2, end=8),),
    )
    values: dict[str, Any] = {
        "article_id": 7,
        "title": "Une délégation libyenne à Moscou",
        "translated_title": "A Libyan delegation in Moscow",
        "outlet": "Le Courrier du Golfe",
        "language": "fr",
        "published": NOON,
        "first_seen": NOON,
        "url": "https://courrier.example/a/1",
        "evidence": evidence,
        "translation_state": TranslationState.TRANSLATED,
    }
    return AlertItem(**values | more)


def alert(*items: AlertItem, **more: Any) -> Alert:
    """An alert on some articles, by default on one."""
    values: dict[str, Any] = {
        "alert_id": "4f2a9c",
        "topic": "Libya–Russia relations",
        "channel": "desk",
        "items": items or (item(),),
        "created": NOON,
    }
    return Alert(**values | more)


def message(**more: Any) -> Message:
    """A message that is quick to read in a test."""
    values: dict[str, Any] = {"message_id": "4f2a9c", "subject": "Libya: one article", "text": "One article.\n"}
    return Message(**values | more)


def _case(path: Path) -> Case:
    table = tomllib.loads(path.read_text("utf-8"))
    return Case(
        name=path.stem,
        zone=ZoneInfo(table["zone"]),
        repeat=table.get("repeat", False),
        alert=_alert(table["alert"]),
    )


def _alert(table: dict[str, Any]) -> Alert:
    coverage = table.pop("coverage", None)
    items = tuple(_item(entry) for entry in table.pop("items"))
    return Alert(**table, items=items, coverage=_coverage(coverage) if coverage else None)


def _coverage(table: dict[str, Any]) -> Coverage:
    return Coverage(**{key: tuple(value) if isinstance(value, list) else value for key, value in table.items()})


def _item(table: dict[str, Any]) -> AlertItem:
    sentence, translation = table.pop("sentence"), table.pop("translation", "")
    evidence = Evidence(
        sentence=sentence,
        spans=_spans(sentence, table.pop("terms", [])),
        translation=translation,
        translation_spans=_spans(translation, table.pop("translation_terms", [])),
        unverified=table.pop("unverified", None),
    )
    state = TranslationState(table.pop("translation_state"))
    defaults = {"translated_title": "", "published": None}
    return AlertItem(**defaults | table, evidence=evidence, translation_state=state)


def _spans(text: str, terms: list[str]) -> tuple[Span, ...]:
    return tuple(Span(start=text.index(term), end=text.index(term) + len(term)) for term in terms)
