"""Alert → message: what a channel will say, in every form it may need. Pure."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from monitor.alerts import notice
from monitor.alerts.blocks import MAX_CARDS, blocks
from monitor.alerts.data import data
from monitor.alerts.html import html
from monitor.alerts.plain import plain
from monitor.alerts.wording import word
from monitor.models import Alert, Channel, Message


def compose(alert: Alert, channel: Channel, *, zone: ZoneInfo, repeat: bool = False) -> Message:
    """The message for `channel`, times in `zone`, at most `channel.max_articles` articles listed.

    `repeat` says that an earlier copy may have arrived; id, subject and articles stay the same. A message
    for Slack carries its Block Kit as `data["blocks"]` beside the JSON form that every message has.
    """
    if alert.notice:
        return notice.compose(alert, channel, zone=zone, repeat=repeat)
    alert = _capped(alert, most(channel))
    sheet = word(alert, channel, zone, repeat=repeat)
    form = data(alert, sheet, repeat=repeat)
    if channel.kind == "slack":
        form["blocks"] = blocks(sheet)
    return Message(
        message_id=alert.alert_id,
        subject=sheet.subject,
        text=plain(sheet),
        html=html(sheet) if channel.kind == "email" else "",
        data=form,
        repeat=repeat,
        thread=alert.thread,
    )


def most(channel: Channel) -> int:
    """How many articles or stories one message to the channel lists: what it asks for, or what Slack takes."""
    return max(1, min(channel.max_articles, MAX_CARDS) if channel.kind == "slack" else channel.max_articles)


def _capped(alert: Alert, room: int) -> Alert:
    beyond = max(0, len(alert.items) - room)
    items = alert.items[: len(alert.items) - beyond]
    return replace(alert, items=items, omitted=alert.omitted + beyond)
