"""Feeds watched: one that falls silent, breaks or loses its dates is told once, and once when it is well again.

polls, feed_states ──▶ collect/{silence,trouble} decide ──▶ notices opened, healed ──▶ what they owe the operators
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from monitor import log
from monitor.archive.notices import OPERATORS
from monitor.collect import silence, trouble
from monitor.collect.trouble import Trouble, When
from monitor.models import Feed, FeedState, Notice
from monitor.run import telling
from monitor.run.context import Context, Tally
from monitor.wording.times import when

MEMORY = timedelta(days=90)  # how far back a feed's rhythm is read; polls are kept as long by default
LATELY = timedelta(hours=1)  # time in which feeds that fail together speak of the network
KINDS = ("feed gone", "feed html", "feed refused", "feed failing", *trouble.SILENT, "feed undated")
NETWORK = "network"
logger = log.get("watch")


async def look(context: Context) -> Tally:
    """One look at all feeds. What it finds is recorded with what it owes; nothing leaves here."""
    now = context.clock.now()
    feeds = context.archive.feeds.all()
    if _network_is_down(context, feeds, now):
        return Tally(done=1)
    before = {notice.subject: notice for notice in context.archive.notices.open(KINDS)}
    fresh_undated = context.archive.feeds.mostly_undated(now - timedelta(days=1))
    changed = 0
    for feed, state in feeds:
        notice = before.pop(subject(state), None)
        found = _trouble(context, feed, state, notice, now, may_be_undated=state.feed_id in fresh_undated)
        changed += _settle(context, state, notice, found, now)
        await asyncio.sleep(0)  # the other stages live in the same loop
    for notice in before.values():  # no longer declared: nobody waits to hear
        context.archive.notices.heal(notice, now)
    return Tally(done=1, found=changed)


def subject(state: FeedState) -> str:
    """What the notices on a feed are filed under."""
    return f"feed {state.feed_id}"


def _clock(context: Context) -> When:
    return partial(when, zone=ZoneInfo(context.config.alerts.zone))


def _trouble(
    context: Context, feed: Feed, state: FeedState, notice: Notice | None, now: datetime, *, may_be_undated: bool
) -> Trouble | None:
    outage = context.archive.notices.last(NETWORK)
    if found := trouble.failing(feed, state, now, outage.healed_at if outage else None, _clock(context)):
        return found
    if state.failures:  # too few to speak of: as it was
        return _kept(notice)
    return (
        _silence(context, feed, state, notice, now)
        or _undated(context, feed, state, notice, now, may_be_undated=may_be_undated)
        or None
    )


def _kept(notice: Notice | None) -> Trouble | None:
    return Trouble(kind=notice.kind, title=notice.title, text=notice.text) if notice else None


def _silence(context: Context, feed: Feed, state: FeedState, notice: Notice | None, now: datetime) -> Trouble | None:
    """Over only when something new has come: that an old rhythm is forgotten is no news."""
    if state.last_entry_at is None or state.last_success_at is None:
        return None
    if notice and notice.kind in trouble.SILENT:
        return _kept(notice) if state.last_entry_at <= notice.raised_at else None
    if state.last_success_at - state.last_entry_at < silence.LEAST_OF_BUSY:
        return None
    visits = [
        silence.Visit(at=poll.at, new=poll.new_entries > 0, changed=poll.entries > 0)
        for poll in context.archive.feeds.polls_of(state.feed_id, now - MEMORY)
        if poll.outcome in ("new", "nothing new", "not modified")
    ]
    found = silence.judge(visits, state.last_entry_at)
    return trouble.silent(feed, state, found, _clock(context)) if found else None


def _undated(
    context: Context, feed: Feed, state: FeedState, notice: Notice | None, now: datetime, *, may_be_undated: bool
) -> Trouble | None:
    known = notice is not None and notice.kind == "feed undated"
    if not (known or may_be_undated):
        return None
    polls = context.archive.feeds.polls_of(state.feed_id, now - MEMORY)
    documents = [(poll.entries, poll.undated) for poll in polls if poll.undated is not None]
    return trouble.undated(feed, state) if trouble.lost_dates(documents, known=known) else None


def _settle(context: Context, state: FeedState, notice: Notice | None, found: Trouble | None, now: datetime) -> bool:
    """Record what changed. A trouble that turned into another is not over: only the new one is told."""
    if notice and found and found.kind == notice.kind:
        return False
    due = telling.due_times(context, telling.operators(context), now)
    with context.archive.writing():
        if notice:
            context.archive.notices.heal(notice, now, OPERATORS, {} if found else due)
        if found:
            raised = Notice(kind=found.kind, subject=subject(state), title=found.title, text=found.text, raised_at=now)
            context.archive.notices.raise_(raised, OPERATORS, due)
            log.event(logger, "warning", found.kind, feed=state.url)
    return bool(notice or found)


def _network_is_down(context: Context, feeds: Iterable[tuple[Feed, FeedState]], now: datetime) -> bool:
    """Most feeds out of reach at once are one trouble, and it is ours."""
    states = {state.feed_id: state for _, state in feeds}
    lost = trouble.unreachable(states, context.archive.feeds.latest_outcomes(now - LATELY))
    notice = next(iter(context.archive.notices.open((NETWORK,))), None)
    due = telling.due_times(context, telling.operators(context), now)
    if notice and not lost:
        context.archive.notices.heal(notice, now, OPERATORS, due)
    if lost and not notice:
        text = (
            f"{lost[0]} of {lost[1]} feeds asked lately could not be reached at all: probably the network of this "
            "machine. No feed is reported by itself meanwhile; what they publish is read when they answer again.\n"
            "Check the network, the name servers and, if there is one, the proxy of [http]."
        )
        raised = Notice(kind=NETWORK, subject=NETWORK, title="Most feeds cannot be reached", text=text, raised_at=now)
        context.archive.notices.raise_(raised, OPERATORS, due)
    return lost is not None
