"""Search in the browser: every script, narrowed down, page by page, mistakes shown where they are, kept as a topic."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import feedparser
import html5lib
import pytest
import web_archive as sample
from newsrooms import NOW, FakeClock
from small_archives import Line, write

from monitor.archive import Archive, Reader
from monitor.archive.finding import Filters
from monitor.errors import QueryError
from monitor.models import Topic
from monitor.run.lab.backtest import back_tester
from monitor.topics.declaration import topic_table
from monitor.topics.packs import load_packs
from monitor.web import server
from monitor.web.finding.asked import Asked

HOSTILE = (
    *('"', '""', "(", ")", "C++", "-a", "a AND", "NOT", "*", "**", "*a*", "NEAR(", "NEAR(a b", "title:", "nothing:a"),
    *("@nowhere", "@", "^", "'", "{a}", 'say "it', ";drop table articles", "\x00", "a\x00b", "\U0001f600", "%"),
    *("(" * 500, "a " * 2000, "'; attach 'x'; --", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'),
    *("articles_fts MATCH a", "rowid:1", "\ud800", "\u202e", "relation(", 'relation("libya")', "a" * 5000, "\uf7fe"),
)


def application(path: Path, **more: Any) -> Callable[..., Any]:
    datasette = server.application(sample.settings(path), clock=FakeClock(), **more)
    return lambda address: asyncio.run(datasette.client.get(address))


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    path = sample.build(tmp_path_factory.mktemp("search") / "archive.db")
    return application(path, back_test=back_tester(path, load_packs(None), FakeClock()))


@pytest.fixture(scope="module")
def harbours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety articles on harbours of three outlets in two languages, one every half day, and one duplicate."""
    lines = [
        Line(
            title=f"Harbour {number}",
            text="The harbour opened. Score 60." if number % 2 else "Le harbour ouvre. Score 20.",
            language="en" if number % 2 else "fr",
            outlet="ABC"[number % 3],
            days_ago=(90 - number) / 2,
            story=number // 3 + 1,
        )
        for number in range(1, 91)
    ]
    return write(tmp_path_factory.mktemp("harbours") / "archive.db", [*lines, Line(title="Harbour", duplicate=True)])


@pytest.fixture(scope="module")
def port(harbours: Path) -> Callable[..., Any]:
    return application(harbours, back_test=back_tester(harbours, load_packs(None), FakeClock()))


@pytest.fixture
def reader(harbours: Path) -> Iterator[Reader]:
    with Reader.open(harbours) as reader:
        yield reader


def search(**asked: Any) -> str:
    return "/search.json?" + urlencode({name.rstrip("_"): value for name, value in asked.items()}, doseq=True)


def ids(answer: Any) -> list[int]:
    return [one["article_id"] for one in answer.json()["found"]["answers"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("port agreement", sample.FRENCH),  # English, through the translation
        ("accord portuaire", sample.FRENCH),
        ("ليبيا", sample.ARABIC),  # written بليبيا there
        ("利比亚", sample.CHINESE),  # within a sentence without spaces
        ("порты", sample.RUSSIAN),  # портах, портов
        ("@china", sample.CHINESE),  # a pack knows the Chinese name
    ],
)
def test_every_script_is_found(visit: Callable[..., Any], query: str, found: int) -> None:
    """English finds French by its translation, and each language finds its own, whatever its script."""
    assert ids(visit(search(q=query))) == [found]
    page = visit("/search?" + urlencode({"q": query}))
    assert page.status_code == 200
    assert f'href="/articles/{found}?{urlencode({"q": query})}"' in page.text


def test_snippets_are_pairs_with_marks_and_doubts(visit: Callable[..., Any]) -> None:
    """The best sentence stands beside its translation with its words marked, and an unverified one says why."""
    (answer,) = visit(search(q="18 mois")).json()["found"]["answers"]
    assert answer["headline"] == sample.ENGLISH_TITLE
    assert answer["original"] == sample.FRENCH_TITLE
    assert answer["sentence"] == "Le chantier doit durer 18 mois."
    assert [piece["text"] for piece in answer["sentence_pieces"] if piece["term"]] == ["18", "mois"]
    assert answer["unverified"] == "18 is missing"
    page = visit("/search?" + urlencode({"q": "18 mois"})).text
    assert '<span lang="fr" dir="auto">Le chantier doit durer <mark>18</mark> <mark>mois</mark>.</span>' in page
    assert "Unverified translation: 18 is missing." in page


