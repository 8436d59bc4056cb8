"""Compile a query: its tree, with packs filled in and words as the index holds them → an FTS5 expression."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from monitor.errors import QueryError
from monitor.script import tokens
from monitor.topics.clitics import with_clitics, with_persian_plurals
from monitor.topics.inflections import with_endings
from monitor.topics.nearest import nearest
from monitor.topics.occurrences import Finder
from monitor.topics.packs import KINDS, Pack
from monitor.topics.plan import (
    COLUMNS,
    AllOf,
    AnyOf,
    AnyTerm,
    Nearby,
    Plan,
    Term,
    Without,
    expression,
    terms_of,
)
from monitor.topics.query import And, In, Near, Node, Not, Or, PackName, Phrase, Relation, pack_key, parse

_PLACES = {
    "title": ("title", "translated_title"),
    "text": ("text", "translated_text"),
    "original": ("title", "text"),
    "translation": ("translated_title", "translated_text"),
    "translated_title": ("translated_title",),
    "translated_text": ("translated_text",),
}
_MAX_NEARS = 2500  # combinations of forms in one NEAR: two Arabic words make 900, two Russian names 1100
_SHORTEST_END = 3  # letters after *: *ol would stand for Polizei, Kontrolle and a thousand more
_MAX_DEPTH = 28  # open brackets; FTS5's parser has 100 places and needs three a bracket, and some to finish
_LANGUAGES_WITH_CLITICS = ("ar", "he")  # not Persian or Urdu, which share the letters
_LABEL = 60  # characters of a side's name
_MAX_WAYS = 32  # of meeting a query: beyond, `(a OR b) AND (c OR d) AND …` is judged as one
_TOWNS = "capitals"  # the kind of terms that may be another place's: Tripoli is in Lebanon, too


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things a query wants all of: in `@libya AND @russia` there are two."""

    label: str  # as the query has it; for a side of a relation, the pack's title
    plan: Plan
    terms: frozenset[Term]
    naming: frozenset[Term] = frozenset()  # of a pack: all but towns, which may be another country's
    languages: frozenset[str] = frozenset()  # of a pack: those it is written for, with names in their inflected forms


@dataclass(frozen=True, slots=True)
class Way:
    """One way to meet a query: sides that must all be there. `a AND b` has one way, `a b OR c d` two."""

    sides: tuple[Side, ...]
    relation: bool = False  # the sides are two packs that should have to do with one another


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query ready to run."""

    source: str
    fts: str  # for MATCH against columns COLUMNS fed with script.fold()
    terms: tuple[Term, ...]  # those whose presence helps to match; NOT-terms are not among them
    packs: tuple[str, ...]  # names of the packs used
    plan: Plan = field(repr=False)
    sides: tuple[Side, ...] = field(repr=False)
    ways: tuple[Way, ...] = field(repr=False)
    unwanted: tuple[Side, ...] = field(repr=False)  # what NOT takes away, at the outermost level
    finder: Finder = field(repr=False, compare=False)  # finds every term of the plan in a text
    wanted: Finder = field(repr=False, compare=False)  # finds `terms`


def compile_query(query: str, packs: Mapping[str, Pack]) -> Query:
    """Compile a topic's query. Raises QueryError with position and remedy, never anything else."""
    tree = parse(query)
    compiler = _Compiler(query, packs)
    plan = compiler.plan(tree, COLUMNS)
    fts = expression(plan)
    if _depth(fts) > _MAX_DEPTH:
        raise QueryError("The query is nested too deep to run. Split the topic.", query=query, position=tree.start)
    return Query(
        source=query,
        fts=fts,
        terms=tuple(dict.fromkeys(terms_of(plan))),
        packs=tuple(dict.fromkeys(compiler.used)),
        plan=plan,
        sides=tuple(side for node in _wanted(tree) for side in compiler.sides(node)),
        ways=compiler.ways(tree),
        unwanted=tuple(compiler.side(node) for node in _unwanted(tree)),
        finder=Finder(terms_of(plan, unwanted=True), compiler.longer()),
        wanted=Finder(terms_of(plan), compiler.longer()),
    )


