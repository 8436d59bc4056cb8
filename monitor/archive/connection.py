"""How the SQLite file is opened: one connection that writes, any number that read.

Every write runs in `BEGIN IMMEDIATE`: a plain BEGIN that reads first and writes later fails at once with
"database is locked" when somebody wrote in between. Only one connection writes, because SQLite before
3.51.3 can corrupt a WAL that two connections reset at the same moment.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from monitor.errors import ArchiveError, AsleepError, HeldError

BUSY_SECONDS = 30
LOG_BYTES = 67_108_864  # of the write-ahead log, beyond which it is cut short
PATIENCE_MS = 500  # with readers, for that
APPLICATION_ID = 0x4D4F4E49  # "MONI"
# What SQLite says where a reader would have to make the files of a WAL itself, and may not.
_ASLEEP = ("readonly database", "unable to open database file")
_TRIES = 4  # to take the lock, 5 ms apart


def open_writer(path: Path) -> sqlite3.Connection:
    """The one read-write connection, in WAL mode. Raises ArchiveError when the file cannot be used."""
    _refuse_foreign_file(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # isolation_level=None: transactions begin where we say so, never behind our back.
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
        connection.row_factory = sqlite3.Row
        _configure(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(
            f"{path}: cannot be opened for writing: {error}. Check that the folder exists, is writable and has space."
        ) from error
    return connection


def shorten_log(connection: sqlite3.Connection) -> bool:
    """Empty a write-ahead log that has grown long. False: somebody reads who began long ago; ask again later.

    SQLite does so by itself only at a moment when nobody reads. Four readers without a pause took the log to 0.9 GB in
    a minute and a half, and the longer it is, the slower each page of the file is found.
    """
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    log = Path(f"{file}-wal")
    if not log.exists() or log.stat().st_size <= LOG_BYTES:
        return True
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    try:
        return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def open_reader(path: Path) -> sqlite3.Connection:
    """A read-only connection. Raises ArchiveError when there is no archive yet."""
    try:
        if not path.exists():
            raise ArchiveError(f"{path}: there is no archive here yet. `monitor run --once` makes one.")
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        connection.row_factory = sqlite3.Row
        _configure(connection)
        connection.execute("SELECT count(*) FROM sqlite_master")
    except (sqlite3.Error, OSError) as error:
        if isinstance(error, sqlite3.OperationalError) and any(sign in str(error) for sign in _ASLEEP):
            raise AsleepError(
                f"{path}: cannot be read as this user while no `monitor run` holds it: {error}. Start that first."
            ) from error
        raise ArchiveError(
            f"{path}: cannot be read: {error}. If it is damaged, restore a backup made with `monitor backup`."
        ) from error
    return connection


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")


def _refuse_foreign_file(path: Path) -> None:
    """A file that is not SQLite is kept as it is: it may be all that is left of somebody's work."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            raise ArchiveError(
                f"{path}: is not an SQLite file. It was left untouched; move it away or restore a backup."
            )


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: all of it or nothing. Joins the one that is already open, if any."""
    if connection.in_transaction:
        yield connection
        return
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        raise ArchiveError(
            f"The archive is locked by another program: {error}. Close whatever writes to it."
        ) from error
    try:
        yield connection
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


class Lock:
    """Held by whichever process may write. The kernel drops it when that process ends, however it ends."""

    def __init__(self, archive: Path) -> None:
        self.path = archive.with_name(archive.name + ".lock")
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Raises HeldError naming the process that holds it, ArchiveError with why the file cannot be made."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._taken()
        except OSError as error:
            raise ArchiveError(
                f"{self.path}: cannot be written: {error.strerror}. Check the space and the rights of its folder."
            ) from error

    def _taken(self) -> IO[str]:
        """The file, with our number in it."""
        file = self.path.open("a+")
        try:
            _lock(file)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise HeldError(
                f"{self.path}: another monitor (process {holder}) is writing to this archive. "
                "Stop it first, or use the commands that only read."
            ) from error
        try:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        except OSError:
            with suppress(OSError):  # closing writes what is left, and fails again
                file.close()
            raise
        return file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[str]) -> None:
    """Take it, past those who only look whether it is held: they have it for some microseconds."""
    for _ in range(_TRIES - 1):
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(0.005)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_held(archive: Path) -> bool:
    """Whether a process may write now: the daemon, as a rule. Looks, and takes nothing away from anybody."""
    try:
        with Lock(archive).path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:  # it is, or cannot be asked: then whoever keeps us from asking is most likely the daemon's user
        return True
    return False
