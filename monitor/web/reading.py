"""Reading the archive for a page: in a thread of Datasette's, on its read-only connection, with a limit of time."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any, TypeVar

from monitor.archive import Reader
from monitor.archive.patience import patience
from monitor.errors import BusyPageError, SlowPageError

T = TypeVar("T")

SECONDS = 1.2  # that one page may read; a request is to be answered within 1.5 s, whoever asks
WAIT = 0.3  # seconds until a wide query must have its turn


async def read(datasette: Any, work: Callable[[Reader], T], *, seconds: float = SECONDS) -> T:
    """What `work` makes of the archive. Raises SlowPageError when SQLite has not answered in time."""
    database = datasette.get_database(datasette.desk.database)
    result: T = await database.execute_fn(lambda connection: _limited(connection, work, seconds))
    return result


async def read_wide(datasette: Any, work: Callable[[Reader], T]) -> T:
    """The same for a query of very many words, a pack's, two at a time: each takes SQLite some 30 MB while it runs.

    Raises BusyPageError when its turn does not come in time for the page to be made within 1.5 s.
    """
    turns = datasette.desk.wide
    try:
        await asyncio.wait_for(turns.acquire(), WAIT)
    except TimeoutError as error:
        raise BusyPageError from error
    try:
        return await read(datasette, work)
    finally:
        turns.release()


def _limited(connection: sqlite3.Connection, work: Callable[[Reader], T], seconds: float) -> T:
    try:
        with patience(connection, seconds, time.monotonic):
            return work(Reader(connection))
    except TimeoutError as error:
        raise SlowPageError from error
