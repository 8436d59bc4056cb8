"""Totals of many things of which some were looked at, with how far they may be off. Never shown as counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_Z95 = 1.96  # standard errors to either side that hold 95 of 100 estimates


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number. `margin` 0: counted; else the true one is within `value` ± `margin` 19 times in 20."""

    value: float
    margin: float = 0.0

    def times(self, factor: float) -> Estimate:
        return Estimate(value=self.value * factor, margin=self.margin * factor)

    def __str__(self) -> str:
        if not self.margin:
            return _number(self.value)
        if self.margin < 1:
            return f"~{_number(self.value)} ± {self.margin:.1f}"
        return f"~{self.value:,.0f} ± {math.ceil(self.margin):,}"


@dataclass(frozen=True, slots=True)
class Stratum:
    """Groups of things, of which some were looked at, drawn by lot."""

    groups: int
    things: int  # in all groups together
    found: Sequence[tuple[int, int]]  # of each group that was looked at: things wanted, things in it


def total(strata: Iterable[Stratum], guess: float = 0.5) -> Estimate:
    """The number of things wanted: separate ratio estimates, added up (Cochran, Sampling Techniques, 1977, §6.10).

    Where all that were looked at are alike, one is taken to be different: a sample without a hit proves no absence.
    Where none was looked at, the share is a `guess`, and anything is possible.
    """
    value = variance = 0.0
    things = 0
    for stratum in strata:
        things += stratum.things
        drawn, groups = len(stratum.found), stratum.groups
        if not drawn:
            value += stratum.things * guess
            variance += (stratum.things / _Z95) ** 2
            continue
        ratio = sum(wanted for wanted, _ in stratum.found) / sum(size for _, size in stratum.found)
        value += stratum.things * ratio
        if drawn < groups:
            spread = sum((wanted - ratio * size) ** 2 for wanted, size in stratum.found) / max(drawn - 1, 1)
            variance += groups * (groups - drawn) * max(spread, 1 / drawn) / drawn
    # It cannot be less than none of the things, nor more than all.
    return Estimate(value=value, margin=min(_Z95 * math.sqrt(variance), max(value, things - value)))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 or value == int(value) else f"{value:.1f}"
