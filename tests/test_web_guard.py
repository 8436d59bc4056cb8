"""What stands before every page: the policy, in Chromium too; errors in words; an archive that cannot be read."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import foreign_user
import hostile
import pytest
import web_archive as sample
from playwright.sync_api import sync_playwright
from web_visitor import Visitor

from monitor.archive import Archive
from monitor.config import WebSettings
from monitor.errors import ArchiveError, MissingPageError, OrderError, SlowPageError
from monitor.web import server
from monitor.web.guard import gate as guard
from monitor.web.guard.faults import fault
from monitor.web.guard.policy import STRICT, inline_scripts
from monitor.web.guard.sending import ROOM, Room
from monitor.web.paths import elsewhere
from monitor.web.reading import read

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.build(tmp_path_factory.mktemp("web") / "archive.db")


@pytest.fixture(scope="module")
def visitor(path: Path) -> Visitor:
    return Visitor(server.application(sample.settings(path)))


def directives(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


OURS = ("/", "/home.json", "/home.csv", "/-/login", "/nothing", "/static/site.css", "/base", "/-/databases")
DATASETTES = (
    "/archive",
    "/archive/articles",
    "/archive/articles/1",
    "/archive/search?q=accord",
    "/archive/articles.json",
)


@pytest.mark.parametrize("address", [*OURS, *DATASETTES, "/archive/nothing", "/archive.db"])
def test_the_policy(visitor: Visitor, address: str) -> None:
    """Nothing is loaded that is not ours; no inline script anywhere; inline style on Datasette's own pages alone."""
    answer = visitor.get(address)
    found = directives(answer)
    assert found["default-src"] == "'none'"
    assert found["frame-ancestors"] == found["base-uri"] == "'none'"
    assert found["form-action"] == found["connect-src"] == "'self'"
    assert found["img-src"] == "'self' data:"
    assert "unsafe" not in found["script-src"]
    if address.startswith("/archive"):
        assert found["style-src"] == "'self' 'unsafe-inline'"
    else:
        assert answer.headers["content-security-policy"] == STRICT
        assert (found["script-src"], found["style-src"]) == ("'self'", "'self'")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("address", [*DATASETTES[:-1], "/archive/matches?_facet=topic", "/archive?sql=select+1"])
def test_every_inline_script_is_a_known_one(path: Path, address: str) -> None:
    """Each script in a page of Datasette's has its hash in the policy of that page; ours have none."""
    visitor = Visitor(server.application(sample.settings(path, web=WebSettings(allow_sql=True))))
    answer = visitor.get(address)
    scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.S)
    assert scripts
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in directives(answer)["script-src"], script
    assert len(inline_scripts()) >= 4
    assert "<script>" not in visitor.get("/").text


@pytest.mark.parametrize("more", ["", "[web]\nallow_sql = true\n"], ids=["as shipped", "with SQL"])
def test_chromium_has_nothing_to_complain_about(path: Path, more: str) -> None:
    """No console error or warning on any kind of page, ours or Datasette's, but for the status of those that fail."""
    if shutil.which(CHROMIUM) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing; continuous integration installs it")
        pytest.skip(f"{CHROMIUM} is missing: install Debian's chromium")
    complaints: list[str] = []
    with hostile.serving(path, more) as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        addresses = (*OURS[:5], *DATASETTES, "/archive?sql=select+1", "/archive/articles?_facet=outlet", "/archive/no")
        for address in addresses:
            page.goto(f"http://127.0.0.1:{served.port}{address}") if "csv" not in address else None
        browser.close()
    assert [said for said in complaints if "Failed to load resource" not in said] == []


# ── addresses ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path_", "leads"),
    [
        ("/", False),
        ("/a//b", False),
        ("//e", True),
        ("/\\e", True),
        ("/%2fe", True),
        ("/%5ce", True),
        ("/%252fe", True),
    ],
)
def test_paths_that_lead_elsewhere(path_: str, leads: bool) -> None:
    """However the second slash is written."""
    assert elsewhere(path_) == leads


@pytest.mark.parametrize("name", ["base", "home", "trouble", "_forms", "_parts", "sign_in", "pages/home"])
def test_templates_are_no_pages(visitor: Visitor, name: str) -> None:
    """Datasette serves any template below pages/ at its name; ours are shown by our routes alone."""
    assert visitor.get(f"/{name}").status_code == (200 if name == "home" else 404)


