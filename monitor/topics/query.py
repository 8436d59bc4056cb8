"""Topic syntax: a query read into a tree. It is SQLite's full-text language, with term packs.

    libya AND russia          both                  libya russia            the same
    libya OR libye            either                libya NOT football      the one without the other
    "africa corps"            a phrase              libya*                  words that begin so
    NEAR(haftar putin, 10)    at most ten words apart, in any order
    title:libya               in the title (original or translated); also text:, original:, translation:
    {title text}:(a OR b)     in any of several places
    @libya, @libya.people     every term of a pack, or one kind of them
    relation("libya", "russia")
                              two packs that have to do with one another, each by any of its terms. It finds
                              what @libya AND @russia does; relevance then asks where the two meet

Words side by side bind tightest, then NOT, AND, OR. Only upper-case AND, OR, NOT, NEAR( and lower-case relation( are
operators.
A mistake raises QueryError, which knows its position.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from monitor.errors import QueryError
from monitor.topics.lexer import Lexeme, lexemes

MAX_DEPTH = 20  # brackets in brackets; FTS5's parser overflows a little above thirty alternating levels
DEFAULT_DISTANCE = 10  # words between the phrases of NEAR, as in FTS5
RELATION = 'relation("libya", "russia")'
PLACES = ("title", "text", "original", "translation", "translated_title", "translated_text")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One word, or several in a row; `prefix` asks only that the last begins so."""

    text: str
    prefix: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PackName:
    """@name or @name.kind."""

    name: str
    kind: str  # "" means every kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Relation:
    """relation("name", "name"): two packs that have to do with one another."""

    first: PackName
    second: PackName
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Near:
    """Phrases at most `distance` words apart."""

    phrases: tuple[Phrase, ...]
    distance: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class In:
    """A node looked for in some places only (names from PLACES)."""

    places: tuple[str, ...]
    node: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """`node` without any of `excluded`."""

    node: Node
    excluded: tuple[Node, ...]
    start: int
    end: int


Node = Phrase | PackName | Relation | Near | In | And | Or | Not


def parse(query: str) -> Node:
    """Read a query. Raises QueryError with the position of the first mistake."""
    parser = _Parser(query)
    if parser.peek().kind == "end":
        raise parser.error("The query is empty. Write what to look for, e.g. libya AND russia.", parser.peek())
    node = parser.any_of()
    extra = parser.peek()
    if extra.kind != "end":
        raise parser.unexpected(extra)
    return node


