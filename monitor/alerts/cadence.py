"""When an alert is due, and when a message that was not taken is tried again. Pure.

A digest is sent at moments that the reader's clock shows. Local clocks skip an hour in spring and repeat
one in autumn; a daily digest still comes exactly once on every local day, a weekly one once a week:

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

_DIGEST = re.compile(r"(?:daily|weekly\s+(mon|tue|wed|thu|fri|sat|sun)\w*)\s+(\d{1,2}):(\d{2})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a channel is told. `at` is the local time of a daily or weekly digest, `weekday` (0: Monday) the
    day of a weekly one; else None."""

    kind: Literal["immediate", "hourly", "daily", "weekly"]
    at: time | None = None
    weekday: int | None = None

    @property
    def digest(self) -> bool:
        return self.kind != "immediate"


def parse_cadence(text: str) -> Cadence:
    """`immediate`, `hourly`, `daily 07:30` or `weekly Mon 08:00`. Raises ValueError that says what to write."""
    words = text.strip().lower()
    if words == "immediate":
        return Cadence("immediate")
    if words == "hourly":
        return Cadence("hourly")
    if found := _DIGEST.fullmatch(words):
        day, hour, minute = found[1], int(found[2]), int(found[3])
        if hour > 23 or minute > 59:
            raise ValueError(f"{text!r} is no time of day; write a time from 00:00 to 23:59, e.g. daily 07:30")
        at = time(hour, minute)
        return Cadence("weekly", at, _DAYS.index(day)) if day else Cadence("daily", at)
    raise ValueError(f"{text!r} is no cadence; write immediate, hourly, daily 07:30 or weekly Mon 08:00")


def due(cadence: Cadence, zone: ZoneInfo, matched_at: datetime, now: datetime) -> datetime:
    """When an alert matched at `matched_at` is to be sent, in UTC.

    A digest is the first one strictly after both `matched_at` and `now`: one whose time has come is being
    sent, and whoever comes late waits for the next. Keep the answer; asked again later, it may differ.
    """
    moment = max(matched_at, now).astimezone(UTC)
    if cadence.kind == "hourly":
        return _next_hour(moment, zone)
    if cadence.at is not None:
        return _next_day(cadence.at, moment, zone, cadence.weekday)
    return moment


def midnight(zone: ZoneInfo, now: datetime) -> datetime:
    """The next beginning of a local day, in UTC."""
    return _next_day(time(0), now.astimezone(UTC), zone)


def _next_hour(moment: datetime, zone: ZoneInfo) -> datetime:
    # Counted on the local clock, since some zones are half or three quarters of an hour off.
    local = moment.astimezone(zone)
    passed = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return moment + timedelta(hours=1) - passed


def _next_day(at: time, moment: datetime, zone: ZoneInfo, weekday: int | None = None) -> datetime:
    today = moment.astimezone(zone).date()
    # Yesterday's may still be ahead where a zone has put its clock back over midnight.
    days = [today + timedelta(days=number) for number in range(-1, 3 if weekday is None else 9)]
    slots = (slot(day, at, zone) for day in days if weekday in (None, day.weekday()))
    return min(one for one in slots if one > moment)


def slot(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When the clock of a zone shows a time on a day, in UTC."""
    wall = datetime.combine(day, at, tzinfo=zone)  # fold=0: the first of two, or the later reading of a gap
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).date() != day:
        moment = wall.replace(fold=1).astimezone(UTC)
    return moment


def next_attempt(attempts: int, error: DeliveryError, now: datetime) -> datetime:
    """When to try again after `attempts` tries (1 after the first): 1, 5, 15 and 60 minutes, 2 and 4 hours.

    What the channel asked for (`retry_after`) is honoured instead. Whether to try at all is
    `error.permanent` and the outbox's limit on age.
    """
    if error.retry_after is not None:
        return now + error.retry_after
    return now + BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1]
