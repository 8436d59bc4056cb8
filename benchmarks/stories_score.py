"""How right a grouping is: pairwise and B³ precision, recall and F1.

Pairwise: of all pairs of articles put together, how many are of one event (precision); of all pairs of one event,
how many were put together (recall). B³ (Bagga and Baldwin 1998): the same for each article's story, averaged over
articles, so that one large story does not decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        return f"{self.precision:.3f} {self.recall:.3f} {self.f1:.3f}"


def pairwise(gold: Mapping[int, Hashable], found: Mapping[int, Hashable]) -> Score:
    """Both: article → group."""
    both = _pairs(Counter((gold[a], found[a]) for a in gold))
    return Score(_share(both, _pairs(Counter(found[a] for a in gold))), _share(both, _pairs(Counter(gold.values()))))


def b_cubed(gold: Mapping[int, Hashable], found: Mapping[int, Hashable]) -> Score:
    """Both: article → group."""
    groups, events = defaultdict(set), defaultdict(set)
    for article in gold:
        groups[found[article]].add(article)
        events[gold[article]].add(article)
    common = {a: len(groups[found[a]] & events[gold[a]]) for a in gold}
    precision = sum(common[a] / len(groups[found[a]]) for a in gold) / len(gold)
    recall = sum(common[a] / len(events[gold[a]]) for a in gold) / len(gold)
    return Score(precision, recall)


def _pairs(counts: Counter[object]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
