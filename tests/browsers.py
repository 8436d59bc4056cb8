"""What tests in a real browser share: Debian's Chromium, a server at the tests' time, what a page complained of."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright

CHROMIUM = "/usr/bin/chromium"
# What keeps Chromium from asking its maker's servers, so that every request seen is one of our pages'.
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; without one a failure in continuous integration, elsewhere the test is skipped."""
    if shutil.which(CHROMIUM) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing; continuous integration installs it")
        pytest.skip(f"{CHROMIUM} is missing: install Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        yield browser
        browser.close()


@contextmanager
def process(*command: str) -> Iterator[str]:
    """A server as a process of its own, and the address that its first line names."""
    environ = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, env=environ, text=True) as child:
        try:
            assert child.stdout is not None
            said = child.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found is not None, said
            yield found.group()
        finally:
            child.terminate()
            child.communicate(timeout=20)


@contextmanager
def serving(archive: Path) -> Iterator[str]:
    """The pages on an archive, at NOW, with everything allowed that a reader may do."""
    with process(str(Path(__file__).with_name("fixed_server.py")), str(archive)) as address:
        # The first page of a kind compiles its template, which on a busy machine takes longer than a page may.
        for path in ("/", "/search?q=libya", "/search?q=libya", "/archive/articles"):
            with suppress(HTTPError):
                urlopen(address + path, timeout=20).close()
        yield address


@dataclass
class Watch:
    """What a page asked for, and what went wrong."""

    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def hosts(self) -> set[str | None]:
        return {urlsplit(url).hostname for url in self.asked if not url.startswith("data:")}


def watched(context: BrowserContext) -> tuple[Page, Watch]:
    """A page whose requests, failures and console are written down."""
    page, watch = context.new_page(), Watch()
    page.on("request", lambda request: watch.asked.append(request.url))
    page.on("console", lambda said: watch.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: watch.complaints.append(str(error)))
    page.on("requestfailed", lambda request: _failed(request, watch))
    page.on("dialog", lambda dialog: (watch.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("response", lambda response: _note(response, watch))
    return page, watch


def _failed(request: Request, watch: Watch) -> None:
    # The tab's icon is asked for after the page has loaded, when the next one may be under way already.
    if not (request.failure == "net::ERR_ABORTED" and request.url.endswith("/icon.svg")):
        watch.complaints.append(f"{request.url}: {request.failure}")


def _note(response: Response, watch: Watch) -> None:
    # The page itself may be a 404: that is its own test's matter.
    if response.status >= 400 and response.request.resource_type != "document":
        watch.complaints.append(f"{response.url}: {response.status}")


def picture(page: Any, name: str) -> None:
    """Keep what is seen when MONITOR_PICTURES names a folder."""
    if folder := os.environ.get("MONITOR_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
