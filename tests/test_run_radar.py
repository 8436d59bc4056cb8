"""The radar in a newsroom: counted every hour, told once to the channels of the topic, a silence's end as well."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from newsrooms import NOW, FakeClock, config

from monitor.archive.search import rebuild
from monitor.archive.volumes import Volume
from monitor.config import RadarSettings
from monitor.models import Alert, Channel, Feed, Topic
from monitor.run import telling
from monitor.run.context import Context
from monitor.run.newsroom import open_newsroom
from monitor.run.radar import Radar
from monitor.topics.matcher import compile_topics

WEEKS = timedelta(days=28)
HOUR = timedelta(hours=1)
TOPIC = Topic(name="Libya–Russia relations", query="@libya AND @russia", channels=("desk",))
OUTLETS = tuple(f"Outlet {n}" for n in range(8))


def run(folder: Path, work: Callable[[Context, FakeClock], Awaitable[None]], **more: object) -> None:
    clock = FakeClock()
    channels = (Channel(name="desk", kind="console"), Channel(name="other", kind="console"))
    feeds = (Feed(url="https://site.example.ly/feed"),)
    settings = replace(config(folder, feeds=feeds, topics=(TOPIC,), channels=channels), **more)  # type: ignore[arg-type]

    async def inside() -> None:
        async with open_newsroom(settings, clock) as context:
            await work(context, clock)

    asyncio.run(inside())


def publish(context: Context, outlet: str, *, about: bool, **columns: object) -> int:
    """An article of an Arabic outlet in Libya, now; a match if it is about the topic."""
    db, at = context.archive.connection, context.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    row = {
        "feed_id": 1,
        "outlet": outlet,
        "first_seen": at,
        "url": "u",
        "canonical_url": "u",
        "language": "ar",
    } | columns
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    number = db.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", tuple(row.values())).lastrowid
    if about:
        db.execute(
            """INSERT INTO matches (topic, article_id, matched_at, side, sentence, translation, spans,
            translation_spans) VALUES (?, ?, ?, 'original', '', '', '[]', '[]')""",
            (TOPIC.name, number, at),
        )
    return int(number or 0)


def hours(context: Context, clock: FakeClock, number: int, *, about: int, rest: int = 8) -> None:
    """Each hour `rest` articles on anything and, every `about`th hour, one on the topic; 0: never."""
    with context.archive.writing():
        for hour in range(number):
            clock.advance(hours=1)
            for one in range(rest):
                publish(context, OUTLETS[one % 8], about=False)
            if about and hour % about == 0:
                publish(context, OUTLETS[hour % 7], about=True)


def messages(context: Context) -> list[Alert]:
    telling.bundle(context)
    found = []
    while (owed := context.archive.outbox.next_owed("desk", context.clock.now())) is not None:
        found.append(owed.alert)
        context.archive.outbox.sent(owed.message_id, (), context.clock.now())
    assert context.archive.outbox.next_owed("other", context.clock.now()) is None
    return found


def test_a_spike_is_told_once(tmp_path: Path) -> None:
    """Twenty-four articles of eight outlets in three hours: one notice with a chart, to the topic's channel alone."""

    async def work(context: Context, clock: FakeClock) -> None:
        radar = Radar(context)
        hours(context, clock, 28 * 24, about=6)
        await radar.look()
        assert messages(context) == []
        for _ in range(3):
            hours(context, clock, 1, about=1)
            for outlet in OUTLETS:
                publish(context, outlet, about=True)
            clock.advance(hours=1)
            await radar.look()
        (alert,) = messages(context)
        assert (alert.topic, alert.items) == (TOPIC.name, ())
        assert alert.notice is not None
        assert alert.notice.kind == "spike"
        assert alert.notice.subject == f"{TOPIC.name}/*/*"
        assert alert.notice.title.startswith("spike: ")
        assert "from 8 outlets in the " in alert.notice.text
        assert alert.notice.chart is not None
        assert len(alert.notice.chart.values) == len(alert.notice.chart.expected) == len(alert.notice.chart.labels)
        assert alert.coverage is not None
        hours(context, clock, 30, about=6)
        await radar.look()
        assert context.archive.notices.open() == []
        assert messages(context) == []  # that it is over is no news

    run(tmp_path, work)


