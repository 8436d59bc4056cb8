"""Periods of a timeline: the reader's days, weeks, and the twenty-four hours that end now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
DAILY_UNTIL = 90  # days; a longer timeline counts by week, or its columns would be hairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A day or week on the reader's clock; it ends where the next begins."""

    label: str  # its first day: "2026-11-23"
    begins: datetime


def last_days(now: datetime, zone: ZoneInfo, number: int) -> tuple[Period, ...]:
    """So many days, the last of which is today; above DAILY_UNTIL the weeks that hold them, which begin on Monday."""
    today = now.astimezone(zone).date()
    first, step = today - DAY * (number - 1), DAY
    if number > DAILY_UNTIL:
        first, step = first - DAY * first.weekday(), timedelta(weeks=1)
    periods = (today - first) // step + 1
    # Midnight by midnight, since a day on which clocks change has 23 or 25 hours.
    starts = (first + step * place for place in range(periods))
    return tuple(Period(label=day.isoformat(), begins=midnight(day, zone)) for day in starts)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins on the reader's clock."""
    return datetime.combine(day, time.min, zone)


def last_windows(now: datetime, number: int) -> tuple[datetime, ...]:
    """When each of the last so many spans of 24 hours began: the last one ends now, so all can be compared."""
    return tuple(now - DAY * place for place in range(number, 0, -1))
