"""Where terms stand in a text, and whether they make a plan true: full-text search without an index.

For the few articles that matched (or that someone asks about): which sentence, which characters, which side.
It answers as FTS5 does; tests/test_topics_occurrences.py compares the two on random queries and texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.script import words
from monitor.topics.plan import AllOf, AnyOf, AnyTerm, Nearby, Plan, Term, Without


@dataclass(frozen=True, slots=True)
class Hit:
    """A term at words [start, end) of a text."""

    term: Term
    start: int
    end: int


class Finder:
    """Finds many terms in one pass over a text."""

    def __init__(self, terms: Iterable[Term], longer: Sequence[Term] = ()) -> None:
        """`longer`: names with one of the terms in them that mean another; within them its group is not found."""
        self._longer = Finder(longer) if longer else None
        self._by_first: dict[str, list[Term]] = {}
        stems: list[Term] = []  # one word with *
        self._by_end: list[Term] = []  # one word after *
        for term in dict.fromkeys(terms):
            if term.suffix:
                self._by_end.append(term)
            elif term.prefix and len(term.words) == 1:
                stems.append(term)
            else:
                self._by_first.setdefault(term.words[0], []).append(term)
        # Stems by as many letters as the shortest has: one look-up a word, however many lengths there are.
        self._shortest = min((len(term.words[0]) for term in stems), default=0)
        self._by_start: dict[str, list[Term]] = {}
        for term in stems:
            self._by_start.setdefault(term.words[0][: self._shortest], []).append(term)

    def find(self, text: Sequence[str]) -> list[Hit]:
        """Every place of every term in a text's words, in the order of the text."""
        by_first, by_start, shortest, by_end = self._by_first, self._by_start, self._shortest, self._by_end
        starts = [word[:shortest] for word in text]
        # Most sentences hold none of them, which is seen at once.
        if by_first.keys().isdisjoint(text) and by_start.keys().isdisjoint(starts) and not by_end:
            return []
        hits: list[Hit] = []
        for at, (word, start) in enumerate(zip(text, starts, strict=True)):
            if start in by_start:
                hits += [Hit(term, at, at + 1) for term in by_start[start] if word.startswith(term.words[0])]
            if by_end:
                hits += [Hit(term, at, at + 1) for term in by_end if _ends(term, word)]
            if word in by_first:
                hits += [Hit(t, at, at + len(t.words)) for t in by_first[word] if _stands(t, text, at)]
        return hits if self._longer is None or not hits else _outside(hits, self._longer.find(text))


def _outside(hits: Sequence[Hit], longer: Sequence[Hit]) -> list[Hit]:
    """Sudan in South Sudan is not @sudan's."""
    return [
        hit
        for hit in hits
        if not any(o.term.group == hit.term.group and o.start <= hit.start and hit.end <= o.end for o in longer)
    ]


def _ends(term: Term, word: str) -> bool:
    return term.words[0] in word if term.prefix else word.endswith(term.words[0])


def _stands(term: Term, words: Sequence[str], at: int) -> bool:
    wanted = term.words
    if len(wanted) == 1:
        return True
    last = at + len(wanted) - 1
    if last >= len(words) or tuple(words[at + 1 : last]) != wanted[1:-1]:
        return False
    return words[last].startswith(wanted[-1]) if term.prefix else words[last] == wanted[-1]


Occurrences = Mapping[str, Mapping[Term, list[Hit]]]
"""Column → term → its places."""


def occurrences(finder: Finder, columns: Mapping[str, str]) -> Occurrences:
    """Find the terms in each of the columns (name → text)."""
    return {column: _by_term(finder.find(words(text))) for column, text in columns.items()}


def _by_term(hits: Iterable[Hit]) -> dict[Term, list[Hit]]:
    found: dict[Term, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.term, []).append(hit)
    return found


def holds(plan: Plan, found: Occurrences) -> bool:
    """Whether the plan is true of what was found."""
    match plan:
        case AnyTerm(terms, columns):
            return not all(found[column].keys().isdisjoint(terms) for column in columns if column in found)
        case Nearby(items, distance, columns):
            return any(_near(items, distance, found.get(column, {})) for column in columns)
        case AllOf(parts):
            return all(holds(part, found) for part in parts)
        case AnyOf(parts):
            return any(holds(part, found) for part in parts)
        case Without(wanted, unwanted):
            return holds(wanted, found) and not any(holds(part, found) for part in unwanted)


def _near(items: tuple[tuple[Term, ...], ...], distance: int, found: Mapping[Term, list[Hit]]) -> bool:
    """FTS5's rule: taking one place of each, none ends more than `distance` words before the last begins."""
    places = [[hit for term in terms for hit in found.get(term, ())] for terms in items]
    return any(
        all(any(hit.start <= last.start <= hit.end + distance for hit in hits) for hits in places)
        for hits in places
        for last in hits
    )
