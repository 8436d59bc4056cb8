"""monitor.collect.dates: stated dates → UTC, or known to be unbelievable. Cases: data/dates.tsv."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect import dates

NOW = datetime(2024, 6, 1, tzinfo=UTC)
TABLE = Path(__file__).parent / "data" / "dates.tsv"
with TABLE.open(encoding="utf-8", newline="") as lines:
    CASES = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["stated"])
def test_stated_dates(case: dict[str, str]) -> None:
    """Each date of the table gives the moment beside it, or is marked suspect."""
    stated = dates.parse(case["stated"], NOW)
    shown = stated.value.strftime("%Y-%m-%dT%H:%M:%SZ") if stated.value else ""
    assert (shown, stated.suspect) == (case["utc"], not case["utc"])


@pytest.mark.parametrize("nothing", [None, "", " \n\t"])
def test_no_date_is_not_suspect(nothing: str | None) -> None:
    """A feed that states no date has not lied about it."""
    assert dates.parse(nothing, NOW) == dates.Stated()


@pytest.mark.parametrize(
    ("away", "believed"),
    [
        (timedelta(hours=1), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (timedelta(days=365), False),
        (timedelta(days=-365 * 20), True),
    ],
)
def test_the_future_is_believed_for_a_day(away: timedelta, believed: bool) -> None:
    """A date up to 24 hours ahead is kept, one beyond is not."""
    moment = NOW + away
    assert (dates.parse(moment.isoformat(), NOW).value == moment) is believed


@settings(max_examples=200, deadline=None)
@given(st.datetimes(min_value=datetime(1995, 1, 2), max_value=datetime(2024, 5, 31)), st.integers(-14 * 60, 14 * 60))
def test_rfc_822_and_iso_8601_agree(naive: datetime, minutes: int) -> None:
    """A moment written either way, in any zone, is the same moment."""
    moment = naive.replace(microsecond=0, tzinfo=UTC)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    local = moment.replace(tzinfo=None) + timedelta(minutes=minutes)
    zone = f"{sign}{hours:02}{rest:02}"
    for stated in (f"{local:%a, %d %b %Y %H:%M:%S} {zone}", f"{local:%Y-%m-%dT%H:%M:%S}{zone}"):
        assert dates.parse(stated, NOW).value == moment


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=130))
def test_never_raises(text: str) -> None:
    """Any text gives a date within bounds, or none."""
    stated = dates.parse(text, NOW)
    assert stated.value is None or dates.EARLIEST <= stated.value <= NOW + dates.AHEAD


@settings(max_examples=300, deadline=None)
@given(
    st.from_regex(
        r"\A\D{0,4}\d{1,5}[-/. ]([A-Za-z]{3}|\d{1,3})[-/. ]\d{1,5}[T ]\d{1,3}:\d{1,3}(:\d{1,3})? ?[+-]?\d{0,5}\Z"
    )
)
def test_near_dates_never_raise(text: str) -> None:
    """What almost is a date gives one within bounds, or none."""
    stated = dates.parse(text, NOW)
    assert stated.value is None or dates.EARLIEST <= stated.value <= NOW + dates.AHEAD
