"""One message a story: from matches in a real archive to mails and Slack posts that stand in one thread."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from newsrooms import NOW, FakeClock, candidate, config
from sinks import Answer, SmtpSink, WebhookSink

from monitor.config import AlertSettings
from monitor.models import Alert, Channel, Evidence, Feed, Match, Mute, Topic
from monitor.run import bundling, delivery, leftovers
from monitor.run.context import Context
from monitor.run.health import status
from monitor.run.muting import mute_order, unmute_order
from monitor.run.newsroom import open_newsroom
from monitor.run.orders import HANDLERS

TOPIC = "Libya–Russia relations"
SCREEN = Channel(name="desk", kind="webhook", url="http://127.0.0.1:9/")
LEAD = "A Russian delegation is in Tripoli, Libya."
MORE = "In Libya, 450 Russian instructors have arrived."
FEEDS = (Feed(url="https://agency.example/feed", title="Agency", tier=1),)


def newsroom(folder: Path, work: Callable[[Context], Awaitable[None]], *channels: Channel, **alerts: Any) -> None:
    """Do some work in a newsroom whose channels are these; nothing is fetched."""
    settings = config(
        folder,
        feeds=FEEDS,
        topics=(Topic(name=TOPIC, query="@libya AND @russia"),),
        channels=channels or (SCREEN,),
        alerts=AlertSettings(**alerts),
    )

    async def inside() -> None:
        async with open_newsroom(settings, FakeClock()) as context:
            await work(context)

    asyncio.run(inside())


def article(
    context: Context, key: str, text: str = LEAD, *, language: str = "en", outlet: str = "", tier: int = 2
) -> int:
    """An article that has been read; `tier` 1 comes from the agency's feed."""
    feed_id = context.archive.feeds.all()[0][1].feed_id if tier == 1 else None
    outlet = outlet or f"Outlet {key}"
    one = candidate(key, title=text.rstrip("."), outlet=outlet, feed_id=feed_id, url=f"https://{key}.example/1")
    context.archive.articles.take([one], context.clock.now())
    found = context.archive.articles.by_url(f"https://{key}.example/1", one.canonical_url)
    assert found is not None
    context.archive.articles.update(
        found.id, {"text": text, "language": language, "translation_state": "not needed", "stage": "done"}
    )
    return found.id


def match(context: Context, article_id: int, *, topic: str = TOPIC, channels: Sequence[str] = ("desk",)) -> None:
    text = context.archive.articles.get(article_id).text  # type: ignore[union-attr]
    found = Match(topic=topic, article_id=article_id, side="original", evidence=Evidence(sentence=text.split("\n")[0]))
    now = context.clock.now()
    with context.archive.writing():
        context.archive.matches.record(found, dict.fromkeys(channels, now), now)


def group(context: Context, story_id: int, *article_ids: int, merged_into: int | None = None) -> None:
    """The articles are one story now."""
    database, now = context.archive.connection, context.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = [context.archive.articles.get(number) for number in article_ids]
    outlets = list(dict.fromkeys(row.outlet for row in rows if row))
    languages = list(dict.fromkeys(row.language for row in rows if row))
    with context.archive.writing():
        database.execute(
            """INSERT INTO stories (id, first_seen, last_seen, articles, outlets, languages) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen, articles = excluded.articles,
                outlets = excluded.outlets, languages = excluded.languages""",
            (story_id, now, now, len(rows), json.dumps(outlets), json.dumps(languages)),
        )
        database.executemany(
            """INSERT OR REPLACE INTO story_articles (article_id, story_id, joined_at, seen_at, similarity, reason)
            VALUES (?, ?, ?, ?, 1, 'test')""",
            [(number, story_id, now, now) for number in article_ids],
        )
        if merged_into is not None:
            database.execute("UPDATE stories SET merged_into = ? WHERE id = ?", (merged_into, story_id))


def bundled(context: Context, channel: str = "desk") -> list[Alert]:
    """Bundle what is due; the alerts made, as if they were sent."""
    bundling.bundle(context)
    outbox, alerts = context.archive.outbox, []
    while (owed := outbox.next_owed(channel, context.clock.now())) is not None:
        outbox.claim(owed.message_id)
        outbox.sent(owed.message_id, (), context.clock.now())
        alerts.append(owed.alert)
    return alerts


