"""A week of wire traffic through matching, grouping and bundling: messages sent, stories missed, news missed.

    uv run benchmarks/wire.py [--sizes 40,200,1000] [--seed N] [--oracle] [--restart HOURS] [--json FILE]

The traffic is made by `wire_traffic.py`, which knows what event and what state of it each article reports. It goes
through the real archive, matching and bundling at the times of its clock; no message leaves. One immediate channel
at the default settings. Every `--restart` hours the process "dies" inside the bundling of a message, and all is
built anew from the file. Stories are those of the program; with `--oracle` they are the generator's events, which
tells apart what the grouping and what the alerts get wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from newsrooms import FakeClock, candidate, config  # noqa: E402
from wire_traffic import START, WEEK, Outlet, Report, outlets, week  # noqa: E402

from monitor.models import (  # noqa: E402
    Alert,
    Article,
    Channel,
    Document,
    Entry,
    Feed,
    Sentence,
    Stage,
    Topic,
    Translation,
    TranslationState,
)
from monitor.run import bundling, matching  # noqa: E402
from monitor.run.context import Context  # noqa: E402
from monitor.run.newsroom import open_newsroom  # noqa: E402

PRESS = {40: 30, 200: 45, 1000: 60}  # events → outlets; an event is taken up by about half of them
STEP = timedelta(minutes=5)
BATCH = 200
TOPIC = "Libya and Russia"
GROUPS = find_spec("monitor.run.grouping") is not None


class Killed(Exception):  # noqa: N818 - it is none of ours
    """The process died here."""


@dataclass(slots=True)
class Ledger:
    """What was sent, and what the generator knows of it."""

    reports: dict[int, Report] = field(default_factory=dict)  # by article id
    alerts: list[Alert] = field(default_factory=list)
    deaths: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One size, as printed."""

    events: int
    outlets: int
    articles: int  # of events
    matched: int  # one message each is the baseline
    messages: int
    digests: int
    fewer: float  # share of the baseline's messages that were not sent
    stories_missed: int  # events that matched and of which nobody was told
    doubled: int  # events told as new more than once
    follow_ups: int  # a digest may hold several
    with_news: int  # of these: a new state, language, better tier, or many more outlets
    news_missed: int  # states of an event that were reported and never told
    deaths: int
    seconds: float


def run(events: int, press: int, seed: int, *, oracle: bool, restart: float) -> Found:
    """One week."""
    dice = random.Random(seed)
    papers = outlets(press, dice)
    traffic = week(events, papers, dice)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="monitor-wire-") as folder:
        ledger = asyncio.run(_play(Path(folder), papers, traffic, oracle=oracle, restart=restart))
        told = _told(Path(folder))
    return _found(events, press, traffic, ledger, told, time.monotonic() - began)


async def _play(
    folder: Path, papers: Sequence[Outlet], traffic: Sequence[Report], *, oracle: bool, restart: float
) -> Ledger:
    """The week and two days for what waits, restarted again and again."""
    settings = config(
        folder,
        feeds=tuple(Feed(url=one.url, title=one.name, tier=one.tier, language=one.language) for one in papers),
        topics=(Topic(name=TOPIC, query="@libya AND @russia"),),
        channels=(Channel(name="desk", kind="console"),),
    )
    clock, ledger, left = FakeClock(START), Ledger(), list(traffic[::-1])
    end = START + WEEK + timedelta(days=4)
    while clock.now() < end:
        until = min(end, clock.now() + timedelta(hours=restart))
        async with open_newsroom(settings, clock) as context:
            feeds = {feed.url: state.feed_id for feed, state in context.archive.feeds.all()}
            with contextlib.suppress(Killed):
                while clock.now() < end:
                    if clock.now() >= until:
                        _make_mortal(context)
                    arrived = []
                    while left and left[-1].at <= clock.now():
                        arrived.append(left.pop())
                    _arrive(context, feeds, arrived, ledger)
                    _match(context, ledger, oracle=oracle)
                    _send(context, ledger)
                    clock.advance(seconds=STEP.total_seconds())
                break
            ledger.deaths += 1
    return ledger


