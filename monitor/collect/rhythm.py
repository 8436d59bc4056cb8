"""When a feed is asked next, what a failure costs, when a move is believed. Pure.

A feed is asked ten times in its usual gap between two entries, so that an entry waits a twentieth of that
gap on average; a feed that has gone quiet is asked again after a tenth of its silence. `ttl`, Cache-Control
and the configuration bound both. Failures back off from 15 minutes to a day, later to a week, and never
further: one success puts everything back.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.config import CollectSettings
from monitor.errors import MonitorError, ParseError, StatusError
from monitor.models import Entry, Feed, FeedState, Fetched, ParsedFeed, Redirect, Validators

ASKS_PER_GAP = 10
WINDOW = timedelta(days=14)  # entries older than this say nothing about today's rhythm
FIRST_BACKOFF, LAST_BACKOFF = timedelta(minutes=15), timedelta(hours=24)
WEEK = timedelta(days=7)
MISSING_LIMIT = 5.0  # ten 404s in a row, each weighing ½: from then on once a week
GONE_SPACING = timedelta(hours=36)  # so that three 410s in a row lie at least three days apart
GONE_COUNT = 3
MOVES = 3  # permanent redirects to one place, poll after poll, before we ask there
SPREAD = 0.1  # share of an interval by which feeds are set apart

_PERMANENT = (301, 308)


def validators_to_send(state: FeedState, now: datetime, settings: CollectSettings) -> Validators:
    """What to ask with: nothing, when a full answer is due, since some servers answer 304 for ever."""
    full = state.last_full_at
    due = full is None or not full <= now < full + timedelta(days=settings.full_get_every_days)
    return Validators() if due else state.validators


# ── after an answer ──────────────────────────────────────────────────────────────────────────────


def after_success(
    state: FeedState,
    feed: Feed,
    fetched: Fetched,
    parsed: ParsedFeed | None,
    new_entries: int,
    body_hash: str | None,
    now: datetime,
    settings: CollectSettings,
) -> FeedState:
    """The state after a poll that was answered: a 200 that parsed, or "nothing changed".

    `parsed` is None on a 304 and when the bytes are those of last time. Heals every earlier failure.
    `last_full_at` moves with every 200: a server that sends the whole feed is not stuck on 304.
    """
    interval = _interval(state, feed, fetched, parsed, new_entries, now, settings)
    return replace(
        _moved(state, fetched),
        validators=fetched.validators,
        body_hash=body_hash or state.body_hash,
        interval=interval,
        next_poll_at=now + _next_wait(state.url, interval, feed, fetched, settings),
        last_poll_at=now,
        last_success_at=now,
        last_entry_at=now if new_entries else state.last_entry_at,
        last_full_at=state.last_full_at if fetched.not_modified else now,
        failures=0.0,
        status="ok",
        error_kind=None,
        error=None,
    )


def _interval(
    state: FeedState,
    feed: Feed,
    fetched: Fetched,
    parsed: ParsedFeed | None,
    new_entries: int,
    now: datetime,
    settings: CollectSettings,
) -> timedelta:
    """How long until the feed is worth asking again."""
    if feed.interval:
        return feed.interval
    entries = parsed.entries if parsed else ()
    # Without news the interval only grows, so that a feed without dates slows down too.
    pace = _pace(entries, now) if new_entries else None
    base = pace or (state.interval / 2 if new_entries else state.interval)
    quiet = _silence(state, entries, new_entries, now) / ASKS_PER_GAP
    stated = [one for one in (parsed.ttl if parsed else None, fetched.max_age) if one]
    return _clamp(max(base, quiet, *stated), settings)


def _pace(entries: tuple[Entry, ...], now: datetime) -> timedelta | None:
    """A tenth of the mean gap between recent entries; None when fewer than two are dated."""
    dates = [date for date in _dates(entries, now) if date > now - WINDOW]
    if len(dates) < 2:
        return None
    return (max(dates) - min(dates)) / (len(dates) - 1) / ASKS_PER_GAP


def _silence(state: FeedState, entries: tuple[Entry, ...], new_entries: int, now: datetime) -> timedelta:
    """How long the feed has said nothing, by its own dates on news, else since news last reached us."""
    dates = _dates(entries, now)
    if new_entries:
        return now - max(dates) if dates else timedelta(0)
    return max(now - state.last_entry_at, timedelta(0)) if state.last_entry_at else timedelta(0)


def _dates(entries: tuple[Entry, ...], now: datetime) -> list[datetime]:
    stated = (entry.published or entry.updated for entry in entries if not entry.date_suspect)
    return [date for date in stated if date and date <= now]


def _clamp(interval: timedelta, settings: CollectSettings) -> timedelta:
    low, high = _bounds(settings)
    return min(max(interval, low), high)


def _bounds(settings: CollectSettings) -> tuple[timedelta, timedelta]:
    return timedelta(minutes=settings.min_interval_minutes), timedelta(minutes=settings.max_interval_minutes)


def _next_wait(url: str, interval: timedelta, feed: Feed, fetched: Fetched, settings: CollectSettings) -> timedelta:
    """`interval`, set apart a little from other feeds unless declared, and never before Retry-After."""
    wait = interval
    if not feed.interval:
        later = interval * (1 + _share(url))
        # At the longest interval feeds are set apart the other way, so that it stays the longest.
        wait = _clamp(later if later <= _bounds(settings)[1] else interval * (1 - _share(url)), settings)
    return max(wait, fetched.retry_after or wait)


def _share(url: str) -> float:
    """0 … SPREAD, always the same for one feed: feeds started together must not stay together."""
    return int.from_bytes(hashlib.sha256(url.encode("utf-8", "replace")).digest()[:4]) / 2**32 * SPREAD


# ── moves ────────────────────────────────────────────────────────────────────────────────────────


def _moved(state: FeedState, fetched: Fetched) -> FeedState:
    """Counts permanent redirects to one place; after three polls in a row that place is asked from then on.

    Once is not enough: a captive portal or a broken deployment also says 301.
    """
    target = _permanent_target(state.poll_url, fetched.redirects)
    if target is None:
        return replace(state, moved_to=None, moved_count=0)
    count = state.moved_count + 1 if target == state.moved_to else 1
    if count < MOVES:
        return replace(state, moved_to=target, moved_count=count)
    return replace(state, poll_url=target, moved_to=None, moved_count=0)


def _permanent_target(url: str, redirects: tuple[Redirect, ...]) -> str | None:
    """Where the permanent redirects at the head of the chain lead; what follows a temporary one is not ours."""
    target = None
    for hop in redirects:
        if hop.status not in _PERMANENT:
            break
        target = hop.url
    if target and url.startswith("https:") and not target.startswith("https:"):
        return None  # a move away from encryption is followed, never adopted
    return None if target == url else target


# ── after a failure ──────────────────────────────────────────────────────────────────────────────


def after_failure(state: FeedState, error: MonitorError, now: datetime, settings: CollectSettings) -> FeedState:
    """The state after a poll that brought nothing. The feed is never given up.

    An error of weight 0 means nobody was asked (its host is paused): only the next poll moves.
    """
    if error.weight == 0:
        return replace(state, next_poll_at=now + _set_apart(state.url, error.retry_after or FIRST_BACKOFF))
    kind = _kind(error)
    failures = _count(state, error, kind)
    status = _status(state, kind, failures)
    repeated = kind == state.error_kind
    wait = max(_backoff(kind, failures, status, repeated, settings), error.retry_after or FIRST_BACKOFF)
    return replace(
        _doubted(state, kind, failures, repeated),
        next_poll_at=now + _set_apart(state.url, wait),
        last_poll_at=now,
        failures=failures,
        status=status,
        error_kind=kind,
        error=error.message,
    )


def _kind(error: MonitorError) -> str:
    if isinstance(error, StatusError):
        return f"{error.kind} {error.status}"
    return f"{error.kind} {error.reason}" if isinstance(error, ParseError) else error.kind


def _count(state: FeedState, error: MonitorError, kind: str) -> float:
    """The weighted failures so far. 410s are counted by themselves: only three of them mean "gone"."""
    if kind == "status 410" and state.error_kind != kind:
        return error.weight
    return state.failures + error.weight


def _status(state: FeedState, kind: str, failures: float) -> str:
    if state.status == "gone" or (kind == "status 410" and failures >= GONE_COUNT):
        return "gone"
    return "failing"


def _backoff(kind: str, failures: float, status: str, repeated: bool, settings: CollectSettings) -> timedelta:
    """15 minutes, doubled by each full failure, up to a day; a week for what is missing or gone."""
    if status == "gone" or (kind == "status 404" and repeated and failures >= MISSING_LIMIT):
        return WEEK
    if kind == "status 410":
        return GONE_SPACING
    doublings = min(max(failures - 1, 0.0), 10.0)
    wait = min(FIRST_BACKOFF * 2**doublings, LAST_BACKOFF)
    return max(wait, timedelta(minutes=settings.min_interval_minutes))


def _doubted(state: FeedState, kind: str, failures: float, repeated: bool) -> FeedState:
    """Takes back what may have caused the failure: validators after a wrong 304, a moved address that is empty.

    Only "nothing here" speaks against a moved address. An outage does not: the declared address may be long
    dead, and we would have forgotten the living one.
    """
    if kind == "status 304":
        return replace(state, validators=Validators(), last_full_at=None)
    if kind in ("status 404", "status 410") and repeated and failures >= MOVES and state.poll_url != state.url:
        return replace(state, poll_url=state.url, validators=Validators(), moved_to=None, moved_count=0)
    return state


def _set_apart(url: str, wait: timedelta) -> timedelta:
    return wait * (1 + _share(url))
