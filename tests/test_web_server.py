"""The archive in Datasette: every page answers, search speaks every script, and nothing can be broken from there."""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import web_archive as sample
from datasette.app import Datasette

from monitor.archive.dictionary import TABLES
from monitor.config import WebSettings
from monitor.errors import ArchiveError, ConfigError
from monitor.web import server
from monitor.web.queries import READY

PARAMETERS = {"search": {"q": "accord"}, "side_by_side": {"article_id": "1"}}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.build(tmp_path_factory.mktemp("web") / "archive.db")


@pytest.fixture(scope="module")
def visit(path: Path) -> Callable[..., Any]:
    datasette = server.application(sample.settings(path))
    return lambda address, **more: ask(datasette, address, **more)


def ask(datasette: Datasette, address: str, method: str = "GET", **more: Any) -> Any:
    """One request through Datasette's own client."""
    return asyncio.run(datasette.client.request(method, address, **more))


def query(name: str, **parameters: str) -> str:
    return f"/archive/{name}?{urlencode(parameters or PARAMETERS.get(name, {}))}"


def found(visit: Callable[..., Any], words: str, **more: str) -> list[int]:
    """Ids of the articles that the search box of the table finds."""
    answer = visit("/archive/articles.json?" + urlencode({"_search": words, "_shape": "array", **more}))
    assert answer.status_code == 200, answer.text
    return sorted(row["id"] for row in answer.json())


PAGES = ["/", "/archive", *(f"/archive/{table}" for table in TABLES), *(query(ready.name) for ready in READY)]


@pytest.mark.parametrize("address", PAGES)
def test_pages_answer_and_are_guarded(visit: Callable[..., Any], address: str) -> None:
    """Every table and ready-made query has a page, which no other site may frame and which loads nothing foreign."""
    answer = visit(address)
    assert answer.status_code == 200
    assert "user-defined function" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert not re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//(?!localhost)', answer.text)


def test_guards_stand_on_errors_and_data_too(visit: Callable[..., Any]) -> None:
    """A page that is not there and a JSON answer carry the same headers."""
    for address, status in (("/archive/nothing", 404), ("/archive/articles.json", 200)):
        answer = visit(address)
        assert answer.status_code == status
        assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("table", TABLES)
def test_tables_show_the_data_dictionary(visit: Callable[..., Any], table: str) -> None:
    """The page of a table says what it holds and what each of its columns means."""
    description, columns = TABLES[table]
    page = unescaped(visit(f"/archive/{table}").text)
    assert description in page
    missing = [name for name, meaning in columns.items() if meaning not in page]
    assert missing == []


def unescaped(page: str) -> str:
    return page.replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&amp;", "&")


def rows(path: Path) -> list[str]:
    """The address of one row of each table that has one."""
    keys = {
        "articles": "1",
        "feeds": "2",
        "feed_states": "1",
        "polls": "1",
        "pages": "1",
        "sentences": "1,2",
        "matches": "1",
        "alerts": "1",
        "topics": sample.TOPIC,
        "outbox": "mail-1",
        "aliases": "guid:1",
    }
    with sqlite3.connect(path) as connection:
        filled = {table for table in TABLES if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()}
    connection.close()
    assert filled == {*keys, "settings"}
    return [f"/archive/{table}/{tilde(key)}" for table, key in keys.items()]


def tilde(key: str) -> str:
    """Datasette's own form of percent-encoding, with `~`."""
    return ",".join(quote(part, safe="").replace("%", "~") for part in key.split(","))


def test_rows_have_pages(visit: Callable[..., Any], path: Path) -> None:
    """A row of every table that has rows can be opened and cited by its address."""
    for address in rows(path):
        answer = visit(address)
        assert (address, answer.status_code) == (address, 200)


