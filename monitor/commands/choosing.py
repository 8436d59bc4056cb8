"""What commands that take something out of the archive share: periods, and topics by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.errors import ConfigError

_SPAN = re.compile(r"(\d{1,5})\s*(m|h|d|w)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def since(text: str | None, now: datetime, zone: str) -> datetime | None:
    """Where a period begins: a day (its first moment, in the reader's zone), a moment, or so long ago: 7d.

    Raises ConfigError.
    """
    return None if text is None else _moment("--since", text, now, zone, last=False)


def until(text: str | None, now: datetime, zone: str) -> datetime | None:
    """Where a period ends, the moment itself left out; a day belongs to it whole. Raises ConfigError."""
    return None if text is None else _moment("--until", text, now, zone, last=True)


def period(
    begin: str | None, end: str | None, days: int | None, now: datetime, zone: str
) -> tuple[datetime | None, datetime | None]:
    """[since, until) of what was asked for; None is open. Raises ConfigError."""
    if begin and days is not None:
        raise ConfigError("--since and --days say the same thing. Keep one of them.")
    first = now - timedelta(days=days) if days is not None else since(begin, now, zone)
    last = until(end, now, zone)
    if first and first >= now:
        raise ConfigError(f"--since {begin}: is yet to come. Write a time that has passed.")
    if first and last and first >= last:
        raise ConfigError(f"--until {end}: comes before the period begins. Choose an earlier --since.")
    return first, last


def _moment(option: str, text: str, now: datetime, zone: str, *, last: bool) -> datetime:
    text = text.strip()
    if ago := _SPAN.fullmatch(text):
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text) + timedelta(days=int(last))
            moment = datetime.combine(day, time(), ZoneInfo(zone))
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(f'{option} {text}: is no time. Write "2026-12-01", "2026-12-01 08:00" or 7d.') from error


def check_topic(name: str, known: Iterable[str]) -> None:
    """Raises ConfigError naming the nearest when the archive knows no such topic."""
    from monitor.topics.nearest import nearest

    names = list(known)
    if name in names:
        return
    folded = {one.casefold(): one for one in names}
    near = [folded[one] for one in nearest(name.casefold(), folded)]
    hint = f"Did you mean {' or '.join(f'“{one}”' for one in near)}?" if near else _listed(names)
    raise ConfigError(f"{name}: the archive knows no such topic. {hint}")


def _listed(names: list[str]) -> str:
    return f"It knows: {', '.join(names)}." if names else "It knows none; `monitor run` declares those of config.toml."
