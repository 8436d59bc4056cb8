"""Every page in a real browser: in light and dark, on a desk and on a phone, without a complaint or a finding of
axe-core.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

import axe_playwright_python
import pytest
import web_newsroom
from browsers import Watch, chromium, picture, serving, watched
from datasette.utils import tilde_encode
from playwright.sync_api import Browser, Page
from web_newsroom import Numbers

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TOPIC = f"/topics/{tilde_encode(web_newsroom.TOPIC)}"
# Under the numbers of `web_newsroom`. The second: the status.
PAGES = {
    "home": ("/", 200),
    "topic": (TOPIC, 200),
    "topic_filtered": (f"{TOPIC}?days=7&language=fr", 200),
    "topic_passed_over": (f"{TOPIC}?passed=1", 200),
    "topic_quiet": (f"/topics/{tilde_encode(web_newsroom.QUIET)}", 200),
    "story": ("/stories/{story}", 200),
    "article_french": ("/articles/{french}", 200),
    "article_cited": ("/articles/{french}?s=1&q=grues", 200),
    "article_arabic": ("/articles/{arabic}", 200),
    "article_chinese": ("/articles/{chinese}", 200),
    "article_duplicate": ("/articles/{duplicate}", 200),
    "version": ("/articles/{arabic}/versions/1", 200),
    "search": ("/search?q=libya", 200),
    "search_chinese": (f"/search?q={quote('利比亚')}", 200),
    "search_start": ("/search", 200),
    "search_mistake": (f"/search?q={quote('@libia AND (port')}", 400),
    "search_nothing": ("/search?q=zebra", 200),
    "search_topic": ("/search/topic?q=libya", 200),
    "sources": ("/sources", 200),
    "source": ("/sources/1", 200),
    "coverage": ("/coverage", 200),
    "coverage_day": ("/coverage?day=2026-11-23", 200),
    "radar": ("/radar", 200),
    "radar_topic": (f"/radar?topic={quote(web_newsroom.TOPIC)}", 200),
    "sign_in": ("/-/login", 200),
    "trouble": ("/articles/999999", 404),
}
# Datasette's own, about the same archive: its templates and styles, under a policy of ours.
DATASETTES = {
    "data": "/archive",
    "data_table": "/archive/articles",
    "data_row": "/archive/articles/{french}",
    "data_query": "/archive/search?q=libya",
}
# What axe-core finds in Datasette's own pages, whose markup is not ours to mend.
DATASETTES_FINDINGS = {
    "data": {"html-has-lang"},
    "data_table": {"html-has-lang", "color-contrast", "label", "select-name", "scrollable-region-focusable"},
    "data_row": {"html-has-lang"},
    "data_query": {"html-has-lang", "color-contrast"},
}
LOOKS = (("light", 1280), ("light", 390), ("dark", 1280), ("dark", 390))
JUDGED = {"1280-light", "390-dark"}  # axe-core takes half a second: both themes and both widths, once each


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Numbers]:
    path = tmp_path_factory.mktemp("pages") / "archive.db"
    return path, web_newsroom.build(path)


@pytest.fixture(scope="module")
def address(numbers: tuple[Path, Numbers]) -> Iterator[str]:
    with serving(numbers[0]) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: f"{look[1]}-{look[0]}")
def seen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, Watch, str]]:
    """A page of one theme and width; what it complains of; the name of both."""
    theme, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    yield (*watched(context), f"{width}-{theme}")
    context.close()


def visit(seen: tuple[Page, Watch, str], url: str, status: int, name: str) -> Page:
    page, watch, kind = seen
    watch.asked.clear()
    watch.complaints.clear()
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == status
    picture(page, f"{name}-{kind}")
    complaints = [one for one in watch.complaints if status == 200 or f"status of {status}" not in one]
    assert complaints == []
    assert watch.hosts == {"127.0.0.1"}
    return page


def findings(page: Page, *impacts: str) -> dict[str, list[str]]:
    """Of axe-core: rule → elements; of those impacts alone where some are named."""
    # Through the debugger's door: the policy of the page stays as it is.
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return {
        one["id"]: [node["target"][0] for node in one["nodes"]]
        for one in result["violations"]
        if not impacts or one["impact"] in impacts
    }


def sideways(page: Page) -> list[str]:
    """What sticks out of the page to the right; nothing when the page does not scroll sideways."""
    found: list[str] = page.evaluate(
        """() => document.scrollingElement.scrollWidth <= innerWidth ? [] : [...document.body.querySelectorAll("*")]
        .filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 120))"""
    )
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound(seen: tuple[Page, Watch, str], address: str, numbers: tuple[Path, Numbers], name: str) -> None:
    """No error, no request elsewhere, no scrolling sideways, one h1, and nothing for axe-core."""
    path, status = PAGES[name]
    page = visit(seen, address + path.format(**asdict(numbers[1])), status, name)
    assert sideways(page) == []
    assert page.locator("h1").count() == 1
    assert seen[2] not in JUDGED or findings(page) == {}


@pytest.mark.parametrize("name", DATASETTES)
def test_datasettes_own_pages_are_sound(
    seen: tuple[Page, Watch, str], address: str, numbers: tuple[Path, Numbers], name: str
) -> None:
    """No error and no request elsewhere under our policy; of axe-core's findings only those that are known."""
    path = DATASETTES[name].format(french=numbers[1].french)
    page = visit(seen, address + path, 200, name)
    assert seen[2] not in JUDGED or set(findings(page, "serious", "critical")) <= DATASETTES_FINDINGS[name]


def test_right_to_left_where_the_language_is(
    seen: tuple[Page, Watch, str], address: str, numbers: tuple[Path, Numbers]
) -> None:
    """Arabic sentences run from the right and end at the right edge of their box; English and French do not."""
    page = visit(seen, f"{address}/articles/{numbers[1].arabic}", 200, "article_arabic")
    ways = page.evaluate(
        """() => [...document.querySelectorAll(".pairs p[lang]")].map(one =>
        [one.lang, getComputedStyle(one).direction, getComputedStyle(one).textAlign])"""
    )
    assert {(lang, direction) for lang, direction, _ in ways} == {("ar", "rtl"), ("en", "ltr")}
    assert {align for _, _, align in ways} <= {"start"}
