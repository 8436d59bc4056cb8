"""A visitor who means harm: each request gets the right status, in time, in memory, with every header, and no path.

The times here are generous, for a machine that is busy with other tests; `python tests/hostile.py ARCHIVE` measures.
MONITOR_HOSTILE names an archive of any size to try as well.
"""

from __future__ import annotations

import os
import re
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hostile
import pytest
from hostile import ATTACKS, MEGABYTES, Attack, Server, attack

GENEROUS = 6.0  # seconds
HEADERS = ("content-security-policy", "x-frame-options", "x-content-type-options", "referrer-policy")
PLACE = re.compile(rb"/tmp/|/home/|/usr/lib|site-packages|\.venv|/monitor/web|Traceback|sqlite3\.")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if named := os.environ.get("MONITOR_HOSTILE"):
        return Path(named)
    return hostile.heavy(tmp_path_factory.mktemp("hostile") / "archive.db")


@pytest.fixture(scope="module")
def server(archive: Path) -> Iterator[Server]:
    with hostile.serving(archive) as server:
        server.ask(attack("/", 200))
        yield server


def of(archive: Path, one: Attack) -> Attack:
    target = one.target.replace("/archive", f"/{archive.stem}", 1)
    return Attack(target=target, statuses=one.statuses, method=one.method, headers=one.headers)


@pytest.mark.parametrize("one", ATTACKS, ids=lambda one: f"{one.method} {one.target[:60]} {dict(one.headers)}"[:90])
def test_no_harm_is_done(server: Server, archive: Path, one: Attack) -> None:
    """Status, time, memory, headers, and nothing of this machine in the answer."""
    answer = server.ask(of(archive, one))
    assert answer.status in one.statuses, answer.body[:500]
    assert answer.seconds < GENEROUS
    assert server.megabytes() < MEGABYTES
    assert [name for name in HEADERS if name not in answer.headers] == []
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"].partition("style-src")[0]
    shown = b"" if answer.headers.get("content-type", "").startswith("application/binary") else answer.body
    assert not PLACE.search(shown), PLACE.findall(shown)
    location = answer.headers.get("location", "/")
    assert re.match(r"/(?![/\\])", location), location
    assert "server" not in answer.headers


def test_many_at_once(server: Server, archive: Path) -> None:
    """Forty visitors who each want as much as there is: each is answered or told to wait, within the memory; then
    the next one is answered as if nothing had been.
    """
    greedy = of(archive, attack("/archive/articles.json?_size=max", 200, 503))
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: server.ask(greedy), range(80)))
    assert set(Counter(answer.status for answer in answers)) <= {200, 503}
    assert {answer.headers.get("retry-after") for answer in answers if answer.status == 503} <= {"1", None}
    assert server.megabytes() < MEGABYTES
    assert max(answer.seconds for answer in answers) < GENEROUS
    assert server.ask(attack("/-/login", 200)).status == 200


def test_slow_readers_hold_little(server: Server, archive: Path) -> None:
    """Twenty who ask for 12 MB and do not read: what is kept for them is bounded, and others are answered."""
    greedy = f"GET /{archive.stem}/articles.json?_size=max HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()
    sockets = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(20)]
    try:
        for sock in sockets:
            sock.sendall(greedy)
        for sock in sockets[:3]:
            assert sock.recv(12) in (b"HTTP/1.1 200", b"HTTP/1.1 503")
        assert server.ask(attack("/-/login", 200)).status == 200
        assert server.megabytes() < MEGABYTES
    finally:
        for sock in sockets:
            sock.close()


def test_slow_forms_hold_nobody_up(server: Server, archive: Path) -> None:
    """Fifty forms whose bodies never come: pages are answered meanwhile."""
    head = "POST /act HTTP/1.1\r\nhost: localhost\r\ncontent-length: 60000\r\ncookie: ds_csrftoken=x\r\n"
    head += "content-type: application/x-www-form-urlencoded\r\n\r\ndo="
    sockets = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(50)]
    try:
        for sock in sockets:
            sock.sendall(head.encode())
        assert [server.ask(attack(address)).status for address in ("/", "/-/login", f"/{archive.stem}")] == [200] * 3
        assert server.megabytes() < MEGABYTES
    finally:
        for sock in sockets:
            sock.close()


def test_sql_that_is_allowed_is_bounded_too(archive: Path) -> None:
    """With allow_sql: no endless query, no huge value, no path of the file; by choice of the operator, in time."""
    bomb = "with+recursive+n(i)+as+(select+1+union+all+select+i%2B1+from+n)+select+count(*)+from+n"
    with hostile.serving(archive, "[web]\nallow_sql = true\n") as server:
        for sql, statuses in (
            (bomb, (400, 503)),
            ("select+*+from+pragma_database_list", (400,)),
            ("select+length(zeroblob(1000000000))", (400,)),
            ("select+length(replace(hex(zeroblob(4000000)),'0','0000000000'))", (400, 503)),
            ("attach+'/etc/passwd'+as+x", (400,)),
            ("select+load_extension('x')", (400,)),
            ("select+writefile('/tmp/x','x')", (400,)),
            ("select+count(*)+from+articles", (200,)),
        ):
            answer = server.ask(attack(f"/{archive.stem}.json?sql={sql}"))
            assert answer.status in statuses, (sql, answer.body[:300])
            assert answer.seconds < GENEROUS
            assert str(archive.parent).encode() not in answer.body
        assert server.megabytes() < MEGABYTES
        assert server.ask(attack(f"/{archive.stem}")).status == 200
