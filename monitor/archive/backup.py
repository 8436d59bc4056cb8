"""Copies of the archive, made while it is in use."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from monitor.errors import ArchiveError

_PAGES_AT_ONCE = 2000  # 8 MB between two progress reports


def backup(source: sqlite3.Connection, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Copy the whole archive to `target` by SQLite's backup API, check it, and only then give it its name.

    Raises ArchiveError when the copy cannot be written or does not pass SQLite's own check.
    """
    if target.exists():
        raise ArchiveError(f"{target}: exists already. Name a new file, or remove this one first.")
    part = target.with_name(target.name + ".part")
    try:
        _copy(source, part, progress)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(
            f"{target}: the backup failed: {error}. Check the space and rights of that folder."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _copy(source: sqlite3.Connection, part: Path, progress: Callable[[int, int], None] | None) -> None:
    part.unlink(missing_ok=True)
    copy = sqlite3.connect(part)
    try:
        report = (lambda _status, left, total: progress(total - left, total)) if progress else None
        source.backup(copy, pages=_PAGES_AT_ONCE, progress=report)
        # A backup is one file: without this it would be born in WAL mode like its source.
        copy.execute("PRAGMA journal_mode = DELETE")
        verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise ArchiveError(
                f"{part}: the copy is damaged: {verdict}. The archive itself may be; restore an older one."
            )
    finally:
        copy.close()
