"""A feed is silent against its own rhythm, not against a clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import exp, isclose

import pytest

from monitor.collect.silence import Silence, Visit, gamma_tail, judge

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def visits(
    news: Iterable[datetime], until: datetime, *, every: timedelta = 2 * HOUR, changed: bool = False
) -> list[Visit]:
    """A poll every two hours from the first entry on; those after an entry bring it."""
    left, found, at = sorted(news), [], MONDAY
    while at <= until:
        new = bool(left) and left[0] <= at
        left = [one for one in left if one > at]
        found.append(Visit(at=at, new=new, changed=new or changed))
        at += every
    return found


def mornings(days: int, *, weekdays: bool = False) -> list[datetime]:
    all_ = [MONDAY + day * DAY + 7 * HOUR for day in range(days)]
    return [one for one in all_ if not weekdays or one.weekday() < 5]


def test_a_punctual_feed_is_missed_after_days_not_weeks() -> None:
    """A paper of every morning: two missed mornings are none of our business, five are."""
    news = mornings(40)
    assert judge(visits(news, news[-1] + 2.2 * DAY)) is None
    found = judge(visits(news, news[-1] + 5 * DAY))
    assert found is not None
    assert found.since - news[-1] < 2 * HOUR
    assert found.usual_hours == 24


def test_a_weekend_is_no_silence() -> None:
    """A paper of weekdays is silent from Friday to Monday every week, and missed when it stays so."""
    news = mornings(56, weekdays=True)
    assert news[-1].weekday() == 4
    assert judge(visits(news, news[-1] + 3.2 * DAY)) is None
    assert judge(visits(news, news[-1] + 9 * DAY)) is not None


def test_a_busy_feed_is_missed_within_a_day() -> None:
    """Hourly news: half a day is enough, six hours are not."""
    news = [MONDAY + hour * HOUR for hour in range(24 * 21)]
    assert judge(visits(news, news[-1] + 6 * HOUR, every=HOUR)) is None
    assert judge(visits(news, news[-1] + 14 * HOUR, every=HOUR)) is not None


def test_too_little_history_says_nothing_for_long() -> None:
    """Five entries are no rhythm: nothing is said before 120 days, whatever is remembered then."""
    news = mornings(5)
    assert judge(visits(news, news[-1] + 110 * DAY)) is None
    late = [visit for visit in visits(news, news[-1] + 121 * DAY) if visit.at > news[-1] + 31 * DAY]
    assert judge(late) is None
    found = judge(late, news[-1])
    assert found is not None
    assert found.expected == 0


def test_our_own_outage_is_neither_silence_nor_rhythm() -> None:
    """Nobody asked for ten days: no silence then, and no patience learnt from it."""
    news = mornings(60)
    polls = visits(news, news[-1] + 5 * DAY)
    away = [visit for visit in polls if not MONDAY + 20 * DAY < visit.at < MONDAY + 30 * DAY]
    back = next(number for number, visit in enumerate(away) if visit.at >= MONDAY + 30 * DAY)
    assert judge(away[:back]) is None
    away[back] = Visit(at=away[back].at, new=True)
    assert judge(away) is not None


def test_frozen_is_told_from_silent() -> None:
    """The very same document for days is frozen; one that changes without news is silent."""
    news = mornings(40)
    frozen, silent = (judge(visits(news, news[-1] + 6 * DAY, changed=changed)) for changed in (False, True))
    assert isinstance(frozen, Silence)
    assert isinstance(silent, Silence)
    assert (frozen.frozen, silent.frozen) == (True, False)


def test_news_ends_it() -> None:
    """The last visit brought an entry: not silent."""
    news = [*mornings(40), MONDAY + 60 * DAY]
    assert judge(visits(news, MONDAY + 60 * DAY)) is None


@pytest.mark.parametrize(("shape", "x", "chance"), [(1, 2, exp(-2)), (2, 5, 6 * exp(-5)), (0.5, 3, 0.0143058784)])
def test_gamma_tail(shape: float, x: float, chance: float) -> None:
    """Against closed forms (exponential, Erlang, erfc)."""
    assert isclose(gamma_tail(shape, x), chance, rel_tol=1e-6)
