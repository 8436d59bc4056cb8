"""Log lines are whole, in order, free of secrets, and few."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import log
from monitor.config import LogSettings
from monitor.errors import WorkerError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _quiet_again() -> Iterator[None]:
    """Puts the process's logging back as pytest had it."""
    root, ours = logging.getLogger(), logging.getLogger(log.ROOT)
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], root.level, ours.level = before[0], before[1], before[2]
    for logger in (root, ours):
        logger.setLevel(logger.level)


def written(*events: tuple[str, dict[str, object]], secrets: tuple[str, ...] = (), style: str = "json") -> str:
    """What the log holds after these events at level info."""
    stream = io.StringIO()
    log.setup(LogSettings(format=style), stream, secrets)
    for words, fields in events:
        log.event(log.get("poll"), "info", words, **fields)
    return stream.getvalue()


def test_json_lines_keep_the_order_of_the_fields() -> None:
    """Time, level, logger and event come first, then the fields as given, each in a plain form."""
    moment = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
    fields = {
        "feed": "https://a.example/f",
        "next": moment,
        "wait": timedelta(minutes=2),
        "file": Path("/x"),
        "ids": (1, 2),
    }
    line = json.loads(written(("feed failed", fields)))
    assert list(line) == ["time", "level", "logger", "event", *fields]
    assert line["level"] == "info"
    assert line["logger"] == "poll"
    assert list(line.values())[4:] == ["https://a.example/f", "2026-03-01T07:30:00+00:00", 120.0, "/x", [1, 2]]


def test_text_on_a_terminal_json_elsewhere() -> None:
    """`auto` looks at the stream; values with blanks are quoted."""
    terminal = Terminal()
    log.setup(LogSettings(), terminal)
    log.event(log.get("poll"), "warning", "feed failed", feed="https://a.example/f", error="no answer")
    assert terminal.getvalue()[8:] == ' warning poll: feed failed feed=https://a.example/f error="no answer"\n'
    assert written(("x", {}), style="auto").startswith("{")


def test_levels() -> None:
    """Our loggers follow the setting; libraries are heard from warning up."""
    stream = io.StringIO()
    log.setup(LogSettings(level="debug"), stream)
    log.event(log.get("poll"), "debug", "ours")
    logging.getLogger("aiohttp.client").info("theirs, chatty")
    logging.getLogger("aiohttp.client").warning("theirs, %s", "serious")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["ours", "theirs, serious"]


def test_a_second_setup_replaces_the_first() -> None:
    """Reloading the configuration doubles no line."""
    written(("old", {}))
    assert written(("new", {})).count("\n") == 1


@pytest.mark.parametrize("style", ["json", "text"])
@given(st.text(st.characters(codec=None)))
@settings(max_examples=60, deadline=None)
def test_no_title_breaks_out_of_its_line(style: str, title: str) -> None:
    """Line breaks, terminal escapes, overrides of direction and lone surrogates are shown, not obeyed."""
    text = written(("seen", {"title": title + "\r\n\x1b[2J\u202e\x85\u2028\ud800"}), style=style)
    assert text.endswith("\n")
    line = text[:-1]
    assert len(line.splitlines()) == 1
    assert line.isprintable() or not log._CONTROLS.search(line)
    assert line.encode()


CREDENTIALS = {
    "https://desk:hunter2@a.example/feed": "https://***@a.example/feed",
    "https://a.example/f?page=2&api_key=abc123&x=1": "https://a.example/f?page=2&api_key=***&x=1",
    "https://hooks.slack.com/services/T000/B000/XXXXyyyy": "https://hooks.slack.com/services/***",
    "https://discord.com/api/webhooks/123/abc-DEF_9": "https://discord.com/api/webhooks/***",
    "https://api.telegram.org/bot123456:AAbb-cc/sendMessage": "https://api.telegram.org/bot***/sendMessage",
    "https://hook.example/in/a8Gk29dLmQ0zXv71TrPw/x": "https://hook.example/in/***/x",
    "https://a.example/2026/03/01/libya-russia-20-deals-Signed": "https://a.example/2026/03/01/libya-russia-20-deals-Signed",
    "https://a.example/id/0123456789abcdef0123456789abcdef": "https://a.example/id/0123456789abcdef0123456789abcdef",
    "write to desk@a.example": "write to desk@a.example",
}


@pytest.mark.parametrize("address", CREDENTIALS)
def test_credentials_in_addresses_are_blotted_out(address: str) -> None:
    """What looks like a credential goes, what looks like an article's address stays."""
    assert json.loads(written(("asked", {"url": address})))["url"] == CREDENTIALS[address]


@pytest.mark.parametrize("style", ["json", "text"])
def test_registered_secrets_never_appear(style: str) -> None:
    """Neither in the words, nor in fields, nor URL-encoded, nor in a traceback."""
    secret = 'p"ss wörd/1'
    stream = io.StringIO()
    log.setup(LogSettings(format=style), stream, [secret, "abc", ""])
    try:
        raise WorkerError(f"login with {secret} refused")
    except WorkerError as error:
        log.event(
            log.get("deliver"), "error", f"said {secret}", exc_info=error, url="x?p=p%22ss%20w%C3%B6rd%2F1", a=[secret]
        )
    text = stream.getvalue()
    assert "wörd" not in text
    assert "%C3" not in text
    assert text.count("***") >= 4
    assert "abcdef" in written(("x", {"a": "abcdef"}), secrets=("abc",))


def test_a_traceback_stays_one_json_line() -> None:
    """A bug is logged whole, in the same object, notes of the child process included."""
    stream = io.StringIO()
    log.setup(LogSettings(), stream)
    error = WorkerError("extract: KeyError")
    error.add_note("Traceback of the child")
    log.event(log.get("read"), "error", "bug", exc_info=error)
    line = json.loads(stream.getvalue())
    assert "WorkerError: extract: KeyError" in line["traceback"]
    assert "Traceback of the child" in line["traceback"]


def record(feed: str, at: float) -> logging.LogRecord:
    made = logging.LogRecord("monitor.poll", logging.INFO, "", 1, "feed failed", (), None)
    made.created = at
    made.fields = {"feed": feed}
    return made


def test_one_feed_cannot_flood_the_log() -> None:
    """Beyond the limit a feed is silent for the minute, others are not, and the next line counts what was left out."""
    gate = log.FloodGate()
    passed = [gate.filter(record("a", 100 + n / 10)) for n in range(30)]
    assert passed == [True] * log.MAX_EVENTS + [False] * 10
    assert gate.filter(record("b", 104))
    later = record("a", 100 + log.PER_SECONDS)
    assert gate.filter(later)
    assert later.fields == {"feed": "a", "suppressed": 10}


def test_the_gate_forgets() -> None:
    """Ten thousand feeds on, the gate's memory has not grown without end."""
    gate = log.FloodGate()
    for number in range(10_050):
        gate.filter(record(str(number), 1.0))
    assert len(gate._seen) == 10_000


def test_long_values_are_cut() -> None:
    """A megabyte of title is two thousand characters of log."""
    assert len(written(("seen", {"title": "t" * 1_000_000}))) < 2200
