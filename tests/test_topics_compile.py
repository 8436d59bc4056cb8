"""Compiled queries: scripts, packs, places and sizes, run by FTS5."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from topic_index import article, finds, matching

from monitor.archive.search import BatchIndex
from monitor.errors import QueryError
from monitor.models import Article
from monitor.topics.compile import compile_query
from monitor.topics.packs import Pack, load_packs

CASES = tomllib.loads((Path(__file__).parent / "data" / "scripts.toml").read_text(encoding="utf-8"))["case"]
SHARED = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).resolve().parents[1].parent / "shared")
DEVELOPMENT = SHARED / "data" / "topic-libya-russia-dev.jsonl"
PACKS = load_packs()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['language']} {case['query']} | {case['text']}")
def test_a_term_is_found_in_its_script(case: dict[str, Any]) -> None:
    """A word in any script is found where it stands, and not inside another word."""
    assert finds(compile_query(case["query"], PACKS).fts, case["text"]) is case["matches"]


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("libya", {"title", "text", "translated_title", "translated_text"}),
        ("title:libya", {"title", "translated_title"}),
        ("text:libya", {"text", "translated_text"}),
        ("original:libya", {"title", "text"}),
        ("translation:libya", {"translated_title", "translated_text"}),
        ("title:(translation:libya)", {"translated_title"}),
        ("{original translated_title}:(libya OR russia)", {"title", "text", "translated_title"}),
    ],
)
def test_a_place_names_its_columns(query: str, columns: set[str]) -> None:
    """A word is found in the columns that the place stands for and in no other."""
    names = ["title", "text", "translated_title", "translated_text"]
    articles = [article(**{name: "Libya"}) for name in names]
    assert {names[at] for at in matching(compile_query(query, PACKS).fts, articles)} == columns


def test_both_sides_may_stand_in_different_languages() -> None:
    """One word in the original and one in the translation together make a match."""
    mixed = article(text="زيارة إلى ليبيا", translated_text="a visit by the Russian minister")
    assert matching(compile_query("original:ليبيا AND translation:russian", PACKS).fts, [mixed]) == [0]


@pytest.mark.parametrize("operator", ["OR", "AND"])
def test_ten_thousand_terms_run(operator: str) -> None:
    """A very long query compiles to something FTS5's parser takes, and still finds its last term."""
    words = [f"w{number}" for number in range(10_000)]
    compiled = compile_query(f" {operator} ".join(words), PACKS)
    assert len(compiled.terms) == 10_000
    assert finds(compiled.fts, "w9999") is (operator == "OR")
    assert finds(compiled.fts, " ".join(words))


def test_the_deepest_query_that_compiles_also_runs() -> None:
    """Whatever nesting we let through, FTS5's parser takes; beyond it the error is ours."""
    queries = ["a OR b AND c NOT d (" * n + "title:e OR NEAR(f g, 3)" + ")" * n for n in range(1, 20)]
    compiled = [query for query in queries if _compiles(query)]
    assert 5 <= len(compiled) < len(queries)
    assert not any(finds(compile_query(query, PACKS).fts, "z") for query in compiled)


def _compiles(query: str) -> bool:
    try:
        return bool(compile_query(query, PACKS).fts)
    except QueryError:
        return False


def test_terms_name_the_pack_or_word_they_came_from() -> None:
    """Terms carry their origin, NOT-terms are not among them, and packs used are listed once."""
    compiled = compile_query("(@libya.capitals OR haftar*) AND @libya.names NOT football", PACKS)
    assert {term.group for term in compiled.terms} == {"@libya.capitals", "haftar", "@libya.names"}
    assert compiled.packs == ("libya",)
    assert [side.label for side in compiled.sides] == ["(@libya.capitals OR haftar*)", "@libya.names"]
    assert [side.label for side in compiled.unwanted] == ["football"]


def test_clitics_are_joined_to_arabic_terms_and_not_to_persian_ones() -> None:
    """A pack's language decides: the letters alone do not tell Persian from Arabic."""

    def terms(language: str) -> set[tuple[str, ...]]:
        written = MappingProxyType({language: MappingProxyType({"names": ("تونس",)})})
        pack = Pack(name="p", title="P", written=written)
        return {term.words for term in compile_query("@p", {"p": pack}).terms}

    assert ("بتونس",) in terms("ar")
    assert terms("fa") == {("تونس",)}


def test_near_takes_arabic_words_with_their_clitics() -> None:
    """NEAR finds joined forms of both its words."""
    compiled = compile_query("NEAR(ليبيا روسيا, 3)", PACKS)
    assert finds(compiled.fts, "بين ليبيا وروسيا")
    assert not finds(compiled.fts, "بين ليبيا ومصر وتونس والجزائر والمغرب وروسيا")


LIBYA = r"\b[وف]?[بكل]?(?:ال|لل?)?(?:ليبيا|ليبي|ليبية|ليبيون|ليبيين|ليبيان|طرابلس|بنغازي|حفتر|القذافي)\b|\bЛиви|\bливи"
RUSSIA = r"\b[وف]?[بكل]?(?:ال|لل?)?(?:روسيا|روسي|روسية|روس|موسكو|بوتين|لافروف|كرملين)\b|\b[Рр]осси|\bрусск"


@pytest.mark.skipif(not DEVELOPMENT.exists(), reason=f"{DEVELOPMENT} is not there")
def test_libya_and_russia_finds_every_real_article_with_both_words() -> None:
    """On real articles the packs find whatever a plain pattern of whole words finds, 39 of 44.

    The other five hold "Libya" only inside the Arabic for Philippine or Liberian, or no word for Russia.
    """
    rows = [json.loads(line) for line in DEVELOPMENT.read_text(encoding="utf-8").splitlines()]
    articles = [_plain(row["title"], row["text"]) for row in rows]
    found = set(matching(compile_query("@libya AND @russia", PACKS).fts, articles))
    expected = {
        at
        for at, one in enumerate(articles)
        if all(re.search(pattern, f"{one.title}\n{one.text}") for pattern in (LIBYA, RUSSIA))
    }
    assert expected <= found
    assert len(found) >= 39


def _plain(title: str, text: str) -> Article:
    """Without the points that the pattern, unlike fold(), would stumble on."""
    return article(*(re.sub("[\u064b-\u0652\u0640]", "", part) for part in (title, text)))


def test_a_word_after_a_star_that_stands_for_too_much_is_refused() -> None:
    """The archive says how many words are meant; a batch, whose words are few, is never refused."""
    texts = [" ".join(f"w{number}{part}ende" for number in range(1000)) for part in "abc"]
    expression = compile_query("*ende", PACKS).fts
    with pytest.raises(QueryError, match="3,000 words"):
        matching(expression, [article(text=text) for text in texts])
    batch = BatchIndex([article(text=text) for text in texts[:1]])
    assert batch.matching(expression) == {1}
