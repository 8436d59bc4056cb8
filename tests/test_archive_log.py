"""The write-ahead log is cut short though somebody always reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.archive import Archive, Reader, connection


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """One whose log counts as long at once."""
    monkeypatch.setattr(connection, "LOG_BYTES", 1_000)
    monkeypatch.setattr(connection, "PATIENCE_MS", 20)
    with Archive.open(tmp_path / "archive.db") as opened:
        opened.connection.execute("INSERT INTO settings VALUES ('a', 'b')")
        yield opened


def test_a_long_log_is_emptied(archive: Archive, tmp_path: Path) -> None:
    """Nobody reads: afterwards it holds nothing, and the archive holds all."""
    assert (tmp_path / "archive.db-wal").stat().st_size > 1_000
    assert connection.shorten_log(archive.connection)
    assert (tmp_path / "archive.db-wal").stat().st_size == 0
    assert archive.connection.execute("SELECT value FROM settings WHERE key = 'a'").fetchone()[0] == "b"


def test_a_reader_who_stays_is_not_waited_for(archive: Archive, tmp_path: Path) -> None:
    """While a read goes on the log stays; afterwards it is emptied, and writes are as patient as before."""
    with Reader.open(tmp_path / "archive.db") as reader:
        rows = reader.connection.execute("SELECT key FROM settings")
        rows.fetchone()
        archive.connection.execute("INSERT INTO settings VALUES ('c', 'd')")
        assert not connection.shorten_log(archive.connection)
        rows.close()
        assert connection.shorten_log(archive.connection)
    assert archive.connection.execute("PRAGMA busy_timeout").fetchone()[0] == connection.BUSY_SECONDS * 1000
