"""What a query asks of an index, all names resolved: a small tree, and its text in FTS5's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

COLUMNS = ("title", "text", "translated_title", "translated_text")
"""The columns of every full-text table that is searched, in their order."""

# FTS5 joins a long chain of ORs by copying it once a link: 100,000 terms took 0.75 s, in chunks 0.09 s.
_CHUNK = 100


class Term(NamedTuple):
    """Folded words in a row. `prefix`: the last word need only begin so. `group`: the pack or word of the
    query it stands for, as a person would name it (`@libya`, `africa corps`). A tuple, since it is hashed for every
    word of every article."""

    words: tuple[str, ...]
    prefix: bool
    group: str


@dataclass(frozen=True, slots=True)
class AnyTerm:
    """One of the terms, in one of the columns."""

    terms: tuple[Term, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nearby:
    """For each item one of its terms, in one column, with at most `distance` words between the first and the
    last."""

    items: tuple[tuple[Term, ...], ...]
    distance: int
    columns: tuple[str, ...]
    alternatives: tuple[tuple[Term, ...], ...]  # the items multiplied out, as FTS5 must be asked


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """`wanted` and none of `unwanted`."""

    wanted: Plan
    unwanted: tuple[Plan, ...]


Plan = AnyTerm | Nearby | AllOf | AnyOf | Without


def terms_of(plan: Plan, *, unwanted: bool = False) -> Iterator[Term]:
    """The terms whose presence helps the plan to match; with `unwanted`, also those that keep it from matching."""
    match plan:
        case AnyTerm(terms):
            yield from terms
        case Nearby(items):
            for item in items:
                yield from item
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from terms_of(part, unwanted=unwanted)
        case Without(wanted, others):
            for part in (wanted, *others) if unwanted else (wanted,):
                yield from terms_of(part, unwanted=unwanted)


def expression(plan: Plan) -> str:
    """The plan as an FTS5 expression, every word quoted."""
    match plan:
        case AnyTerm(terms, columns):
            return _in_columns(columns, _joined("OR", [_phrase(term) for term in terms]))
        case Nearby(_, distance, columns, alternatives):
            nears = [f"NEAR({' '.join(map(_phrase, items))}, {distance})" for items in alternatives]
            return _in_columns(columns, _joined("OR", nears))
        case AllOf(parts):
            return _joined("AND", [expression(part) for part in parts])
        case AnyOf(parts):
            return _joined("OR", [expression(part) for part in parts])
        case Without(wanted, unwanted):
            return f"({expression(wanted)} NOT {_joined('OR', [expression(part) for part in unwanted])})"


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.prefix else ""}'


def _in_columns(columns: tuple[str, ...], expression: str) -> str:
    return expression if columns == COLUMNS else f"{{{' '.join(columns)}}} : {expression}"


def _joined(operator: str, expressions: Sequence[str]) -> str:
    """The expressions joined in brackets, long lists as a shallow tree."""
    if len(expressions) == 1:
        return expressions[0]
    if len(expressions) <= _CHUNK:
        return f"({f' {operator} '.join(expressions)})"
    chunks = [expressions[at : at + _CHUNK] for at in range(0, len(expressions), _CHUNK)]
    return _joined(operator, [_joined(operator, chunk) for chunk in chunks])
