"""Sentences of like length put together, so that little of a batch is padding."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

_LEAST = 16  # tokens that a sentence counts as: every sentence needs room for its choice among all pieces
_PADDED = 1.1  # tokens with padding by those without, in batches of news sentences: 1.03 to 1.1


def batches(lengths: Sequence[int], budget: int, threads: int = 1) -> Iterator[list[int]]:
    """Indices of `lengths` (tokens), longest first; a batch holds at most `budget` tokens, padding counted.

    `threads` take a batch each at a time: there are about a whole number of batches of one size for each of them,
    so that none waits for another at the end, and a few sentences do not end up in one batch. Longest first, so
    that what is left over is short. A sentence longer than the budget is a batch of its own; one of no tokens is
    in none. Short ones count as `_LEAST`.
    """
    weights = [max(length, _LEAST) if length else 0 for length in lengths]
    share = _share(sum(weights), budget, threads)
    batch: list[int] = []
    taken, due = 0.0, share  # tokens so far, and how many there are to be when this batch ends
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        weight = weights[index]
        if not weight:
            break
        if batch and (weights[batch[0]] * (len(batch) + 1) > budget or taken + weight / 2 > due):
            yield batch
            batch, due = [], due + share
        batch.append(index)
        taken += weight
    if batch:
        yield batch


def _share(total: int, budget: int, threads: int) -> float:
    """Tokens of each of as few equal batches as fit the budget and leave no thread idle."""
    rounds = math.ceil(total * _PADDED / (budget * threads))
    return total / (rounds * threads) if rounds else budget