class _Compiler:
    def __init__(self, query: str, packs: Mapping[str, Pack]) -> None:
        self.query = query
        self.packs = packs
        self.used: list[str] = []
        self.labels: dict[str, Pack] = {}  # group of terms → its pack

    def plan(self, node: Node, columns: tuple[str, ...]) -> Plan:
        match node:
            case Phrase():
                return AnyTerm(self.typed(node), columns)
            case PackName():
                return AnyTerm(self.pack_terms(node), columns)
            case Relation():
                return AllOf(tuple(AnyTerm(terms, columns) for terms in self.relation_terms(node)))
            case Near():
                return self.near(node, columns)
            case In(places, inner):
                return self.plan(inner, self.columns(node, places, columns))
            case And(nodes):
                return AllOf(tuple(self.plan(part, columns) for part in nodes))
            case Or(nodes):
                return AnyOf(tuple(self.plan(part, columns) for part in nodes))
            case Not(wanted, unwanted):
                return Without(self.plan(wanted, columns), tuple(self.plan(part, columns) for part in unwanted))

    def ways(self, node: Node) -> tuple[Way, ...]:
        """The ways to meet a node. Words beside a relation must be there, but need not meet its sides."""
        match node:
            case Or(nodes):
                ways = tuple(way for part in nodes for way in self.ways(part))
                return ways if any(len(way.sides) > 1 for way in ways) else (Way(self.sides(node)),)
            case And(nodes):
                parts = [self.ways(part) for part in nodes]
                if math.prod(map(len, parts)) > _MAX_WAYS:
                    return (Way(tuple(side for part in _wanted(node) for side in self.sides(part))),)
                return tuple(_together(chosen) for chosen in itertools.product(*parts))
            case Not(wanted, _):
                return self.ways(wanted)
            case _:
                return (Way(self.sides(node), isinstance(node, Relation)),)

    def sides(self, node: Node) -> tuple[Side, ...]:
        if not isinstance(node, Relation):
            return (self.side(node),)
        packs = (node.first, node.second)
        return tuple(
            Side(
                self.pack(name).title,
                AnyTerm(terms, COLUMNS),
                frozenset(terms),
                self.naming(name, terms),
                frozenset(self.pack(name).written),
            )
            for name, terms in zip(packs, self.relation_terms(node), strict=True)
        )

    def side(self, node: Node) -> Side:
        label = " ".join(self.query[node.start : node.end].split())
        if len(label) > _LABEL:
            label = label[: _LABEL - 1] + "…"
        plan = self.plan(node, COLUMNS)
        terms = frozenset(terms_of(plan))
        if not isinstance(node, PackName):
            return Side(label, plan, terms)
        return Side(label, plan, terms, self.naming(node, terms), frozenset(self.pack(node).written))

    def columns(self, node: In, places: tuple[str, ...], within: tuple[str, ...]) -> tuple[str, ...]:
        """The columns named by `places` that lie within those of the filter around it."""
        named = {column for place in places for column in _PLACES[place]}
        columns = tuple(column for column in within if column in named)
        if not columns:
            raise QueryError(
                f"No text is both {' or '.join(places)} and what the place around it names. Leave one out.",
                query=self.query,
                position=node.start,
            )
        return columns

    def near(self, node: Near, columns: tuple[str, ...]) -> Nearby:
        items = tuple(map(self.typed, node.phrases))
        if math.prod(map(len, items)) > _MAX_NEARS:
            raise QueryError(
                "NEAR has too many words that take joined prefixes (Arabic, Hebrew) or case endings. Use two of them, "
                "put them in quotes to take them as written, or AND.",
                query=self.query,
                position=node.start,
            )
        return Nearby(items, node.distance, columns, tuple(itertools.product(*items)))

    def typed(self, phrase: Phrase) -> tuple[Term, ...]:
        """The terms that a word or phrase of the query itself stands for."""
        words = tuple(token.text for token in tokens(phrase.text))
        if phrase.suffix:
            if len(words) > 1 or len(words[0]) < _SHORTEST_END:
                raise self.error(
                    f"* before “{phrase.text}” is looked up in every word that was ever seen, so one word of at least "
                    f"{_SHORTEST_END} letters must follow it. Write more of the word, or leave the * out.",
                    phrase,
                )
            return (Term(words, phrase.prefix, f"*{phrase.text}", suffix=True),)
        if phrase.quoted and len(words) == 1:
            return (Term(words, phrase.prefix, phrase.text),)
        if phrase.prefix:
            return tuple(_forms(phrase.text, True, phrase.text))
        forms = [*with_clitics(words, phrase.text), *with_persian_plurals(words, phrase.text)]
        if not phrase.quoted:
            forms += with_endings(words, phrase.text, asked=phrase.endings)
        return tuple(Term(form, False, phrase.text) for form in dict.fromkeys(forms))

    def relation_terms(self, node: Relation) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """The terms of both sides. One that both packs hold is the smaller's alone, so that it never meets both:
        beside @russia, “Wagner” is the Wagner Group's."""
        first, second = self.pack_terms(node.first), self.pack_terms(node.second)
        shared = {(t.words, t.prefix) for t in first} & {(t.words, t.prefix) for t in second}
        if len(first) > len(second):
            first = tuple(t for t in first if (t.words, t.prefix) not in shared)
        else:
            second = tuple(t for t in second if (t.words, t.prefix) not in shared)
        if not (first and second):
            message = f"@{node.first.name} and @{node.second.name} have the same terms. Name two different packs."
            raise self.error(message, node)
        return first, second

    def naming(self, node: PackName, terms: Iterable[Term]) -> frozenset[Term]:
        """Those of a pack's terms that are not merely towns; none where one kind is asked for."""
        if node.kind:
            return frozenset()
        kinds = [self.pack(node).of_kind(kind) for kind in KINDS if kind != _TOWNS]
        named = {(t.words, t.prefix) for by_language in kinds for t in _expanded(by_language, "")}
        return frozenset(term for term in terms if (term.words, term.prefix) in named)

    def pack_terms(self, node: PackName) -> tuple[Term, ...]:
        pack = self.pack(node)
        label = f"@{pack.name}.{self.kind(node)}" if node.kind else f"@{pack.name}"
        self.labels[label] = pack
        found = tuple(_expanded(pack.of_kind(self.kind(node)) if node.kind else pack.terms, label))
        if not found:
            raise self.error(f"Pack @{node.name} has no {node.kind}. Write @{node.name}.", node)
        return found

    def longer(self) -> tuple[Term, ...]:
        """Names of others with those of the packs in them; the index finds them, the finder does not."""
        packs = self.labels.items()
        return tuple(
            t for label, pack in packs for name in pack.longer for t in _forms(name, name.endswith("*"), label)
        )

    def pack(self, node: PackName) -> Pack:
        pack = self.packs.get(pack_key(node.name))
        if pack is None:
            near = nearest(pack_key(node.name), self.packs)
            remedy = (
                f"Did you mean {' or '.join(f'@{name}' for name in near)}?"
                if near
                else "`monitor packs list` shows them all."
            )
            raise self.error(f"There is no pack @{node.name}. {remedy}", node)
        self.used.append(pack.name)
        return pack

    def kind(self, node: PackName) -> str:
        if node.kind.lower() not in KINDS:
            raise self.error(
                f"A pack has no part “{node.kind}”. Parts are {', '.join(KINDS)}: @{node.name}.people.", node
            )
        return node.kind.lower()

    def error(self, message: str, node: Node) -> QueryError:
        return QueryError(message, query=self.query, position=node.start)


