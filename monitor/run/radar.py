"""The radar at work: volumes counted every hour, spikes and silences told to the channels of their topic.

articles, matches ──▶ volumes ──▶ Board ──▶ topics/radar.py decides ──▶ notices opened, healed ──▶ what they owe
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from monitor import log
from monitor.archive.volumes import hour_number
from monitor.models import Notice, Topic
from monitor.run import bulletins, recounting, telling
from monitor.run.context import Context, Tally
from monitor.topics import radar
from monitor.topics.cells import parsed
from monitor.topics.outlook import moment
from monitor.topics.radar import KINDS, Finding, Rules
from monitor.topics.volumes import WEEK, Board, Cell
from monitor.wording.times import when

LATE = 48  # hours after which a match or a translation that comes late is counted no more
logger = log.get("radar")


class Radar:
    """Remembers the counts of the past weeks, so that an hour costs an hour's work."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._board = Board()
        self._hour = 0  # the last one that was looked at

    async def look(self) -> Tally:
        """Count the hours that are over and judge them; once an hour, whenever it is called."""
        now = self._context.clock.now()
        hour = int(now.timestamp()) // 3600
        if not self._context.config.radar.enabled or hour == self._hour:
            return Tally()
        await self._count(hour)
        rules = self._rules()
        self._heal(hour, rules, now)
        found = radar.findings(self._board, list(self._topics()), hour, rules, self._outlets)
        told = sum(self._tell(finding, rules, now) for finding in found)
        self._hour = hour
        return Tally(done=1, found=told)

    def _rules(self) -> Rules:
        settings = self._context.config.radar
        return Rules(weeks=settings.weeks, min_sources=settings.min_sources)

    def _topics(self) -> dict[str, Topic]:
        return {topic.name: topic for topic in self._context.config.topics}

    async def _count(self, hour: int) -> None:
        """The table up to `hour`, a day at a time; then the board."""
        volumes, oldest = self._context.archive.volumes, hour - (self._context.config.radar.weeks + 1) * WEEK
        last, first = volumes.last_hour(), volumes.first_hour()
        since = min(hour_number(last) + 1 if last else oldest, hour - LATE)
        since = max(since, hour_number(first) if first else hour, oldest)
        for start in range(since, hour, 24):
            volumes.fill(moment(start), moment(min(start + 24, hour)))
            await asyncio.sleep(0)
        changed = await recounting.recount(self._context, moment(oldest), moment(hour))
        known = min(since, hour - LATE) if self._hour and not changed else oldest
        counts = volumes.read(moment(known))
        self._board.update(((one.hour, one.topic, one.language, one.country, one.articles) for one in counts), known)
        self._board.forget(oldest)

    def _outlets(self, topic: str, cell: Cell, start: int, end: int) -> Mapping[str, int]:
        return self._context.archive.volumes.outlets(topic, *cell, moment(start), moment(end))

    def _heal(self, hour: int, rules: Rules, now: datetime) -> None:
        """What is over is closed. Only the end of a silence is told: that of a spike is no news."""
        topics, notices = self._topics(), self._context.archive.notices
        for notice in notices.open(KINDS):
            topic, cell = parsed(notice.subject)
            reading = radar.read(self._board, topic, cell, hour, radar.WINDOWS[0], rules)
            if topic in topics and (reading is None or not radar.is_over(notice.kind, reading)):
                continue
            tell = notice.kind == "silence" and topic in topics
            notices.heal(notice, now, topic, self._due(topics[topic], now) if tell else {})

    def _due(self, topic: Topic, now: datetime) -> dict[str, datetime]:
        return telling.due_times(self._context, telling.readers(self._context, topic), now)

    def _tell(self, finding: Finding, rules: Rules, now: datetime) -> bool:
        if self._told_already(finding, now):
            return False
        settings = self._context.config.alerts
        words = partial(when, zone=ZoneInfo(settings.zone))
        notice = bulletins.notice(self._board, finding, rules, now, words)
        topic = finding.reading.topic
        log.event(logger, "info", finding.kind, topic=topic, title=notice.title)
        return self._context.archive.notices.raise_(notice, topic, self._due(self._topics()[topic], now))

    def _told_already(self, finding: Finding, now: datetime) -> bool:
        """An open notice of that kind on a cell that this one is part of or takes in, or one just told."""
        cooling = timedelta(hours=self._context.config.radar.cool_down_hours)
        known = self._context.archive.notices.since((finding.kind,), now - cooling)
        return any(_same(one, finding) for one in known)


def _same(notice: Notice, finding: Finding) -> bool:
    topic, cell = parsed(notice.subject)
    return topic == finding.reading.topic and radar.related(cell, finding.reading.cell)
