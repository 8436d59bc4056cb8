"""Stage one: visit the feeds that are due, keep what is new.

feed ──get──▶ bytes ──parse (child)──▶ entries ──decide──▶ candidates ──take──▶ articles
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
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
        return _failed(context, feed, state, error)
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
        candidates = [decide(context, feed, state, outlet, entry, now) for entry in entries]
        taken = context.archive.articles.take(candidates, now)
        after = rhythm.after_success(state, feed, fetched, parsed, len(taken.new), body_hash, now, settings)
        poll = Poll(
            feed_id=state.feed_id,
            at=now,
            outcome=_outcome(fetched, len(taken.new)),
            status=fetched.status,
            entries=len(entries),
            new_entries=len(taken.new),
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


def _failed(context: Context, feed: Feed, state: FeedState, error: MonitorError) -> Tally:
    now = context.clock.now()
    after = rhythm.after_failure(state, error, now, context.config.collect)
    poll = Poll(
        feed_id=state.feed_id,
        at=now,
        outcome="error",
        status=error.status if isinstance(error, StatusError) else None,
        notes=str(error),
    )
    with context.archive.writing():
        context.archive.feeds.save(after, poll)
        context.archive.feeds.save_pauses(context.client.hosts.pauses(), now)
    log.event(logger, "warning", "feed failed", feed=feed.url, error=str(error), next_poll=after.next_poll_at)
    return Tally(failed=1)


def decide(context: Context, feed: Feed, state: FeedState, outlet: str, entry: Entry, now: datetime) -> Candidate:
    """Everything about an entry that can be decided before the archive is asked."""
    link = entry.link or ""
    canonical = identity.canonical_url(link) if link else ""
    keys = identity.entry_keys(feed.url, entry)
    return Candidate(
        entry=entry,
        keys=keys,
        url=link or entry.guid or feed.url,
        canonical_url=canonical,
        outlet=outlet,
        alertable=is_alertable(
            entry, first_poll=state.last_success_at is None, now=now, settings=context.config.collect
        ),
        entry_hash=identity.content_hash(entry.title, entry.content or entry.summary),
        feed_id=state.feed_id,
        declared_language=feed.language,
        reused_key=_names_another_story(context, keys, entry, canonical),
    )


def _names_another_story(context: Context, keys: tuple[str, ...], entry: Entry, canonical: str) -> bool:
    """Some feeds use a guid again for the next story: same guid, but neither address nor title are the same."""
    if not keys or not canonical:
        return False
    known = context.archive.articles.known_under(keys[0])
    if known is None or known.canonical_url == canonical:
        return False
    return identity.content_hash(known.entry.title if known.entry else known.title, "") != identity.content_hash(
        entry.title, ""
    )


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


def hosts(due: Iterable[tuple[Feed, FeedState]]) -> list[str]:
    """The hosts that will be asked, in order; for bounding what is in flight."""
    return [URL(state.poll_url).host or "" for _, state in due]
