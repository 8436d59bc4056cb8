"""Mutes: what a command asks for, when they end, and which article they cover.

A mute is recorded as an order, since the daemon may hold the archive. What it covers is folded while it lasts.
When it ends, by itself or by `unmute`, what came meanwhile on stories still alive is due again: the next bundle
tells what is new in it, as one message a story.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from monitor.archive import Archive
from monitor.archive.due import MUTED
from monitor.archive.orders import Order
from monitor.models import AlertItem, Mute, Story
from monitor.run import orders
from monitor.run.context import Context
from monitor.wording.times import when

LIVE = timedelta(hours=72)  # a story without a new article for so long is over: nobody is told what was missed


def mute_order(mute: Mute) -> Order:
    return Order(kind="mute", values=_values(mute), author=mute.author, at=mute.at)


def unmute_order(mute: Mute) -> Order:
    return Order(kind="unmute", values=_values(mute), author=mute.author, at=mute.at)


def _values(mute: Mute) -> dict[str, Any]:
    return {
        "kind": mute.kind,
        "subject": mute.subject,
        "topic": mute.topic,
        "at": mute.at.isoformat(),
        "until": mute.until.isoformat() if mute.until else None,
        "author": mute.author,
    }


def _mute(values: Mapping[str, Any]) -> Mute:
    until = values["until"]
    return Mute(
        kind=values["kind"],
        subject=values["subject"],
        topic=values["topic"],
        at=datetime.fromisoformat(values["at"]),
        until=datetime.fromisoformat(until) if until else None,
        author=values.get("author", ""),
    )


def _carry_out_mute(archive: Archive, values: Mapping[str, Any]) -> None:
    archive.mutes.put(_mute(values))


def _carry_out_unmute(archive: Archive, values: Mapping[str, Any]) -> None:
    asked = _mute(values)
    story = _story(archive, asked)
    for mute in archive.mutes.all():
        same = mute.subject == asked.subject or (story is not None and _story(archive, mute) == story)
        if same and (mute.kind, mute.topic) == (asked.kind, asked.topic):
            _end(archive, mute, asked.at)


orders.HANDLERS |= {"mute": _carry_out_mute, "unmute": _carry_out_unmute}


def wake(context: Context) -> list[Mute]:
    """End the mutes whose time is over. Returns those that hold."""
    now = context.clock.now()
    holding = []
    for mute in context.archive.mutes.all():
        if mute.holds(now):
            holding.append(mute)
        else:
            _end(context.archive, mute, now)
    return holding


def _end(archive: Archive, mute: Mute, now: datetime) -> None:
    """One transaction: a mute that is gone has given back what it held."""
    with archive.writing():
        archive.alerts.unmute(mute.topic, _begin(mute), now, LIVE)
        archive.mutes.remove(mute)


def reason(
    mutes: Iterable[Mute], context: Context, topic: str, item: AlertItem, story: Story | None, zone: ZoneInfo
) -> str:
    """Why an article is muted, "" when it is not. A mute of a story covers what it was merged into."""
    for mute in mutes:
        if mute.topic in ("", topic) and _covers(mute, context, item, story):
            until = f"until {when(mute.until, zone)}" if mute.until else "for good"
            return f"{_begin(mute)}{until}"
    return ""


def _begin(mute: Mute) -> str:
    """How the reason of all that a mute covers begins: what it holds back, however long ago that had matched."""
    return f"{MUTED} by {mute.kind} {mute.subject} "


def _covers(mute: Mute, context: Context, item: AlertItem, story: Story | None) -> bool:
    if mute.kind == "source":
        return mute.covers(item.outlet, item.url)
    return story is not None and _story(context.archive, mute) == story.id


def _story(archive: Archive, mute: Mute) -> int | None:
    """The story that it silences, which may have been merged into another since."""
    muted = archive.stories.get(int(mute.subject)) if mute.kind == "story" and mute.subject.isdigit() else None
    return muted.id if muted else None
