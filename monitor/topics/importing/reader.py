"""A query in a foreign dialect read into a tree. Nothing is refused: what is not understood is reported.

Precedence is the dialect's; brackets that do not pair are closed, operators without a word are left out.
"""

from __future__ import annotations

from collections.abc import Callable

from monitor.errors import QueryError
from monitor.topics.importing.dialect import Dialect
from monitor.topics.importing.languages import codes_of
from monitor.topics.importing.pieces import Piece, pieces
from monitor.topics.importing.tree import Every, Except, Languages, Leftover, Place, Tree, Unknown, every, near, some
from monitor.topics.importing.words import Report, leftovers_to, phrase, regex, word

_MAX_DEPTH = 50  # brackets in brackets; ours allow fewer
_ENDS = ("end", "close")
_PREFERENCE = "a preference among hit sentences; a match is shown by its best sentence"
_NEGATIONS = frozenset("-−–")


def read(query: str, dialect: Dialect, leftovers: list[Leftover]) -> Tree | None:
    """The tree of a query, None when nothing of it can be carried over. Adds to `leftovers`."""
    reader = _Reader(query, dialect, leftovers_to(leftovers))
    parts = []
    while reader.peek().kind != "end":
        part = reader.query()
        parts += [part] if part is not None else []
        if reader.peek().kind == "close":
            reader.report(reader.take().raw, "it closes nothing")
    return every(parts)