def test_a_silence_is_told_and_its_end(tmp_path: Path) -> None:
    """Two days without an article on a topic that had one every hour; an outage of ours is neither."""

    async def work(context: Context, clock: FakeClock) -> None:
        radar = Radar(context)
        hours(context, clock, 28 * 24, about=1)
        hours(context, clock, 30, about=0, rest=0)  # nothing at all was collected
        await radar.look()
        assert messages(context) == []
        hours(context, clock, 48, about=1)
        for _ in range(2):
            hours(context, clock, 20, about=0)
            await radar.look()
        (alert,) = messages(context)
        assert alert.notice is not None
        assert alert.notice.kind == "silence"
        assert "% of the usual articles of all topics were collected" in alert.notice.text
        hours(context, clock, 30, about=1)
        await radar.look()
        (over,) = messages(context)
        assert over.notice is not None
        assert over.notice.healed_at is not None
        assert over.thread == alert.alert_id

    run(tmp_path, work)


def test_switched_off_it_counts_and_says_nothing(tmp_path: Path) -> None:
    """[radar] enabled = false."""

    async def work(context: Context, clock: FakeClock) -> None:
        hours(context, clock, 3, about=1)
        assert not await Radar(context).look()
        assert context.archive.volumes.last_hour() is None

    run(tmp_path, work, radar=RadarSettings(enabled=False))


def test_what_is_counted(tmp_path: Path) -> None:
    """Copies, duplicates, a backlog and what is not relevant are left out; counting twice changes nothing."""

    async def work(context: Context, clock: FakeClock) -> None:
        db = context.archive.connection
        first = publish(context, "A", about=True)
        publish(context, "B", about=False)
        publish(context, "C", about=True, duplicate_of=first)
        publish(context, "D", about=True, alertable=0)
        copy = publish(context, "E", about=True)
        passing = publish(context, "F", about=True)
        db.execute("UPDATE matches SET relevant = 0 WHERE article_id = ?", (passing,))
        db.execute("INSERT INTO stories (id, first_seen, last_seen) VALUES (1, '', '')")
        db.execute("INSERT INTO story_articles VALUES (?, 1, '', 1, '', ?, '', NULL)", (copy, first))
        for _ in range(2):
            context.archive.volumes.fill(NOW - HOUR, NOW + HOUR)
        hour = int(NOW.timestamp()) // 3600
        assert sorted(context.archive.volumes.read(NOW - HOUR), key=lambda volume: volume.topic) == [
            Volume(hour=hour, topic="", language="ar", country="LY", articles=3),
            Volume(hour=hour, topic=TOPIC.name, language="ar", country="LY", articles=1),
        ]
        assert context.archive.volumes.outlets("", "*", "LY", NOW, NOW + HOUR) == {"A": 1, "B": 1, "F": 1}

    run(tmp_path, work)


def test_a_topic_that_asks_for_something_else_is_counted_anew(tmp_path: Path) -> None:
    """After a broader and a narrower query the past is what it would have found: neither a spike nor a silence."""

    async def work(context: Context, clock: FakeClock) -> None:
        def news(number: int, *, ports_alone: bool) -> None:
            """Each hour one article on grain, every sixth on ports as well; the topic is about one or the other."""
            with context.archive.writing():
                for _ in range(number):
                    clock.advance(hours=1)
                    hour = clock.now().hour
                    for outlet in OUTLETS:
                        publish(context, outlet, about=False, title="Weather")
                    ports = hour % 6 == 0
                    title = "Grain and ports" if ports else "Grain"
                    publish(context, OUTLETS[hour % 7], about=ports or not ports_alone, title=title)

        radar = Radar(context)
        news(28 * 24, ports_alone=True)
        await radar.look()
        assert counted(context) == 28 * 4 - 1
        for query, expected in (("grain", 28 * 24 - 1), ("ports", 28 * 4 - 1)):
            rebuild(context.archive.connection)  # `publish` leaves the index alone
            context.topics = compile_topics([replace(TOPIC, query=query, min_score=0)], {})
            for _ in range(10):
                news(6, ports_alone=query == "ports")
                await radar.look()
                assert messages(context) == []
            assert counted(context) == expected
        assert context.archive.notices.open() == []

    def counted(context: Context) -> int:
        """Articles of the topic in the first four weeks, less an hour that is not over at the first look."""
        until = int((NOW + WEEKS).timestamp()) // 3600
        found = context.archive.volumes.read(NOW)
        return sum(one.articles for one in found if one.topic == TOPIC.name and one.hour < until)

    run(tmp_path, work)
