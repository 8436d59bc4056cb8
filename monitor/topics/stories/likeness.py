"""How like a story an article is, 0 … 1.

The cosine of two vectors of features, each weighted by how often and where it stands, by its kind and by how rare
it is (TF-IDF). An article is compared with the sum of a story's latest articles of its own side (all English sides
together; each other language by itself). Where a story has none of its side, names, their sound and figures must do.

Measured beside it on the same pairs (`benchmarks/stories.py --libraries`): scikit-learn's hashed TF-IDF finds the
same, at 118 MB installed; static embeddings (wordllama, whose wheel holds its weights) find fewer alone and one pair
in fifty more when added, at 200 MB of memory. Neither is worth a dependency.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.topics.stories.fingerprint import Fingerprint
from monitor.topics.stories.window import SOUND_WEIGHTS, WEIGHTS, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What an article and a story have in common. `shared`: features, the most telling first."""

    score: float
    across: bool  # compared by names alone, since they have no language in common
    shared: tuple[str, ...]
    tellers: int = 0  # rare names and figures among what is shared


RARE = 0.02  # a name in fewer than so many of the window's articles tells events apart


def side(print_: Fingerprint) -> str:
    return "en" if print_.english else print_.language


def likeness(window: Window, print_: Fingerprint, others: Iterable[Fingerprint]) -> Likeness:
    """Of an article and a story's members."""
    members = list(others)
    own = [member for member in members if side(member) == side(print_)]
    weights = WEIGHTS if own else SOUND_WEIGHTS
    mine = vector(window, print_.features, weights)
    theirs = vector(window, summed(own or members), weights)
    common = sorted(mine.keys() & theirs.keys(), key=lambda feature: (-mine[feature] * theirs[feature], feature))
    dot = sum(mine[feature] * theirs[feature] for feature in common)
    norms = math.sqrt(_square(mine) * _square(theirs))
    return Likeness(
        score=dot / norms if norms else 0.0,
        across=not own,
        shared=tuple(common),
        tellers=_tellers(window, common),
    )


def _tellers(window: Window, shared: Iterable[str]) -> int:
    """Rare names and figures; a name and its sound count once."""
    limit = max(3.0, RARE * len(window.articles))
    rare = [feature for feature in shared if feature[0] in "nsf" and window.frequency(feature) <= limit]
    names = sum(feature[0] == "n" for feature in rare)
    sounds = sum(feature[0] == "s" for feature in rare)
    return max(names, sounds) + sum(feature[0] == "f" for feature in rare)


def summed(prints: Iterable[Fingerprint]) -> Mapping[str, float]:
    """The features of several articles together."""
    total: dict[str, float] = {}
    for print_ in prints:
        for feature, weight in print_.features.items():
            total[feature] = total.get(feature, 0.0) + weight
    return total


def vector(window: Window, features: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, float]:
    return {
        feature: weight * weights[feature[0]] * window.rarity(feature)
        for feature, weight in features.items()
        if weights[feature[0]]
    }


def _square(values: Mapping[str, float]) -> float:
    return sum(value * value for value in values.values())
