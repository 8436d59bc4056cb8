"""When alerts are due and when messages are tried again."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.cadence import Cadence, due, midnight, next_attempt, parse_cadence
from monitor.alerts.quiet import parse_quiet, quiet_until
from monitor.errors import DeliveryError

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")

# Clocks that jump by half an hour, at midnight, over midnight, for Ramadan, or not at all.
ZONES = (
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Asia/Beirut",
    "America/Scoresbysund",
    "America/St_Johns",
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "cadence"),
    [
        ("immediate", Cadence("immediate")),
        (" Hourly ", Cadence("hourly")),
        ("daily 07:30", Cadence("daily", time(7, 30))),
        ("daily  7:05", Cadence("daily", time(7, 5))),
        ("DAILY 00:00", Cadence("daily", time(0, 0))),
        ("daily 23:59", Cadence("daily", time(23, 59))),
        ("weekly Mon 08:00", Cadence("weekly", time(8), 0)),
        ("Weekly sunday 8:05", Cadence("weekly", time(8, 5), 6)),
    ],
)
def test_cadence_is_read(text: str, cadence: Cadence) -> None:
    """Every form that the configuration describes is understood, in any case and spacing."""
    assert parse_cadence(text) == cadence
    assert cadence.digest == (cadence.kind != "immediate")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "weekly",
        "weekly 08:00",
        "weekly Xyz 08:00",
        "weekly Mon 24:00",
        "daily",
        "daily 24:00",
        "daily 07:60",
        "daily 7",
        "daily -1:00",
        "07:30",
    ],
)
def test_wrong_cadence_says_what_to_write(text: str) -> None:
    """A mistake is refused with the mistake quoted and a right example."""
    with pytest.raises(ValueError, match=r"write .*daily 07:30") as caught:
        parse_cadence(text)
    assert repr(text) in str(caught.value)


@given(st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_cadence_parser_raises_nothing_else(text: str) -> None:
    """Any text is a cadence or a ValueError; nothing else gets out."""
    with contextlib.suppress(ValueError):
        assert parse_cadence(text).kind in ("immediate", "hourly", "daily", "weekly")


def test_immediate_is_due_at_once() -> None:
    """An immediate alert is due when it is asked for."""
    assert due(Cadence("immediate"), BERLIN, NOON - timedelta(hours=3), NOON) == NOON


@pytest.mark.parametrize(
    ("zone", "matched", "expected"),
    [
        ("UTC", "2026-03-03T12:00:00", "2026-03-03T13:00:00"),
        ("UTC", "2026-03-03T12:00:01", "2026-03-03T13:00:00"),
        ("UTC", "2026-03-03T12:59:59.999999", "2026-03-03T13:00:00"),
        ("Asia/Kathmandu", "2026-03-03T12:00:00", "2026-03-03T12:15:00"),  # 17:45, next 18:00
        ("Australia/Lord_Howe", "2026-07-01T12:40:00", "2026-07-01T13:30:00"),  # 23:10, next 00:00
        ("Europe/Berlin", "2026-03-29T00:30:00", "2026-03-29T01:00:00"),  # 01:30, then 03:00
    ],
)
def test_hourly_is_the_next_full_hour_of_the_zone(zone: str, matched: str, expected: str) -> None:
    """An hourly digest is due when the reader's clock next shows a full hour."""
    moment = utc(matched)
    assert due(Cadence("hourly"), ZoneInfo(zone), moment, moment) == utc(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-03T06:29:59", "2026-03-03T06:30:00"),
        ("2026-03-03T06:30:00", "2026-03-04T06:30:00"),
        ("2026-03-03T23:30:00", "2026-03-04T06:30:00"),  # already tomorrow in Berlin
        ("2026-07-03T12:00:00", "2026-07-04T05:30:00"),  # summer time
    ],
)
def test_daily_is_the_next_time_of_day(now: str, expected: str) -> None:
    """A digest at 07:30 in Berlin follows the local clock through the year."""
    moment = utc(now)
    assert due(Cadence("daily", time(7, 30)), BERLIN, moment, moment) == utc(expected)