def folded(context: Context, article_id: int) -> str | None:
    return context.archive.outbox.of_article(article_id)[0].folded


def advance(context: Context, **time: float) -> None:
    assert isinstance(context.clock, FakeClock)
    context.clock.advance(**time)


def news(alerts: Sequence[Alert]) -> list[tuple[str, ...]]:
    return [item.story.news if item.story else () for alert in alerts for item in alert.items]


def told_first(context: Context) -> int:
    """A story of one article that the desk has been told of."""
    first = article(context, "a")
    group(context, 12, first)
    match(context, first)
    assert len(bundled(context)) == 1
    return first


def test_articles_of_a_story_are_one_message_and_others_have_their_own(tmp_path: Path) -> None:
    """Three articles of one story and one of another: two messages; the first names its other articles."""

    async def work(context: Context) -> None:
        numbers = [article(context, key) for key in "abcd"]
        group(context, 12, *numbers[:3])
        group(context, 13, numbers[3])
        for number in numbers:
            match(context, number)
        alerts = bundled(context)
        notes = {item.story.story_id: item.story for alert in alerts for item in alert.items if item.story}
        assert sorted(notes) == [12, 13]
        assert len(alerts) == 2
        assert (len(notes[12].others), notes[12].articles, notes[13].others) == (2, 3, ())
        assert bundled(context) == []

    newsroom(tmp_path, work)


def test_nothing_new_is_folded_and_news_follows_up(tmp_path: Path) -> None:
    """The same in other words: no message, and the archive says why. A new figure: an update that answers the first."""

    async def work(context: Context) -> None:
        first = told_first(context)
        again = article(context, "b", "In Tripoli, Libya, there is a delegation, Russian sources say.")
        group(context, 12, first, again)
        match(context, again)
        advance(context, hours=1)
        assert bundled(context) == []
        assert (folded(context, again) or "").startswith("nothing new: same facts as told Tue 24 November 2026, 12:00")
        more = article(context, "c", MORE)
        group(context, 12, first, again, more)
        match(context, more)
        (alert,) = bundled(context)
        assert news([alert]) == [("new: 450 Russian instructors",)]
        assert (alert.thread, alert.thread_started) == (context.archive.threads.of("desk", TOPIC, 12).message_id, NOW)  # type: ignore[union-attr]

    newsroom(tmp_path, work)


def test_an_article_without_a_story_stands_for_itself(tmp_path: Path) -> None:
    """Where nothing was grouped, every article is told, once."""

    async def work(context: Context) -> None:
        for key in "ab":
            match(context, article(context, key))
        assert len(bundled(context)) == 2
        assert bundled(context) == []

    newsroom(tmp_path, work)


def test_a_merged_story_has_been_told_of_if_either_was(tmp_path: Path) -> None:
    """After story 12 went into 20, a rewording in 20 is folded, and news answers the first message of 12."""

    async def work(context: Context) -> None:
        first = told_first(context)
        second, third = article(context, "b"), article(context, "c", MORE)
        group(context, 20, second)
        group(context, 12, first, merged_into=20)
        match(context, second)
        advance(context, hours=1)
        assert bundled(context) == []
        group(context, 20, first, second, third)
        match(context, third)
        (alert,) = bundled(context)
        begun = context.archive.threads.of("desk", TOPIC, 20)
        assert begun is not None
        assert alert.thread == begun.message_id

    newsroom(tmp_path, work)


def split(context: Context, story_id: int, other: int, *article_ids: int) -> None:
    group(context, other, *article_ids)
    with context.archive.writing():
        context.archive.connection.execute(
            """INSERT INTO story_changes (at, kind, story_id, other_story_id, articles, reason)
            VALUES ('2026-11-24T12:00:00Z', 'split', ?, ?, ?, 'test')""",
            (story_id, other, json.dumps(article_ids)),
        )


def test_a_story_split_off_is_told_if_all_of_it_had_been_folded(tmp_path: Path) -> None:
    """Articles folded as nothing new, and taken out of the story later, are told at once as a story of their own."""

    async def work(context: Context) -> None:
        first = told_first(context)
        other = article(context, "b")
        group(context, 12, first, other)
        match(context, other)
        assert bundled(context) == []
        split(context, 12, 13, other)
        (alert,) = bundled(context)
        assert (news([alert]), alert.thread) == ([()], None)
        assert alert.items[0].article_id == other
        assert bundled(context) == []

    newsroom(tmp_path, work)