@pytest.mark.parametrize(
    ("query", "at", "message"),
    [
        ("libya AND ) russia", ")", "closes nothing"),
        ("libya AND", "", "breaks off"),
        ("(port", "(", "never closed"),
        ("port @lybia", "@", "Did you mean"),
        ("利比亚 AND )", ")", "closes nothing"),
        ('port "agreement', '"', "never closed"),
    ],
)
def test_a_mistake_is_shown_at_its_character(visit: Callable[..., Any], query: str, at: str, message: str) -> None:
    """A wrong query is answered with 400, the mistake marked, its place in words, and the query kept in its box."""
    answer = visit("/search?" + urlencode({"q": query}))
    page = unescape(answer.text)
    assert answer.status_code == 400
    assert message in page
    marked = re.search(r'<strong class="mistake">([^<]*)</strong>', page)
    assert marked is not None
    assert marked[1].strip() == at
    position = visit(search(q=query)).json()["problem"]["position"]
    assert query[position : position + 1] == at
    assert f"At character {position + 1}" in page
    assert unescape(re.findall(r'name="q" type="search" value="([^"]*)"', answer.text)[0]) == query
    assert "Search for its words alone" in page or not query.strip("()")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_queries_leave_the_page_as_ours(visit: Callable[..., Any], words: str) -> None:
    """Whatever is typed is answered or explained, without a crash and without an element that is not ours."""
    query = urlencode({"q": words}, errors="replace")
    for address in ("/search", "/search/topic"):
        answer = visit(f"{address}?{query}")
        assert answer.status_code in (200, 400), words
        tree = html5lib.parse(answer.text, namespaceHTMLElements=False)
        assert [script.get("src") for script in tree.iter("script")] == ["/static/site.js"]
        assert not list(tree.iter("img"))
        assert not [element for element in tree.iter() if element.get("onerror") or element.get("style")]
    for form in ("json", "csv", "atom"):
        assert visit(f"/search.{form}?{query}").status_code in (200, 400), (form, words)


@pytest.mark.parametrize(
    "wrong", [{"from": "yesterday"}, {"to": "2026-13"}, {"from": "2026-02-30"}, {"sort": "x"}, {"cursor": "1"},
              {"cursor": "9999999999999999999999.1"}, {"size": "0"}, {"size": "9999"}, {"from": "0001-01-01"}]
)  # fmt: skip
def test_an_address_that_asks_nonsense_is_told_so(port: Callable[..., Any], wrong: dict[str, str]) -> None:
    """A day, a sort, a size or a cursor that is none is answered with 400 and words; the page stays."""
    answer = port("/search?" + urlencode({"q": "harbour", **wrong}))
    assert answer.status_code == 400
    assert "This cannot be searched for" in answer.text
    assert 'value="harbour"' in answer.text


def test_an_empty_search_explains_itself(visit: Callable[..., Any]) -> None:
    """Without a query there is help, whose examples are links that work."""
    page = visit("/search").text
    links = re.findall(r'<a href="(/search\?q=[^"]+)"', page)
    assert len(links) > 8
    for link in links:
        assert visit(unescape(link)).status_code == 200, link


def test_nothing_found_says_what_to_try(visit: Callable[..., Any]) -> None:
    """Nothing found comes with other ways to ask and how far the archive reaches."""
    page = unescape(visit("/search?q=zebra+unicorn&language=ar").text)
    assert "Nothing found" in page
    assert "zebra OR unicorn" in page
    assert "Drop the filters" in page
    assert "The archive reaches from" in page
    assert "Russian" in page  # which waits for a model


def test_a_country_typed_in_english_leads_to_its_pack(visit: Callable[..., Any]) -> None:
    """Who types a country is told of the pack that finds it in every language."""
    assert visit(search(q="china")).json()["packs"][0]["query"] == "@china"
    assert visit(search(q="@china")).json()["packs"] == []


def test_facets_count_what_they_would_leave(port: Callable[..., Any]) -> None:
    """Each choice of each facet leaves as many articles as it says; duplicates are in none."""
    whole = port(search(q="harbour")).json()
    assert whole["found"]["articles"] == 90
    assert {facet["name"] for facet in whole["facets"]} == {"language", "source", "date"}
    for facet in whole["facets"]:
        for choice in facet["choices"][:4]:
            narrowed = port(choice["url"].replace("/search?", "/search.json?")).json()
            assert narrowed["found"]["articles"] == choice["articles"], choice
            assert len(narrowed["chips"]) == 1
            dropped = port(narrowed["chips"][0]["url"].replace("/search?", "/search.json?")).json()
            assert dropped["found"]["articles"] == 90


def test_two_values_of_a_facet_are_either(port: Callable[..., Any]) -> None:
    """Of one facet either value is enough, of two facets both must hold; the facet still counts what is not chosen."""
    either = port(search(q="harbour", source=["A", "B"])).json()
    assert either["found"]["articles"] == 60
    assert {choice["value"]: choice["articles"] for choice in either["facets"][1]["choices"]} == dict.fromkeys(
        "ABC", 30
    )
    both = port(search(q="harbour", source=["A", "B"], language="fr")).json()
    assert both["found"]["articles"] == 30