def test_late_match_waits_for_the_next_digest() -> None:
    """Matched before today's digest but handed in after it: a second digest today is not an answer."""
    matched, now = utc("2026-03-03T06:20:00"), utc("2026-03-03T06:40:00")
    assert due(Cadence("daily", time(7, 30)), BERLIN, matched, now) == utc("2026-03-04T06:30:00")


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected"),
    [
        ("Europe/Berlin", time(2, 30), date(2026, 3, 29), "2026-03-29T01:30:00"),  # gap: 03:30 CEST
        ("Europe/Berlin", time(2, 30), date(2026, 10, 25), "2026-10-25T00:30:00"),  # fold: the first 02:30
        ("Australia/Lord_Howe", time(2, 15), date(2026, 10, 4), "2026-10-03T15:45:00"),  # gap of 30 minutes
        ("Asia/Beirut", time(0, 30), date(2026, 3, 29), "2026-03-28T22:30:00"),  # gap at midnight: 01:30
        ("America/Scoresbysund", time(23, 30), date(2026, 3, 28), "2026-03-29T00:30:00"),  # gap up to midnight
    ],
)
def test_daily_through_gaps_and_folds(zone: str, at: time, day: date, expected: str) -> None:
    """A time that the clock skips or shows twice gives one digest, at the documented moment."""
    place = ZoneInfo(zone)
    before = datetime.combine(day, time(0), tzinfo=place).astimezone(UTC) - timedelta(hours=1)
    first = due(Cadence("daily", at), place, before, before)
    while first.astimezone(place).date() < day:
        first = due(Cadence("daily", at), place, first, first)
    assert first == utc(expected)
    assert due(Cadence("daily", at), place, first, first) - first > timedelta(hours=20)


@pytest.mark.parametrize("zone", ZONES)
def test_exactly_one_digest_on_every_local_day(zone: str) -> None:
    """Through two years with all their jumps, each local day has one digest, at any of 21 times of day."""
    place = ZoneInfo(zone)
    for at in (time(hour, minute) for hour in (0, 1, 2, 3, 12, 22, 23) for minute in (0, 30, 59)):
        slots = Counter[date]()
        moment, end = utc("2026-01-01T12:00:00"), utc("2028-01-01T12:00:00")
        first = moment.astimezone(place).date() + timedelta(days=1)
        while moment < end:
            moment = due(Cadence("daily", at), place, moment, moment)
            slots[moment.astimezone(place).date()] += 1
        last = max(slots)
        days = [first + timedelta(days=number) for number in range((last - first).days)]
        assert [day for day in days if slots[day] != 1] == [], at


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=1)),
)
@settings(max_examples=200, deadline=None)
def test_due_lies_ahead_and_does_not_go_back(zone: str, naive: datetime, at: time, later: timedelta) -> None:
    """A digest is always ahead, at most two days, and whoever asks later is never told an earlier one."""
    place, moment = ZoneInfo(zone), naive.replace(tzinfo=UTC)
    for cadence, most in ((Cadence("hourly"), timedelta(hours=1)), (Cadence("daily", at), timedelta(days=2))):
        slot = due(cadence, place, moment, moment)
        assert moment < slot <= moment + most
        assert slot <= due(cadence, place, moment, moment + later)


@pytest.mark.parametrize("zone", ZONES)
def test_a_weekly_digest_comes_once_a_week_on_its_day(zone: str) -> None:
    """Through two years of jumping clocks there is one on each Sunday, the day on which clocks change."""
    place = ZoneInfo(zone)
    for at in (time(0), time(2, 30), time(23, 59)):
        moment, days = utc("2026-01-01T12:00:00"), []
        while moment < utc("2028-01-01T12:00:00"):
            moment = due(Cadence("weekly", at, 6), place, moment, moment)
            days.append(moment.astimezone(place).date())
        assert {day.weekday() for day in days} == {6}
        assert {(later - day).days for day, later in itertools.pairwise(days)} == {7}