def test_a_story_split_off_that_was_told_of_needs_news(tmp_path: Path) -> None:
    """The channel knows an article that is in it now: a rewording is folded; news begins a thread of its own."""

    async def work(context: Context) -> None:
        first = told_first(context)
        other = article(context, "b", MORE)
        group(context, 12, first, other)
        match(context, other)
        advance(context, hours=1)
        assert len(bundled(context)) == 1
        split(context, 12, 13, other)
        again, more = article(context, "c", MORE), article(context, "d", "In Libya, 900 Russian trucks have arrived.")
        group(context, 13, other, again)
        match(context, again)
        advance(context, hours=1)
        assert bundled(context) == []
        group(context, 13, other, again, more)
        match(context, more)
        (alert,) = bundled(context)
        assert alert.thread is None
        assert news([alert]) != [()]

    newsroom(tmp_path, work)


def test_an_interrupted_bundle_leaves_nothing_behind(tmp_path: Path) -> None:
    """When the process dies between the message and what the channel then knows, neither is there; later both are."""

    async def work(context: Context) -> None:
        first = article(context, "a")
        group(context, 12, first)
        match(context, first)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(context.archive.threads), "keep", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                bundling.bundle(context)
        assert context.archive.ledger.outbox_counts() == {}
        assert len(bundled(context)) == 1

    newsroom(tmp_path, work)


def test_quiet_hours_end_in_one_digest(tmp_path: Path) -> None:
    """What is due at night waits for the morning and is one message, its stories as items; then all is as before."""

    async def work(context: Context) -> None:
        advance(context, hours=11)
        for number, key in enumerate("abc"):
            one = article(context, key)
            group(context, 12 + number, one)
            match(context, one)
        assert bundled(context) == []
        advance(context, hours=7, minutes=59)
        assert bundled(context) == []
        advance(context, minutes=1)
        (alert,) = bundled(context)
        assert (alert.digest, len(alert.items)) == (True, 3)
        late = article(context, "d")
        group(context, 20, late)
        match(context, late)
        (alert,) = bundled(context)
        assert not alert.digest

    newsroom(tmp_path, work, Channel(name="desk", kind="console", quiet="22:00-07:00"))


def test_beyond_the_days_cap_the_rest_is_one_digest_at_midnight(tmp_path: Path) -> None:
    """Two messages a day: the third and fourth story come together at midnight, none is lost."""

    async def work(context: Context) -> None:
        for number, key in enumerate("abcd"):
            one = article(context, key)
            group(context, 12 + number, one)
            match(context, one)
        assert len(bundled(context)) == 2
        advance(context, hours=11, minutes=59)
        assert bundled(context) == []
        advance(context, minutes=1)
        (alert,) = bundled(context)
        assert (alert.digest, len(alert.items)) == (True, 2)

    newsroom(tmp_path, work, max_messages_per_day=2)


def test_many_stories_at_once_are_one_digest(tmp_path: Path) -> None:
    """More than five stories due at one moment come as one message; what follows up on one begins its thread."""

    async def work(context: Context) -> None:
        numbers = [article(context, key) for key in "abcdef"]
        for number in numbers:
            group(context, 10 + number, number)
            match(context, number)
        (alert,) = bundled(context)
        assert (alert.digest, len(alert.items)) == (True, 6)
        more = article(context, "g", MORE)
        group(context, 10 + numbers[0], numbers[0], more)
        match(context, more)
        advance(context, hours=1)
        (alert,) = bundled(context)
        assert (alert.thread, alert.digest) == (None, False)
        assert news([alert]) != [()]

    newsroom(tmp_path, work)


def test_a_full_digest_tells_the_rest_next_time(tmp_path: Path) -> None:
    """Seven stories for a channel that takes three at once: each is told once, in three daily digests."""
    daily = replace(SCREEN, cadence="daily 07:30", max_articles=3)

    async def work(context: Context) -> None:
        numbers = [article(context, key) for key in "abcdefg"]
        for number in numbers:
            group(context, 10 + number, number)
            match(context, number)
        found = []
        for _ in range(3):
            (alert,) = bundled(context)
            found.append(alert)
            assert bundled(context) == []
            advance(context, days=1)
        assert bundled(context) == []
        assert [(len(alert.items), alert.omitted) for alert in found] == [(3, 4), (3, 1), (1, 0)]
        assert sorted(item.article_id for alert in found for item in alert.items) == numbers

    newsroom(tmp_path, work, daily)