def test_topics_are_a_facet(visit: Callable[..., Any]) -> None:
    """What a topic found can be narrowed down to it."""
    page = visit(search(q="accord OR markup")).json()
    topic = next(facet for facet in page["facets"] if facet["name"] == "topic")
    assert [(choice["value"], choice["articles"]) for choice in topic["choices"]] == [(sample.TOPIC, 1)]
    assert ids(visit(search(q="accord OR markup", topic=sample.TOPIC))) == [sample.FRENCH]


def test_days_are_the_readers(harbours: Path) -> None:
    """A day begins at midnight in the reader's zone; a month is all of its days."""
    local = NOW.astimezone(ZoneInfo("Asia/Tokyo"))
    filters = Asked(q="x", first_day=f"{local:%Y-%m-%d}", last_day=f"{local:%Y-%m}").filters(ZoneInfo("Asia/Tokyo"))
    assert filters.since == local.replace(hour=0, minute=0, second=0, microsecond=0)
    assert filters.until is not None
    assert filters.until.day == 1
    assert filters.until.month == local.month % 12 + 1


def test_pages_follow_one_another(port: Callable[..., Any]) -> None:
    """Page by page every article comes once, by date and by relevance, and the last page has no next one."""
    for sort in ("date", "relevance"):
        address, seen = search(q="harbour", sort=sort), list[int]()
        while address:
            answer = port(address)
            seen += ids(answer)
            address = answer.json()["found"]["next"].replace("/search?", "/search.json?")
        assert len(seen) == 90
        assert set(seen) == set(range(1, 91))
        assert sort != "date" or seen == sorted(seen, reverse=True)


def test_new_articles_move_no_page(tmp_path: Path) -> None:
    """The second page begins where the first ended, though an article came in between."""
    lines = [Line(title=f"Harbour {number}") for number in range(30)]
    visit = application(write(tmp_path / "archive.db", lines))
    first = visit(search(q="harbour", sort="date"))
    write(tmp_path / "archive.db", [*lines, Line(title="Harbour, the newest")])
    second = visit(first.json()["found"]["next"].replace("/search?", "/search.json?"))
    assert ids(first) + ids(second) == list(range(30, 0, -1))


def test_looking_further_back_goes_on_where_it_stopped(reader: Reader) -> None:
    """What lies beyond the newest is reached in steps, each where the last one ended; filters look on by themselves."""
    first = reader.finding.window("harbour", newest=40)
    second = reader.finding.window("harbour", newest=40, below=first.further)
    third = reader.finding.window("harbour", newest=40, below=second.further)
    numbers = [card.article_id for window in (first, second, third) for card in window.cards]
    assert numbers == list(range(90, 0, -1))
    assert third.further is None
    filtered = reader.finding.window("harbour", Filters(outlets=("A",)), newest=10, enough=20)
    assert [card.article_id for card in filtered.cards] == list(range(90, 0, -3))
    assert filtered.further is None


def test_times_bound_the_walk(reader: Reader) -> None:
    """Articles outside the days asked for are neither found nor counted."""
    since, until = NOW - timedelta(days=10), NOW - timedelta(days=5)
    window = reader.finding.window("harbour", Filters(since=since, until=until))
    assert [card.article_id for card in window.cards] == list(range(79, 69, -1))
    assert reader.finding.window("harbour", Filters(since=NOW + timedelta(days=9))).cards == ()


def test_relevance_puts_headlines_first(tmp_path: Path) -> None:
    """An older article with the word in its headline comes before a newer one that mentions it."""
    lines = [Line(title="Grain prices", text="Bread."), Line(title="Markets", text="Of grain and much else besides.")]
    visit = application(write(tmp_path / "archive.db", lines))
    assert ids(visit(search(q="grain"))) == [1, 2]
    assert ids(visit(search(q="grain", sort="date"))) == [2, 1]


def test_relevance_of_a_pack_puts_headlines_first(tmp_path: Path) -> None:
    """For a pack, too, whose thousand words are not weighed one by one."""
    lines = [Line(title="Libya and Russia agree", text="Ports."), Line(title="Ports", text="Libya spoke with Russia.")]
    visit = application(write(tmp_path / "archive.db", lines))
    assert ids(visit(search(q='relation("libya", "russia")'))) == [1, 2]


def test_words_after_a_star_are_looked_up_or_refused(port: Callable[..., Any]) -> None:
    """*bour finds harbour; a * that stands for too much is explained at its place."""
    assert port(search(q="*bour")).json()["found"]["articles"] == 90
    assert "at least 3 letters" in unescape(port("/search?q=*ur").text)


