"""The queue of orders: in order, once as far as anybody can tell, whatever is killed, and never a reason to stop."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from newsrooms import NOW
from small_archives import Line, write

from monitor.archive import Archive, Reader
from monitor.archive import orders as queueing
from monitor.archive.connection import is_held
from monitor.archive.orders import Order, Orders
from monitor.config import ArchiveSettings, Config
from monitor.demo.run import carrying_out
from monitor.errors import MonitorError, OrderError
from monitor.models import Note
from monitor.run import orders


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "a.db", [Line(title="Wheat one"), Line(title="Wheat two")])


@pytest.fixture
def daemon(path: Path) -> Iterator[Archive]:
    """Whoever holds the archive."""
    with Archive.open(path) as archive:
        yield archive


def note(text: str, key: str, article: int = 1, author: str = "ada") -> Order:
    values = {"article": article, "text": text, "author": author, "at": NOW.isoformat(), "key": key}
    return Order(kind="note", values=values, author=author, at=NOW)


def texts(archive: Reader) -> list[str]:
    return [one.text for one in archive.notes.of_article(1)]


def raw(path: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(Orders(path).path) as connection:
        found = connection.execute(sql).fetchall()
    connection.close()
    return found


def test_orders_are_carried_out_in_the_order_given(path: Path, daemon: Archive) -> None:
    """They wait until somebody who holds the archive takes them, and say when that was."""
    assert not orders.give(path, note("one", "k1"))
    assert not orders.give(path, note("two", "k2"))
    assert [(order.kind, order.author, order.at) for order in Orders(path).pending()] == [("note", "ada", NOW)] * 2
    assert texts(daemon) == []
    assert orders.carry_out(daemon, path, NOW) == 2
    assert texts(daemon) == ["one", "two"]
    assert Orders(path).pending() == []
    assert raw(path, "SELECT settled_at, error FROM orders") == [("2026-11-24T12:00:00Z", "")] * 2
    assert orders.carry_out(daemon, path, NOW) == 0


def test_without_a_daemon_it_is_done_at_once(path: Path) -> None:
    """What waited comes first; one that cannot be carried out is an error for whoever gave it."""
    Orders(path).put(note("first", "k1"))
    assert orders.give(path, note("second", "k2"))
    with Reader.open(path) as reader:
        assert texts(reader) == ["first", "second"]
    with pytest.raises(MonitorError, match="could not be recorded"):
        orders.give(path, Order(kind="nonsense", values={}, at=NOW))


@pytest.mark.parametrize(
    "bad",
    [
        Order(kind="nonsense", values={}, at=NOW),
        Order(kind="note", values={"article": 1}, at=NOW),
        Order(kind="note", values={**note("x", "k").values, "article": [1]}, at=NOW),
        Order(kind="note", values={**note("x", "k").values, "article": 2**70}, at=NOW),
        Order(kind="note", values={**note("x", "k").values, "text": "\ud800"}, at=NOW),
        Order(kind="note", values={**note("x", "k").values, "text": None}, at=NOW),
        Order(
            kind="label", values={"topic": "Wheat", "articles": "12", "accepted": 7, "at": "soon", "note": ""}, at=NOW
        ),
    ],
    ids=lambda order: f"{order.kind} {str(order.values)[:40]}",
)
def test_a_bad_order_holds_nothing_up(path: Path, daemon: Archive, bad: Order) -> None:
    """It is settled with its error, leaves nothing behind, and the next one is carried out."""
    queue = Orders(path)
    number = queue.put(bad)
    queue.put(note("good", "k2"))
    assert orders.carry_out(daemon, path, NOW) == 2
    assert queue.error(number) != ""
    assert texts(daemon) == ["good"]


def test_what_is_no_json_holds_nothing_up(path: Path, daemon: Archive) -> None:
    """A row that another program spoilt is settled too."""
    queue = Orders(path)
    queue.put(note("good", "k"))
    raw(path, "INSERT INTO orders (id, kind, \"values\", at) VALUES (0, 'note', '{', 'never')")
    assert orders.carry_out(daemon, path, NOW) == 2
    assert (texts(daemon), queue.pending()) == (["good"], [])


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.archive import Archive
from monitor.archive.orders import Orders
from monitor.run import orders
path = Path(sys.argv[1])
Orders.settle = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
orders.carry_out(Archive.open(path), path, datetime.now(UTC))
"""


@pytest.mark.parametrize(
    ("order", "question", "expected"),
    [
        (note("once", "k1"), "SELECT text FROM notes", [("once",)]),
        (
            Order(kind="label", at=NOW, values={
                "topic": "Wheat", "articles": [1], "accepted": True, "note": "", "at": "2026-11-24", "author": "ada"
            }),
            "SELECT verdict, author FROM labels",
            [("accept", "ada")],
        ),
        (
            Order(kind="mute", at=NOW, values={
                "kind": "source", "subject": "x", "topic": "", "at": NOW.isoformat(), "until": None, "author": "ada"
            }),
            "SELECT subject, author FROM mutes",
            [("x", "ada")],
        ),
    ],
    ids=["note", "label", "mute"],
)  # fmt: skip
def test_a_kill_between_deed_and_record_is_harmless(
    path: Path, order: Order, question: str, expected: list[tuple[object, ...]]
) -> None:
    """kill -9 after an order was applied and before it was settled: it is applied once more, to the same effect."""
    Orders(path).put(order)
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert len(Orders(path).pending()) == 1
    with Archive.open(path) as archive:
        assert [tuple(row) for row in archive.connection.execute(question)] == expected  # applied before the kill
        assert orders.carry_out(archive, path, NOW) == 1
        assert [tuple(row) for row in archive.connection.execute(question)] == expected
    assert Orders(path).pending() == []


