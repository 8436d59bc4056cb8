"""What people asked for on a page and the daemon has not recorded yet, for pages to show as pending."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.archive.orders import Order, Orders
from monitor.errors import OrderError
from monitor.models import Note

SHOWN = 500  # orders looked through for a page; more wait only where no daemon runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Orders not yet carried out, the oldest first. Each question is answered by the latest that speaks of it."""

    orders: tuple[Order, ...] = ()

    def verdict(self, topic: str, article_id: int) -> str:
        """ "accepted", "rejected", "taken back", or "" when none waits."""
        for order in reversed(self.orders):
            if order.values.get("topic") == topic and article_id in _numbers(order.values.get("articles")):
                if order.kind == "unlabel":
                    return "taken back"
                if order.kind == "label":
                    return "accepted" if order.values.get("accepted") else "rejected"
        return ""

    def mute(self, kind: str, subject: str | int, topic: str = "") -> str:
        """ "muted", "snoozed", "unmuted", or "". `kind`: story or source; `subject`: its number, or its name."""
        wanted = (kind, str(subject), topic)
        for order in reversed(self.orders):
            values = order.values
            if (values.get("kind"), values.get("subject"), values.get("topic")) == wanted:
                if order.kind == "unmute":
                    return "unmuted"
                if order.kind == "mute":
                    return "snoozed" if values.get("until") else "muted"
        return ""

    def notes(self, article_id: int) -> tuple[Note, ...]:
        """Notes on an article that are still to be kept."""
        return tuple(
            _note(one) for one in self.orders if one.kind == "note" and one.values.get("article") == article_id
        )

    def unnoted(self, note_id: int) -> bool:
        """Whether a note is still to be deleted."""
        return any(one.kind == "unnote" and one.values.get("note") == note_id for one in self.orders)


async def pending(datasette: Any) -> Pending:
    """Read in a thread, some 0.3 ms. A queue that cannot be used has nothing to show; it is told when it is written."""
    try:
        return Pending(orders=tuple(await asyncio.to_thread(Orders(datasette.desk.archive).pending, SHOWN)))
    except OrderError:
        return Pending()


def _numbers(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _note(order: Order) -> Note:
    values: Mapping[str, Any] = order.values
    return Note(
        article_id=values["article"],
        text=str(values.get("text", "")),
        author=order.author,
        at=datetime.fromisoformat(str(values["at"])) if "at" in values else order.at,
        key=str(values.get("key", "")),
    )
