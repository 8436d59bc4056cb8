"""The archive in a real browser, as a researcher uses it: Debian's Chromium against `monitor serve`."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import web_archive as sample
from browsers import chromium, picture, process
from playwright.sync_api import Page


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`monitor serve` as a process of its own, and where it says it is."""
    folder = tmp_path_factory.mktemp("browser")
    sample.build(folder / "archive.db")
    (folder / "config.toml").write_text(_CONFIG, encoding="utf-8")
    with process("-m", "monitor", "-c", str(folder / "config.toml"), "serve", "--port", "0") as found:
        yield found


_CONFIG = """
[archive]
path = "archive.db"

[http]
contact = "desk@example.org"

[[feeds]]
url = "https://phare.example/feed"
"""


@pytest.fixture(scope="module")
def browser_page() -> Iterator[tuple[Page, list[str]]]:
    """A page, and every address it asks for."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        yield page, asked


def test_a_researcher_finds_and_reads_an_article(address: str, browser_page: tuple[Page, list[str]]) -> None:
    """In the data: by way of a ready-made query to an article in French and English, its sentences side by side."""
    page, asked = browser_page
    page.goto(address)
    page.get_by_role("link", name="Data", exact=True).click()
    picture(page, "archive")
    page.get_by_role("link", name="Search articles").click()
    page.wait_for_url("**/search")
    page.get_by_label("query").fill("cranes OR 利比亚")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/search?q=*")
    picture(page, "search")
    row = page.get_by_role("row").filter(has_text=sample.ENGLISH_TITLE)
    assert "Benghazi awaits the first cranes." in row.inner_text()
    row.get_by_role("link", name=str(sample.FRENCH), exact=True).click()
    page.wait_for_url("**/articles/1")
    picture(page, "article")
    assert page.get_by_role("heading", level=1).inner_text() == sample.FRENCH_TITLE
    assert page.get_by_role("heading", level=2).first.inner_text() == sample.ENGLISH_TITLE
    page.get_by_role("link", name="sentence by sentence").click()
    page.wait_for_url("**/side_by_side?*")
    picture(page, "side_by_side")
    assert page.get_by_role("row").nth(1).locator("td").all_inner_texts()[:2] == [
        sample.FRENCH_TITLE,
        sample.ENGLISH_TITLE,
    ]
    assert hosts(asked) == {"127.0.0.1"}


def hosts(asked: list[str]) -> set[str | None]:
    return {urlsplit(url).hostname for url in asked if not url.startswith("data:")}


def test_the_search_box_of_the_table_speaks_arabic(address: str, browser_page: tuple[Page, list[str]]) -> None:
    """An Arabic word typed into the table's own box finds the article that has it joined to a preposition."""
    page, asked = browser_page
    page.goto(f"{address}/archive/articles")
    picture(page, "articles")
    page.locator("input[name=_search]").fill("ليبيا")
    page.keyboard.press("Enter")
    page.wait_for_url("**_search=*")
    assert page.locator("table.rows-and-columns tbody tr").count() == 1
    assert "الرئيس يستقبل وفدا" in page.locator("table.rows-and-columns").inner_text()
    assert hosts(asked) == {"127.0.0.1"}


def test_markup_in_a_title_runs_nowhere(address: str, browser_page: tuple[Page, list[str]]) -> None:
    """A title with a script in it is read, not run, in the list and on the article's page."""
    page, _ = browser_page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for path in ("/archive/articles", f"/archive/articles/{sample.HOSTILE}", "/archive/search?q=markup"):
        page.goto(address + path)
        assert sample.HOSTILE_TITLE in page.locator("body").inner_text()
    assert dialogs == []


def test_a_mistake_stays_in_the_form(address: str, browser_page: tuple[Page, list[str]]) -> None:
    """After a query that cannot be run, the message and the query stand on the same page."""
    page, _ = browser_page
    page.goto(f"{address}/archive/search")
    page.get_by_label("query").fill("@libia AND (port")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/search?q=*")
    picture(page, "mistake")
    assert "At character" in page.locator(".message-error").inner_text()
    assert page.get_by_label("query").input_value() == "@libia AND (port"


@pytest.mark.parametrize("name", ["matches", "latest_matches", "feed_health", "messages", "outbox/desk-1"])
def test_other_pages_raise_no_error_in_the_browser(
    address: str, browser_page: tuple[Page, list[str]], name: str
) -> None:
    """The browser runs the page's scripts and accepts its styles under our Content-Security-Policy."""
    page, _ = browser_page
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/archive/{name}")
    picture(page, name.replace("/", "_"))
    assert page.locator("table.rows-and-columns").count() == 1
    assert complaints == []
