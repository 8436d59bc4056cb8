"""The two axes of a chart: which days there are and how they are called, which numbers stand beside the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from monitor.wording.clean import one_line
from monitor.wording.times import MONTHS, day_name

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d")
_MOST = 1500  # periods filled in: four years of days; beyond, only what there is
_MARKS = 5  # numbers beside the columns, at most, above the zero
_LABELS = 8  # words below the columns, at most: a longer row runs together


class Dated(Protocol):
    """What has a place along the bottom."""

    @property
    def day(self) -> str: ...


def in_order(counts: Sequence[Dated]) -> tuple[str, ...]:
    """Days, or hours, from the first to the last without a gap; labels of any other kind in the order they came."""
    labels = tuple(dict.fromkeys(count.day for count in counts))
    for pattern, step in ((_DAY, timedelta(days=1)), (_HOUR, timedelta(hours=1))):
        if labels and all(pattern.fullmatch(label) for label in labels):
            return _filled(sorted(labels), step)
    return labels


def _filled(labels: Sequence[str], step: timedelta) -> tuple[str, ...]:
    first, last = (datetime.fromisoformat(label) for label in (labels[0], labels[-1]))
    number = int((last - first) / step) + 1
    if number > _MOST:
        return tuple(labels)
    width = len(labels[0])
    return tuple((first + step * place).isoformat()[:width] for place in range(number))


def short(label: str) -> str:
    """Below a column: "23 Nov", "14:00", or the label itself."""
    if _DAY.fullmatch(label):
        return f"{int(label[8:])} {MONTHS[int(label[5:7]) - 1][:3]}"
    return f"{label[11:]}:00" if _HOUR.fullmatch(label) else one_line(label, 12)


def long(label: str) -> str:
    """In a sentence: "23 November 2026", "23 November 2026, 14:00", or the label itself."""
    if _DAY.fullmatch(label[:10]) and len(label) in (10, 13):
        day = day_name(date.fromisoformat(label[:10]))
        return day if len(label) == 10 else f"{day}, {label[11:]}:00"
    return one_line(label, 100)


def unit(labels: Sequence[str]) -> str:
    """What the bottom counts: "Day", "Hour", "" for labels that say so themselves."""
    if not labels:
        return ""
    return "Day" if _DAY.fullmatch(labels[0]) else "Hour" if _HOUR.fullmatch(labels[0]) else ""


def labelled(number: int) -> dict[int, bool]:
    """Places that bear words, counted from the last; the value says whether a phone has room for them too."""
    step = -(-number // _LABELS) if number else 1
    return {place: (number - 1 - place) % (2 * step) == 0 for place in range(number - 1, -1, -step)}


def steps(top: int) -> list[int]:
    """0, and round whole numbers up to one that is not below `top`: 1, 2 or 5 times a power of ten apart."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * _MARKS >= top:
                return list(range(0, max(1, -(-top // step)) * step + 1, step))
        size *= 10