def test_an_article_opens_with_both_titles(visit: Callable[..., Any]) -> None:
    """The page of an article shows title and translation first, the whole text, and the way to its sentences."""
    page = visit("/archive/articles/1").text
    assert page.index(f">{sample.FRENCH_TITLE}</h1>") < page.index(f">{sample.ENGLISH_TITLE}</h2>")
    assert "Benghazi attend les premières grues." in page
    assert "Benghazi awaits the first cranes." in page
    assert "/archive/side_by_side?article_id=1" in page
    assert "Translation score 62 of 100; 1 of 4 sentences are unverified." in page
    assert "/archive/matches?article_id=1" in page
    assert "side_by_side" not in visit("/archive/articles/2").text
    assert '<a href="/archive/articles/1">1</a>' in visit("/archive/matches/1").text


def test_articles_have_facets(visit: Callable[..., Any]) -> None:
    """The list of articles counts languages, outlets and states, each a link that narrows it."""
    facets = visit("/archive/articles.json").json()["facet_results"]
    assert set(facets) == {"language", "outlet", "translation_state", "stage"}
    assert {value["value"]: value["count"] for value in facets["language"]["results"]} == dict.fromkeys(
        ["fr", "zh", "ar", "ru", "en"], 1
    )


@pytest.mark.parametrize(
    ("words", "articles"),
    [
        ("accord", [sample.FRENCH]),
        ("Maréchal", [sample.FRENCH]),
        ("marechal", [sample.FRENCH]),
        ("cranes", [sample.FRENCH]),
        ("利比亚", [sample.CHINESE]),
        ("油田", [sample.CHINESE]),
        ("ليبيا", [sample.ARABIC]),
        ("اقتصاد", [sample.ARABIC]),
        ("порт*", [sample.RUSSIAN]),
        ("*enghazi", [sample.FRENCH]),
        ("*enghaz*", [sample.FRENCH]),
        ("@libya", [sample.FRENCH, sample.CHINESE, sample.ARABIC]),
        ("@libya AND @russia", [sample.FRENCH]),
        ("title:利比亚 OR title:Haftar", [sample.FRENCH, sample.CHINESE]),
        ("nowhere", []),
    ],
)
def test_search_speaks_every_script(visit: Callable[..., Any], words: str, articles: Sequence[int]) -> None:
    """The search box and the ready-made search find the same: originals, translations, clitics, term packs."""
    assert found(visit, words) == articles
    answer = visit(f"/archive/search.json?{urlencode({'q': words, '_shape': 'array'})}").json()
    assert sorted(row["article_id"] for row in answer) == articles


def test_search_shows_the_passage(visit: Callable[..., Any]) -> None:
    """The ready-made search shows the English title, the sentence that answers, and the way to the article."""
    page = visit(query("search", q="Libye")).text
    assert sample.ENGLISH_TITLE in page
    assert "La Libye et la Russie ont signé un accord portuaire." in page
    assert '<a href="/archive/articles/1">1</a>' in page


@pytest.mark.parametrize(
    "words",
    [
        *('"', '""', "(", ")", "C++", "-a", "a AND", "NOT", "*", "NEAR(", "title:", "nothing:a", "@nowhere", "^", "'"),
        *("{a}", 'say "it', ";drop table articles", "\x00", "a\x00b", "\U0001f600", "(" * 500, "a " * 2000),
    ],
)
def test_hostile_searches_are_answered(visit: Callable[..., Any], words: str) -> None:
    """Whatever is typed into the search box is searched for; in Datasette's raw mode it is refused, never a crash."""
    assert isinstance(found(visit, words), list)
    assert visit("/archive/articles?" + urlencode({"_search": words})).status_code == 200
    assert visit("/archive/articles?" + urlencode({"_search_title": words})).status_code in (200, 400)
    raw = visit("/archive/articles?" + urlencode({"_search": words, "_searchmode": "raw"}))
    assert raw.status_code in (200, 400)
    assert "Traceback" not in raw.text
    assert visit(query("search", q=words)).status_code in (200, 400)


