"""Has a feed fallen silent, against its own rhythm? Pure.

    visits ──▶ arrivals ──▶ rate by weekday and hour ──▶ gaps counted in expected arrivals ──▶ how unlikely is this one?

A gap is not measured in hours but in the arrivals that the feed's own week would have brought meanwhile: a
weekend costs a weekday paper nothing. Those gaps have mean 1; their variance makes the difference between a
feed that is punctual (three missed mornings are news) and one that comes in bursts. A gamma distribution with
that mean and variance says how unlikely the present gap is (a renewal process; Cox, Renewal Theory, 1962).
The threshold counts how often the feed gives an occasion for a false alarm: `FALSE_ALARMS` a feed and year.

Only the time between two answers counts: while we asked nobody, or got no answer, nothing was silent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

FALSE_ALARMS = 0.05  # a feed and year: one in a newsroom of 200 feeds about every five weeks
LEAST_ARRIVALS = 8
LEAST_HISTORY = timedelta(days=14)
LEAST_SILENCE, LEAST_OF_BUSY = timedelta(hours=24), timedelta(hours=12)
BUSY = 10.0  # arrivals a day
BEYOND = 1.2  # times the longest gap there has been
UNKNOWN_RHYTHM = timedelta(days=120)  # silence of a feed too seldom to have a rhythm
_SHAPES = (0.2, 6.0)  # of the gamma distribution: six times as regular as chance is as far as we trust a feed
_PRIOR = 4.0  # gaps' worth of belief that arrivals come by chance (variance 1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit to a feed that was answered."""

    at: datetime
    new: bool  # it brought entries we did not know
    changed: bool = True  # the document was another than last time


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A feed that is silent against its rhythm."""

    since: datetime  # its last arrival
    hours: float  # from there to the last visit that was answered
    expected: float  # arrivals its rhythm would have brought meanwhile; 0 when it has none
    usual_hours: float  # its middle gap
    frozen: bool  # every visit since was answered with the very same document


def judge(visits: Sequence[Visit], last_entry: datetime | None = None) -> Silence | None:
    """Whether the feed of these visits (those that were answered, the earliest first) is silent; None: it is not.

    The first visit that brings something is the backlog of a new feed, and where history begins. `last_entry`:
    when something last came, for a feed of which no visit that is remembered brought anything.
    """
    news = [visit.at for visit in visits if visit.new] or ([last_entry] if last_entry else [])
    if not news or not visits or visits[-1].at - news[-1] < LEAST_OF_BUSY:
        return None
    silence = visits[-1].at - news[-1]
    gaps = list(_gaps(visits))
    expected = _expected(gaps, news, silence, visits[-1].at)
    if expected is None:
        return None
    hours = sorted((end - start) / _HOUR for start, end in gaps)
    return Silence(
        since=news[-1],
        hours=silence / _HOUR,
        expected=expected,
        usual_hours=hours[len(hours) // 2] if hours else 0.0,
        frozen=not any(visit.changed for visit in visits if visit.at > news[-1]),
    )


def _expected(
    gaps: list[tuple[datetime, datetime]], news: list[datetime], silence: timedelta, until: datetime
) -> float | None:
    """Arrivals missed, when that is too many; None when the silence is nothing out of the way."""
    if len(gaps) < LEAST_ARRIVALS or news[-1] - news[0] < LEAST_HISTORY:
        longest = max((end - start for start, end in gaps), default=timedelta(0))
        return 0.0 if silence >= max(UNKNOWN_RHYTHM, 3 * longest) else None
    rhythm = _Rhythm(news, until)
    a_day = len(gaps) / ((news[-1] - news[0]) / timedelta(days=1))
    if silence < (LEAST_OF_BUSY if a_day >= BUSY else LEAST_SILENCE):
        return None
    past = [rhythm.arrivals(start, end) for start, end in gaps]
    mean = sum(past) / len(past)
    missed = rhythm.arrivals(news[-1], until) / mean
    if missed < BEYOND * max(past) / mean:
        return None
    variance = (sum((gap / mean - 1) ** 2 for gap in past) + _PRIOR) / (len(past) + _PRIOR)
    shape = min(max(1 / variance, _SHAPES[0]), _SHAPES[1])
    return missed if gamma_tail(shape, shape * missed) <= FALSE_ALARMS / (365 * a_day) else None


def _gaps(visits: Sequence[Visit]) -> Iterator[tuple[datetime, datetime]]:
    """From each arrival to the next, or to the last answer before it when long nobody asked."""
    asked: list[datetime] = []
    for visit in visits:
        if not visit.new:
            if asked:
                asked.append(visit.at)
            continue
        if asked:
            start, last = asked[0], asked[-1]
            usual = max(_HOUR, (visit.at - start) / 4, 2 * _longest_pause(asked))
            yield start, visit.at if visit.at - last <= usual else last
        asked = [visit.at]


def _longest_pause(times: list[datetime]) -> timedelta:
    return max((after - before for before, after in pairwise(times)), default=timedelta(0))


class _Rhythm:
    """Expected arrivals by weekday and hour of the day (UTC), each drawn a little towards the even."""

    def __init__(self, news: list[datetime], until: datetime) -> None:
        self._start = news[0].replace(minute=0, second=0, microsecond=0)
        days, hours = [1.0] * 7, [1.0] * 24
        for at in news[1:]:
            days[at.weekday()] += 1
            for hour, share in ((at.hour - 1, 0.25), (at.hour, 0.5), ((at.hour + 1) % 24, 0.25)):
                hours[hour] += share
        total = len(news) - 1
        spread = range(int((until - self._start) / _HOUR) + 2)
        moments = (self._start + number * _HOUR for number in spread)
        rates = (days[at.weekday()] * 7 / (total + 7) * hours[at.hour] * 24 / (total + 24) for at in moments)
        self._sums = [0.0, *accumulate(rates)]

    def arrivals(self, start: datetime, end: datetime) -> float:
        """In hours of an even week; the caller divides by the mean gap."""
        return self._at(end) - self._at(start)

    def _at(self, moment: datetime) -> float:
        hours = (moment - self._start) / _HOUR
        whole = min(max(int(hours), 0), len(self._sums) - 2)
        return self._sums[whole] + (hours - whole) * (self._sums[whole + 1] - self._sums[whole])


def gamma_tail(shape: float, x: float) -> float:
    """P(X > x) for a gamma distribution of that shape and scale 1: Abramowitz and Stegun, 6.5.29 and 6.5.31."""
    if x <= 0:
        return 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for n in range(1, 500):
            term *= x / (shape + n)
            total += term
        return max(0.0, 1.0 - front * total)
    value = 0.0
    for n in range(200, 0, -1):
        value = n * (n - shape) / (x + 2 * n + 1 - shape - value)
    return front / (x + 1 - shape - value)
