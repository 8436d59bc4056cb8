"""What came against what was to be expected, as a chart and in words. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import sqrt

from monitor.models import Chart
from monitor.topics import radar
from monitor.topics.radar import Reading, Rules
from monitor.topics.volumes import Board

COLUMNS = {24: 14, 6: 16}  # hours of a window → windows in a chart: a fortnight, four days
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Standard deviations from the expected, and what that is called. Beyond four is where a spike may begin.
_DEGREES = ((1.0, ""), (2.0, "a little "), (4.0, "clearly "))


def moment(hour: int) -> datetime:
    """The moment at which an hour begins."""
    return datetime.fromtimestamp(hour * 3600, UTC)


def number(value: float) -> str:
    """`12`, `3.4`."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def chart(board: Board, reading: Reading, rules: Rules) -> Chart:
    """The windows up to the one that was judged, each with what was to be expected."""
    ends = [reading.end - reading.hours * step for step in reversed(range(COLUMNS[reading.hours]))]
    past = [radar.read(board, reading.topic, reading.cell, end, reading.hours, rules) for end in ends]
    return Chart(
        title="Articles in 24 hours" if reading.hours == 24 else f"Articles in {reading.hours} hours",
        values=tuple(float(board.window(reading.topic, reading.cell, end, reading.hours)) for end in ends),
        expected=tuple(round(one.expected, 1) if one else 0.0 for one in past),
        labels=tuple(_label(end, reading.hours) for end in ends),
    )


def _label(end: int, hours: int) -> str:
    at = moment(end)
    day = _DAYS[(at - timedelta(hours=hours / 2)).weekday()]
    return day if hours == 24 else f"{day} {at:%H}"


def dated(chart: Chart, end: datetime) -> Chart:
    """The same with dates for labels, so that a fortnight has no two Mondays. `end`: when its last window ended.

    A label is the middle of its window, UTC: "2026-11-23" of a day, "Mon 14:00" of six hours.
    """
    hours = next((hours for hours, columns in COLUMNS.items() if columns == len(chart.values)), None)
    if hours is None:
        return replace(chart, labels=tuple(str(place) for place in range(1, len(chart.values) + 1)))
    last = end.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours / 2)
    middles = [last - timedelta(hours=hours * step) for step in reversed(range(len(chart.values)))]
    return replace(
        chart,
        labels=tuple(f"{at:%Y-%m-%d}" if hours == 24 else f"{_DAYS[at.weekday()]} {at:%H}:00" for at in middles),
    )


def deviation(reading: Reading) -> float:
    """How far off the expected, in standard deviations of this topic's own past (a z-score)."""
    usual = max(reading.expected, radar.LEAST_EXPECTED)
    return (reading.articles - reading.expected) / sqrt(reading.spread * usual)


def standing(reading: Reading) -> str:
    """The same in words: `as usual`, `clearly more than usual`."""
    if reading.share_collected < radar.COLLECTED:
        return "too little was collected to tell"
    far = deviation(reading)
    if abs(far) < _DEGREES[0][0]:
        return "as usual"
    degree = next((words for limit, words in _DEGREES if abs(far) < limit), "far ")
    return f"{degree}{'more' if far > 0 else 'less'} than usual"
