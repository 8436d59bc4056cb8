"""An archive as a month of reading leaves it: feeds that do well and feeds in every kind of trouble, each step of the
ledger with something that fell out there, and a topic that grew loud on the last day.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from newsrooms import NOW, candidate

from monitor.archive import Archive
from monitor.archive.feeds import Poll
from monitor.archive.rows import to_text
from monitor.config import ArchiveSettings, Config
from monitor.models import Chart, Entry, Feed, FeedState, Notice, Topic
from monitor.run import bulletins
from monitor.topics import outlook, radar
from monitor.topics.radar import Rules
from monitor.topics.volumes import Board, Cell

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TOPICS = ("Libya–Russia relations", "Grain", "Ports & <b>harbours</b>")
LANGUAGES = ("fr", "ru", "en", "ar", "zh", "es")
COUNTRIES = ("FR", "RU", "GB", "LY", "CN", "ES")
STATES = {"en": "not needed", "ar": "waiting for a model", "zh": "failed", "und": "unknown"}
HOSTILE = "<script>alert('feed')</script> & Söhne"
# What becomes of a page, and what is read then: of twenty articles in a row.
_PAGES = ("fetched",) * 14 + ("refused", "bot wall", "robots.txt", "failed", None, None)
_EXTRACTORS = {"fetched": "trafilatura", None: "feed-summary"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """How a feed does at the end."""

    status: str = "ok"
    failures: float = 0.0
    error_kind: str | None = None
    error: str | None = None
    quiet_days: int = 0  # days without an article
    notice: str = ""  # kind of the open notice


WELL = Trouble()
TROUBLES = {
    1: Trouble("failing", 9.0, "status 403", "https://f1.example/ answered 403 Forbidden.", 4, "feed refused"),
    2: Trouble(quiet_days=9, notice="feed silent"),
    3: Trouble("gone", 3.0, "status 410", "https://f3.example/ answered 410 Gone.", 12, "feed gone"),
    4: Trouble("failing", 1.0, "connect", "https://f4.example/ did not answer within 20 s."),
    5: Trouble(notice="feed undated"),
    6: Trouble("new", quiet_days=99),
}


def settings(path: Path) -> Config:
    return Config(archive=ArchiveSettings(path=path))


def build(path: Path, *, feeds: int = 12, days: int = 17, busy: int = 3) -> Path:
    """`busy`: articles a feed brings on most days."""
    chance = random.Random(11)
    with Archive.open(path) as archive:
        archive.feeds.declare([_feed(number) for number in range(1, feeds + 1)], NOW - days * DAY)
        archive.matches.declare([Topic(name=name, query="x", description="Of the sample.") for name in TOPICS])
        with archive.writing():
            for number, at in enumerate(_moments(feeds, days, busy, chance), start=1):
                _article(archive, number, *at, chance)
            for _, state in archive.feeds.all():
                _visits(archive, state, days, TROUBLES.get(state.feed_id, WELL))
            _tell(archive)
        archive.volumes.fill(NOW - days * DAY - HOUR, NOW)
        _radar(archive)
    return path


def _radar(archive: Archive) -> None:
    """What the radar finds now, and a silence that is over."""
    board, rules, end = Board(), Rules(), int(NOW.timestamp()) // 3600
    counts = archive.volumes.read(NOW - 60 * DAY)
    board.update(((one.hour, one.topic, one.language, one.country, one.articles) for one in counts), 0)

    def outlets(topic: str, cell: Cell, start: int, until: int) -> Counter[str]:
        return archive.volumes.outlets(topic, *cell, outlook.moment(start), outlook.moment(until))

    for finding in radar.findings(board, list(TOPICS), end, rules, outlets):
        notice = bulletins.notice(board, finding, rules, NOW, lambda moment: f"{moment:%d %B, %H:%M} UTC")
        archive.notices.raise_(notice, finding.reading.topic, {})
    chart = Chart(title="Articles in 6 hours", values=(4.0,) * 15 + (0.0,), expected=(4.2,) * 15 + (14.0,),
                  labels=("Mon 06",) * 16)  # fmt: skip
    over = Notice(kind="silence", subject=f"{TOPICS[2]}/ar/LY", title="silence in Arabic (LY)", text="Nothing came.",
                  raised_at=NOW - 5 * DAY, chart=chart)  # fmt: skip
    archive.notices.raise_(over, TOPICS[2], {})
    archive.notices.heal(over, NOW - 4 * DAY)


def _feed(number: int) -> Feed:
    place = number % len(LANGUAGES)
    return Feed(
        url=f"https://f{number}.example/rss",
        title=HOSTILE if number == 8 else f"Paper {number}",
        tags=("agency",) if number % 5 == 0 else ("press",),
        country=COUNTRIES[place],
        tier=1 + number % 3,
        language=LANGUAGES[place],
        interval=2 * HOUR if number % 7 == 0 else None,
    )


def _moments(feeds: int, days: int, busy: int, chance: random.Random) -> Iterator[tuple[int, datetime]]:
    """(feed, when) of each article, the earliest first; fewer at weekends."""
    found = []
    for number in range(1, feeds + 1):
        quiet = TROUBLES.get(number, WELL).quiet_days
        for ago in range(days, quiet, -1):
            morning = NOW - ago * DAY
            for _ in range(max(1, busy // 2) if morning.weekday() > 4 else busy):
                found.append((morning + chance.random() * DAY, number))
    return ((number, at.replace(microsecond=0)) for at, number in sorted(found))


def _article(archive: Archive, number: int, feed: int, at: datetime, chance: random.Random) -> None:
    language, outcome = LANGUAGES[feed % len(LANGUAGES)], _PAGES[number % len(_PAGES)]
    title = f"Headline {number}"
    archive.articles.take(
        [
            candidate(
                f"guid:{number}",
                title=title,
                entry=Entry(title=title, link=f"https://f{feed}.example/{number}"),
                url=f"https://f{feed}.example/{number}",
                outlet=HOSTILE if feed == 8 else f"Paper {feed}",
                feed_id=feed,
            )
        ],
        at,
    )
    language = "und" if number % 50 == 0 else language
    state = STATES.get(language, "pending" if number % 9 == 0 else "translated")
    archive.articles.update(
        number,
        {
            "language": language,
            "page_outcome": outcome,
            "extractor": _EXTRACTORS.get(outcome, "title"),
            "translation_state": state,
            "translated_title": f"In English {number}" if state == "translated" else "",
            "duplicate_of": 1 if number % 40 == 0 else None,
            "stage": "done",
        },
    )
    if outcome == "fetched":
        archive.pages.keep(number, f"https://f{feed}.example/{number}", b"x", "text/html", at)
    _matches(archive, number, at, chance)


def _matches(archive: Archive, number: int, at: datetime, chance: random.Random) -> None:
    """Every fourth is found by a topic; on the last day nearly all by the first one."""
    loud = NOW - at < DAY and chance.random() < 0.9
    if not (loud or number % 4 == 0):
        return
    topic = TOPICS[0] if loud else TOPICS[number % len(TOPICS)]
    archive.connection.execute(
        "INSERT INTO matches (topic, article_id, matched_at, side, sentence, score, relevant) "
        "VALUES (?, ?, ?, 'original', 'A sentence.', 70, ?)",
        (topic, number, to_text(at), number // 4 % 4 > 0 or loud),
    )


def _visits(archive: Archive, state: FeedState, days: int, trouble: Trouble) -> None:
    """Four a day; the state they leave."""
    if trouble.status == "new":
        return
    last = NOW - HOUR
    good = last - trouble.quiet_days * DAY
    counts = archive.connection.execute(
        "SELECT first_seen FROM articles WHERE feed_id = ? ORDER BY 1", (state.feed_id,)
    ).fetchall()
    seen = [datetime.fromisoformat(row[0]) for row in counts]
    learnt = replace(
        state,
        interval=HOUR,
        next_poll_at=NOW + 40 * timedelta(minutes=1),
        last_poll_at=last,
        last_success_at=good if trouble.failures else last,
        last_entry_at=seen[-1] if seen else None,
        failures=trouble.failures,
        status=trouble.status,
        error_kind=trouble.error_kind,
        error=trouble.error,
    )
    for step in range(days * 4, -1, -1):
        at = last - step * 6 * HOUR
        new = sum(at - 6 * HOUR < one <= at for one in seen)
        outcome = (
            "error" if trouble.failures and at > good else "new" if new else ("not modified", "nothing new")[step % 2]
        )
        entries = 0 if outcome in ("error", "not modified") else 20
        notes = trouble.error if outcome == "error" else None
        poll = Poll(feed_id=state.feed_id, at=at, outcome=outcome, entries=entries, new_entries=new, seconds=0.4,
                    status=200 if outcome != "error" else None, notes=notes)  # fmt: skip
        archive.feeds.save(learnt, poll)


def _tell(archive: Archive) -> None:
    """The open notices of feeds in trouble, and one that is over."""
    for number, trouble in TROUBLES.items():
        if trouble.notice:
            text = f"Since a while, https://f{number}.example/rss is not what it was.\nOpen it and see."
            notice = Notice(kind=trouble.notice, subject=f"feed {number}", title=f"Paper {number} is in trouble",
                            text=text, raised_at=NOW - 2 * DAY)  # fmt: skip
            archive.notices.raise_(notice, "Monitor", {})
    past = Notice(kind="feed failing", subject="feed 9", title="Paper 9 fails", text="It did.\nNothing.",
                  raised_at=NOW - 8 * DAY)  # fmt: skip
    archive.notices.raise_(past, "Monitor", {})
    archive.notices.heal(past, NOW - 7 * DAY)
