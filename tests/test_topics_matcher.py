"""Topics compiled, and matches made of what the index found."""

from __future__ import annotations

import pytest
from topic_index import article

from monitor.errors import QueryError
from monitor.models import Topic
from monitor.topics.compile import compile_query
from monitor.topics.matcher import compile_topics, match, side
from monitor.topics.packs import load_packs

PACKS = load_packs()


@pytest.mark.parametrize(
    ("original", "translation", "expected"),
    [
        ("ليبيا وروسيا", "", "original"),
        ("ليبيا وروسيا", "Libya and Russia", "both"),
        ("شيء آخر", "Libya and Russia", "translation"),
        ("ليبيا", "Russia", "both"),
    ],
)
def test_the_side_is_where_the_query_is_met(original: str, translation: str, expected: str) -> None:
    """Met in one text alone, in each, or only in the two together."""
    query = compile_query("@libya AND @russia", PACKS)
    assert side(query, article(text=original, translated_text=translation)) == expected


def test_a_match_carries_topic_article_side_and_evidence() -> None:
    """What the pipeline stores is complete."""
    (compiled,) = compile_topics([Topic(name="Libya–Russia", query="@libya AND @russia")], PACKS)
    found = match(compiled, article(text="Haftar est à Moscou."), ())
    assert (found.topic, found.article_id, found.side) == ("Libya–Russia", 1, "original")
    assert found.evidence.sentence == "Haftar est à Moscou."


def test_a_mistake_names_the_topic_and_keeps_its_place() -> None:
    """A configuration of many topics says which one is wrong, and where."""
    topics = [Topic(name="good", query="libya"), Topic(name="bad", query="libya AND")]
    with pytest.raises(QueryError, match="Topic “bad”") as caught:
        compile_topics(topics, PACKS)
    assert (caught.value.query, caught.value.position) == ("libya AND", 9)
