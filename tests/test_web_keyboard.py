"""Pages without a mouse, and without JavaScript: from the front page to a citation, and what a reader may record."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import web_newsroom
from browsers import chromium, serving
from datasette.utils import tilde_encode
from playwright.sync_api import Browser, Page
from web_newsroom import Numbers

TOPIC = f"/topics/{tilde_encode(web_newsroom.TOPIC)}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Numbers]:
    path = tmp_path_factory.mktemp("keyboard") / "archive.db"
    return path, web_newsroom.build(path)


@pytest.fixture(scope="module")
def address(archive: tuple[Path, Numbers]) -> Iterator[str]:
    with serving(archive[0]) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def keys(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose mouse is never touched; its clipboard may be read."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


# What has the focus: its text or label, whether it can be seen, and whether it lies on the screen.
_FOCUS = """() => {
  const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    name: (one.getAttribute("aria-label") || one.innerText || one.labels?.[0]?.innerText || "").trim(),
    tag: one.localName,
    ring: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    seen: box.width > 1 && box.height > 1 && box.left >= 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


def tab_to(page: Page, name: str, *, tag: str = "", most: int = 150) -> list[str]:
    """Press Tab until what is called so has the focus. On the way, each stop can be seen and has a ring around it."""
    passed: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS)
        if focus["tag"] == "body":  # past the last one, before the first
            continue
        assert focus["ring"], f"no ring around {focus}"
        assert focus["seen"], f"out of sight: {focus}"
        passed.append(focus["name"])
        if focus["name"].startswith(name) and focus["tag"].startswith(tag):
            return passed
    raise AssertionError(f"{name}: not reached by {passed}")


def test_from_home_to_a_citation(keys: Page, address: str) -> None:
    """Skip link, search box, a result, its citation in the clipboard: Tab, Enter and letters are all it takes."""
    keys.goto(address)
    assert tab_to(keys, "Skip to the content") == ["Skip to the content"]
    keys.keyboard.press("Enter")
    assert keys.evaluate("document.activeElement.id") == "main"
    assert tab_to(keys, "", tag="a")[0] == "Coverage, day by day"  # the first link of the page itself
    keys.goto(address)
    tab_to(keys, "Search originals", tag="input")
    keys.keyboard.type("haftar")
    keys.keyboard.press("Enter")
    keys.wait_for_url("**/search?q=haftar*")
    tab_to(keys, "Marshal Haftar received in Moscow")
    keys.keyboard.press("Enter")
    keys.wait_for_url("**/articles/*")
    tab_to(keys, "Cite sentence 1")
    keys.keyboard.press("Enter")
    keys.wait_for_url("**s=1#cite")
    tab_to(keys, "Copy", tag="button")
    keys.keyboard.press("Enter")
    keys.wait_for_function("document.getElementById('copied').textContent.length > 0")
    copied = keys.evaluate("navigator.clipboard.readText()")
    for part in ("La Libye et la Russie ont signé un accord portuaire.", "Libya and Russia signed", "/articles/"):
        assert part in copied


@pytest.mark.parametrize("path", ["/", TOPIC, "/articles/{french}", "/search?q=libya", "/sources", "/radar"])
def test_no_stop_holds_the_focus(keys: Page, address: str, archive: tuple[Path, Numbers], path: str) -> None:
    """Tab passes through every page and comes back to its start; no stop is hidden or without a ring."""
    keys.goto(address + path.format(french=archive[1].french))
    passed = tab_to(keys, "JSON", most=400)
    assert len(passed) > 8
    assert "Skip to the content" in tab_to(keys, "Skip to the content", most=5)


def orders(path: Path) -> list[tuple[str, str]]:
    """What waits to be recorded: (kind, values)."""
    with sqlite3.connect(path.with_name(f"{path.name}.orders.db")) as connection:
        found = connection.execute('SELECT kind, "values" FROM orders ORDER BY id').fetchall()
    connection.close()
    return found


def send(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_verdict_mute_and_note_by_keyboard(keys: Page, address: str, archive: tuple[Path, Numbers]) -> None:
    """Reject and snooze on the topic's page, a note on an article: each form is reached, sent, and comes back."""
    keys.goto(address + TOPIC)
    tab_to(keys, "Reject", tag="button")
    send(keys)
    tab_to(keys, "Snooze 8 h", tag="button")
    send(keys)
    assert keys.url.startswith(address + TOPIC)
    keys.goto(f"{address}/articles/{archive[1].english}")
    tab_to(keys, "Note", tag="textarea")
    keys.keyboard.type("Ask the port.")
    tab_to(keys, "Save the note", tag="button", most=1)
    send(keys)
    assert "Ask the port." in keys.locator("#notes ~ .note").inner_text()
    assert [kind for kind, _ in orders(archive[0])] == ["label", "mute", "note"]


def test_without_javascript(plain: Page, address: str, archive: tuple[Path, Numbers]) -> None:
    """Home, topic, its chart as a link, story, article, citation, search, filter, sources: by links and forms alone."""
    plain.goto(address)
    plain.get_by_role("link", name=web_newsroom.TOPIC, exact=True).first.click()
    assert plain.get_by_role("heading", level=1).inner_text() == web_newsroom.TOPIC
    plain.locator("svg.columns a").last.click()
    assert "day=2026-11-24" in plain.url
    assert plain.get_by_text("remove this filter").count() > 0
    plain.goto(f"{address}/stories/{archive[1].story}")
    plain.get_by_role("link", name="Marshal Haftar received in Moscow").first.click()
    assert "Libya and Russia signed a port agreement." in plain.locator(".pairs").inner_text()
    plain.get_by_role("link", name="Cite sentence 1").click()
    assert "ont signé un accord portuaire" in plain.locator("#cite-sentence").input_value()
    assert plain.get_by_role("button", name="Copy").count() == 0
    plain.get_by_label("Search originals and translations").fill("libya")
    plain.keyboard.press("Enter")
    plain.get_by_role("link", name="Arabic", exact=True).click()
    assert "language=ar" in plain.url
    assert plain.locator(".answers > li").count() == 1
    plain.get_by_role("link", name="Sources").click()
    plain.get_by_label("Health", exact=True).select_option("failing")
    plain.get_by_role("button", name="Show").click()
    assert plain.locator("tbody tr").count() == 2


def test_a_verdict_without_javascript(plain: Page, address: str, archive: tuple[Path, Numbers]) -> None:
    """A form is sent and its page comes back with what waits to be recorded."""
    plain.goto(f"{address}/articles/{archive[1].russian}")
    plain.get_by_role("button", name="Accept").first.click()
    assert plain.url == f"{address}/articles/{archive[1].russian}"
    assert "accepted, pending" in plain.locator("main").inner_text()
