"""`monitor mute`, `snooze`, `unmute`, `mutes`: alone and beside a running daemon."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from daemons import TOPIC, write_config

from monitor import cli
from monitor.archive import Archive, Reader
from monitor.errors import MonitorError
from monitor.models import Mute
from monitor.run import muting, orders

Monitor = Callable[..., "Said"]
CONSOLE = '[[channels]]\nname = "screen"\nkind = "console"\n'


@dataclass(frozen=True)
class Said:
    out: str
    error: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration, and an archive with story 12."""
    write_config(tmp_path, channels=[CONSOLE])
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.connection.execute(
            """INSERT INTO stories (id, first_seen, last_seen, articles)
            VALUES (12, '2026-11-24T12:00:00Z', '2026-11-24T12:00:00Z', 1)"""
        )
    return tmp_path


@pytest.fixture
def monitor(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Monitor:
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str) -> Said:
        result = CliRunner().invoke(cli.monitor, ["-c", str(folder / "config.toml"), *words])
        if result.exception is not None and not isinstance(result.exception, MonitorError | SystemExit):
            raise result.exception
        return Said(result.output, str(result.exception or ""))

    return call


def muted(folder: Path) -> list[Mute]:
    with Reader.open(folder / "archive.db") as reader:
        return reader.mutes.all()


def test_a_story_is_muted_and_heard_of_again(folder: Path, monitor: Monitor) -> None:
    """Muted for good, listed, and no longer there once it is unmuted; twice is an error."""
    assert "story 12: muted for good." in monitor("mute", "story", "12").out
    assert [(one.kind, one.subject, one.until) for one in muted(folder)] == [("story", "12", None)]
    assert "story 12: muted for good" in monitor("mutes").out
    assert "no longer muted" in monitor("unmute", "story", "12").out
    assert muted(folder) == []
    assert "Nothing is muted." in monitor("mutes").out
    assert "is not muted" in monitor("unmute", "story", "12").error


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        (("snooze", "story", "12"), 8),
        (("snooze", "source", "Al-Wasat", "--for", "30m"), 0.5),
        (("mute", "source", "alwasat.ly", "--for", "2d", "--topic", TOPIC), 48),
        (("mute", "story", "12", "--for", "1w"), 168),
    ],
)
def test_a_while_is_counted_from_now(folder: Path, monitor: Monitor, words: tuple[str, ...], hours: float) -> None:
    """30m, 8h, 2d and 1w; a snooze without a time is 8 hours."""
    before = datetime.now(UTC)
    monitor(*words)
    (one,) = muted(folder)
    assert one.until is not None
    assert abs(one.until - before - timedelta(hours=hours)) < timedelta(minutes=2)
    assert one.topic == (TOPIC if "--topic" in words else "")
    listed = json.loads(monitor("mutes", "--json").out)
    assert [entry["subject"] for entry in listed] == [words[2]]


def test_until_is_a_time_of_the_reader(folder: Path, monitor: Monitor) -> None:
    """A date is its first moment in the zone of [alerts]."""
    monitor("mute", "story", "12", "--until", "2999-12-01")
    assert muted(folder)[0].until == datetime(2999, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("mute", "story", "13"), "there is none of that number"),
        (("mute", "story", "x"), "there is none of that number"),
        (("mute", "story", "12", "--topic", "Mali"), "no such topic"),
        (("mute", "story", "12", "--for", "soon"), "Write 30m, 8h, 2d or 1w"),
        (("mute", "story", "12", "--for", "0h"), "Write 30m, 8h, 2d or 1w"),
        (("mute", "story", "12", "--until", "tomorrow"), "is no time"),
        (("mute", "story", "12", "--until", "2020-01-01"), "is over already"),
        (("snooze", "story", "12", "--until", "2999-01-01", "--for", "1h"), "Keep one of them"),
    ],
)
def test_a_mistake_says_what_to_write(folder: Path, monitor: Monitor, words: tuple[str, ...], error: str) -> None:
    """Nothing is recorded, and the error names thing, cause and remedy."""
    assert error in monitor(*words).error
    assert muted(folder) == []


def test_beside_a_daemon_it_is_an_order(folder: Path, monitor: Monitor) -> None:
    """While another process holds the archive, the order lies beside it until that process carries it out."""
    with Archive.open(folder / "archive.db") as archive:
        assert "the daemon does it within seconds" in monitor("mute", "story", "12").out
        assert archive.mutes.all() == []
        assert orders.carry_out(archive, folder / "archive.db", datetime.now(UTC)) == 1
        assert [one.subject for one in archive.mutes.all()] == ["12"]
        assert set(orders.HANDLERS) >= {"mute", "unmute"}
        assert timedelta(days=1) < muting.LIVE
