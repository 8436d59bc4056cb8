"""Alerts that are due become messages owed, one a story, or are folded with the reason why not.

    due ──quiet hours?──▶ put off, to come as one digest
        ──muted?────────▶ folded
        ──by story──────▶ first alert | follow-up with news | folded: nothing new | put off: too soon

An immediate channel gets a message a story, unless very many are due at once; a digest is one message a topic,
its stories as items. Those it has no room for are not told: they come again with the next. What is decided, the
message and what the channel then knows are one transaction: killed anywhere, nothing is lost or said twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from monitor.alerts import cadence, followup
from monitor.alerts.compose import compose, most
from monitor.alerts.followup import Limits, Verdict
from monitor.alerts.quiet import parse_quiet, quiet_until
from monitor.archive.due import Due, DueArticle
from monitor.models import Alert, Channel, Coverage, Mute, Story, Thread
from monitor.run import bundles, muting
from monitor.run.bundles import Bundle
from monitor.run.context import Context, Tally

COVERAGE_WINDOW = timedelta(hours=24)
CROWDED = timedelta(days=7)  # how long a story may come again that found no room in a digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One channel and topic, at one moment."""

    context: Context
    channel: Channel
    topic: str
    now: datetime
    mutes: tuple[Mute, ...]
    coverage: Callable[[], Coverage]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.channel.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A story that there is something to tell about."""

    bundle: Bundle
    thread: Thread | None
    verdict: Verdict


def bundle(context: Context) -> Tally:
    """Turn due alerts into messages owed, within each channel's caps."""
    now = context.clock.now()
    archive = context.archive
    if archive.alerts.splits_unseen():
        archive.alerts.unfold_split(now)
    mutes = tuple(muting.wake(context))
    coverage = cache(lambda: archive.ledger.coverage(now - COVERAGE_WINDOW))
    made = 0
    for name, topic in archive.alerts.groups(now):
        if (channel := context.channel(name)) is not None:
            desk = Desk(context=context, channel=channel, topic=topic, now=now, mutes=mutes, coverage=coverage)
            made += _bundle(desk)
    return Tally(done=made, found=made)


def _bundle(desk: Desk) -> int:
    """The messages made for one channel and topic."""
    alerts = desk.context.archive.alerts
    if _hourly_cap(desk):
        return 0
    with desk.context.archive.writing():
        due = alerts.due_of(desk.channel.name, desk.topic, desk.now)
        if until := quiet_until(parse_quiet(desk.channel.quiet), desk.zone, desk.now):
            alerts.put_off(due.alert_ids, until, digest=True)
            return 0
        digest = desk.channel.cadence != "immediate" or any(article.digest for article in due.articles)
        tellings = [found for one in _by_story(desk, due) if (found := _judge(desk, one, digest=digest))]
        # After an outage, or on the first day, there is much at once: nobody wants thirty messages then.
        if digest or (len(tellings) > desk.context.config.alerts.digest_above and not _daily_cap(desk)):
            return _one_digest(desk, tellings)
        return sum(_one_story(desk, telling) for telling in tellings)


def _by_story(desk: Desk, due: Due) -> list[Bundle]:
    """What is due, by story, what is muted left out."""
    stories: dict[int, tuple[Story | None, list[DueArticle]]] = {}
    for article in due.articles:
        story = None if article.story_id is None else desk.context.archive.stories.get(article.story_id)
        if reason := muting.reason(desk.mutes, desk.context, desk.topic, article.item, story, desk.zone):
            desk.context.archive.alerts.fold([article.alert_id], reason)
            continue
        key = story.id if story else -article.alert_id
        stories.setdefault(key, (story, []))[1].append(article)
    return [Bundle(story=story, articles=tuple(articles)) for story, articles in stories.values()]


def _judge(desk: Desk, bundle: Bundle, *, digest: bool) -> Telling | None:
    """Something to tell, or None once it is folded or put off."""
    thread = _thread(desk, bundle)
    verdict = followup.decide(
        bundles.reports(bundle) if thread else (),
        bundle.outlets,
        thread,
        _limits(desk.context),
        desk.now,
        desk.zone,
        digest=digest,
    )
    match verdict.kind:
        case "folded":
            desk.context.archive.alerts.fold(bundle.alert_ids, verdict.reason)
        case "wait":
            assert verdict.until is not None
            desk.context.archive.alerts.put_off(bundle.alert_ids, verdict.until, digest=False)
        case "first" | "follow-up":
            return Telling(bundle=bundle, thread=thread, verdict=verdict)
    return None


def _limits(context: Context) -> Limits:
    alerts = context.config.alerts
    return Limits(
        outlets=alerts.follow_up_outlets,
        pause=timedelta(minutes=alerts.follow_up_minutes),
        per_day=alerts.follow_ups_per_day,
    )