def pack_key(name: str) -> str:
    """The name of a pack's file as people may write it: “United Arab Emirates”, united-arab-emirates."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _pack(node: PackName) -> tuple[str, str]:
    return pack_key(node.name), node.kind.lower()


class _Parser:
    """Recursive descent, one method per level of binding, loosest first."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.lexemes = lexemes(query)
        self.at = 0
        self.depth = 0

    # ── reading lexemes ──

    def peek(self, ahead: int = 0) -> Lexeme:
        return self.lexemes[min(self.at + ahead, len(self.lexemes) - 1)]

    def take(self) -> Lexeme:
        lexeme = self.peek()
        self.at += 1
        return lexeme

    def accept(self, kind: str, text: str) -> bool:
        if (self.peek().kind, self.peek().text) != (kind, text):
            return False
        self.at += 1
        return True

    def expect(self, sign: str, remedy: str) -> Lexeme:
        if (self.peek().kind, self.peek().text) != ("sign", sign):
            raise self.error(remedy, self.peek())
        return self.take()

    # ── levels of binding ──

    def any_of(self) -> Node:
        nodes = [self.all_of()]
        while self.accept("operator", "OR"):
            nodes.append(self.all_of())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes), nodes[0].start, nodes[-1].end)

    def all_of(self) -> Node:
        nodes, excluded = [self.without()], list[Node]()
        while self.accept("operator", "AND"):
            if self.accept("operator", "NOT"):  # `a AND NOT b` is how most other tools write `a NOT b`
                excluded.append(self.side_by_side())
            else:
                nodes.append(self.without())
        node = nodes[0] if len(nodes) == 1 else And(tuple(nodes), nodes[0].start, nodes[-1].end)
        return Not(node, tuple(excluded), node.start, excluded[-1].end) if excluded else node

    def without(self) -> Node:
        node, excluded = self.side_by_side(), list[Node]()
        while self.accept("operator", "NOT"):
            excluded.append(self.side_by_side())
        return Not(node, tuple(excluded), node.start, excluded[-1].end) if excluded else node

    def side_by_side(self) -> Node:
        nodes = [self.one()]
        while self.peek().kind in ("word", "phrase", "pack") or self.peek().text in ("(", "{"):
            nodes.append(self.one())
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes), nodes[0].start, nodes[-1].end)

    def one(self) -> Node:
        lexeme, after = self.peek(), self.peek(1)
        if lexeme.kind == "word" and after.text == ":":
            return self.column()
        if lexeme.kind == "word" and lexeme.text == "NEAR" and after.text == "(":
            return self.near()
        if lexeme.text == "relation" and lexeme.kind == "word" and after.text == "(" and after.start == lexeme.end:
            return self.relation()
        if lexeme.kind in ("word", "phrase"):
            return self.phrase()
        if lexeme.kind == "pack":
            return self.pack()
        if lexeme.kind == "sign" and lexeme.text == "(":
            return self.brackets()
        if lexeme.kind == "sign" and lexeme.text == "{":
            return self.column()
        raise self.unexpected(lexeme)

    # ── the smallest parts ──

    def brackets(self) -> Node:
        opening = self.take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"Brackets are nested more than {MAX_DEPTH} deep. Split the topic.", opening)
        if self.peek().text == ")":
            raise self.error("The brackets are empty. Write a word between them.", opening)
        node = self.any_of()
        if self.peek().kind == "end":
            raise self.error("The bracket opened here is never closed. Close it with ).", opening)
        closing = self.expect(")", "Here a ) or an operator (AND, OR, NOT) is missing.")
        self.depth -= 1
        return replace(node, start=opening.start, end=closing.end)

    def phrase(self) -> Phrase:
        lexeme = self.take()
        star = self.peek()
        prefix = self.accept("sign", "*")
        after = self.peek()
        if prefix and after.kind == "word" and after.start == star.end:
            raise self.error("* can only stand at the end of a word. Leave it out here.", star)
        return Phrase(lexeme.text, prefix, lexeme.start, star.end if prefix else lexeme.end)

    def pack(self) -> PackName:
        lexeme = self.take()
        if self.peek().text == "*":
            raise self.error("* does not go with a pack. Leave it out.", self.peek())
        name, _, kind = lexeme.text.partition(".")
        return PackName(name, kind, lexeme.start, lexeme.end)

    def relation(self) -> Relation:
        start = self.take().start
        self.take()  # the bracket
        first = self.relative()
        self.expect(",", f"A relation has two sides, parted by a comma: {RELATION}.")
        second = self.relative()
        closing = self.expect(")", f"A relation has two sides and no more: {RELATION}.")
        if _pack(first) == _pack(second):
            raise QueryError(
                f"Both sides of this relation are @{second.name}. Name two different packs: {RELATION}.",
                query=self.query,
                position=second.start,
            )
        return Relation(first, second, start, closing.end)

    def relative(self) -> PackName:
        """One side of a relation: a pack's name, in quotes or bare, or @name."""
        lexeme = self.peek()
        if lexeme.kind == "pack":
            return self.pack()
        if lexeme.kind not in ("word", "phrase"):
            raise self.error(f"A relation is of two packs: {RELATION}. `monitor packs list` names them.", lexeme)
        self.take()
        return PackName(lexeme.text, "", lexeme.start, lexeme.end)

    def near(self) -> Near:
        start = self.take().start
        self.take()  # the bracket
        phrases, distance = list[Phrase](), DEFAULT_DISTANCE
        while self.peek().kind in ("word", "phrase"):
            phrases.append(self.phrase())
        if self.accept("sign", ","):
            distance = self.distance()
        if self.peek().kind == "pack":
            raise self.error("A pack cannot stand in NEAR. Write the words, or use AND.", self.peek())
        closing = self.expect(")", "NEAR takes words and a distance: NEAR(haftar putin, 10).")
        if len(phrases) < 2:
            raise self.error("NEAR needs two words or phrases: NEAR(haftar putin, 10).", closing)
        return Near(tuple(phrases), distance, start, closing.end)

    def distance(self) -> int:
        number = self.take()
        if not (number.text.isascii() and number.text.isdigit() and len(number.text) <= 4):
            raise self.error("The distance of NEAR is a number up to 9999: NEAR(haftar putin, 10).", number)
        return int(number.text)

    def column(self) -> In:
        start = self.peek().start
        places = self.several_places() if self.accept("sign", "{") else (self.place(),)
        self.expect(":", "After the places in { } comes a colon: {title text}: libya.")
        if self.peek().kind == "end":
            raise self.error("After the colon comes what to look for: title:libya.", self.peek())
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"Places are nested more than {MAX_DEPTH} deep. Split the topic.", self.peek())
        node = self.one()
        self.depth -= 1
        return In(places, node, start, node.end)

    def several_places(self) -> tuple[str, ...]:
        places = list[str]()
        while self.peek().kind == "word":
            places.append(self.place())
        self.expect("}", "Between { and } stand places: {title text}: libya.")
        if not places:
            raise self.error("Between { and } stand places: {title text}: libya.", self.peek())
        return tuple(places)

    def place(self) -> str:
        lexeme = self.take()
        if lexeme.text.lower() not in PLACES:
            raise self.error(
                f"There is no place “{lexeme.text}” to search in. There are {', '.join(PLACES)}. "
                "If the colon belongs to the text, put the text in quotes.",
                lexeme,
            )
        return lexeme.text.lower()

    # ── mistakes ──

    def error(self, message: str, lexeme: Lexeme) -> QueryError:
        return QueryError(message, query=self.query, position=lexeme.start)

    def unexpected(self, lexeme: Lexeme) -> QueryError:
        if lexeme.kind == "end":
            return self.error("The query breaks off: a word is missing at its end. Add it.", lexeme)
        if lexeme.text == "NOT":
            return self.error("NOT takes away from something: write libya NOT football.", lexeme)
        if lexeme.kind == "operator":
            return self.error(
                f"{lexeme.text} joins two words, and here one is missing. Add it, or write "
                f"{lexeme.text.lower()} in small letters to search for the word.",
                lexeme,
            )
        if lexeme.text == ")":
            return self.error("This bracket closes nothing. Leave it out, or open it with (.", lexeme)
        return self.error(f"“{lexeme.text}” cannot stand here. Leave it out, or put it in quotes.", lexeme)
