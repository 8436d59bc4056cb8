"""45 hostile strings in every field: each page is made of the elements of our templates, in every form."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import feedparser
import hostile_archive
import html5lib
import pytest
from browsers import Watch, chromium, serving, watched
from click.testing import CliRunner
from datasette.utils import tilde_encode
from hostile_archive import COUNT, HOSTILE, SOUGHT, harmless
from playwright.sync_api import Page

from monitor.cli import monitor

# Fetches addresses and reads each as a browser does, without running it: the set of element paths with the names of
# their attributes, and every address in an attribute that leads neither within the site nor, as http(s), out of it.
_READ = r"""async (paths) => {
  const step = (one) => `${one.localName}[${[...one.attributes].map((a) => a.name).sort()}]`;
  const read = async (path) => {
    const answer = await fetch(path);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = new Set(), bad = [];
    for (const one of page.querySelectorAll("*")) {
      const line = [];
      for (let at = one; at; at = at.parentElement) line.unshift(at === one ? step(at) : at.localName);
      found.add(line.join(" "));
      for (const name of ["href", "src", "action", "formaction", "xlink:href", "srcdoc", "data"]) {
        const value = one.getAttribute(name);
        if (value && !/^(https?:\/\/|\/(?!\/)|[?#])/.test(value)) bad.push(value);
      }
    }
    return {status: answer.status, paths: [...found].sort(), bad};
  };
  const answers = {};
  for (const path of paths) answers[path] = await read(path);
  return answers;
}"""


Tabs = tuple[tuple[Page, Watch], tuple[Page, Watch]]


@dataclass(frozen=True)
class Newsroom:
    path: Path
    address: str
    articles: list[int]
    topics: list[str]

    def pages(self) -> dict[str, str]:
        """What a page shows → its address, which differs between the archives where a topic's name stands in it."""
        found = {name: f"/{name}" for name in ("", "search", "sources", "coverage", "radar")}
        found |= {f"search {sort}": f"/search?q={SOUGHT}&sort={sort}" for sort in ("relevance", "date")}
        found |= {
            f"data {name}": f"/archive/{name}?_size=100"
            for name in (
                "articles",
                "matches",
                "sentences",
                "feeds",
                "topics",
                "stories",
                "notices",
                "notes",
                "versions",
            )
        }
        for place, number in enumerate(self.articles):
            topic = self.topics[place]
            found |= {
                f"article {place}": f"/articles/{number}?q={SOUGHT}",
                f"version {place}": f"/articles/{number}/versions/1",
                f"story {place}": f"/stories/{place + 1}",
                f"source {place}": f"/sources/{place + 1}",
                f"topic {place}": f"/topics/{tilde_encode(topic)}",
            }
            if place % 5 == 0:
                found |= {
                    f"radar {place}": f"/radar?topic={quote(topic)}",
                    f"row {place}": f"/archive/articles/{number}",
                }
        return found


@pytest.fixture(scope="module")
def newsrooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, Newsroom]]:
    """The archive of hostile strings, and its twin."""
    folder, strings = tmp_path_factory.mktemp("hostile"), list(HOSTILE.values())
    with ExitStack() as stack:
        found = []
        for name, texts in (("hostile", strings), ("twin", [harmless(text) for text in strings])):
            path = folder / name / "archive.db"
            path.parent.mkdir()
            articles = hostile_archive.build(path, texts)
            with sqlite3.connect(path) as connection:
                topics = [
                    connection.execute("SELECT topic FROM matches WHERE article_id = ?", (number,)).fetchone()[0]
                    for number in articles
                ]
            found.append(Newsroom(path, stack.enter_context(serving(path)), articles, topics))
        yield found[0], found[1]


@pytest.fixture(scope="module")
def page() -> Iterator[Tabs]:
    """A tab for each archive."""
    with chromium() as browser:
        context = browser.new_context()
        yield watched(context), watched(context)


def test_every_string_stands_in_every_field(newsrooms: tuple[Newsroom, Newsroom]) -> None:
    """There are 45, and no column that a stranger fills is without one; in those our pages show stand all of them."""
    assert len(set(HOSTILE.values())) == 45
    with sqlite3.connect(newsrooms[0].path) as connection:
        found = hostile_archive.planted(connection, HOSTILE.values())
    shown = ("articles", "feeds", "feed_states", "polls", "topics", "matches", "sentences", "stories", "story_articles",
             "notices", "notes", "labels", "versions", "pages")  # fmt: skip
    assert {name: share for name, share in found.items() if name.startswith(tuple(f"{one}." for one in shown))
            and share < 1} == {}  # fmt: skip


def test_pages_are_made_of_our_elements(newsrooms: tuple[Newsroom, Newsroom], page: Tabs) -> None:
    """On every page, Datasette's too: the same elements in the same places with the same attributes as in the twin."""
    for newsroom, (tab, _) in zip(newsrooms, page, strict=True):  # both at once, each by its own server
        tab.goto(f"{newsroom.address}/-/login")
        tab.evaluate(f"(paths) => {{ window.answers = ({_READ})(paths); }}", list(newsroom.pages().values()))
    answers = [tab.evaluate("() => window.answers") for tab, _ in page]
    hostile, twin = (
        {name: read[address] for name, address in newsroom.pages().items()}
        for newsroom, read in zip(newsrooms, answers, strict=True)
    )
    assert {name: (one["status"], twin[name]["status"]) for name, one in hostile.items()
            if (one["status"], twin[name]["status"]) != (200, 200)} == {}  # fmt: skip
    assert {name: one["bad"] for name, one in hostile.items() if one["bad"]} == {}
    assert {
        name: sorted(set(one["paths"]) ^ set(twin[name]["paths"]))
        for name, one in hostile.items()
        if one["paths"] != twin[name]["paths"]
    } == {}


def test_no_script_runs(newsrooms: tuple[Newsroom, Newsroom], page: Tabs) -> None:
    """Opened in the browser, the lists that hold all the strings and each article run nothing and ask nobody."""
    tab, watch = page[0]
    watch.asked.clear()
    watch.complaints.clear()  # reading the pages above, the browser said of Datasette's that our own policy is stricter
    addresses = newsrooms[0].pages()
    for name, address in addresses.items():
        if (
            name.startswith(("article ", "version ", "source ", "story ", "topic ", "row "))
            and int(name.split()[1]) % 3
        ):
            continue
        tab.goto(newsrooms[0].address + address, wait_until="load")
        assert tab.evaluate("window.__owned") is None, name
        assert tab.title().endswith(("monitor", "archive")) or name.startswith(("data", "row")), name
    assert watch.complaints == []
    assert watch.hosts == {"127.0.0.1"}


@pytest.fixture(scope="module")
def fetch(newsrooms: tuple[Newsroom, Newsroom]) -> Callable[[str], bytes]:
    def get(path: str) -> bytes:
        with urlopen(newsrooms[0].address + path, timeout=20) as answer:
            return bytes(answer.read())

    return get


def test_feeds_stay_feeds(newsrooms: tuple[Newsroom, Newsroom], fetch: Callable[[str], bytes]) -> None:
    """Atom is well-formed, text is text, and no link leads anywhere but over http(s)."""
    addresses = [f"/topics/{tilde_encode(topic)}.atom" for topic in newsrooms[0].topics]
    for address in (*addresses, f"/search.atom?q={SOUGHT}"):
        feed = feedparser.parse(io.BytesIO(fetch(address)), sanitize_html=False)
        assert feed.bozo == 0, (address, feed.get("bozo_exception"))
        assert feed.entries
        for entry in feed.entries:
            assert entry.title_detail.type == "text/plain"
            assert all(link.href.startswith(("http://", "https://")) for link in entry.links), entry.links


def test_data_stays_data(newsrooms: tuple[Newsroom, Newsroom], fetch: Callable[[str], bytes]) -> None:
    """JSON reads back, as JSON and not as a page; no cell of a CSV begins as a formula does."""
    for place in range(0, COUNT, 4):
        number, topic = newsrooms[0].articles[place], tilde_encode(newsrooms[0].topics[place])
        for address in (f"/articles/{number}", f"/topics/{topic}", f"/stories/{place + 1}", f"/sources/{place + 1}"):
            assert isinstance(json.loads(fetch(f"{address}.json")), dict)
            for row in csv.reader(io.StringIO(fetch(f"{address}.csv").decode())):
                assert not [cell for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _number(cell)]


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_briefs_are_made_of_our_elements(newsrooms: tuple[Newsroom, Newsroom]) -> None:
    """`monitor report`: as the twin's, element by element, for every string."""
    for topics in zip(newsrooms[0].topics[::3], newsrooms[1].topics[::3], strict=True):
        paths = []
        for newsroom, topic in zip(newsrooms, topics, strict=True):
            config = newsroom.path.with_name("config.toml")
            config.write_text('[archive]\npath = "archive.db"\n', encoding="utf-8")
            result = CliRunner().invoke(
                monitor, ["-c", str(config), "report", topic, "--since", "2026-11-01", "--until", "2026-11-30"],
                catch_exceptions=False,
            )  # fmt: skip
            assert result.exit_code == 0, result.output
            assert topic[:20] in result.output or "&" in result.output
            paths.append(_paths(result.stdout))
        assert paths[0] == paths[1], topics[0]


def _paths(html: str) -> set[str]:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    found: set[str] = set()

    def walk(element: Any, above: str) -> None:
        if isinstance(element.tag, str):
            here = f"{above} {element.tag}"
            found.add(f"{here}{sorted(element.attrib)}")
            for child in element:
                walk(child, here)

    walk(tree, "")
    return found