def _thread(desk: Desk, bundle: Bundle) -> Thread | None:
    """What the channel was told of the story.

    A story that was split off has no thread of its own. If the channel was told of an article that is in it now,
    it knows what that article says, and hears of it again only if there is news.
    """
    if bundle.story is None:
        return None
    archive, name = desk.context.archive, desk.channel.name
    if (thread := archive.threads.of(name, desk.topic, bundle.story.id)) is not None:
        return thread
    told = archive.alerts.told_of(name, desk.topic, bundle.story.id)
    if not told:
        return None
    told_at = max(archive.outbox.made_at(one.message_id) for one in told if one.message_id)
    first = told[0].message_id or ""
    return bundles.known(told, Thread(message_id=first, started_at=told_at, last_at=told_at, tier=3))


def _one_story(desk: Desk, telling: Telling) -> int:
    """A message about one story, unless the channel has had its share of this hour or day."""
    if _hourly_cap(desk):
        return 0
    alerts = desk.context.archive.alerts
    if _daily_cap(desk):
        alerts.put_off(telling.bundle.alert_ids, cadence.midnight(desk.zone, desk.now), digest=True)
        return 0
    _owe(desk, [telling], digest=False)
    return 1


def _one_digest(desk: Desk, tellings: Sequence[Telling]) -> int:
    """One message with as many stories as the channel takes at once; the others wait for the next."""
    if not tellings:
        return 0
    room = most(desk.channel)
    _owe(desk, tellings[:room], digest=True, omitted=len(tellings[room:]))
    for telling in tellings[room:]:
        _leave_over(desk, telling.bundle)
    return 1


def _leave_over(desk: Desk, bundle: Bundle) -> None:
    """To come with the next digest, unless it has been crowded out by newer ones for long: then it is news no more."""
    if all(article.digest and desk.now - article.item.first_seen > CROWDED for article in bundle.articles):
        reason = f"crowded out: for {CROWDED.days} days the digests were full of newer stories"
        desk.context.archive.alerts.fold(bundle.alert_ids, reason)
        return
    next_one = cadence.due(cadence.parse_cadence(desk.channel.cadence), desk.zone, desk.now, desk.now)
    until = max(next_one, desk.now + timedelta(hours=1))
    desk.context.archive.alerts.put_off(bundle.alert_ids, until, digest=True)


def _owe(desk: Desk, tellings: Sequence[Telling], *, digest: bool, omitted: int = 0) -> None:
    """The message, its alerts, and what the channel knows once it has it."""
    archive = desk.context.archive
    alert_ids = [alert_id for one in tellings for alert_id in one.bundle.alert_ids]
    alert = make_alert(desk, tellings, alert_ids[0], digest=digest, omitted=omitted)
    subject = compose(alert, desk.channel, zone=desk.zone).subject
    archive.outbox.owe(alert, alert_ids, subject, desk.now)
    for one in tellings:
        if one.bundle.story is None:
            continue
        kept = "" if digest else subject
        thread = bundles.next_thread(one.bundle, one.thread, alert.alert_id, kept, desk.now, desk.zone)
        archive.threads.keep(desk.channel.name, desk.topic, one.bundle.story.id, thread)


def make_alert(desk: Desk, tellings: Sequence[Telling], first_id: int, *, digest: bool, omitted: int = 0) -> Alert:
    """One alert for some stories; its id depends on nothing but the alerts in it. `omitted`: stories left over."""
    name = f"{desk.channel.name}\n{desk.topic}\n{first_id}"
    items = [bundles.item(one.bundle, one.verdict) for one in tellings]
    answers = None if digest else tellings[0].thread
    if answers is not None and not answers.subject:  # told in a digest so far: this message begins the thread
        answers = None
    return Alert(
        alert_id=hashlib.sha256(name.encode()).hexdigest()[:20],
        topic=desk.topic,
        channel=desk.channel.name,
        items=tuple(items),
        omitted=omitted,
        coverage=desk.coverage(),
        digest=digest,
        created=desk.now,
        thread=answers.message_id if answers else None,
        thread_subject=answers.subject if answers else "",
        thread_started=answers.started_at if answers else None,
    )


def _hourly_cap(desk: Desk) -> bool:
    recent = desk.context.archive.outbox.messages_since(desk.channel.name, desk.now - timedelta(hours=1))
    return recent >= desk.context.config.alerts.max_messages_per_hour


def _daily_cap(desk: Desk) -> bool:
    began = cadence.slot(desk.now.astimezone(desk.zone).date(), time(0), desk.zone)
    today = desk.context.archive.outbox.messages_since(desk.channel.name, began - timedelta(seconds=1))
    return today >= desk.context.config.alerts.max_messages_per_day
