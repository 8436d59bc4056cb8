"""A short run of benchmarks/radar.py, pinned: planted bursts and lulls are told, floods and outages are not."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from radar import QUIET, WANTED, simulate, table  # type: ignore[import-not-found]

WEEKS, SEED = 10, 3


def test_planted_events_are_told_as_what_they_are(tmp_path: Path) -> None:
    """Every burst is a spike, every lull a silence; no flood, outage, holiday or catching up is anything."""
    simulation = simulate(WEEKS, SEED, tmp_path)
    print("\n" + table(simulation))
    told = simulation.results["radar"].told
    planted = {event.kind for event in simulation.planted}
    assert planted >= {*WANTED, *QUIET}
    for kind, as_ in WANTED.items():
        assert told[kind, as_] > 0
        assert told[kind, "nothing"] == 0
    quiet = [(kind, as_) for kind in (*QUIET, "holiday", "catching up") for as_ in ("spike", "silence")]
    assert [pair for pair in quiet if told[pair]] == []
    assert simulation.results["radar"].alone == 0
    # The plain rules see the floods and outages in the same run: the events are no straw men.
    assert any(simulation.results["5 and 3x"].told[pair] for pair in quiet)
