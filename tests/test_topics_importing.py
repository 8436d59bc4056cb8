"""Queries of other tools: what they become in our syntax, and what is said about the rest."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from topic_index import finds

from monitor.cli import monitor
from monitor.commands import topics_import
from monitor.errors import QueryError
from monitor.topics.compile import compile_query
from monitor.topics.importing import DIALECTS, NAMES, Found, found_in, import_query

CASES = tomllib.loads((Path(__file__).parent / "data" / "imports.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['from']} {case['text']}")
def test_a_query_becomes_ours_and_the_rest_is_told(case: dict[str, Any]) -> None:
    """Each query has its stated form, languages and leftovers, and compiles; or is refused, saying why."""
    if "refused" in case:
        with pytest.raises(QueryError) as caught:
            import_query(case["text"], case["from"])
        assert case["refused"] in str(caught.value)
        return
    imported = import_query(case["text"], case["from"])
    assert imported.query == case["query"]
    assert imported.languages == tuple(case.get("languages", ()))
    assert [leftover.words for leftover in imported.leftovers] == case["leftovers"]
    assert all(leftover.why for leftover in imported.leftovers)
    assert imported.dialect == case.get("dialect", case["from"])
    assert compile_query(imported.query, {}).fts


@pytest.mark.parametrize(
    ("dialect", "query", "text", "matches"),
    [
        ("google-alerts", "libya OR libye haftar", "Libye: Haftar", True),
        ("google-alerts", "libya OR libye haftar", "Libya", False),
        ("freshrss", "libya OR libye haftar", "Libya", True),
        ("talkwalker", "libya OR libye haftar", "Libya", True),
        ("meltwater", "libya NOT (football OR sport)", "Libya in sport", False),
        ("talkwalker", "libya NOT (football AND site:x.com)", "Libya wins at football", True),
        ("meltwater", "haftar NEAR/2 putin", "Haftar met with Mr Putin", False),
        ("meltwater", "haftar NEAR/3 putin", "Haftar met with Mr Putin", True),
        ("freshrss", "/haftar|saddam/i", "Saddam", True),
    ],
)
def test_an_imported_query_finds_what_it_meant(dialect: str, query: str, text: str, matches: bool) -> None:
    """Precedence, exclusions and distances are those of the dialect."""
    assert finds(compile_query(import_query(query, dialect).query, {}).fts, text) is matches


SIGNS = "AND OR NOT and or NEAR/5 ONEAR AROUND(3) SENTENCE ( ) \" “ ' * ? : { } | || && & - ! + ++ ~ # ^9 ´"
WORDS = (
    "libya روسيا 利比亚 title: intitle: allintitle: site: lang:fr lang: f:1 /a|b/i /( atleast2: http://x.y @u *ab* a*b"
)
PIECES = st.sampled_from([*SIGNS.split(), *WORDS.split()])


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(
        st.text(max_size=30), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=8).map("".join)
    ),
    st.sampled_from(NAMES),
)
def test_whatever_is_imported_compiles_or_is_a_query_error(query: str, dialect: str) -> None:
    """Arbitrary text raises nothing but QueryError, and what is made of it always runs."""
    try:
        imported = import_query(query, dialect)
    except QueryError:
        return
    assert compile_query(imported.query, {}).fts


def test_deep_brackets_are_refused() -> None:
    """A thousand brackets do not exhaust Python's stack."""
    with pytest.raises(QueryError, match="deep"):
        import_query("(" * 1000 + "a" + ")" * 1000)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("libya\n\nhaftar putin\n", [Found("", "libya"), Found("", "haftar putin")]),
        ("(libya OR\nlibye)\n\nhaftar", [Found("", "(libya OR\nlibye)"), Found("", "haftar")]),
        ("libya\nAND russia", [Found("", "libya\nAND russia")]),
        ('name,query\nA,"libya, haftar"\nB,russia\n', [Found("A", "libya, haftar"), Found("B", "russia")]),
        (
            '<opml><outline text="Google Alert - &quot;africa corps&quot; libya" xmlUrl="https://x"/></opml>',
            [Found("", '"africa corps" libya')],
        ),
        ("", []),
        ("<opml/>", []),
    ],
)
def test_a_file_holds_queries(text: str, found: list[Found]) -> None:
    """Lines, a query over several lines, a table with a column of queries, and the feeds of Google Alerts in OPML."""
    assert list(found_in(text)) == found


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('# mine\n[[topics]]\nname = "Libya"\nquery = "libya"\n', encoding="utf-8")
    return path


def test_the_command_prints_topics_and_says_what_is_missing(config: Path) -> None:
    """Ready TOML on standard output, leftovers on standard error, nothing written."""
    before = config.read_text("utf-8")
    result = CliRunner().invoke(
        monitor,
        ["-c", str(config), "topics", "import", "-"],
        input="libya lang:fr AND site:x.com AND (haftar OR saddam)\n",
    )
    assert result.exit_code == 0, result.output
    (topic,) = tomllib.loads(result.stdout)["topics"]
    assert (topic["query"], topic["languages"]) == ("libya AND (haftar OR saddam)", ["fr"])
    assert "site:x.com" in result.stderr
    assert config.read_text("utf-8") == before


def test_written_topics_are_read_back_and_names_stay_apart(config: Path) -> None:
    """--write appends to the owner's file, comments kept; a name that is taken gets a number."""
    arguments = ["-c", str(config), "topics", "import", "-", "--name", "Libya", "--write"]
    result = CliRunner().invoke(monitor, arguments, input='haftar\n"oil \\ gas"\n-nothing\n')
    assert result.exit_code == 0, result.output
    assert "Left out: -nothing" in result.stderr
    text = config.read_text("utf-8")
    assert text.startswith("# mine\n")
    assert [topic["name"] for topic in tomllib.loads(text)["topics"]] == ["Libya", "Libya 2", "Libya 3"]
    listed = CliRunner().invoke(monitor, ["-c", str(config), "topics", "list"])
    assert "Libya 2: haftar" in listed.stdout


def test_a_file_of_nothing_is_an_error(config: Path) -> None:
    """Nothing to import ends with a message, not with success."""
    for text in ("", "-football"):
        result = CliRunner().invoke(monitor, ["-c", str(config), "topics", "import", "-"], input=text)
        assert result.exit_code != 0


def test_the_command_offers_every_dialect() -> None:
    """The choices of --from are the dialects that can be read."""
    assert set(topics_import._FROM) == set(NAMES) == {*DIALECTS, "auto"}