def test_what_a_digest_left_out_is_not_taken_for_told(tmp_path: Path) -> None:
    """A story without room in a flood of them comes an hour later as what it is: told for the first time."""
    narrow = replace(SCREEN, max_articles=5)

    async def work(context: Context) -> None:
        for number in [article(context, key) for key in "abcdef"]:
            group(context, 10 + number, number)
            match(context, number)
        (alert,) = bundled(context)
        assert (len(alert.items), alert.omitted) == (5, 1)
        (left,) = {1, 2, 3, 4, 5, 6} - {item.article_id for item in alert.items}
        assert context.archive.threads.of("desk", TOPIC, 10 + left) is None
        advance(context, hours=1)
        (alert,) = bundled(context)
        assert ([item.article_id for item in alert.items], news([alert])) == ([left], [()])

    newsroom(tmp_path, work, narrow)


def test_what_digests_have_no_room_for_in_a_week_is_folded(tmp_path: Path) -> None:
    """Where more comes than is told, the pile does not grow for ever: what is old is folded with the reason."""
    narrow = replace(SCREEN, cadence="daily 07:30", max_articles=1)

    async def work(context: Context) -> None:
        advance(context, days=8)
        numbers = [article(context, key) for key in "ab"]
        old = "UPDATE articles SET published = '2026-11-20T00:00:00Z', first_seen = '2026-11-20T00:00:00Z'"
        context.archive.connection.execute(old)
        for number in numbers:
            match(context, number)
        (alert,) = bundled(context)
        (left,) = set(numbers) - {item.article_id for item in alert.items}
        assert folded(context, left) is None
        advance(context, days=1)
        newest = article(context, "c")
        match(context, newest)
        (alert,) = bundled(context)
        assert [item.article_id for item in alert.items] == [newest]
        assert (folded(context, left) or "").startswith("crowded out")

    newsroom(tmp_path, work, narrow)


def test_a_slack_message_leaves_over_what_slack_has_no_room_for(tmp_path: Path) -> None:
    """Slack takes fifty blocks: what the blocks cannot show is not told either."""
    slack = Channel(name="desk", kind="slack", url="http://127.0.0.1:9/")

    async def work(context: Context) -> None:
        for number in [article(context, f"k{n}") for n in range(16)]:
            match(context, number)
        (alert,) = bundled(context)
        assert (len(alert.items), alert.omitted) == (14, 2)

    newsroom(tmp_path, work, slack)


def test_what_waits_for_a_channel_that_is_gone(tmp_path: Path) -> None:
    """It is kept while any message is tried, so that the channel may come back; then it is let go with the reason."""

    async def work(context: Context) -> None:
        one = article(context, "a")
        match(context, one, channels=("gone",))
        archive, channels = context.archive, {channel.name for channel in context.config.channels}
        owed = Alert(alert_id="m", topic=TOPIC, channel="gone", items=(), created=context.clock.now())
        archive.outbox.owe(owed, (), "subject", context.clock.now())
        assert (leftovers.let_go(context), bundled(context)) == (0, [])
        found = status(archive, context.shelf, context.clock.now(), channels)
        assert found.stranded == {"gone": 2}
        assert found.needs == ("2 alerts for channel gone, which the configuration no longer has",)
        assert status(archive, context.shelf, context.clock.now(), {*channels, "gone"}).needs == ()
        advance(context, hours=120, minutes=1)
        assert (leftovers.let_go(context), leftovers.let_go(context)) == (2, 0)
        assert folded(context, one) == "channel gone is no longer in the configuration"
        assert [(letter.channel, letter.state) for letter in archive.ledger.letters()] == [("gone", "dead")]
        found = status(archive, context.shelf, context.clock.now(), channels)
        assert (found.stranded, found.needs) == ({}, ())

    newsroom(tmp_path, work)


def test_what_was_put_off_stays_put_off_when_its_translation_comes(tmp_path: Path) -> None:
    """An article that is matched again at night is not told before the morning."""

    async def work(context: Context) -> None:
        advance(context, hours=11)
        one = article(context, "a")
        match(context, one)
        assert bundled(context) == []
        match(context, one)
        assert context.archive.alerts.groups(context.clock.now()) == []

    newsroom(tmp_path, work, Channel(name="desk", kind="console", quiet="22:00-07:00"))


