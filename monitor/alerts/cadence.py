"""When an alert is due, and when a message that was not taken is tried again. Pure.

A digest is sent at moments that the reader's clock shows. Local clocks skip an hour in spring and repeat
one in autumn; a daily digest still comes exactly once on every local day:

    the time exists twice     the first of the two
    the time does not exist   as much later as the clock jumped: 02:30 is sent at 03:30 (RFC 5545, 3.3.5);
                              if that is already another day, as much earlier
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.errors import DeliveryError

# RFC 5321, 4.5.4.1, asks for a few tries in the first hour and one every few hours later, as mail servers
# do; the try after one minute is for the short hiccup and for greylisting with little patience.
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)

_DAILY = re.compile(r"daily\s+(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a channel is told. `at` is the local time of a daily digest, else None."""

    kind: Literal["immediate", "hourly", "daily"]
    at: time | None = None

    @property
    def digest(self) -> bool:
        return self.kind != "immediate"


def parse_cadence(text: str) -> Cadence:
    """`immediate`, `hourly` or `daily 07:30`. Raises ValueError with a sentence that says what to write."""
    words = text.strip().lower()
    if words == "immediate":
        return Cadence("immediate")
    if words == "hourly":
        return Cadence("hourly")
    if found := _DAILY.fullmatch(words):
        hour, minute = map(int, found.groups())
        if hour > 23 or minute > 59:
            raise ValueError(f"{text!r} is no time of day; write a time from 00:00 to 23:59, e.g. daily 07:30")
        return Cadence("daily", time(hour, minute))
    raise ValueError(f"{text!r} is no cadence; write immediate, hourly or daily HH:MM, e.g. daily 07:30")


def due(cadence: Cadence, zone: ZoneInfo, matched_at: datetime, now: datetime) -> datetime:
    """When an alert matched at `matched_at` is to be sent, in UTC.

    A digest is the first one strictly after both `matched_at` and `now`: one whose time has come is being
    sent, and whoever comes late waits for the next. Keep the answer; asked again later, it may differ.
    """
    moment = max(matched_at, now).astimezone(UTC)
    if cadence.kind == "hourly":
        return _next_hour(moment, zone)
    if cadence.at is not None:
        return _next_day(cadence.at, moment, zone)
    return moment


def _next_hour(moment: datetime, zone: ZoneInfo) -> datetime:
    # Counted on the local clock, since some zones are half or three quarters of an hour off.
    local = moment.astimezone(zone)
    passed = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return moment + timedelta(hours=1) - passed


def _next_day(at: time, moment: datetime, zone: ZoneInfo) -> datetime:
    today = moment.astimezone(zone).date()
    # Yesterday's may still be ahead where a zone has put its clock back over midnight.
    slots = (_slot(today + timedelta(days=days), at, zone) for days in (-1, 0, 1, 2))
    return min(slot for slot in slots if slot > moment)


def _slot(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment of a daily digest, in UTC."""
    wall = datetime.combine(day, at, tzinfo=zone)  # fold=0: the first of two, or the later reading of a gap
    slot = wall.astimezone(UTC)
    if slot.astimezone(zone).date() != day:
        slot = wall.replace(fold=1).astimezone(UTC)
    return slot


def next_attempt(attempts: int, error: DeliveryError, now: datetime) -> datetime:
    """When to try again after `attempts` tries (1 after the first): 1, 5, 15 and 60 minutes, 2 and 4 hours.

    What the channel asked for (`retry_after`) is honoured instead. Whether to try at all is
    `error.permanent` and the outbox's limit on age.
    """
    if error.retry_after is not None:
        return now + error.retry_after
    return now + BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
