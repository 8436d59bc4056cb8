"""What an answer's headers tell us, none of it believed blindly. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.models import Validators

MIN_RETRY, MAX_RETRY = timedelta(seconds=60), timedelta(hours=24)
MAX_FRESH = timedelta(days=30)  # longer promises are mistakes; no poll waits that long anyway
MAX_VALIDATOR = 1024  # characters


def read_validators(headers: Mapping[str, str]) -> Validators:
    """`ETag` and `Last-Modified` as sent, each only if it is printable ASCII of at most 1 KB."""
    return Validators(etag=read_plain(headers.get("ETag")), last_modified=read_plain(headers.get("Last-Modified")))


def read_plain(value: str | None) -> str | None:
    """`value` if it is printable ASCII of at most 1 KB, so that it can be stored and sent back as it is."""
    if not value or len(value) > MAX_VALIDATOR:
        return None
    return value if value.isascii() and value.isprintable() else None


def read_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long `Retry-After` (seconds or an HTTP date, RFC 9110 §10.2.3) asks us to wait.

    Between one minute and one day, whatever was written; None when there is no number and no date in it.
    """
    if value is None:
        return None
    seconds = _seconds(value)
    if seconds is None:
        date = _date(value)
        seconds = (date - now).total_seconds() if date else None
    return None if seconds is None else _clamp(seconds, MIN_RETRY, MAX_RETRY)


def read_max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer says it stays fresh: `Cache-Control: max-age`, else `Expires` (RFC 9111 §4.2.1)."""
    directives = _directives(headers.get("Cache-Control", ""))
    if directives.keys() & {"no-cache", "no-store"}:
        return None
    seconds = _seconds(directives.get("max-age", ""))
    expires = _date(headers.get("Expires", ""))
    if seconds is None and expires:
        seconds = (expires - (_date(headers.get("Date", "")) or now)).total_seconds()
    return None if seconds is None or seconds <= 0 else _clamp(seconds, timedelta(0), MAX_FRESH)


def _directives(value: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in value.split(","))
    return {name.strip().lower(): argument.strip(' "') for name, _, argument in pairs}


def _seconds(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _clamp(seconds: float, low: timedelta, high: timedelta) -> timedelta:
    # Compared as numbers: a timedelta cannot hold 1e300.
    return timedelta(seconds=min(max(seconds, low.total_seconds()), high.total_seconds()))
