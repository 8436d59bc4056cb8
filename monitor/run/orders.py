"""Carrying out orders: what commands and pages ask of the archive while the daemon holds it.

Only one process writes. A command that has something to record (a label, a mute) does it itself when nobody holds the
archive; otherwise, and from a page always, it is put into the queue beside the archive (`archive/orders.py`), and the
daemon carries it out within a second or two, in the order given.

An order is applied first and settled afterwards: killed in between, it is applied once more. Every handler must be
safe to repeat.
"""

from __future__ import annotations

import importlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor import log
from monitor.archive import Archive
from monitor.archive.orders import Order, Orders
from monitor.errors import ArchiveError, HeldError, MonitorError, OrderError

logger = log.get("orders")

Handler = Callable[[Archive, Mapping[str, Any]], None]
HANDLERS: dict[str, Handler] = {}
"""Kind of order → what carries it out. Each must be safe to run twice: a kill may come after the deed."""
HOMES = ("monitor.run.labels", "monitor.run.muting", "monitor.run.noting")
"""The modules that add to HANDLERS. Whatever process finds an order must know all of them."""
KEPT = timedelta(days=7)  # settled orders stay so long, for whoever asks what became of one
AT_ONCE = 500  # in one go; the daemon has other work too


def give(path: Path, order: Order) -> bool:
    """Carry out an order on the archive at `path`, or leave it for the process that holds it.

    Returns whether it is done already. Raises ArchiveError when there is no archive or it cannot be written,
    OrderError when it cannot be left, MonitorError when it cannot be carried out.
    """
    if not path.exists():
        raise ArchiveError(f"{path}: there is no archive here yet. `monitor run --once` makes one.")
    try:
        archive = Archive.open(path)
    except HeldError:
        Orders(path).put(order)
        return False
    try:
        _at_once(archive, path, order)
    finally:
        archive.close()
    return True


def _at_once(archive: Archive, path: Path, order: Order) -> None:
    """After those that wait."""
    queue = Orders(path)
    number = queue.put(order)
    while carry_out(archive, path, order.at):
        pass
    if error := queue.error(number):
        raise MonitorError(f"{order.kind}: could not be recorded: {error}", permanent=True)


def carry_out(archive: Archive, path: Path, now: datetime) -> int:
    """Carry out the orders that wait, oldest first, at most 500. Returns how many were settled.

    A bad one is logged and settled with its error. Raises OrderError when the queue cannot be used, ArchiveError or
    sqlite3.Error when the archive cannot: the order stays for the next process.
    """
    _carry_out_files(archive, path)
    queue = Orders(path)
    if not queue.path.exists():
        queue.make()
    waiting = queue.pending(AT_ONCE)
    for order in waiting:
        error = _attempt(archive, order.kind, order.values)
        if error:
            log.event(logger, "error", "order not carried out", order=order.id, kind=order.kind, error=error)
        queue.settle(order.id, now, error)
    return len(waiting)


def prune(path: Path, now: datetime) -> None:
    """Forget what was settled a week ago."""
    Orders(path).prune(now - KEPT)


def _attempt(archive: Archive, kind: str, values: Mapping[str, Any]) -> str:
    """Apply one order, whole or not at all. Returns what is wrong with it, "" when it is done."""
    try:
        with archive.writing():
            _handler(kind)(archive, values)
    except (ArchiveError, sqlite3.OperationalError, sqlite3.InternalError):
        raise
    except Exception as error:
        if type(error) is sqlite3.DatabaseError:  # a damaged file, where its subclasses are about one value
            raise
        return f"{type(error).__name__}: {error}".encode(errors="replace").decode()
    return ""


def _handler(kind: str) -> Handler:
    for home in HOMES:
        importlib.import_module(home)
    if kind not in HANDLERS:
        raise OrderError(f'"{kind}": is no kind of order of this version.', permanent=True)
    return HANDLERS[kind]


def _carry_out_files(archive: Archive, path: Path) -> None:
    """Orders that an earlier version left as files, `<archive>.orders/*.json`: once, then the folder goes."""
    folder = path.with_name(path.name + ".orders")
    if not folder.is_dir():
        return
    for file in sorted(folder.glob("*.json")):
        try:
            order = json.loads(file.read_text(encoding="utf-8"))
            error = _attempt(archive, order["kind"], order["values"])
        except (ValueError, KeyError, TypeError, OSError) as problem:
            error = f"{type(problem).__name__}: {problem}"
        if error:
            log.event(logger, "error", "order dropped", file=file.name, error=error)
        file.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