def _wanted(tree: Node) -> Iterator[Node]:
    """The parts of a query that must all be met."""
    match tree:
        case And(nodes):
            for node in nodes:
                yield from _wanted(node)
        case Not(wanted, _):
            yield from _wanted(wanted)
        case _:
            yield tree


def _unwanted(tree: Node) -> Iterator[Node]:
    """The parts of a query that must not be met."""
    match tree:
        case And(nodes):
            for node in nodes:
                yield from _unwanted(node)
        case Not(wanted, unwanted):
            yield from _unwanted(wanted)
            yield from unwanted


def _together(ways: tuple[Way, ...]) -> Way:
    """Several ways as one: all their sides, or those of the relation among them."""
    relation = next((way for way in ways if way.relation), None)
    return relation or Way(tuple(side for way in ways for side in way.sides))


def _expanded(by_language: Mapping[str, tuple[str, ...]], label: str) -> Iterator[Term]:
    """A pack's terms as the index holds them, each once."""
    found: dict[Term, None] = {}
    for language, terms in by_language.items():
        joins = language in _LANGUAGES_WITH_CLITICS
        for term in terms:
            found.update(dict.fromkeys(_forms(term, term.endswith("*"), label, joins=joins)))
    yield from found


def _depth(expression: str) -> int:
    """Most brackets open at once. Words hold none, so every bracket is FTS5's."""
    return max(itertools.accumulate((c == "(") - (c == ")") for c in expression), default=0)


def _forms(text: str, prefix: bool, group: str, *, joins: bool = True) -> Iterator[Term]:
    """The terms to look for: the words as the index holds them, and joined to clitics."""
    words = tuple(token.text for token in tokens(text))
    for form in with_clitics(words, text) if joins else (words,):
        yield Term(form, prefix, group)
