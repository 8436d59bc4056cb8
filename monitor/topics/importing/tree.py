"""A query of another tool as a tree of the few things that every query language has, and its text in ours."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

_MOST_NEARS = 100  # pairs that NEAR of two groups is written out to


@dataclass(frozen=True, slots=True)
class Leftover:
    """Words of a query that could not be carried over (or not as they were meant), and why."""

    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as we write it."""

    text: str


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """`wanted` without any of `unwanted`."""

    wanted: Tree
    unwanted: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    part: Tree


@dataclass(frozen=True, slots=True)
class Languages:
    """Only articles in these, by ISO 639 code."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """What could not be carried over, kept until it is known whether leaving it out finds more or excludes more."""


Tree = Term | Every | Some | Except | Place | Languages | Unknown


def every(parts: list[Tree]) -> Tree | None:
    return _joined(Every, parts)


def some(parts: list[Tree]) -> Tree | None:
    return _joined(Some, parts)


def _joined(kind: type[Every] | type[Some], parts: list[Tree]) -> Tree | None:
    """Of nothing nothing, of one itself; of the same kind side by side one."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
    unique = tuple(dict.fromkeys(flat))
    return None if not unique else unique[0] if len(unique) == 1 else kind(unique)


def near(one: Tree, other: Tree, distance: int) -> Tree | None:
    """One of each side near one of the other; None when a side is more than a choice of words."""
    sides = [_words(one), _words(other)]
    if any(side is None for side in sides) or math.prod(len(side or ()) for side in sides) > _MOST_NEARS:
        return None
    pairs = itertools.product(*(side or () for side in sides))
    return some([Term(f"NEAR({a} {b}, {distance})") for a, b in pairs])


def _words(tree: Tree) -> list[str] | None:
    parts = tree.parts if isinstance(tree, Some) else (tree,)
    words = [part.text for part in parts if isinstance(part, Term) and not part.text.startswith(("*", "NEAR("))]
    return words if len(words) == len(parts) else None


def written(tree: Tree) -> str:
    """The tree in our syntax."""
    match tree:
        case Term(text):
            return text
        case Every(parts):
            return " AND ".join(map(_bracketed, parts))
        case Some(parts):
            return " OR ".join(map(_bracketed, parts))
        case Except(wanted, unwanted):
            return " NOT ".join(map(_bracketed, (wanted, *unwanted)))
        case Place(name, part):
            return f"{name}:{_bracketed(part)}"
        case Languages() | Unknown():
            raise AssertionError("`known` takes these out before a query is written")


def _bracketed(tree: Tree) -> str:
    return written(tree) if isinstance(tree, Term | Place) else f"({written(tree)})"


def languages_of(tree: Tree) -> tuple[Tree | None, tuple[str, ...]]:
    """The query without the languages that hold for all of it, and those."""
    match tree:
        case Languages(codes):
            return None, codes
        case Some(parts) if all(isinstance(part, Languages) for part in parts):
            return None, tuple(code for part in parts if isinstance(part, Languages) for code in part.codes)
        case Every(parts):
            pairs = [languages_of(part) if isinstance(part, Languages | Some) else (part, ()) for part in parts]
            kept = every([part for part, _ in pairs if part is not None])
            return kept, tuple(code for _, codes in pairs for code in codes)
        case Except(wanted, unwanted):
            base, codes = languages_of(wanted)
            return (Except(base, unwanted) if base is not None else None), codes
        case _:
            return tree, ()


def known(tree: Tree, lost: Callable[[str], None], *, excluded: bool = False) -> Tree | None:
    """The query without what is unknown, languages of a part alone among it; None when nothing is left.

    Of what is looked for a part may be missing, since more is then found. What is excluded must be whole: without
    its second half `NOT (football AND site:x)` would exclude all football. `lost` is told what is not excluded.
    """
    match tree:
        case Languages() | Unknown():
            return None
        case Every(parts):
            kept = [known(part, lost, excluded=excluded) for part in parts]
            return None if excluded and None in kept else every([part for part in kept if part is not None])
        case Some(parts):
            return some([part for part in (known(one, lost, excluded=excluded) for one in parts) if part is not None])
        case Except(wanted, unwanted):
            base = known(wanted, lost, excluded=excluded)
            rest = [part for part in (_excluded(one, lost, not excluded) for one in unwanted) if part is not None]
            if base is None or (excluded and len(rest) < len(unwanted)):
                return None
            return Except(base, tuple(rest)) if rest else base
        case Place(name, part):
            inner = known(part, lost, excluded=excluded)
            return None if inner is None else Place(name, inner)
        case Term():
            return tree


def _excluded(tree: Tree, lost: Callable[[str], None], excluded: bool) -> Tree | None:
    kept = known(tree, lost, excluded=excluded)
    left = known(tree, lost) if kept is None else None
    if left is not None:
        lost(written(left))
    return kept


def partial_languages(tree: Tree) -> tuple[str, ...]:
    """The languages that a query asks of a part of it alone."""
    match tree:
        case Languages(codes):
            return codes
        case Every(parts) | Some(parts):
            return tuple(code for part in parts for code in partial_languages(part))
        case Except(wanted, unwanted):
            return tuple(code for part in (wanted, *unwanted) for code in partial_languages(part))
        case Place(_, part):
            return partial_languages(part)
        case Term() | Unknown():
            return ()
