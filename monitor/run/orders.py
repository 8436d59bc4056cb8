"""Orders: what a command asks of the archive while the daemon holds it.

Only one process writes. A command that has something to record (a label, a mute) does it itself when nobody
holds the archive; otherwise it leaves an order in a folder beside it, and the daemon carries it out within a
second or two, in the order given.

    <archive>.orders/0001732500000000000-4711.json    {"kind": "mute", "values": {…}}
"""

from __future__ import annotations

import importlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor import log
from monitor.archive import Archive
from monitor.errors import ArchiveError, MonitorError

logger = log.get("orders")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Something to record. `values` is JSON-ready."""

    kind: str
    values: Mapping[str, Any]


Handler = Callable[[Archive, Mapping[str, Any]], None]
HANDLERS: dict[str, Handler] = {}
"""Kind of order → what carries it out. Each must be safe to run twice: a kill may come after the deed."""
HOMES = ("monitor.run.labels", "monitor.run.muting")
"""The modules that add to HANDLERS. Whatever process finds an order must know all of them."""


def give(path: Path, order: Order) -> bool:
    """Carry out an order on the archive at `path`, or leave it for the process that holds it.

    Returns whether it is done already. Raises ArchiveError when there is no archive or it cannot be written.
    """
    if not path.exists():
        raise ArchiveError(f"{path}: there is no archive here yet. `monitor run --once` makes one.")
    try:
        archive = Archive.open(path)
    except ArchiveError as error:
        if "another monitor" not in str(error):
            raise
        _leave(path, order)
        return False
    try:
        carry_out(archive, path)
        _handler(order.kind)(archive, order.values)
    finally:
        archive.close()
    return True


def carry_out(archive: Archive, path: Path) -> int:
    """Carry out the orders that lie there, oldest first. Returns how many; a bad one is logged and dropped."""
    done = 0
    for file in sorted(_folder(path).glob("*.json")):
        try:
            order = json.loads(file.read_text(encoding="utf-8"))
            _handler(order["kind"])(archive, order["values"])
            done += 1
        except ArchiveError:
            raise  # the archive is broken: the order stays for the next process
        except (ValueError, KeyError, TypeError, OSError, sqlite3.IntegrityError, MonitorError) as error:
            log.event(logger, "error", "order dropped", file=file.name, error=f"{type(error).__name__}: {error}")
        file.unlink(missing_ok=True)
    return done


def _handler(kind: str) -> Handler:
    for home in HOMES:
        importlib.import_module(home)
    return HANDLERS[kind]


def _folder(path: Path) -> Path:
    return path.with_name(path.name + ".orders")


def _leave(path: Path, order: Order) -> None:
    """Written under another name first, so that the daemon never reads half an order."""
    folder = _folder(path)
    folder.mkdir(exist_ok=True)
    name = f"{time.time_ns():020d}-{os.getpid()}"
    draft = folder / f"{name}.draft"
    draft.write_text(json.dumps({"kind": order.kind, "values": order.values}, ensure_ascii=False), encoding="utf-8")
    draft.rename(folder / f"{name}.json")
