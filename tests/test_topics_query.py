"""Topic syntax: what is understood, and what is refused with a position and a remedy."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from topic_index import finds

from monitor.errors import QueryError
from monitor.topics.compile import compile_query
from monitor.topics.packs import load_packs
from monitor.topics.query import And, In, Near, Not, Or, PackName, Phrase, parse

DATA = tomllib.loads((Path(__file__).parent / "data" / "queries.toml").read_text(encoding="utf-8"))
PACKS = load_packs()


@pytest.mark.parametrize("case", DATA["mistake"], ids=lambda case: repr(case["query"]))
def test_a_mistake_says_where_it_is_and_what_to_do(case: dict[str, Any]) -> None:
    """Each broken query raises QueryError at the stated character, with the stated remedy."""
    with pytest.raises(QueryError) as caught:
        compile_query(case["query"], PACKS)
    assert caught.value.position == case["position"]
    assert case["says"] in str(caught.value)


@pytest.mark.parametrize("case", DATA["query"], ids=lambda case: f"{case['query']} | {case['text']}")
def test_a_query_means_what_fts5_means(case: dict[str, Any]) -> None:
    """Each good query matches its text, or not, when FTS5 runs it."""
    assert finds(compile_query(case["query"], PACKS).fts, case["text"]) is case["matches"]


def test_binding_is_that_of_fts5() -> None:
    """Words side by side bind before NOT, NOT before AND, AND before OR."""
    tree = parse("a OR b AND c NOT d e")
    assert isinstance(tree, Or)
    assert isinstance(tree.nodes[1], And)
    assert isinstance(tree.nodes[1].nodes[1], Not)
    assert isinstance(tree.nodes[1].nodes[1].excluded[0], And)


def test_every_part_of_the_syntax_is_read() -> None:
    """Phrases, prefixes, NEAR, places and packs keep what was written and where."""
    assert parse('"a b"*') == Phrase("a b", True, 0, 6)
    assert parse("NEAR(a b, 3)") == Near((Phrase("a", False, 5, 6), Phrase("b", False, 7, 8)), 3, 0, 12)
    assert parse("NEAR(a b)") == Near((Phrase("a", False, 5, 6), Phrase("b", False, 7, 8)), 10, 0, 9)
    assert parse("{title text}: a") == In(("title", "text"), Phrase("a", False, 14, 15), 0, 15)
    assert parse(" @libya.people") == PackName("libya", "people", 1, 14)


@pytest.mark.parametrize("query", ["(" * 100, "(" * 100 + "a" + ")" * 100, "title:" * 100 + "a", "a AND (" * 5000])
def test_deep_nesting_is_refused(query: str) -> None:
    """A hundred brackets, or places, neither exhaust Python's stack nor FTS5's."""
    with pytest.raises(QueryError, match="deep"):
        parse(query)


def test_a_query_longer_than_a_book_chapter_is_refused() -> None:
    """Length is limited before anything else is tried."""
    with pytest.raises(QueryError, match="200,000 is the most"):
        parse("x" * 200_001)


def test_the_pointer_stands_under_the_mistake() -> None:
    """An error can show the query with a caret under the character that is wrong."""
    with pytest.raises(QueryError) as caught:
        parse("libya AND OR russia")
    assert caught.value.pointer() == "libya AND OR russia\n          ^"


WORDS = "libya روسيا 利比亚 AND OR NOT NEAR( ( ) \" “ * : title: { } , 5 @libya @ . - + ^ ' \x00 and ß"
PIECES = st.sampled_from([*WORDS.split(" "), " ", "\n", "\ud800"])


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=30), st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=12).map(" ".join)
    )
)
def test_whatever_is_typed_either_runs_or_is_a_query_error(query: str) -> None:
    """Arbitrary text never raises anything but QueryError, here or in FTS5."""
    error = _error(query)
    if error is not None:
        assert 0 <= error.position <= len(query)
        assert str(error).encode()
    else:
        assert finds(compile_query(query, PACKS).fts, "nothing of the kind") in (True, False)


def _error(query: str) -> QueryError | None:
    try:
        compile_query(query, PACKS)
    except QueryError as error:
        return error
    return None