def mute(context: Context, kind: str, subject: str, until: datetime | None = None) -> Mute:
    one = Mute(kind=kind, subject=subject, at=context.clock.now(), until=until)
    HANDLERS["mute"](context.archive, mute_order(one).values)
    HANDLERS["mute"](context.archive, mute_order(one).values)  # an order may be carried out twice
    return one


@pytest.mark.parametrize(
    ("kind", "subject"), [("story", "12"), ("source", "outlet B"), ("source", "b.example"), ("source", "B.EXAMPLE")]
)
def test_what_is_muted_is_folded_with_the_reason(tmp_path: Path, kind: str, subject: str) -> None:
    """A muted story, outlet or host makes no message, and the archive names the mute."""

    async def work(context: Context) -> None:
        first = told_first(context)
        mute(context, kind, subject)
        more = article(context, "b", MORE, outlet="Outlet B")
        group(context, 12, first, more)
        match(context, more)
        advance(context, hours=1)
        assert bundled(context) == []
        assert folded(context, more) == f"muted by {kind} {subject} for good"

    newsroom(tmp_path, work)


def test_what_was_folded_is_looked_at_again_when_its_translation_comes(tmp_path: Path) -> None:
    """Folded on a sentence that said nothing new; matched again with a figure in it, it is told; once told, no more."""

    async def work(context: Context) -> None:
        first = told_first(context)
        other = article(context, "b")
        group(context, 12, first, other)
        match(context, other)
        assert bundled(context) == []
        assert (folded(context, other) or "").startswith("nothing new")
        match(context, other)  # nothing more is known of it
        assert bundled(context) == []
        assert (folded(context, other) or "").startswith("nothing new")
        context.archive.articles.update(other, {"text": MORE})
        match(context, other)
        advance(context, hours=1)
        (alert,) = bundled(context)
        assert news([alert]) != [()]
        match(context, other)
        advance(context, days=1)
        assert bundled(context) == []

    newsroom(tmp_path, work)


def test_what_matched_before_its_mute_began_comes_back_too(tmp_path: Path) -> None:
    """An article that waited for the night's end, and was muted meanwhile, is told when the mute ends."""

    async def work(context: Context) -> None:
        advance(context, hours=11)  # 23:00
        one = article(context, "a")
        group(context, 12, one)
        match(context, one)
        assert bundled(context) == []
        advance(context, hours=1)
        mute(context, "story", "12", context.clock.now() + timedelta(hours=8))
        advance(context, hours=7)
        assert bundled(context) == []
        assert (folded(context, one) or "").startswith("muted by story 12")
        advance(context, hours=1)
        (alert,) = bundled(context)
        assert [item.article_id for item in alert.items] == [one]

    newsroom(tmp_path, work, Channel(name="desk", kind="console", quiet="22:00-07:00"))


def test_the_days_cap_holds_for_many_stories_at_once(tmp_path: Path) -> None:
    """One message a day: six stories due at one moment afterwards wait for midnight, and come as one digest."""

    async def work(context: Context) -> None:
        told_first(context)
        for number, key in enumerate("bcdefg"):
            one = article(context, key)
            group(context, 20 + number, one)
            match(context, one)
        assert bundled(context) == []
        advance(context, hours=12)
        (alert,) = bundled(context)
        assert (alert.digest, len(alert.items)) == (True, 6)

    newsroom(tmp_path, work, max_messages_per_day=1)


@pytest.mark.parametrize("by_hand", [False, True], ids=["snooze", "unmute"])
def test_when_a_mute_ends_what_was_missed_comes_as_one_update(tmp_path: Path, by_hand: bool) -> None:
    """Two articles came meanwhile, one with news: one follow-up says it. A story that is over stays quiet."""

    async def work(context: Context) -> None:
        first = told_first(context)
        muted = mute(context, "story", "12", None if by_hand else NOW + timedelta(hours=8))
        again, more = article(context, "b"), article(context, "c", MORE)
        group(context, 12, first, again, more)
        match(context, again)
        match(context, more)
        assert bundled(context) == []
        advance(context, hours=8)
        if by_hand:
            ended = Mute(kind="story", subject="12", at=context.clock.now())
            HANDLERS["unmute"](context.archive, unmute_order(ended).values)
            HANDLERS["unmute"](context.archive, unmute_order(ended).values)
        (alert,) = bundled(context)
        assert news([alert]) != [()]
        assert context.archive.mutes.all() == []
        assert muted.subject == "12"

    newsroom(tmp_path, work)