def test_the_table_and_the_feed_hold_what_is_shown(port: Callable[..., Any]) -> None:
    """CSV has a line for each answer; Atom the newest, each with a stable id and our address of it."""
    table = list(csv.DictReader(io.StringIO(port("/search.csv?q=harbour&language=fr").text)))
    assert [row["language"] for row in table] == ["fr"] * 45
    answer = port("/search.atom?q=harbour&language=fr")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    parsed = feedparser.parse(io.BytesIO(answer.content))
    assert not parsed.bozo
    assert [entry.title for entry in parsed.entries[:2]] == ["Harbour 90", "Harbour 88"]
    assert parsed.entries[0].link.endswith("/articles/90?q=harbour")
    assert len({entry.id for entry in parsed.entries}) == 45
    assert port("/search.atom?q=a+AND").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["libya AND russia", '"prime minister"', 'a "b ""c"" d"',
     "x OR \\y", "tab\tand\nline", "利比亚 OR ليبيا", "\x00\x1f",
     "'''", '"""', "del\x7f", "\U0001f600", "relation(\"libya\", 'russia')"],
)  # fmt: skip
def test_toml_reads_back_as_the_topic(query: str) -> None:
    """Whatever the query holds, tomllib reads the table as that very topic; only DEL, which TOML forbids, is gone."""
    topic = Topic(name=f"On {query}", query=query, languages=("ar", "zh"))
    (read,) = tomllib.loads(topic_table(topic))["topics"]
    kept = query.replace("\x7f", "")
    assert read == {"name": f"On {kept}", "query": kept, "languages": ["ar", "zh"]}


def test_a_search_becomes_a_topic(port: Callable[..., Any]) -> None:
    """The page prints the table with the languages chosen, names what it leaves behind, tells what it would find."""
    asked = {"q": '"harbour" OR x', "language": "en", "source": "A", "from": "2026-11"}
    answer = port("/search/topic?" + urlencode(asked))
    assert answer.status_code == 200
    printed = re.search(r'<textarea class="toml"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)
    assert printed is not None
    (table,) = tomllib.loads(unescape(printed[1]))["topics"]
    assert (table["query"], table["languages"]) == ('"harbour" OR x', ["en"])
    page = port("/search/topic.json?" + urlencode(asked)).json()
    assert page["left_behind"] == ["source: A", "from November 2026"]
    tested = page["back_test"]
    assert tested["languages"][0]["key"] == "en"
    assert tested["complete"]
    assert tested["met"] == sum(day["met"] for day in tested["days"]) == 30
    assert len(tested["days"]) == 31
    assert all(sample["score"] >= 40 for sample in tested["samples"])
    assert "Alerts to expect" in tested["alerts"]
    assert "monitor reprocess match" in answer.text


def test_a_back_test_counts_stories_and_sources(harbours: Path) -> None:
    """Relevant articles, the stories they are in, and their sources are those of the last 30 days."""
    tested = back_tester(harbours, load_packs(None), FakeClock())(Topic(name="x", query="harbour"))
    assert tested.met == tested.judged == 61
    assert (tested.articles, tested.stories) == ("61", "21")
    assert {line.key: line.met for line in tested.sources} == {"A": 21, "B": 20, "C": 20}
    assert tested.reaches is not None
    assert tested.since <= tested.reaches


def test_a_back_test_out_of_time_says_so(harbours: Path) -> None:
    """A query that cannot be looked up in time is told to the reader, not waited for."""
    ticks = iter(range(0, 10_000_000, 10))
    slow = back_tester(harbours, load_packs(None), FakeClock(), monotonic=lambda: float(next(ticks)))
    with pytest.raises(QueryError, match="monitor topics test"):
        slow(Topic(name="x", query=" OR ".join(f"harb* w{number}*" for number in range(400)) + " OR @libya"))


def test_one_back_test_at_a_time(harbours: Path) -> None:
    """While one is being made, another is refused in words, so that visitors cannot take every processor."""
    refusals: list[str] = []

    def monotonic() -> float:
        if not refusals:
            refusals.append("")  # once, from within the first
            with pytest.raises(QueryError) as refused:
                back_test(Topic(name="y", query="harbour"))
            refusals.append(refused.value.message)
        return 0.0

    back_test = back_tester(harbours, load_packs(None), FakeClock(), monotonic=monotonic)
    assert back_test(Topic(name="x", query="harbour")).met == 61
    assert "Another back-test" in refusals[1]


def test_without_a_back_test_the_table_is_there(harbours: Path) -> None:
    """A server that was handed no back-test prints the topic all the same."""
    page = unescape(application(harbours)("/search/topic?q=harbour").text)
    assert "monitor topics test" in page
    assert 'query = "harbour"' in page


def test_an_archive_without_articles_says_so(tmp_path: Path) -> None:
    """Before the first article the page says how to get some."""
    Archive.open(tmp_path / "archive.db").close()
    assert "The archive holds no articles yet" in application(tmp_path / "archive.db")("/search?q=harbour").text
