"""The archive's tables, its data dictionary, and what opening it refuses."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from monitor.archive import Archive, Reader
from monitor.archive.dictionary import TABLES
from monitor.archive.schema import migrations
from monitor.errors import ArchiveError

OWN = ("sqlite_", "_sqlite_", "articles_fts")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def schema(connection: sqlite3.Connection) -> list[str]:
    return sorted(
        row[0] or "" for row in connection.execute("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    )


def test_dictionary_is_the_schema(path: Path) -> None:
    """Every table and column of a fresh archive is explained, and nothing else is."""
    Archive.open(path).close()
    db = Database(path)
    real = {name: set(db[name].columns_dict) for name in db.table_names() if not name.startswith(OWN)}
    db.close()
    assert real == {name: set(columns) for name, (_, columns) in TABLES.items()}


def test_every_explanation_is_a_sentence() -> None:
    """No table or column is explained by an empty or unfinished text."""
    texts = [text for table, columns in TABLES.values() for text in (table, *columns.values())]
    assert [text for text in texts if not text.endswith(".")] == []


def test_datasette_finds_the_index(path: Path) -> None:
    """Datasette and sqlite-utils recognise articles_fts as the index of articles from its DDL."""
    Archive.open(path).close()
    db = Database(path)
    assert db["articles"].detect_fts() == "articles_fts"
    db.close()


def test_old_database_becomes_the_fresh_schema(path: Path, tmp_path: Path) -> None:
    """An archive of each earlier migration, opened now, ends with the very schema of a fresh one, rows intact."""
    Archive.open(path).close()
    fresh = sqlite3.connect(path)
    wanted = schema(fresh)
    fresh.close()
    names = [migration.name for migration in migrations.pending(Database(memory=True))]
    for index, name in enumerate(names):
        old = tmp_path / f"{name}.db"
        db = Database(old)
        migrations.apply(db, stop_before=names[index + 1] if index + 1 < len(names) else None)
        db.execute("INSERT INTO feeds (url, added_at) VALUES ('https://a.example/feed', '2026-01-01T00:00:00Z')")
        db.conn.commit()
        db.close()
        with Archive.open(old) as archive:
            assert schema(archive.connection) == wanted
            assert archive.connection.execute("SELECT url FROM feeds").fetchone()[0] == "https://a.example/feed"


def test_an_old_database_is_not_read_before_it_is_brought_up_to_date(path: Path) -> None:
    """What only reads says what to do, instead of tripping over a missing table; a copy can be had at any time."""
    names = [migration.name for migration in migrations.pending(Database(memory=True))]
    db = Database(path)
    migrations.apply(db, stop_before=names[-1])
    db.close()
    with pytest.raises(ArchiveError, match=r"older version of monitor\. Start `monitor run` once"):
        Reader.open(path)
    Reader.of_any_age(path).close()
    Archive.open(path).close()
    Reader.open(path).close()


def test_failing_migration_leaves_nothing_behind(path: Path) -> None:
    """A migration that fails half-way is rolled back whole, and its name is not recorded."""
    from sqlite_utils.migrations import Migrations

    broken = Migrations("broken")

    @broken()
    def m001(db: Database) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")
        db.execute("this is no SQL")

    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        broken.apply(Database(connection))
    assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []
    assert broken.applied(Database(connection)) == []
    connection.close()


def test_second_writer_is_refused(path: Path) -> None:
    """While one process writes, another is told which process it is and how to go on."""
    with Archive.open(path):
        code = f"from monitor.archive import Archive; from pathlib import Path; Archive.open(Path({str(path)!r}))"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "another monitor (process" in run.stderr
    Archive.open(path).close()


def test_a_lock_that_cannot_be_made_says_why(path: Path) -> None:
    """An error of ours with the cause and the remedy; no traceback."""
    path.with_name(path.name + ".lock").mkdir()
    with pytest.raises(ArchiveError, match=r"lock: cannot be written: Is a directory\. Check the space"):
        Archive.open(path)


def test_a_lock_without_room_for_a_number_says_why(path: Path) -> None:
    """As on a full disk: the file is there, and nothing can be written into it."""
    code = (
        "import resource; from monitor.archive import Archive; from pathlib import Path; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); Archive.open(Path({str(path)!r}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ArchiveError" in run.stderr
    assert "lock: cannot be written: File too large. Check the space" in run.stderr


def test_lock_survives_no_kill(path: Path) -> None:
    """A writer that was killed leaves no lock behind."""
    code = (
        "import os, signal; from monitor.archive import Archive; from pathlib import Path; "
        f"Archive.open(Path({str(path)!r})); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    Archive.open(path).close()


def test_foreign_file_is_left_alone(path: Path) -> None:
    """A file that is not SQLite is refused by name and keeps every byte."""
    path.write_bytes(b"all that is left of somebody's work")
    with pytest.raises(ArchiveError, match="is not an SQLite file"):
        Archive.open(path)
    assert path.read_bytes() == b"all that is left of somebody's work"


def test_newer_archive_is_refused(path: Path) -> None:
    """An archive with a migration we do not know is left alone, for reading and for writing."""
    with Archive.open(path) as archive:
        archive.connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('monitor', 'm999_future', '')"
        )
    for kind in (Archive, Reader):
        with pytest.raises(ArchiveError, match="m999_future"):
            kind.open(path)


def test_reader_without_an_archive_says_what_makes_one(path: Path) -> None:
    """Reading before the first run names the command that makes an archive, and makes no empty file."""
    with pytest.raises(ArchiveError, match="monitor run --once"):
        Reader.open(path)
    assert not path.exists()


def test_connections_are_configured(path: Path) -> None:
    """Foreign keys are enforced and the schema is not trusted, on the writer and on every reader."""
    with Archive.open(path) as archive, Reader.open(path) as reader:
        for connection in (archive.connection, reader.connection):
            assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
            assert connection.execute("PRAGMA trusted_schema").fetchone()[0] == 0
        assert archive.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.connection.execute("DELETE FROM feeds")


def test_reader_sees_what_the_writer_commits(path: Path) -> None:
    """A reader opened before a write sees it afterwards: Datasette shows a live archive."""
    with Archive.open(path) as archive, Reader.open(path) as reader:
        archive.connection.execute("INSERT INTO settings VALUES ('colour', 'blue')")
        assert reader.connection.execute("SELECT value FROM settings WHERE key = 'colour'").fetchone()[0] == "blue"