# ── errors ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (MissingPageError("Story 9: there is none."), 404, "Story 9"),
        (SlowPageError(), 503, "too long to read"),
        (TimeoutError(), 503, "too long to read"),
        (OrderError("full"), 503, "full"),
        (
            OrderError("/var/lib/monitor/archive.db.orders.db: cannot be used: disk full."),
            503,
            "archive.db.orders.db: c",
        ),
        (ArchiveError("/var/lib/my monitor/archive.db: cannot be read."), 503, "archive.db: cannot be read."),
        (sqlite3.OperationalError("attempt to write a readonly database"), 503, "Start `monitor run`"),
        (sqlite3.OperationalError("unable to open database file"), 503, "Start `monitor run`"),
        (sqlite3.OperationalError("no such column: x"), 500, "was logged"),
        (ValueError("/var/lib/monitor/archive.db"), 500, "was logged"),
    ],
)
def test_errors_in_words(error: Exception, status: int, words: str) -> None:
    """What a visitor is told; nothing of what was raised when nobody foresaw it."""
    found = fault(error)
    assert (found.status, words in found.message, "/var" in found.message) == (status, True, False)
    assert found.unforeseen == (status == 500)


@pytest.mark.parametrize(
    ("address", "words"), [("/archive?sql=select+1", "ready-made queries"), ("/archive.db", "monitor backup")]
)
def test_what_is_not_allowed_is_told_in_words(visitor: Visitor, address: str, words: str) -> None:
    """Not by the name of a permission: what can be done in its place, and in JSON where that was asked for."""
    answer = visitor.get(address)
    assert (answer.status_code, words in answer.text, "execute-sql" in answer.text) == (403, True, False)
    told = visitor.get("/archive.json?sql=select+1")
    assert (told.status_code, told.json()["title"]) == (403, "Not allowed")


@pytest.mark.parametrize("address", ["/", "/home.json", "/archive", "/archive/articles", "/archive/articles.json"])
def test_a_bug_is_a_page_of_ours(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    """Without a traceback, but for the log; with every header."""
    datasette = server.application(sample.settings(path))
    visitor = Visitor(datasette)
    assert visitor.get(address).status_code == 200

    async def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"in {path}")

    database = datasette.get_database("archive")
    monkeypatch.setattr(database, "execute_fn", fails)
    answer = visitor.get(address)
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert str(path) not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    assert "page failed" in caplog.text


def test_an_archive_of_another_user_while_the_daemon_is_down() -> None:
    """The pages say what to start, also when the server starts first; once it runs they work, without a restart."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        program = [sys.executable, foreign_user.__file__, folder]
        done = subprocess.run(program, capture_output=True, text=True, timeout=120)
    lines = [line.split(" ") for line in done.stdout.splitlines() if line.startswith("archive")]
    assert len(lines) == 2 * len(foreign_user.ADDRESSES), done.stderr
    asleep, awake = lines[: len(lines) // 2], lines[len(lines) // 2 :]
    assert [(line[1], line[-1]) for line in asleep] == [("503", "True")] * 5 + [("200", "False")]
    assert [line[1] for line in awake] == ["200"] * 6


def test_a_page_that_takes_too_long_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the limit, in words; the next page is answered."""
    monkeypatch.setattr(guard, "SECONDS", 0.2)
    datasette = server.application(sample.settings(path))
    visitor = Visitor(datasette)
    visitor.get("/")

    async def sleeps(*_: Any, **__: Any) -> None:
        await asyncio.sleep(5)

    with monkeypatch.context() as patch:
        patch.setattr(datasette.get_database("archive"), "execute_fn", sleeps)
        answer = visitor.get("/archive")
        assert (answer.status_code, "too long to read" in answer.text) == (503, True)
    monkeypatch.setattr(guard, "SECONDS", 5)
    assert visitor.get("/archive").status_code == 200


def test_a_reader_never_pins_the_log(path: Path) -> None:
    """A query that would never end is ended, and its read transaction with it: a checkpoint then gets through."""
    datasette = server.application(sample.settings(path))
    asyncio.run(datasette.invoke_startup())
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i + a.id) FROM n, articles a"
    with Archive.open(path) as archive:
        archive.matches.declare([])
        with pytest.raises(SlowPageError):
            asyncio.run(read(datasette, lambda reader: reader.connection.execute(endless).fetchone(), seconds=0.3))
        for number in range(20):
            archive.connection.execute("UPDATE settings SET value = value || ''")
            assert number >= 0
        busy, frames, moved = archive.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (busy, frames, moved) == (0, 0, 0)


def test_room_for_answers() -> None:
    """What is being sent is counted, and beyond the limit refused."""
    room = Room()
    room.take(ROOM - 10)
    with pytest.raises(Exception, match="Too much is asked for at once"):
        room.take(11)
    room.take(10)
