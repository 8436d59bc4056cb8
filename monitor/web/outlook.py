"""What the radar page shows of topics: what came in the last 24 hours against their usual week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.volumes import Volume, Volumes, hour_number
from monitor.models import Chart
from monitor.topics import outlook, radar
from monitor.topics.radar import Reading, Rules
from monitor.topics.volumes import ANY, WEEK, Board, Cell
from monitor.web.places import country_name
from monitor.wording import languages

HOURS, ALL = 24, (ANY, ANY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A topic, or a part of it, over the last 24 hours."""

    name: str  # of the topic, language or country
    articles: int
    expected: float | None  # None: before there is history enough, as are the next three
    deviation: float | None  # from the expected, in standard deviations of its own past
    words: str  # "clearly more than usual"
    collected: float | None  # share of what is usually collected, of every topic and none
    fortnight: tuple[int, ...]  # of each of the last 14 times 24 hours, the oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Whether there is history enough to know what is usual."""

    counted_until: datetime | None  # None: nothing was counted yet
    days: float  # of history
    needed: int

    @property
    def ready(self) -> bool:
        return self.days >= self.needed + HOURS / 24


class Outlook:
    """The counts of the past weeks, as far as one page needs them."""

    def __init__(self, volumes: Volumes, rules: Rules, now: datetime) -> None:
        self._volumes, self._rules = volumes, rules
        last, hour = volumes.last_hour(), int(now.timestamp()) // 3600
        # An hour without articles leaves no count; a day of them says that nobody counted, which is no silence.
        self.end = 0 if not last else hour if hour - hour_number(last) <= HOURS else hour_number(last) + 1
        self._since = outlook.moment(self.end - (rules.weeks + 1) * WEEK) if last else now
        self._board = _board(volumes.totals(self._since) if last else ())

    def progress(self) -> Progress:
        days = (self.end - self._board.first) / 24 if self._board.first else 0.0
        return Progress(
            counted_until=outlook.moment(self.end) if self.end else None,
            days=days,
            needed=radar.LEAST_HISTORY // 24,
        )

    def topics(self, names: Iterable[str]) -> list[Standing]:
        """In the order of the names."""
        return [self._standing(self._board, name, ALL, name) for name in names]

    def chart(self, topic: str) -> Chart | None:
        """The last fortnight of a topic with what was to be expected; None before there is history enough."""
        reading = self._read(self._board, topic, ALL)
        if reading is None:
            return None
        return outlook.dated(outlook.chart(self._board, reading, self._rules), outlook.moment(self.end))

    def parts(self, topic: str, by: str) -> list[Standing]:
        """The languages or countries (`by`) it was seen in, those furthest from the expected first."""
        board = _board(self._volumes.parts(topic, by, self._since))
        seen = [cell for cell in board.cells(topic) if cell != ALL and cell.count(ANY) == 1 and _named(cell, by)]
        found = [self._standing(board, topic, cell, _name(cell, by)) for cell in seen]
        return sorted(found, key=lambda one: (-abs(one.deviation or 0.0), -one.articles, one.name))

    def _read(self, board: Board, topic: str, cell: Cell) -> Reading | None:
        return radar.read(board, topic, cell, self.end, HOURS, self._rules)

    def _standing(self, board: Board, topic: str, cell: Cell, name: str) -> Standing:
        reading = self._read(board, topic, cell)
        ends = (self.end - HOURS * step for step in range(13, -1, -1))
        return Standing(
            name=name,
            articles=board.window(topic, cell, self.end, HOURS),
            expected=round(reading.expected, 2) if reading else None,
            deviation=round(outlook.deviation(reading), 2) if reading else None,
            words=outlook.standing(reading) if reading else "not enough weeks yet",
            collected=round(reading.share_collected, 2) if reading else None,
            fortnight=tuple(board.windows(topic, cell, ends, HOURS)),
        )


def _named(cell: Cell, by: str) -> bool:
    """Which of the two the cell names; the other was left empty when it was counted."""
    return cell[1] == ANY if by == "language" else cell[0] == ANY


def _name(cell: Cell, by: str) -> str:
    if by == "language":
        return languages.name(cell[0]) or "language unknown"
    return country_name(cell[1]) or "country unknown"


def _board(counts: Iterable[Volume]) -> Board:
    board = Board()
    board.update(((one.hour, one.topic, one.language, one.country, one.articles) for one in counts), 0)
    return board