class _Reader:
    def __init__(self, query: str, dialect: Dialect, report: Report) -> None:
        self.query_text, self.dialect, self.report = query, dialect, report
        self.pieces, self.at, self.depth, self.in_place = pieces(query, dialect), 0, 0, False

    def peek(self) -> Piece:
        return self.pieces[self.at]

    def take(self) -> Piece:
        piece = self.peek()
        self.at = min(self.at + 1, len(self.pieces) - 1)
        return piece

    def accept(self, kind: str) -> bool:
        if self.peek().kind != kind:
            return False
        self.take()
        return True

    # ── levels ──

    def query(self) -> Tree | None:
        """Everything up to a closing bracket or the end."""
        if self.dialect.or_binds_first:
            return self.all_of(self.either)[0]
        return self.either(self.all_of)[0]

    def all_of(self, part: Callable[[], tuple[Tree | None, bool]] | None = None) -> tuple[Tree | None, bool]:
        """Parts side by side or joined by AND, some of them excluded. The second value is always False."""
        stops = _ENDS if self.dialect.or_binds_first else (*_ENDS, "or")
        wanted, unwanted, started = list[Tree](), list[Tree](), self.at
        while self.peek().kind not in stops:
            if self.accept("and") or (self.dialect.or_binds_first and self.accept("or")):
                continue
            excluded = self.negations()
            if self.peek().kind in stops:
                self.report("NOT", "it has no word after it")
                break
            tree, negative = (part or self.unit)()
            if tree is not None:
                (unwanted if excluded or negative else wanted).append(tree)
        return self.without(every(wanted), unwanted, started), False

    def without(self, wanted: Tree | None, unwanted: list[Tree], started: int) -> Tree | None:
        if not unwanted:
            return wanted
        if wanted is None or isinstance(wanted, Languages):
            raw = " ".join(piece.raw for piece in self.pieces[started : self.at])
            self.report(raw, "it only excludes; a query must ask for something first")
            return wanted
        return Except(wanted, tuple(unwanted))

    def either(self, part: Callable[[], tuple[Tree | None, bool]] | None = None) -> tuple[Tree | None, bool]:
        """Parts joined by OR; whether a part that stands alone is excluded."""
        tree, negative = (part or self.unit)()
        parts = [] if tree is None else [(tree, negative)]
        several = False
        while self.accept("or"):
            several = True
            if self.peek().kind in _ENDS:
                self.report("OR", "it has no word after it")
                break
            excluded = self.negations()
            tree, negative = (part or self.unit)()
            parts += [] if tree is None else [(tree, negative or excluded)]
        if not several:
            return parts[0] if parts else (None, False)
        if any(negative for _, negative in parts):
            self.report("OR -", "a choice between a word and the lack of another; the exclusion is left out")
        return some([tree for tree, negative in parts if not negative]), False

    def negations(self) -> bool:
        negative = False
        while self.accept("not"):
            negative = True
        return negative

    def unit(self) -> tuple[Tree | None, bool]:
        """A word, phrase or bracket, or several joined by NEAR; and whether a sign excludes it."""
        tree, negative = self.primary()
        while self.peek().kind == "near":
            operator = self.take()
            if self.peek().kind in (*_ENDS, "or", "and", "not"):
                self.report(operator.raw, "it has no word after it")
                break
            other, _ = self.primary()
            tree = self.joined(tree, other, operator)
        return tree, negative

    def joined(self, one: Tree | None, other: Tree | None, operator: Piece) -> Tree | None:
        if one is None or other is None or Unknown() in (one, other):
            return every([part for part in (one, other) if part is not None])
        name = operator.raw.upper()
        if name.startswith(("SENTENCE", "PARAGRAPH")):
            within = name.split("/")[0].lower()
            self.report(operator.raw, f'searched for as AND; write within = "{within}" in the topic')
            return every([one, other])
        distance = int(operator.text) if operator.text else self.dialect.distance
        if name.startswith(("O", "PRE")):
            self.report(operator.raw, "the order of the words; both orders are found")
        tree = near(one, other, distance)
        if tree is None:
            self.report(operator.raw, "NEAR of more than two choices of words; searched for as AND")
        return tree or every([one, other])

    # ── the smallest parts ──

    def primary(self) -> tuple[Tree | None, bool]:
        piece = self.take()
        if piece.kind in ("near", "and", "or", "not"):
            self.report(piece.raw, "it joins nothing")
            return None, False
        negative = not _NEGATIONS.isdisjoint(piece.sign) or ("!" in piece.sign and self.dialect.bang)
        if "++" in piece.sign:
            self.report(piece.raw, "capital letters do not count here")
        if "~" in piece.sign:
            self.report(piece.raw, "synonyms; the word itself is searched for")
        tree = self.fielded(piece) if piece.field else self.plain(piece)
        return (Unknown() if tree is None else tree), negative

    def plain(self, piece: Piece) -> Tree | None:
        match piece.kind:
            case "open":
                return self.bracket()
            case "phrase":
                return phrase(piece.text, self.report)
            case "regex":
                return regex(piece.text, self.report)
            case "capitals":
                self.report(piece.raw, "capital letters do not count here")
                return phrase(piece.text, self.report)
        text = piece.text.rstrip(",;")
        bare, hat, boost = text.rpartition("^")
        if hat and boost.isdigit():
            self.report(piece.raw, _PREFERENCE)
            text = bare
        if text.startswith("#") and self.dialect.hashtags:
            self.report(piece.raw, "tags of a feed are not searched")
            return None
        text = text.lstrip("#")
        if "://" in text:
            self.report(piece.raw, "an address; articles are searched by their words")
            return None
        return word(text, self.report) if text.strip("&+-!~") else None

    def bracket(self) -> Tree | None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise QueryError(
                f"Brackets are nested more than {_MAX_DEPTH} deep. Split the query.", query=self.query_text
            )
        tree = self.query()
        self.depth -= 1
        if self.peek().kind != "close":
            self.report("(", "it is never closed; closed at the end")
        elif (closing := self.take().raw) != ")":
            self.report(closing, _PREFERENCE)
        return tree

    def fielded(self, piece: Piece) -> Tree | None:
        """field:word, field:"phrase", field:(…)."""
        field = piece.field
        if field in self.dialect.languages:
            return self.languages(piece)
        if field in self.dialect.broader:
            self.report(f"{field}:", self.dialect.broader[field])
        if field in self.dialect.places and not self.in_place:
            self.in_place = True
            inner = self.plain(piece)
            if field.startswith("all"):  # all the words up to the end
                inner = every([part for part in (inner, self.query()) if part is not None])
            self.in_place = False
            return _in_place(self.dialect.places[field], inner)
        if field in self.dialect.places or field.startswith("atleast"):
            why = "a place within a place" if field in self.dialect.places else "the number of mentions; one is enough"
            self.report(f"{field}:", f"{why}; the words are searched for without it")
            return self.plain(piece)
        self.skip(piece, self.dialect.refused.get(field, f"{field}: is no field that is known here"))
        return None

    def skip(self, piece: Piece, why: str) -> None:
        """Leave out a field with its value, or its whole bracket."""
        started, report = self.at, self.report
        if piece.kind == "open":
            self.report = lambda words, why: None
            self.bracket()
            self.report = report
        raw = " ".join(one.raw for one in (piece, *self.pieces[started : self.at]))
        self.report(raw, why)

    def languages(self, piece: Piece) -> Tree | None:
        started = self.at
        if piece.kind == "open":
            self.bracket()
        values = [piece.text] if piece.kind != "open" else [one.text for one in self.pieces[started : self.at]]
        codes = codes_of([value for value in values if value])
        if codes:
            return Languages(codes)
        self.report(piece.raw, "no language that is known here")
        return None


def _in_place(place: str, tree: Tree | None) -> Tree | None:
    if isinstance(tree, Except):  # NOT within a place binds the same outside it
        wanted = _in_place(place, tree.wanted)
        return None if wanted is None else Except(wanted, tuple(Place(place, part) for part in tree.unwanted))
    if isinstance(tree, Every):
        return every([Place(place, part) for part in tree.parts])
    return None if tree is None else Place(place, tree)