def test_what_is_no_query_is_searched_word_by_word(visit: Callable[..., Any]) -> None:
    """A stray bracket or operator does not keep the search box from finding the words beside it."""
    assert found(visit, "C++ (markup") == [sample.HOSTILE]
    assert found(visit, "(Benghazi") == [sample.FRENCH]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("@lybia", "There is no pack @lybia. Did you mean"),
        ("(port", "character"),
        ("a AND", "character"),
        ("*ol", "at least 3 letters"),
    ],
)
def test_a_mistake_is_told_in_words(visit: Callable[..., Any], words: str, said: str) -> None:
    """The search page says what is wrong with a query and keeps what was typed."""
    page = unescaped(visit(query("search", q=words)).text)
    message = re.search(r'class="message-error">([^<]+)<', page)
    assert message is not None
    assert said in message.group(1)
    assert f'value="{words}"' in page
    assert "user-defined" not in page
    assert "Traceback" not in page
    data = visit(f"/archive/search.json?{urlencode({'q': words})}")
    assert data.status_code == 400
    assert message.group(1) in data.json()["error"]


def test_an_empty_search_is_no_mistake(visit: Callable[..., Any]) -> None:
    """The search page opens with an empty field, without error and without "nothing found"."""
    page = visit("/archive/search").text
    assert "message-error" not in page
    assert "Nothing found" not in page
    assert "Nothing found" in visit(query("search", q="nowhere")).text


def test_packs_of_ones_own_are_searched(path: Path, tmp_path: Path) -> None:
    """A pack in the user's folder works in the search box of that server, and of no other."""
    (tmp_path / "cranes.toml").write_text('title = "Cranes"\n[fr]\nnames = ["grues"]\n', encoding="utf-8")
    with_pack, without = (
        server.application(sample.settings(path, packs=tmp_path)),
        server.application(sample.settings(path)),
    )
    assert found(lambda address: ask(with_pack, address), "@cranes") == [sample.FRENCH]
    assert found(lambda address: ask(without, address), "@cranes") == [sample.FRENCH]  # as the plain word "cranes"
    assert "There is no pack @cranes" in ask(without, query("search", q="@cranes")).text
    assert "There is no pack" not in ask(with_pack, query("search", q="@cranes")).text


def test_side_by_side_shows_doubt(visit: Callable[..., Any]) -> None:
    """Sentences stand in order beside their translation, with what makes one doubtful."""
    rows = visit("/archive/side_by_side.json?article_id=1&_shape=array").json()
    assert [row["original"] for row in rows][:2] == [
        sample.FRENCH_TITLE,
        "La Libye et la Russie ont signé un accord portuaire.",
    ]
    assert [row["doubt"] for row in rows] == ["", "", "unverified: 18 is missing", ""]


def test_messages_tell_sent_from_dead(visit: Callable[..., Any]) -> None:
    """The ready-made list of messages names the channel that refused one, and why."""
    rows = visit("/archive/messages.json?_shape=array").json()
    assert {(row["channel"], row["state"], row["error"]) for row in rows} == {
        ("mail", "sent", None),
        ("desk", "dead", "550 no such user"),
    }