def test_a_story_that_is_over_when_its_mute_ends_stays_quiet(tmp_path: Path) -> None:
    """Three days without an article: nobody is told of what was missed."""

    async def work(context: Context) -> None:
        first = told_first(context)
        mute(context, "story", "12", NOW + timedelta(days=10))
        more = article(context, "c", MORE)
        group(context, 12, first, more)
        match(context, more)
        assert bundled(context) == []
        advance(context, days=10)
        assert bundled(context) == []
        assert (folded(context, more) or "").startswith("muted by story 12 until")

    newsroom(tmp_path, work)


def test_mails_of_a_story_stand_in_one_thread(tmp_path: Path) -> None:
    """The second mail answers the first: In-Reply-To, References and subject; a copy keeps its Message-ID."""
    with SmtpSink() as sink:

        async def work(context: Context) -> None:
            first = article(context, "a")
            group(context, 12, first)
            match(context, first)
            bundling.bundle(context)
            await delivery.deliver_all(context)
            advance(context, hours=1)
            more = article(context, "b", MORE, tier=1, outlet="Agency")
            group(context, 12, first, more)
            match(context, more)
            bundling.bundle(context)
            context.archive.connection.execute("UPDATE outbox SET state = 'sending' WHERE state = 'owed'")
            await delivery.deliver_all(context)

        desk = Channel(
            name="desk", kind="email", to=("d@example.org",), sender="m@example.org", host="127.0.0.1", port=sink.port,
            security="none",
        )  # fmt: skip
        newsroom(tmp_path, work, desk)
    opening, update = (message_from_bytes(mail.raw) for mail in sink.mails)
    assert opening["References"] is None
    assert update["In-Reply-To"] == update["References"] == opening["Message-ID"]
    assert update["Message-ID"] != opening["Message-ID"]
    body = update.get_payload(0).get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "Update – new: 450" in body
    assert "Agency (tier 1) now reports it" in body
    assert "monitor mute story 12" in body
    assert "You may have had this alert before" in body


def play_slack(folder: Path, desk: Channel) -> None:
    async def work(context: Context) -> None:
        first = article(context, "a")
        group(context, 12, first)
        match(context, first)
        bundling.bundle(context)
        await delivery.deliver_all(context)
        advance(context, hours=1)
        more = article(context, "b", MORE)
        group(context, 12, first, more)
        match(context, more)
        bundling.bundle(context)
        await delivery.deliver_all(context)

    newsroom(folder, work, desk)


def test_a_slack_bot_posts_follow_ups_in_the_thread(tmp_path: Path) -> None:
    """The time stamp of the first message is kept, and the second is posted under it, to the same channel."""
    stamps = [Answer(200, json.dumps({"ok": True, "ts": f"1.{n}", "message": {"x": "y" * 9000}})) for n in (1, 2)]
    with WebhookSink(stamps, path="/api") as sink:
        play_slack(tmp_path, Channel(name="desk", kind="slack", secret="xoxb-1", to=("#desk",), url=sink.url))
    first, second = (json.loads(request.body) for request in sink.requests)
    assert sink.requests[0].path == "/api/chat.postMessage"
    assert sink.requests[0].headers["authorization"] == "Bearer xoxb-1"
    assert (first["channel"], second["channel"]) == ("#desk", "#desk")
    assert "thread_ts" not in first
    assert second["thread_ts"] == "1.1"


def test_a_slack_webhook_says_update(tmp_path: Path) -> None:
    """It cannot post into a thread: the second message says that it is an update, and of which."""
    with WebhookSink() as sink:
        play_slack(tmp_path, Channel(name="desk", kind="slack", secret=sink.url))
    first, second = (json.loads(request.body) for request in sink.requests)
    assert "First told" not in json.dumps(first)
    assert second["text"].startswith(f"{TOPIC}: update – ")
    assert "First told Tue 24 November 2026, 12:00 UTC." in json.dumps(second["blocks"])
