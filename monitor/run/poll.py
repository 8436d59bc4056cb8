"""Stage one: visit the feeds that are due, keep what is new.

feed ──get──▶ bytes ──parse (child)──▶ entries ──decide──▶ candidates ──take──▶ articles
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from yarl import URL

from monitor import log
from monitor.archive.articles import Candidate
from monitor.archive.feeds import Poll
from monitor.collect import feeds, identity, rhythm
from monitor.config import CollectSettings
from monitor.errors import MonitorError, StatusError
from monitor.models import Entry, Feed, FeedState, Fetched, ParsedFeed, Request
from monitor.run.context import Context, Tally

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/json;q=0.9, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
logger = log.get("poll")


async def poll_feed(context: Context, feed: Feed, state: FeedState) -> Tally:
    """One visit. Whatever happens ends in one row of `polls` and the feed's new state."""
    settings = context.config.collect
    now = context.clock.now()
    try:
        fetched = await context.client.get(
            Request(url=state.poll_url, validators=rhythm.validators_to_send(state, now, settings), accept=ACCEPT)
        )
        body_hash = hashlib.sha256(fetched.body).hexdigest() if fetched.body else state.body_hash
        parsed = await _parse(context, state, fetched, body_hash)
    except MonitorError as error:
        return failed(context, feed, state, error)
    return _succeeded(context, feed, state, fetched, parsed, body_hash)


async def _parse(context: Context, state: FeedState, fetched: Fetched, body_hash: str | None) -> ParsedFeed | None:
    """None when there is nothing to parse: 304, or the very bytes we parsed last time."""
    if fetched.not_modified or (body_hash == state.body_hash and state.status == "ok"):
        return None
    return await context.workers.run(
        "parse",
        feeds.parse,
        fetched.body,
        fetched.content_type,
        fetched.url,
        context.clock.now(),
        context.config.collect.max_entries,
    )


def _succeeded(
    context: Context,
    feed: Feed,
    state: FeedState,
    fetched: Fetched,
    parsed: ParsedFeed | None,
    body_hash: str | None,
) -> Tally:
    now, settings = context.clock.now(), context.config.collect
    entries = parsed.entries if parsed else ()
    outlet = feed.title or (parsed.title if parsed else "") or URL(feed.url).host or feed.url
    with context.archive.writing():
        keys = identity.document_keys(feed.url, entries)
        candidates = [
            decide(context, feed, state, outlet, entry, known_as, now)
            for entry, known_as in zip(entries, keys, strict=True)
        ]
        taken = context.archive.articles.take(candidates, now)
        after = rhythm.after_success(state, feed, fetched, parsed, len(taken.new), body_hash, now, settings)
        poll = Poll(
            feed_id=state.feed_id,
            at=now,
            outcome=_outcome(fetched, len(taken.new)),
            status=fetched.status,
            entries=len(entries),
            new_entries=len(taken.new),
            undated=sum(not (entry.published or entry.updated) for entry in entries) if parsed else None,
            seconds=round(fetched.elapsed, 3),
            notes="; ".join(parsed.warnings) or None if parsed else None,
        )
        context.archive.feeds.save(after, poll, title=parsed.title if parsed else "")
    log.event(logger, "debug", "feed polled", feed=feed.url, entries=len(entries), new=len(taken.new))
    return Tally(done=1, found=len(taken.new))


def _outcome(fetched: Fetched, new: int) -> str:
    if fetched.not_modified:
        return "not modified"
    return "new" if new else "nothing new"


def failed(context: Context, feed: Feed, state: FeedState, error: MonitorError) -> Tally:
    """Record a visit that brought nothing but an error, and when the next one is."""
    now = context.clock.now()
    after = rhythm.after_failure(state, error, now, context.config.collect)
    poll = Poll(
        feed_id=state.feed_id,
        at=now,
        # No weight: its host had asked for a pause, so nobody was asked.
        outcome="error" if error.weight else "host paused",
        status=error.status if isinstance(error, StatusError) else None,
        notes=str(error),
    )
    with context.archive.writing():
        context.archive.feeds.save(after, poll)
        context.archive.feeds.save_pauses(context.client.hosts.pauses(), now)
    log.event(logger, "warning", "feed failed", feed=feed.url, error=str(error), next_poll=after.next_poll_at)
    return Tally(failed=1)


def decide(
    context: Context,
    feed: Feed,
    state: FeedState,
    outlet: str,
    entry: Entry,
    keys: tuple[str, ...],
    now: datetime,
) -> Candidate:
    """Everything about an entry that can be decided before the archive takes it."""
    settings = context.config.collect
    link = entry.link or ""
    return Candidate(
        entry=entry,
        keys=keys,
        url=link or entry.guid or feed.url,
        canonical_url=identity.canonical_url(link) if link else "",
        outlet=outlet,
        alertable=is_alertable(entry, first_poll=state.last_success_at is None, now=now, settings=settings),
        entry_hash=identity.content_hash(entry.title, entry.content or entry.summary),
        feed_id=state.feed_id,
        declared_language=feed.language,
        looked_under=_trusted(context, entry, keys),
    )


def _trusted(context: Context, entry: Entry, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys under which an entry may be known: not its guid, when that was used again for another story."""
    for key in keys:
        known = context.archive.articles.known_under(key) if key.startswith(identity.GUID) else None
        if known is not None and identity.is_another_story(entry, known.canonical_url, known.title):
            return tuple(key for key in keys if not key.startswith(identity.GUID))
    return keys


def is_alertable(entry: Entry, *, first_poll: bool, now: datetime, settings: CollectSettings) -> bool:
    """The age gate: the backlog of a new feed and old entries that resurface are kept, not announced.

    An undated entry alerts except on a first poll, where it cannot be told from the backlog.
    """
    hours = settings.first_poll_max_age_hours if first_poll else 0
    gates = [timedelta(hours=hours)] if hours else []
    if settings.max_age_days:
        gates.append(timedelta(days=settings.max_age_days))
    if entry.published is None:
        return not (first_poll and hours)
    return all(now - entry.published <= gate for gate in gates)
