"""Moments on the reader's clock. Stored times are UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.wording.counts import count

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # strftime would follow the machine's locale
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def when(moment: datetime, zone: ZoneInfo) -> str:
    """A moment on the reader's clock: `Tue 3 March 2026, 14:05 EET`."""
    local = moment.astimezone(zone)
    label = local.tzname() or ""
    if not label.isalpha():  # zones without letters of their own are called "+03"
        label = "UTC" + local.isoformat()[-6:]
    day = f"{_DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local:%H:%M} {label}"


def stamp(moment: datetime) -> str:
    """A moment for machines: ISO 8601 in UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def span(length: timedelta) -> str:
    """A length of time, roughly: `20 minutes`, `5 hours`, `3 days`, `6 weeks`."""
    minutes = max(round(length.total_seconds() / 60), 1)
    if minutes == 60:
        return "1 hour"
    for size, noun, most in ((1, "minute", 90), (60, "hour", 48), (1440, "day", 21)):
        if minutes < size * most:
            return count(max(round(minutes / size), 1), noun)
    return count(round(minutes / 10_080), "week")


def every(length: timedelta) -> str:
    """The same after "every": `hour`, `3 hours`."""
    return span(length).removeprefix("1 ")
