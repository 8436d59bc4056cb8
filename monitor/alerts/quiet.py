"""Hours in which a channel is left alone. Pure.

`22:00-07:00` on the channel's clock: from the first moment that clock shows 22:00 until it next shows 07:00.
A time that the clock skips or shows twice is taken as in `cadence`: as much later as the clock jumped, and the
first of two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.cadence import slot

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Quiet:
    """Local times between which nothing is sent; `begin` may be later in the day than `end`."""

    begin: time
    end: time


def parse_quiet(text: str) -> Quiet | None:
    """`22:00-07:00`; None for "". Raises ValueError with a sentence that says what to write."""
    if not text.strip():
        return None
    found = _HOURS.fullmatch(text.strip())
    if found and int(found[1]) < 24 and int(found[3]) < 24 and found[2] < "60" and found[4] < "60":
        quiet = Quiet(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))
        if quiet.begin != quiet.end:
            return quiet
    raise ValueError(f"{text!r} are no hours; write two different times of day, e.g. 22:00-07:00")


def quiet_until(quiet: Quiet | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` lies in, in UTC; None outside them."""
    if quiet is None:
        return None
    today = now.astimezone(zone).date()
    for days in (-1, 0, 1):
        day = today + timedelta(days=days)
        begin = slot(day, quiet.begin, zone)
        end = slot(day if quiet.begin < quiet.end else day + timedelta(days=1), quiet.end, zone)
        if begin <= now < end:
            return end.astimezone(UTC)
    return None