def _arrive(context: Context, feeds: dict[str, int], arrived: Sequence[Report], ledger: Ledger) -> None:
    """Articles as they are when they have been fetched, read and translated."""
    archive, now = context.archive, context.clock.now()
    for report in arrived:
        title, *body = report.original or (report.title, *report.sentences)
        address = f"{report.outlet.url}/{report.number}"
        entry = Entry(title=title, link=address, published=report.at)
        one = candidate(
            address,
            title=title,
            entry=entry,
            url=address,
            canonical_url=address,
            outlet=report.outlet.name,
            feed_id=feeds[report.outlet.url],
        )
        archive.articles.take([one], now)
        article = archive.articles.by_url(address, address)
        assert article is not None
        ledger.reports[article.id] = report
        _read(context, article, title, body, report, now)


def _read(context: Context, article: Article, title: str, body: list[str], report: Report, now: datetime) -> None:
    archive, text = context.archive, "\n".join(body)
    state = TranslationState.PENDING if report.original else TranslationState.NOT_NEEDED
    columns = {"title": title, "text": text, "language": report.outlet.language, "translation_state": state}
    stage = Stage.TRANSLATE if report.original else Stage.MATCH
    archive.articles.update(article.id, columns | {"stage": stage, "published": _stamp(report.at)})
    if not report.original:
        return
    pairs = zip((title, *body), (report.title, *report.sentences), strict=True)
    translation = Translation(
        article_id=article.id,
        source_language=report.outlet.language,
        target_language="en",
        title=report.title,
        text="\n".join(report.sentences),
        sentences=tuple(
            Sentence(position=n, paragraph=n, source=source, target=target) for n, (source, target) in enumerate(pairs)
        ),
        packages=(f"translate-{report.outlet.language}_en",),
    )
    document = Document(article_id=article.id, language=report.outlet.language, title=title, text=text)
    assert archive.translations.keep(translation, document, now)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _match(context: Context, ledger: Ledger, *, oracle: bool) -> None:
    while due := context.archive.articles.due(Stage.MATCH, context.clock.now(), BATCH):
        matching.match_batch(context, due)
        if oracle:
            _group(context, [article.id for article in due], ledger)


def _group(context: Context, article_ids: Sequence[int], ledger: Ledger) -> None:
    """The generator's events as stories."""
    database, now = context.archive.connection, _stamp(context.clock.now())
    with context.archive.writing():
        for article_id in article_ids:
            report = ledger.reports[article_id]
            if report.event < 0:
                continue
            story = 1_000_000 + report.event
            row = database.execute("SELECT outlets, languages FROM stories WHERE id = ?", (story,)).fetchone()
            lists = [json.loads(text) for text in row] if row else [[], []]
            for known, one in zip(lists, (report.outlet.name, report.outlet.language), strict=True):
                if one not in known:
                    known.append(one)
            database.execute(
                """INSERT INTO stories (id, headline, headline_article_id, first_article_id, first_seen, last_seen,
                    articles, outlets, languages) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (id) DO UPDATE SET
                    last_seen = excluded.last_seen, articles = articles + 1, outlets = excluded.outlets,
                    languages = excluded.languages""",
                (story, report.title, article_id, article_id, now, now, *map(json.dumps, lists)),
            )
            database.execute(
                """INSERT OR REPLACE INTO story_articles (article_id, story_id, joined_at, seen_at, similarity, reason)
                VALUES (?, ?, ?, ?, 1, 'the same event')""",
                (article_id, story, now, now),
            )


def _send(context: Context, ledger: Ledger) -> None:
    bundling.bundle(context)
    outbox = context.archive.outbox
    while (owed := outbox.next_owed("desk", context.clock.now())) is not None:
        outbox.claim(owed.message_id)
        ledger.alerts.append(owed.alert)
        outbox.sent(owed.message_id, (), context.clock.now())


def _make_mortal(context: Context) -> None:
    """The next message kills: its row is written, what the channel then knows is not."""

    def keep(*_: object) -> None:
        raise Killed

    context.archive.threads.keep = keep  # type: ignore[method-assign]


def _told(folder: Path) -> list[tuple[int, str | None]]:
    """(article, message) of every alert, from the file."""
    from monitor.archive import Reader

    with Reader.open(folder / "archive.db") as reader:
        return [tuple(row) for row in reader.connection.execute("SELECT article_id, message_id FROM alerts")]


