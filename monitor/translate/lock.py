"""One process at a time changes a folder of packages; what is being downloaded into it is nobody else's."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from monitor.errors import PackageError


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; wait for whoever holds it. The kernel frees it when its holder dies.

    Creates the folder. Raises PackageError when it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / ".lock").open("w")
    except OSError as error:
        raise PackageError(
            f"{folder}: cannot be written to: {error.strerror}. Give the user that runs monitor the right to.",
            permanent=False,
        ) from error
    with stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


@contextmanager
def download(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A hidden file in the folder, and its path, to download into. Gone afterwards.

    It stays locked while it is open: whoever clears up what killed processes left behind sees that it is in
    use. Raises PackageError when the folder cannot be written to.
    """
    with locked(folder):  # nobody clears up between creating it and locking it
        handle, name = tempfile.mkstemp(prefix=".download-", suffix=".argosmodel", dir=folder)
        stream = os.fdopen(handle, "w+b")
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        with stream:
            yield Path(name), stream
    finally:
        Path(name).unlink(missing_ok=True)


def is_abandoned(path: Path) -> bool:
    """Whether the process that downloaded into this file is gone."""
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
