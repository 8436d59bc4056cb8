"""Sentences of like length put together, so that little of a batch is padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices of `lengths` (tokens), longest first; a batch holds at most `budget` tokens, padding counted.

    Longest first, so that the last batches, when threads run out of work, are the short ones. A sentence
    longer than the budget is a batch of its own; one of no tokens is in none.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if not lengths[index]:
            break
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
