"""What is a spike, what is a silence, and what is neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isclose

import pytest

from monitor.topics import radar
from monitor.topics.radar import Reading, Rules
from monitor.topics.tails import at_least, at_most
from monitor.topics.volumes import ANY, WEEK, Board, Cell

NOW = 490_000
EVEN = Reading(
    topic="t",
    cell=("ar", "LY"),
    end=NOW,
    hours=24,
    articles=20,
    expected=2.0,
    spread=1.2,
    collected=100,
    usually_collected=100.0,
)
Told = Mapping[str, int]


def outlets(topic_now: Told, topic_before: Told = {}, all_now: Told | None = None, all_before: Told | None = None):  # type: ignore[no-untyped-def]  # noqa: B006
    """Answers as the archive would."""
    crowd = {f"o{n}": 12 for n in range(8)}

    def answer(topic: str, cell: Cell, start: int, end: int) -> Told:
        if topic:
            return topic_now if end == NOW else topic_before
        return (crowd if all_now is None else all_now) if end == NOW and end - start == 24 else (all_before or crowd)

    return answer


def board(weeks: int, *, own: int = 1, rest: int = 9, cell: Cell = ("ar", "LY")) -> Board:
    """The same number of articles every hour, up to NOW."""
    found = Board()
    counts = []
    for hour in range(NOW - weeks * WEEK, NOW):
        counts += [(hour, "", *cell, own + rest), (hour, "t", *cell, own)]
    found.update(counts, 0)
    return found


def test_a_spike_of_several_outlets() -> None:
    """Twenty articles of five outlets where two were expected."""
    found = radar.spike(EVEN, Rules(), outlets({"a": 6, "b": 5, "c": 4, "d": 3, "e": 2}))
    assert found is not None
    assert found.outlets[0] == ("a", 6)


@pytest.mark.parametrize(
    ("wrote", "why"),
    [
        ({"a": 10, "b": 10}, "two outlets are too few"),
        ({"a": 17, "b": 2, "c": 1}, "without the loudest nothing is left of it"),
    ],
)
def test_no_spike(wrote: Told, why: str) -> None:
    """A flood of one outlet, or too few of them, is no event."""
    assert radar.spike(EVEN, Rules(), outlets(wrote)) is None, why


def test_a_small_cell_needs_two_outlets() -> None:
    """Where fewer than six outlets write at all, two are several."""
    few = {"a": 40, "b": 40, "c": 20}
    assert radar.spike(replace(EVEN, articles=28), Rules(), outlets({"a": 14, "b": 14}, {}, few, few)) is not None


@pytest.mark.parametrize("change", [{"articles": 4}, {"expected": 8.0}, {"spread": 12.0}])
def test_what_is_usual_is_no_spike(change: dict[str, float]) -> None:
    """Too few, not three times the expected, or a topic whose counts always stray that far."""
    wrote = {"a": 6, "b": 5, "c": 4, "d": 3, "e": 2}
    assert radar.spike(replace(EVEN, **change), Rules(), outlets(wrote)) is None  # type: ignore[arg-type]


LULL = replace(EVEN, articles=1, expected=30.0)
BEFORE = {f"o{n}": 100 for n in range(8)}  # of the topic, in four weeks
ALL_BEFORE = {f"o{n}": 336 + 100 for n in range(8)}


def test_a_silence() -> None:
    """One article where thirty were expected, everything else as usual."""
    assert radar.silence(LULL, Rules(), outlets({}, BEFORE, None, ALL_BEFORE)) is not None


def test_an_outage_is_no_silence() -> None:
    """Half of the usual articles collected: nothing is said, and the end of a silence is not told either."""
    assert radar.silence(replace(LULL, collected=50), Rules(), outlets({}, BEFORE, None, ALL_BEFORE)) is None
    assert not radar.is_over("silence", replace(LULL, articles=30, collected=50))
    assert radar.is_over("silence", replace(LULL, articles=30))


def test_an_outage_of_the_outlets_that_matter_is_no_silence() -> None:
    """Only two outlets ever write about it, and just these were not read."""
    before = {"o0": 400, "o1": 400}
    read_now = {f"o{n}": 15 for n in range(2, 8)}
    all_before = {f"o{n}": 336 + before.get(f"o{n}", 0) for n in range(8)}
    assert radar.silence(LULL, Rules(), outlets({}, before, read_now, all_before)) is None
    assert radar.silence(LULL, Rules(), outlets({}, before, None, all_before)) is not None


def test_expected_follows_what_was_collected() -> None:
    """Half the rest collected, half the articles expected."""
    full = board(6)
    reading = radar.read(full, "t", ("ar", "LY"), NOW, 24, Rules())
    assert reading is not None
    assert isclose(reading.expected, 24, rel_tol=0.01)
    full.update([(hour, "", "ar", "LY", 4) for hour in range(NOW - 24, NOW)], NOW - 24)
    half = radar.read(full, "t", ("ar", "LY"), NOW, 24, Rules())
    assert half is not None
    assert isclose(half.expected, 4 * 24 / 9, rel_tol=0.01)
    assert isclose(half.share_collected, 0.4)


def test_a_past_spike_is_not_what_is_usual() -> None:
    """A burst a week ago, at the same hours, raises the expected by little."""
    loud = board(6)
    burst = range(NOW - WEEK - 24, NOW - WEEK)
    week = range(NOW - WEEK - 24, NOW)
    counts = [(hour, "", "ar", "LY", 20 if hour in burst else 10) for hour in week]
    counts += [(hour, "t", "ar", "LY", 11 if hour in burst else 1) for hour in week]
    loud.update(counts, NOW - WEEK - 24)
    reading = radar.read(loud, "t", ("ar", "LY"), NOW, 24, Rules())
    assert reading is not None
    assert reading.expected < 30  # 61 would be the plain mean of the six weeks at these hours


def test_nothing_is_said_before_two_weeks() -> None:
    """A young archive has no opinion."""
    assert radar.read(board(1), "t", ("ar", "LY"), NOW, 24, Rules()) is None
    assert radar.read(board(3), "t", ("ar", "LY"), NOW, 24, Rules()) is not None


def test_the_broadest_cell_speaks_for_its_parts() -> None:
    """One spike is one finding: that of all languages and countries, when it shows there."""
    wide = board(6, own=0, rest=30)
    now = range(NOW - 6, NOW)
    counts = [(hour, "", "ar", "LY", 36) for hour in now] + [(hour, "t", "ar", "LY", 6) for hour in now]
    wide.update(counts, NOW - 6)
    wrote = {f"o{n}": 6 for n in range(6)}
    found = radar.findings(wide, ["t"], NOW, Rules(), outlets(wrote))
    assert [(one.kind, one.reading.cell) for one in found] == [("spike", (ANY, ANY))]
    assert radar.related(("ar", ANY), (ANY, "LY"))
    assert not radar.related(("ar", "LY"), ("ar", "EG"))


def test_tails() -> None:
    """Against sums of the Poisson distribution; more spread, longer tail; small chances stay exact."""
    assert isclose(at_least(5, 0.5, 1.0), 1.7212e-4, rel_tol=1e-3)
    assert isclose(at_most(2, 10.0, 1.0), 2.7694e-3, rel_tol=1e-3)
    assert at_least(20, 4.0, 3.0) > 100 * at_least(20, 4.0, 1.0)
    assert isclose(at_least(7, 4.0, 2.5) + at_most(6, 4.0, 2.5), 1.0, rel_tol=1e-9)
    assert 0 < at_least(200, 4.0, 1.0) < 1e-200
    assert at_most(0, 0.0, 1.0) == 1.0


def test_a_board_forgets_and_corrects() -> None:
    """Counts taken over again replace the earlier ones in every sum; what is forgotten is in none."""
    one = board(1)
    one.update([(NOW - 1, "t", "ar", "LY", 7)], NOW - 1)
    assert [one.window("t", cell, NOW, 1) for cell in (("ar", "LY"), ("ar", ANY), (ANY, "LY"), (ANY, ANY))] == [7] * 4
    assert one.window("", (ANY, ANY), NOW, 1) == 0
    one.forget(NOW - 1)
    assert one.window("t", (ANY, ANY), NOW, WEEK) == 7
    assert one.first == NOW - 1
