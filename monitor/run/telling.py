"""Notices on their way to channels: when each is told, and several at once as one message."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from monitor.alerts import cadence, routing
from monitor.alerts.compose import compose
from monitor.alerts.notice import together
from monitor.alerts.quiet import parse_quiet, quiet_until
from monitor.archive.notices import OPERATORS, Telling
from monitor.models import Alert, Channel, Topic
from monitor.run.context import Context, Tally

COVERAGE_WINDOW = timedelta(hours=24)


def operators(context: Context) -> tuple[str, ...]:
    """The channels told of what is about the program itself."""
    return context.config.alerts.operators or tuple(channel.name for channel in context.config.channels)


def readers(context: Context, topic: Topic) -> tuple[str, ...]:
    """The channels told about a topic."""
    return tuple(channel.name for channel in routing.told(topic, context.config.channels))


def due_times(context: Context, names: Iterable[str], now: datetime) -> dict[str, datetime]:
    """When each of these channels is told of something that happens now: at once, or in its next digest."""
    wanted = set(names)
    return {
        channel.name: cadence.due(cadence.parse_cadence(channel.cadence), ZoneInfo(channel.zone), now, now)
        for channel in context.config.channels
        if channel.name in wanted
    }


def bundle(context: Context) -> Tally:
    """Turn the notices that are due into messages owed: one for each channel and topic."""
    now = context.clock.now()
    due = sorted(context.archive.notices.due(now), key=lambda one: (one.channel, one.topic))
    made = 0
    for (name, topic), group in groupby(due, key=lambda one: (one.channel, one.topic)):
        if (channel := context.channel(name)) and not _quiet(channel, now):
            _owe(context, channel, topic, list(group), now)
            made += 1
    return Tally(done=made, found=made)


def _quiet(channel: Channel, now: datetime) -> bool:
    """In quiet hours nothing leaves; what is due stays due until they are over."""
    return quiet_until(parse_quiet(channel.quiet), ZoneInfo(channel.zone), now) is not None


def _owe(context: Context, channel: Channel, topic: str, tellings: list[Telling], now: datetime) -> None:
    alert = Alert(
        alert_id=_number(channel, tellings),
        topic=topic,
        channel=channel.name,
        items=(),
        coverage=None if topic == OPERATORS else context.archive.ledger.coverage(now - COVERAGE_WINDOW),
        digest=channel.cadence != "immediate",
        created=now,
        thread=tellings[0].answers if len(tellings) == 1 else None,
        notice=together([one.notice for one in tellings]),
    )
    subject = compose(alert, channel, zone=ZoneInfo(channel.zone)).subject
    with context.archive.writing():
        context.archive.outbox.owe(alert, (), subject, now)
        context.archive.notices.told(tellings, alert.alert_id)


def _number(channel: Channel, tellings: list[Telling]) -> str:
    """An id that depends on nothing but what is told to whom."""
    first = tellings[0]
    return hashlib.sha256(f"notice\n{channel.name}\n{first.notice_id}\n{first.event}".encode()).hexdigest()[:20]
