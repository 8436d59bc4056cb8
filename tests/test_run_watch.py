"""Operator notices: raised once, healed once, bundled, through the outbox, and never for our own outage."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from newsrooms import FakeClock, config

from monitor.archive.feeds import Poll
from monitor.collect import rhythm
from monitor.config import AlertSettings
from monitor.errors import ConnectError, MonitorError, ParseError, StatusError
from monitor.models import Alert, Channel, Feed
from monitor.run import telling, watch
from monitor.run.context import Context
from monitor.run.newsroom import open_newsroom

DESK = Channel(name="desk", kind="console")
NIGHT = Channel(name="night", kind="console", cadence="daily 07:00")
HTML = ParseError("the answer is a web page, not a feed.", reason="html")


def run(folder: Path, work: Callable[[Context, FakeClock], Awaitable[None]], *, feeds: int = 5, **more: object) -> None:
    clock = FakeClock()
    settings = config(
        folder,
        feeds=tuple(Feed(url=f"https://site{n}.example/feed", title=f"Feed {n}") for n in range(feeds)),
        **{"channels": (DESK,), **more},  # type: ignore[arg-type]
    )

    async def inside() -> None:
        async with open_newsroom(settings, clock) as context:
            await work(context, clock)

    asyncio.run(inside())


def fails(context: Context, number: int, error: MonitorError, times: int = 1) -> None:
    """A feed is asked and fails."""
    now = context.clock.now()
    for _ in range(times):
        _, state = context.archive.feeds.all()[number]
        after = rhythm.after_failure(state, error, now, context.config.collect)
        context.archive.feeds.save(after, Poll(feed_id=state.feed_id, at=now, outcome="error", notes=str(error)))


def answers(context: Context, number: int, *, new: int = 0, entries: int = 0, undated: int | None = None) -> None:
    """A feed is asked and answers."""
    now = context.clock.now()
    _, state = context.archive.feeds.all()[number]
    after = replace(
        state,
        last_poll_at=now,
        last_success_at=now,
        last_entry_at=now if new else state.last_entry_at,
        failures=0.0,
        status="ok",
        error_kind=None,
        error=None,
    )
    outcome = "new" if new else "nothing new" if entries else "not modified"
    poll = Poll(
        feed_id=state.feed_id, at=now, outcome=outcome, entries=max(new, entries), new_entries=new, undated=undated
    )
    context.archive.feeds.save(after, poll)


def messages(context: Context) -> list[Alert]:
    """What has been made, oldest first."""
    telling.bundle(context)
    found = []
    for channel in context.config.channels:
        while (owed := context.archive.outbox.next_owed(channel.name, context.clock.now())) is not None:
            found.append(owed.alert)
            context.archive.outbox.sent(owed.message_id, (), context.clock.now())
    return found


def titles(context: Context) -> list[str]:
    return [alert.notice.title for alert in messages(context) if alert.notice]


def test_a_web_page_is_told_once_and_healed_once(tmp_path: Path) -> None:
    """Two web pages in a row: one notice, however often we look; one more when it is a feed again."""

    async def work(context: Context, clock: FakeClock) -> None:
        for number in range(5):
            answers(context, number, new=1)
        fails(context, 0, HTML, times=2)
        for _ in range(3):
            await watch.look(context)
            clock.advance(minutes=10)
        (alert,) = messages(context)
        assert (alert.topic, alert.items) == ("Monitor", ())
        assert alert.notice is not None
        assert alert.notice.title == "Feed 0 answers with a web page instead of a feed"
        assert "`monitor add https://site0.example/` finds the feeds of the site" in alert.notice.text
        assert alert.notice.text.startswith("Since Tue 24 November 2026, 12:00 UTC, https://site0.example/feed answers")
        answers(context, 0, new=1)
        for _ in range(2):
            await watch.look(context)
        (over,) = messages(context)
        assert over.notice is not None
        assert over.notice.healed_at == clock.now()
        assert over.thread == alert.alert_id
        assert context.archive.notices.open() == []

    run(tmp_path, work)


def test_a_short_failure_is_nobodys_work(tmp_path: Path) -> None:
    """Three failures within six hours of an answer are not told; later they are, and so is a feed that is gone."""

    async def work(context: Context, clock: FakeClock) -> None:
        answers(context, 0, new=1)
        fails(context, 0, StatusError("answered 502", status=502), times=4)
        await watch.look(context)
        assert titles(context) == []
        clock.advance(hours=7)
        await watch.look(context)
        assert titles(context) == ["Feed 0 fails"]
        fails(context, 0, StatusError("answered 410", status=410), times=3)
        await watch.look(context)
        assert titles(context) == ["Feed 0 is gone"]  # and nobody hears that "fails" is over

    run(tmp_path, work)


def test_a_refusal_says_what_to_ask_for(tmp_path: Path) -> None:
    """403 for hours: the notice names the refusal and the remedy."""

    async def work(context: Context, clock: FakeClock) -> None:
        fails(context, 1, StatusError("https://site1.example/feed answered 403 (forbidden).", status=403), times=3)
        await watch.look(context)
        (alert,) = messages(context)
        assert alert.notice is not None
        assert alert.notice.kind == "feed refused"
        assert "Ask the site to let the monitor in" in alert.notice.text
        assert context.archive.ledger.coverage(clock.now()).refusing_sites == ("site1.example",)

    run(tmp_path, work)


def test_several_at_once_are_one_message(tmp_path: Path) -> None:
    """Four feeds break between two looks: one message a channel that names all four."""

    async def work(context: Context, clock: FakeClock) -> None:
        for number in range(4):
            fails(context, number, HTML, times=2)
        await watch.look(context)
        (alert,) = messages(context)
        assert alert.notice is not None
        assert alert.notice.title == "4 feeds are in trouble"
        assert all(f"Feed {number} answers" in alert.notice.text for number in range(4))

    run(tmp_path, work, feeds=9)


def test_our_network_is_one_notice(tmp_path: Path) -> None:
    """All feeds out of reach at once: the network is told, no feed; what still fails afterwards is told by itself."""

    async def work(context: Context, clock: FakeClock) -> None:
        for number in range(5):
            answers(context, number, new=1)
        clock.advance(hours=8)
        for number in range(5):
            fails(context, number, ConnectError("no route to host"), times=4)
        for _ in range(3):
            await watch.look(context)
        assert titles(context) == ["Most feeds cannot be reached"]
        clock.advance(hours=2)
        for number in range(4):
            answers(context, number)
        await watch.look(context)
        assert [(one.kind, one.healed_at is None) for one in context.archive.notices.open()] == []
        assert titles(context) == ["Most feeds cannot be reached"]  # its end
        clock.advance(minutes=10)
        fails(context, 4, ConnectError("no route to host"))
        await watch.look(context)
        assert titles(context) == ["Feed 4 fails"]

    run(tmp_path, work)


def test_a_silent_feed(tmp_path: Path) -> None:
    """A daily feed stops: told once as frozen, in the coverage line, and over with its next entry."""

    async def work(context: Context, clock: FakeClock) -> None:
        for day in range(46):
            for hour in range(0, 24, 6):
                answers(context, 0, new=int(day < 40 and hour == 6))
                clock.advance(hours=6)
            if day in (30, 45):
                await watch.look(context)
        assert titles(context) == ["Feed 0 is frozen"]
        assert context.archive.ledger.coverage(clock.now()).silent_feeds == ("Feed 0",)
        clock.advance(hours=1)
        answers(context, 0, new=1)
        await watch.look(context)
        assert titles(context) == ["Feed 0 is frozen"]
        assert context.archive.ledger.coverage(clock.now()).silent_feeds == ()

    run(tmp_path, work)


def test_a_feed_loses_its_dates(tmp_path: Path) -> None:
    """Dated for days, then most entries without: told after the second; one that never had dates is not."""

    async def work(context: Context, clock: FakeClock) -> None:
        for undated in (0, 1, 0, 9, 9):
            answers(context, 0, new=1, entries=10, undated=undated)
            answers(context, 1, new=1, entries=10, undated=10)
            await watch.look(context)
            clock.advance(hours=2)
        assert titles(context) == ["Feed 0 has lost its dates"]
        answers(context, 0, new=1, entries=10, undated=0)
        await watch.look(context)
        assert titles(context) == ["Feed 0 has lost its dates"]

    run(tmp_path, work)


@pytest.mark.parametrize(("operators", "told"), [((), ["desk", "night"]), (("night",), ["night"])])
def test_operators_are_told_in_their_cadence(tmp_path: Path, operators: tuple[str, ...], told: list[str]) -> None:
    """`operators` names who hears; a digest channel hears at its time; what healed before that is never told."""

    async def work(context: Context, clock: FakeClock) -> None:
        fails(context, 0, HTML, times=2)
        fails(context, 1, HTML, times=2)
        await watch.look(context)
        now = [alert.channel for alert in messages(context)]
        answers(context, 1, new=1)
        await watch.look(context)
        messages(context)
        clock.advance(hours=20)
        later = messages(context)
        assert now + [alert.channel for alert in later] == told
        assert later[0].notice is not None
        assert later[0].notice.title == "Feed 0 answers with a web page instead of a feed"

    run(tmp_path, work, channels=(DESK, NIGHT), alerts=AlertSettings(operators=operators))


def test_a_kill_between_notice_and_message_loses_nothing(tmp_path: Path) -> None:
    """What was recorded and not bundled is bundled by the next process; what was bundled is not made again."""

    async def first(context: Context, clock: FakeClock) -> None:
        fails(context, 0, HTML, times=2)
        await watch.look(context)

    async def second(context: Context, clock: FakeClock) -> None:
        await watch.look(context)
        assert titles(context) == ["Feed 0 answers with a web page instead of a feed"]
        assert titles(context) == []

    run(tmp_path, first)
    run(tmp_path, second)


def test_a_feed_no_longer_declared_is_let_go(tmp_path: Path) -> None:
    """Its notice is closed without a word."""

    async def first(context: Context, clock: FakeClock) -> None:
        fails(context, 4, HTML, times=2)
        await watch.look(context)
        assert len(messages(context)) == 1

    async def second(context: Context, clock: FakeClock) -> None:
        await watch.look(context)
        assert context.archive.notices.open() == []
        assert messages(context) == []

    run(tmp_path, first)
    run(tmp_path, second, feeds=4)
