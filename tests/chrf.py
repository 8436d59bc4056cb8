"""chrF, the character n-gram F-score (Popović, "chrF: character n-gram F-score for automatic MT evaluation",
WMT 2015): n = 1 … 6, β = 2, spaces left out; precision and recall from the counts of the whole corpus, averaged
over n, as sacreBLEU 2 does by default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def chrf(outputs: Sequence[str], references: Sequence[str], orders: int = 6, beta: float = 2.0) -> float:
    """0 … 100 for translations beside their references."""
    pairs = [("".join(a.split()), "".join(b.split())) for a, b in zip(outputs, references, strict=True)]
    precision = recall = 0.0
    for n in range(1, orders + 1):
        counts = [(_grams(output, n), _grams(reference, n)) for output, reference in pairs]
        shared = sum((a & b).total() for a, b in counts)
        precision += shared / max(1, sum(a.total() for a, _ in counts)) / orders
        recall += shared / max(1, sum(b.total() for _, b in counts)) / orders
    below = beta**2 * precision + recall
    return 100 * (1 + beta**2) * precision * recall / below if below else 0.0


def _grams(text: str, n: int) -> Counter[str]:
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))
