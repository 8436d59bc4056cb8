"""How like a story an article is, 0 … 1.

The cosine of two vectors of features, each weighted by how often and where it stands, by its kind and by how rare
it is (TF-IDF), taken as the mean over a story's latest articles of the article's own side (all English sides
together; each other language by itself). Not the cosine to their sum: that grows with every article, so that a large
story on a long theme would draw in whatever touches it. Where a story has none of its side, names, their sound and
figures must do.

Measured beside it once, on the pairs of `benchmarks/stories.py`, by scripts that are not kept: scikit-learn's hashed
TF-IDF finds the same, at 118 MB installed; static embeddings (wordllama, whose wheel holds its weights) find fewer
alone. Added to ours they raise the share of pairs found from 0.902 to 0.911–0.923 where one pair in 200 may be wrong,
at 200 MB of memory. Neither is worth a dependency.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.topics.stories.fingerprint import Fingerprint
from monitor.topics.stories.window import SOUND_WEIGHTS, WEIGHTS, Window
from monitor.topics.stories.words import stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What an article and a story have in common. `shared`: features, the most telling first."""

    score: float
    across: bool  # compared by names alone, since they have no language in common
    shared: tuple[str, ...]
    tellers: int = 0  # rare names, words and figures among what is shared


RARE = 0.02  # what stands in fewer than so many of the window's stories tells events apart
LEAST_RARE, MOST_RARE = 3, 100
LOOKED_AT = 24  # shared features, the most telling first: the rest cannot make up for these
# Without a list of a language's little words, its shorter words cannot tell events apart.
_LITTLE = re.compile(r"w:\w+:.{0,6}$")
# Figures below a hundred meet by chance; they say little where there are no words to go with them.
_SMALL = re.compile(r"f:\d{1,2}$")


def likeness(window: Window, print_: Fingerprint, others: Iterable[Fingerprint]) -> Likeness:
    """Of an article and a story's members: the mean over those of its side, over all where there are none."""
    members = list(others)
    own = [member for member in members if member.side == print_.side]
    weights = WEIGHTS if own else SOUND_WEIGHTS
    mine = _unit(window.vector(print_, weights))
    theirs = _mean([_unit(window.vector(member, weights)) for member in own or members])
    common = {feature: mine[feature] * theirs[feature] for feature in mine if feature in theirs}
    shared = sorted(common, key=lambda feature: (-common[feature], feature))
    telling = shared if own else [feature for feature in shared if not _SMALL.match(feature)]
    return Likeness(score=sum(common.values()), across=not own, shared=tuple(shared), tellers=_tellers(window, telling))


def _unit(values: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return {feature: value / length for feature, value in values.items()}


def _mean(vectors: list[dict[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        for feature, value in vector.items():
            total[feature] = total.get(feature, 0.0) + value / len(vectors)
    return total


def _tellers(window: Window, shared: Sequence[str]) -> int:
    """How many rare things are shared; a name, the same word and its sound count once."""
    limit = min(max(LEAST_RARE, RARE * len(window.stories)), MOST_RARE)
    telling = (feature for feature in shared[:LOOKED_AT] if feature[0] in "wnsf" and not _LITTLE.match(feature))
    rare = [feature.partition(":") for feature in telling if _is_rare(window, feature, limit)]
    words = {stem(what) for kind, _, what in rare if kind in "wn"}
    sounds = sum(kind == "s" for kind, _, _ in rare)
    return max(len(words), sounds) + sum(kind == "f" for kind, _, _ in rare)


def _is_rare(window: Window, feature: str, limit: float) -> bool:
    """Whether few stories have it, however many articles they have. Stories are counted only where that is in doubt."""
    articles = window.frequency(feature)
    if articles <= limit or articles > 10 * limit:
        return articles <= limit
    return len(window.stories_with(feature)) <= limit