def test_markup_in_articles_is_text(visit: Callable[..., Any]) -> None:
    """Titles, texts and outlets with markup in them are shown as written, on every page that shows them."""
    for address in ("/archive/articles", "/archive/articles/5", query("search", q="markup"), "/archive/aliases"):
        page = visit(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<i>Trials" not in page
    assert "&lt;script&gt;alert" in visit("/archive/articles/5").text


@pytest.mark.parametrize(
    "address", ["/archive?sql=select+1", "/archive.json?sql=select+1", "/archive/articles?_where=1"]
)
def test_visitors_write_no_sql(visit: Callable[..., Any], address: str) -> None:
    """SQL of a visitor's own is refused, since one statement can take the whole machine."""
    assert visit(address).status_code == 403


def test_sql_can_be_allowed(path: Path) -> None:
    """With allow_sql, visitors may select, and still may not write."""
    datasette = server.application(sample.settings(path, web=WebSettings(allow_sql=True)))
    assert ask(datasette, "/archive.json?sql=select+42+as+n&_shape=array").json() == [{"n": 42}]
    for statement in ("delete from articles", "update articles set title = ''", "pragma writable_schema = 1"):
        assert ask(datasette, "/archive.json?" + urlencode({"sql": statement})).status_code == 400
    forbidden = "with x as (select 1) insert into articles_fts (articles_fts) values ('delete-all')"
    assert ask(datasette, "/archive.json?" + urlencode({"sql": forbidden})).status_code == 400


def test_the_file_is_neither_handed_out_nor_changed(path: Path) -> None:
    """The database cannot be downloaded, nothing can be posted, and reading leaves its bytes as they were."""
    datasette = server.application(sample.settings(path))
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    assert ask(datasette, "/archive.db").status_code == 403
    for address in ("/archive", "/archive/articles", "/archive/articles/1", query("search", q="accord")):
        for method in ("POST", "PUT", "DELETE"):
            assert ask(datasette, address, method).status_code == 405, (method, address)
        assert ask(datasette, address).status_code == 200
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_bookkeeping_is_out_of_the_way(visit: Callable[..., Any]) -> None:
    """The list of tables hides bookkeeping, and the index behind the search."""
    tables = {table["name"]: table["hidden"] for table in visit("/archive.json").json()["tables"]}
    shown = {name for name, hidden in tables.items() if not hidden}
    assert shown == set(TABLES) - {"aliases", "boilerplate", "settings", "translation_memory", "hosts", "volumes"}


def test_a_mistyped_address_leaves_no_variables_in_the_log(
    visit: Callable[..., Any], capfd: pytest.CaptureFixture[str]
) -> None:
    """A page that is not there is answered without a traceback on the terminal."""
    assert visit("/archive/nothing").status_code == 404
    printed = capfd.readouterr()
    assert printed.out + printed.err == ""


def test_without_an_archive_the_remedy_is_named(tmp_path: Path) -> None:
    """Before the first run there is nothing to serve, and the error says what makes it."""
    with pytest.raises(ArchiveError, match=r"monitor run --once"):
        server.application(sample.settings(tmp_path / "archive.db"))


def test_a_broken_pack_is_named(path: Path, tmp_path: Path) -> None:
    """A pack that cannot be read stops the server with the file's name."""
    (tmp_path / "broken.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"broken\.toml"):
        server.application(sample.settings(path, packs=tmp_path))


def test_a_taken_port_is_named() -> None:
    """When something else listens on the port, the error names it and the option that chooses another."""
    with server.listen("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ArchiveError, match=rf"127\.0\.0\.1:{port}: .*--port"):
            server.listen("127.0.0.1", port)


def test_answers_do_not_wait_for_one_another() -> None:
    """A connection sends at once (TCP_NODELAY), which asyncio sets if the listening socket names its protocol."""

    async def taken() -> int:
        with server.listen("127.0.0.1", 0) as sock:
            told = asyncio.get_running_loop().create_future()
            async with await asyncio.start_server(lambda _, writer: told.set_result(writer), sock=sock):
                _, client = await asyncio.open_connection(*sock.getsockname()[:2])
                writer = await asyncio.wait_for(told, 5)
                client.close()
                return int(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    assert asyncio.run(taken())


def test_an_ipv6_address_can_be_listened_on() -> None:
    """`--host ::1` takes IPv6 loopback."""
    with server.listen("::1", 0) as sock:
        assert sock.getsockname()[0] == "::1"


def test_datasette_answers_errors_when_our_server_is_imported_first() -> None:
    """Whatever is imported first, Datasette's own answer to errors is registered: a mistyped address is a 404."""
    code = (
        "from monitor.web import server; from datasette.plugins import pm; "
        "print(len(pm.hook.handle_exception.get_hookimpls()))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(run.stdout) >= 1
