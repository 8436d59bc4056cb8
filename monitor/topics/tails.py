"""How unlikely is a count? Tails of the negative binomial distribution. Pure."""

from __future__ import annotations

from math import exp, lgamma, log


def at_least(count: int, mean: float, spread: float) -> float:
    """P(X >= count). `spread` is variance over mean; 1 or less: Poisson."""
    return max(0.0, 1.0 - at_most(count - 1, mean, spread)) if count <= 3 * mean + 10 else _upper(count, mean, spread)


def at_most(count: int, mean: float, spread: float) -> float:
    """P(X <= count)."""
    return min(1.0, sum(_chance(k, mean, spread) for k in range(count + 1)))


def _upper(count: int, mean: float, spread: float) -> float:
    """Summed from above, since 1 - 0.999… leaves nothing of a small chance."""
    total, k = 0.0, count
    while k < count + 5000:
        term = _chance(k, mean, spread)
        total += term
        if term < total * 1e-6:
            break
        k += 1
    return total


def _chance(k: int, mean: float, spread: float) -> float:
    if mean <= 0:
        return float(k == 0)
    if spread <= 1.000_001:
        return exp(k * log(mean) - mean - lgamma(k + 1))
    size = mean / (spread - 1)  # of NB(size, p) with mean `mean` and variance `spread` * mean
    return exp(lgamma(k + size) - lgamma(size) - lgamma(k + 1) - size * log(spread) + k * log(1 - 1 / spread))
