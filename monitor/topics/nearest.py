"""Which of many names was meant by one that is not among them."""

from __future__ import annotations

from collections.abc import Iterable

_WRONG = 0.4  # of its letters: two in "lybia", one in "xyz"
_BEGINNING = 4  # letters that are enough to tell a longer name by: "saudi" is saudi_arabia


def nearest(name: str, names: Iterable[str], limit: int = 2) -> list[str]:
    """The names that differ in the fewest letters, then those that begin so; none when all are far off."""
    allowed = max(1, int(len(name) * _WRONG))
    every = sorted(names)
    close = (one for one in every if abs(len(one) - len(name)) <= allowed)
    # A slip of the finger seldom hits the first letter.
    distances = sorted((distance(name, one) + (one[:1] != name[:1]), one) for one in close)
    near = [one for far, one in distances if far <= min(allowed, distances[0][0])]
    begun = [one for one in every if one.startswith(name) and one not in near and len(name) >= _BEGINNING]
    return [*near, *begun][:limit]


def distance(one: str, other: str) -> int:
    """Letters to add, drop, change or exchange with the next (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, target in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != target))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == target:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1]