def test_a_note_is_taken_back_by_its_author_alone(path: Path, daemon: Archive) -> None:
    """An order in another's name deletes nothing; twice is once."""
    daemon.notes.add(Note(article_id=1, text="mine", author="ada", at=NOW, key="k"))
    (kept,) = daemon.notes.of_article(1)
    for author, left in (("bob", ["mine"]), ("ada", []), ("ada", [])):
        Orders(path).put(Order(kind="unnote", values={"note": kept.id, "author": author}, at=NOW))
        orders.carry_out(daemon, path, NOW)
        assert texts(daemon) == left


def test_files_of_an_earlier_version_are_carried_out_once(path: Path, daemon: Archive) -> None:
    """The folder they lay in goes with them; a bad one is dropped."""
    folder = path.with_name("a.db.orders")
    folder.mkdir()
    (folder / "1.json").write_text(json.dumps({"kind": "note", "values": dict(note("old", "k").values)}))
    (folder / "2.json").write_text("{")
    (folder / "3.json").write_text('{"kind": "label", "values": 7}')
    assert orders.carry_out(daemon, path, NOW) == 0
    assert texts(daemon) == ["old"]
    assert not folder.exists()


def test_a_full_queue_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken that nobody carries out; the message names the remedy."""
    monkeypatch.setattr(queueing, "MOST", 3)
    for number in range(3):
        Orders(path).put(note("x", f"k{number}"))
    with pytest.raises(OrderError, match=r"3 orders wait.*monitor run"):
        Orders(path).put(note("x", "k"))
    with pytest.raises(OrderError, match="too long"):
        Orders(path).put(note("x" * 200_000, "k"))


def test_several_processes_may_give_orders(path: Path, daemon: Archive) -> None:
    """Four at once, sixty orders: none is lost, none comes twice."""

    def give(part: int) -> None:
        for number in range(15):
            Orders(path).put(note(f"{part}-{number}", f"{part}-{number}"))

    threads = [threading.Thread(target=give, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    done = 0
    while any(thread.is_alive() for thread in threads):
        done += orders.carry_out(daemon, path, NOW)
    done += orders.carry_out(daemon, path, NOW)
    assert done == 60
    (count,) = daemon.connection.execute("SELECT count(DISTINCT text) FROM notes").fetchone()
    assert count == 60


def test_the_queue_is_no_wal_and_open_to_the_group(path: Path) -> None:
    """Several processes write to it, one of them as another user of the daemon's group."""
    before = os.umask(0o077)
    try:
        Orders(path).make()
    finally:
        os.umask(before)
    assert raw(path, "PRAGMA journal_mode")[0][0] != "wal"
    for file in path.parent.glob("a.db.orders.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o660
    assert len(list(path.parent.glob("a.db.orders.db*"))) == 2  # its journal stays, so that nobody need make it


def test_settled_orders_are_forgotten_after_a_week(path: Path, daemon: Archive) -> None:
    """Those that wait stay, however old."""
    Orders(path).put(note("one", "k1"))
    orders.carry_out(daemon, path, NOW)
    Orders(path).put(note("two", "k2"))
    orders.prune(path, NOW + timedelta(days=6))
    assert raw(path, "SELECT count(*) FROM orders") == [(2,)]
    orders.prune(path, NOW + timedelta(days=8))
    assert raw(path, "SELECT settled_at FROM orders") == [(None,)]


def test_a_damaged_queue_is_no_damaged_archive(path: Path, daemon: Archive) -> None:
    """The error is about the queue, so that the daemon goes on."""
    Orders(path).path.write_bytes(b"not SQLite" * 100)
    with pytest.raises(OrderError, match="queue of orders cannot be used"):
        orders.carry_out(daemon, path, NOW)


def test_the_demo_records_while_it_serves(path: Path) -> None:
    """No daemon runs beside it: what is done on its pages is there a second later, and pages say that it will be."""
    with carrying_out(Config(archive=ArchiveSettings(path=path))):
        until = time.monotonic() + 10
        while not is_held(path) and time.monotonic() < until:
            time.sleep(0.02)
        Orders(path).put(note("seen", "k"))
        while Orders(path).pending() and time.monotonic() < until:
            time.sleep(0.05)
    assert not is_held(path)
    with Reader.open(path) as reader:
        assert texts(reader) == ["seen"]


def test_looking_whether_it_is_held_takes_nothing(path: Path) -> None:
    """A daemon that starts while pages look all the time gets the lock at once; they see it, and that it is gone."""
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            is_held(path)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(20):
            Archive.open(path).close()
    finally:
        over.set()
        thread.join()
    assert not is_held(path)
    with Archive.open(path):
        assert is_held(path)
    assert not is_held(path.with_name("another.db"))
