"""A limit of time on what SQLite is asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_STEPS = 2_000  # of SQLite's machine between looks at the clock, about 0.1 ms


@contextmanager
def patience(connection: sqlite3.Connection, seconds: float, monotonic: Callable[[], float]) -> Iterator[None]:
    """Within, SQLite answers until so many seconds from now. Raises TimeoutError when it did not come to an end."""
    until = monotonic() + seconds
    connection.set_progress_handler(lambda: int(monotonic() > until), _STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise TimeoutError(f"SQLite was given {seconds:g} seconds") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
