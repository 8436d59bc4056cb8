"""One process at a time changes a folder of packages."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
