"""Finding terms in a text without an index answers as FTS5 does."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from topic_index import article, matching

from monitor.script import words
from monitor.topics.compile import compile_query
from monitor.topics.evidence import find
from monitor.topics.occurrences import Finder, holds
from monitor.topics.plan import Term

WORDS = ["a", "b", "ab", "abc", "c", "利", "亚", "ليبيا", "وليبيا"]
PHRASES = st.one_of(
    st.sampled_from([*WORDS, "a*", "ab*", '"a b"', '"b ab"*', "利亚", "利亚*", '"a b a"']),
    st.builds(
        "NEAR({0} {1}, {2})".format,
        st.sampled_from([*WORDS[:7], '"a b"', "a*"]),
        st.sampled_from(WORDS),
        st.integers(0, 4),
    ),
    st.builds("NEAR({0} {1} {2}, {3})".format, *[st.sampled_from(WORDS[:7])] * 3, st.integers(0, 4)),
)
PLACES = st.sampled_from(["title", "text", "original", "translation", "{title translated_text}"])
QUERIES = st.recursive(
    PHRASES,
    lambda inner: st.one_of(
        st.builds("({0} {2} {1})".format, inner, inner, st.sampled_from(["AND", "OR", "NOT"])),
        st.builds("{0}:({1})".format, PLACES, PHRASES),
    ),
    max_leaves=5,
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(QUERIES, st.lists(st.builds(article, TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=6))
def test_a_plan_holds_exactly_where_fts5_finds_it(query: str, articles: list) -> None:  # type: ignore[type-arg]
    """On random queries and texts, phrases, prefixes, NEAR, places and operators included."""
    compiled = compile_query(query, {})
    held = [at for at, one in enumerate(articles) if holds(compiled.plan, find(compiled, one))]
    assert held == matching(compiled.fts, articles)


def test_hits_say_which_words_they_cover() -> None:
    """A hit is the first and one past the last word of the text that the term covers."""
    corps, liby = Term(("africa", "corps"), False, "corps"), Term(("liby",), True, "liby*")
    hits = Finder([corps, liby]).find(words("The Africa Corps leaves Libya for the Libyan sea"))
    assert [(hit.term.group, hit.start, hit.end) for hit in hits] == [
        ("corps", 1, 3),
        ("liby*", 4, 5),
        ("liby*", 7, 8),
    ]