@pytest.mark.parametrize(
    ("hours", "now", "end"),
    [
        ("22:00-07:00", "2026-03-03T20:59:59", None),
        ("22:00-07:00", "2026-03-03T21:00:00", "2026-03-04T06:00:00"),
        ("22:00-07:00", "2026-03-04T05:59:59", "2026-03-04T06:00:00"),
        ("22:00-07:00", "2026-03-04T06:00:00", None),
        ("22:00 – 7:00", "2026-03-04T00:00:00", "2026-03-04T06:00:00"),
        ("12:00-13:30", "2026-03-03T12:00:00", "2026-03-03T12:30:00"),
        ("12:00-13:30", "2026-03-03T22:00:00", None),
        ("22:00-02:30", "2026-03-29T00:30:00", "2026-03-29T01:30:00"),  # 02:30 is skipped: 03:30
        ("22:00-02:30", "2026-10-24T23:00:00", "2026-10-25T00:30:00"),  # 02:30 comes twice: the first
        ("02:30-07:00", "2026-03-29T01:00:00", None),  # 03:00, and quiet begins at 03:30
        ("", "2026-03-03T23:00:00", None),
    ],
)
def test_quiet_hours_follow_the_readers_clock(hours: str, now: str, end: str | None) -> None:
    """In Berlin, over midnight and over changes of the clock."""
    assert quiet_until(parse_quiet(hours), BERLIN, utc(now)) == (utc(end) if end else None)


@given(st.sampled_from(ZONES), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.times(), st.times())
@settings(max_examples=200, deadline=None)
def test_quiet_hours_end(zone: str, naive: datetime, begin: time, end: time) -> None:
    """Whatever the hours and the zone, quiet ends within a day and a half, and is over when it ends."""
    if (begin.hour, begin.minute) == (end.hour, end.minute):
        return
    quiet, now = parse_quiet(f"{begin:%H:%M}-{end:%H:%M}"), naive.replace(tzinfo=UTC)
    if until := quiet_until(quiet, ZoneInfo(zone), now):
        assert now < until <= now + timedelta(hours=36)


@pytest.mark.parametrize("text", ["22-7", "22:00", "24:00-07:00", "22:60-07:00", "07:00-07:00", "x"])
def test_wrong_quiet_hours_say_what_to_write(text: str) -> None:
    """A mistake is refused with the mistake quoted and a right example."""
    with pytest.raises(ValueError, match="22:00-07:00") as caught:
        parse_quiet(text)
    assert repr(text) in str(caught.value)


def test_midnight_is_the_next_local_one() -> None:
    """The day's cap ends where the reader's day does."""
    assert midnight(BERLIN, utc("2026-03-03T22:59:59")) == utc("2026-03-03T23:00:00")
    assert midnight(BERLIN, utc("2026-03-03T23:00:00")) == utc("2026-03-04T23:00:00")


def test_back_off_grows_to_four_hours() -> None:
    """1, 5, 15, 60 minutes, 2 hours, then every 4 hours."""
    waits = [next_attempt(tries, DeliveryError("no"), NOON) - NOON for tries in range(1, 9)]
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 60, 120, 240, 240, 240]


def test_retry_after_wins() -> None:
    """What the channel asked for replaces the back-off, be it shorter or longer."""
    for wait in (timedelta(seconds=1), timedelta(days=1)):
        assert next_attempt(3, DeliveryError("busy", retry_after=wait), NOON) == NOON + wait


def test_five_days_of_tries_are_not_a_flood() -> None:
    """Over the five days that mail is kept, a dead server is asked fewer than 40 times."""
    moment, tries = NOON, 0
    while moment < NOON + timedelta(days=5):
        tries += 1
        moment = next_attempt(tries, DeliveryError("no"), moment)
    assert 30 < tries < 40
