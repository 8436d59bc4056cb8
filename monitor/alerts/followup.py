"""Is there anything to tell? What is due of one story, against what the channel was told of it. Pure.

nothing told yet                          first alert
a new figure, date or name               ┐
a language that was not there            │
a source of a higher tier                ├ follow-up, with the news in words
N more outlets                           ┘
none of these                             folded, with the reason
news, but the last message was just now,
or the day's follow-ups are used up       waits, and comes with what else is new by then
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.alerts.cadence import midnight
from monitor.models import Thread
from monitor.wording import languages
from monitor.wording.clean import one_line
from monitor.wording.facts import fresh
from monitor.wording.figures import Fact
from monitor.wording.times import when

_SHOWN = 3  # new facts named in one line
# Who else reports it is worth knowing and not urgent: it waits six times as long, and twice that after each message,
# so that the languages of a burst come together and those of its tail do not come one by one.
PATIENCE, LONGEST = 6, timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An article due, as far as it can be news. `facts`: those of its title, lead and evidence."""

    outlet: str
    language: str
    tier: int  # 1 best, 3 least
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a follow-up needs, and how many there may be."""

    outlets: int  # so many more outlets are news by themselves
    pause: timedelta  # least time between two messages about one story; longer without a new fact
    per_day: int  # most follow-ups about one story on one day of the channel's zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of the articles due."""

    kind: Literal["first", "follow-up", "folded", "wait"]
    news: tuple[str, ...] = ()  # in words, weightiest first
    reason: str = ""  # why folded
    until: datetime | None = None  # when a waiting one is looked at again
    bearer: int | None = None  # which report carries the weightiest news; None: the story as a whole


@dataclass(frozen=True, slots=True)
class _News:
    words: str
    bearer: int | None = None


def decide(
    reports: Sequence[Report],
    outlets: Sequence[str],
    thread: Thread | None,
    limits: Limits,
    now: datetime,
    zone: ZoneInfo,
    *,
    digest: bool = False,
) -> Verdict:
    """What to do with `reports`, all of one story whose outlets are `outlets`. A digest has neither pause nor cap."""
    if thread is None:
        return Verdict(kind="first")
    news = [one for one in _all_news(reports, outlets, thread, limits.outlets) if one]
    if not news:
        return Verdict(kind="folded", reason=f"nothing new: same facts as told {when(thread.last_at, zone)}")
    pause = limits.pause if news[0].words.startswith("new:") else _patience(thread, limits)
    if not digest and (until := _wait(thread, limits, now, zone, pause)):
        return Verdict(kind="wait", until=until)
    bearer = next((one.bearer for one in news if one.bearer is not None), None)
    return Verdict(kind="follow-up", news=tuple(one.words for one in news), bearer=bearer)


def _all_news(reports: Sequence[Report], outlets: Sequence[str], thread: Thread, many: int) -> list[_News | None]:
    return [
        _facts(reports, thread),
        _tier(reports, thread),
        _languages(reports, thread),
        _outlets([*outlets, *(report.outlet for report in reports)], thread, many),
    ]


def _facts(reports: Sequence[Report], thread: Thread) -> _News | None:
    found: dict[str, tuple[str, int]] = {}
    for number, report in enumerate(reports):
        for fact in fresh(report.facts, thread.facts):
            found.setdefault(fact.key, (fact.words, number))
    if not found:
        return None
    words = [one_line(word, 60) for word, _ in found.values()]
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return _News(f"new: {', '.join(words[:_SHOWN])}{more}", next(iter(found.values()))[1])


def _tier(reports: Sequence[Report], thread: Thread) -> _News | None:
    if not reports:
        return None
    best = min(range(len(reports)), key=lambda number: reports[number].tier)
    report = reports[best]
    if report.tier >= thread.tier:
        return None
    return _News(f"{one_line(report.outlet, 60)} (tier {report.tier}) now reports it", best)


def _languages(reports: Sequence[Report], thread: Thread) -> _News | None:
    known = {*thread.languages, "und"}
    first = {report.language: number for number, report in reversed(list(enumerate(reports)))}
    new = sorted((number, language) for language, number in first.items() if language not in known)
    names = [languages.name(language) for _, language in new]
    if not names:
        return None
    reported = "first report in" if len(names) == 1 else "first reports in"
    return _News(f"{reported} {_and(names)}", new[0][0])


def _outlets(outlets: Sequence[str], thread: Thread, many: int) -> _News | None:
    new = len({*outlets} - {*thread.outlets})
    return _News(f"{new} more outlets") if new >= many else None


def _patience(thread: Thread, limits: Limits) -> timedelta:
    return min(LONGEST, limits.pause * PATIENCE * (1 << min(thread.messages - 1, 10)))


def _wait(thread: Thread, limits: Limits, now: datetime, zone: ZoneInfo, pause: timedelta) -> datetime | None:
    """When a follow-up may come; None: now."""
    if thread.day == day(now, zone) and thread.day_messages >= limits.per_day:
        return midnight(zone, now)
    until = thread.last_at + pause
    return until if until > now else None


def day(moment: datetime, zone: ZoneInfo) -> str:
    """The local day, as `Thread.day` has it."""
    return moment.astimezone(zone).date().isoformat()


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