def _found(
    events: int,
    press: int,
    traffic: Sequence[Report],
    ledger: Ledger,
    told: Sequence[tuple[int, str | None]],
    seconds: float,
) -> Found:
    messages = [alert.alert_id for alert in ledger.alerts]
    assert len(set(messages)) == len(messages), "a message was sent twice"
    bundles = defaultdict(list)
    for article_id, message_id in told:
        if message_id is not None:
            bundles[message_id].append(ledger.reports[article_id])
    matched = {ledger.reports[article_id].event for article_id, _ in told}
    heard = {report.event for reports in bundles.values() for report in reports}
    firsts = Counter(_events(ledger, news=False))
    true, follow_ups = _true_news(ledger, bundles)
    return Found(
        events=events,
        outlets=press,
        articles=sum(report.event >= 0 for report in traffic),
        matched=len(told),
        messages=len(messages),
        digests=sum(alert.digest for alert in ledger.alerts),
        fewer=round(1 - len(messages) / max(1, len(told)), 3),
        stories_missed=len(matched - heard),
        doubled=sum(count > 1 for count in firsts.values()),
        follow_ups=follow_ups,
        with_news=true,
        news_missed=_missed(ledger, bundles, told),
        deaths=ledger.deaths,
        seconds=round(seconds, 1),
    )


def _events(ledger: Ledger, *, news: bool) -> Iterator[int]:
    for alert in ledger.alerts:
        for item in alert.items:
            if bool(item.story and item.story.news) is news:
                yield ledger.reports[item.article_id].event


def _true_news(ledger: Ledger, bundles: dict[str, list[Report]]) -> tuple[int, int]:
    """Follow-ups with news that the generator confirms, and all of them."""
    known: dict[int, dict[str, Any]] = {}
    true = total = 0
    for alert in ledger.alerts:
        by_event = defaultdict(list)
        for report in bundles[alert.alert_id]:
            by_event[report.event].append(report)
        for item in alert.items:
            event = ledger.reports[item.article_id].event
            if item.story and item.story.news:
                total += 1
                true += _is_news(by_event[event], item.story.news, known.get(event))
        for event, reports in by_event.items():
            seen = known.setdefault(event, {"version": 0, "languages": set(), "tier": 3})
            seen["version"] = max(seen["version"], *(report.version for report in reports))
            seen["languages"] |= {report.outlet.language for report in reports}
            seen["tier"] = min(seen["tier"], *(report.outlet.tier for report in reports))
    return true, total


def _is_news(reports: Sequence[Report], news: Sequence[str], known: dict[str, Any] | None) -> bool:
    if known is None or not reports:
        return False
    if any("more outlets" in one for one in news):
        return True
    return (
        max(report.version for report in reports) > known["version"]
        or not {report.outlet.language for report in reports} <= known["languages"]
        or min(report.outlet.tier for report in reports) < known["tier"]
    )


def _missed(ledger: Ledger, bundles: dict[str, list[Report]], told: Sequence[tuple[int, str | None]]) -> int:
    """States of events that matched articles report, beyond the latest state of which somebody was told."""
    reported: dict[int, set[int]] = defaultdict(set)
    heard: dict[int, int] = defaultdict(int)
    for article_id, _ in told:
        reported[ledger.reports[article_id].event].add(ledger.reports[article_id].version)
    for reports in bundles.values():
        for report in reports:
            heard[report.event] = max(heard[report.event], report.version)
    return sum(version > heard[event] for event, versions in reported.items() for version in versions)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="40,200,1000", help="numbers of events, with commas between")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--oracle", action="store_true", help="group by the generator's events")
    parser.add_argument("--restart", type=float, default=12.0, help="hours between two deaths (default 12)")
    parser.add_argument("--json", type=Path, help="write the numbers here too")
    options = parser.parse_args()
    oracle = options.oracle or not GROUPS
    print(f"stories: {'the events of the generator' if oracle else 'as the program groups them'}")
    rows = []
    for size in map(int, options.sizes.split(",")):
        press = PRESS.get(size, 30)
        rows.append(run(size, press, options.seed, oracle=oracle, restart=options.restart))
        if len(rows) == 1:
            print(" ".join(f"{name:>{max(len(name), 6)}}" for name in asdict(rows[0])))
        print(" ".join(f"{value:>{max(len(name), 6)}}" for name, value in asdict(rows[-1]).items()), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    return int(any(row.fewer < 0.8 or row.stories_missed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
