"""Orders: what people ask to have recorded while another process, the daemon, holds the archive.

Only one process writes to the archive. What commands and pages have to record goes into a small file beside it, a
queue, from which whoever holds the archive takes it, in the order given (`run/orders.py`).

The queue is a rollback-journal database, not WAL: several processes write to it, and SQLite before 3.51.3 can corrupt
a WAL that two connections reset at the same moment. Its journal is truncated, not deleted, so that a process of the
daemon's group can write to both files without being allowed to make files beside the archive.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.archive.connection import APPLICATION_ID
from monitor.archive.rows import to_text
from monitor.errors import OrderError
from monitor.models import NEVER

MOST = 10_000  # orders that wait; more are refused, for nobody takes them
LONGEST = 100_000  # characters of one order's values
BUSY_SECONDS = 5
_TABLES = """
    CREATE TABLE IF NOT EXISTS orders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        "values" TEXT NOT NULL,
        author TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL,
        settled_at TEXT,
        error TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX IF NOT EXISTS orders_open ON orders(id) WHERE settled_at IS NULL;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something to record. `values` is JSON-ready; `author`: who is signed in, "" on the command line."""

    kind: str
    values: Mapping[str, Any]
    author: str = ""
    at: datetime = NEVER
    id: int = 0  # 0: not in the queue


class Orders:
    """The queue of the archive at `archive`. Every method opens its file anew; OrderError when it cannot be used."""

    def __init__(self, archive: Path) -> None:
        self.path = archive.with_name(archive.name + ".orders.db")

    def make(self) -> None:
        """The file, for those who may only write to one that is there."""
        with self._writing():
            pass

    def put(self, order: Order) -> int:
        """Queue an order; returns its number. Raises OrderError when too much waits, or the order is too long."""
        values = json.dumps(dict(order.values), ensure_ascii=True)
        if len(values) > LONGEST:
            raise OrderError(f"{order.kind}: this is too long to record. Shorten it.", permanent=True)
        with self._writing() as connection:
            (waiting,) = connection.execute("SELECT count(*) FROM orders WHERE settled_at IS NULL").fetchone()
            if waiting >= MOST:
                raise OrderError(
                    f"{waiting} orders wait and no more are taken. Start `monitor run`, which carries them out."
                )
            cursor = connection.execute(
                'INSERT INTO orders (kind, "values", author, at) VALUES (?, ?, ?, ?)',
                (order.kind, values, order.author, to_text(order.at)),
            )
            return int(cursor.lastrowid or 0)

    def pending(self, limit: int = MOST) -> list[Order]:
        """Those not yet carried out, the oldest first; none when there is no queue."""
        if not self.path.exists():
            return []
        with self._open("ro") as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'orders'").fetchone():
                return []  # somebody is making it this very moment
            rows = connection.execute(
                'SELECT id, kind, "values", author, at FROM orders WHERE settled_at IS NULL ORDER BY id LIMIT ?',
                (limit,),
            ).fetchall()
        return [_order(row) for row in rows]

    def settle(self, number: int, at: datetime, error: str = "") -> None:
        """It was carried out, or never can be. A second time changes nothing."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE orders SET settled_at = ?, error = ? WHERE id = ? AND settled_at IS NULL",
                (to_text(at), error, number),
            )

    def error(self, number: int) -> str:
        """Why an order was not carried out; "" when it was, or waits."""
        with self._open("ro") as connection:
            row = connection.execute("SELECT error FROM orders WHERE id = ?", (number,)).fetchone()
        return str(row[0]) if row else ""

    def prune(self, before: datetime) -> None:
        """Forget what was settled before then."""
        if self.path.exists():
            with self._writing() as connection:
                connection.execute("DELETE FROM orders WHERE settled_at < ?", (to_text(before),))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        new = not self.path.exists()
        with self._open("rwc") as connection:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA synchronous = FULL")
            if new or not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'orders_open'").fetchone():
                self._make(connection)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _make(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for statement in _TABLES.split(";")[:-1]:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for path in (self.path, self.path.with_name(self.path.name + "-journal")):
            with contextlib.suppress(OSError):  # somebody else's: its mode is theirs to choose
                path.chmod(0o660)  # the group writes too: the pages run as a user of it

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        uri = f"{self.path.resolve().as_uri()}?mode={mode}"
        connection = None
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
            connection.row_factory = sqlite3.Row
            yield connection
        except sqlite3.Error as error:
            raise OrderError(
                f"{self.path}: the queue of orders cannot be used: {error}. Check that it and its folder can be "
                "written to; if it is damaged, move it away, and what had not been carried out is lost."
            ) from error
        finally:
            if connection is not None:
                connection.close()


def _order(row: sqlite3.Row) -> Order:
    """What is no order has no kind: it can be settled, and nothing else."""
    try:
        values, at = json.loads(row["values"]), datetime.fromisoformat(row["at"])
    except ValueError:
        values, at = None, NEVER
    if not isinstance(values, dict):
        return Order(id=row["id"], kind="", values={}, author=row["author"], at=at)
    return Order(id=row["id"], kind=row["kind"], values=values, author=row["author"], at=at)
