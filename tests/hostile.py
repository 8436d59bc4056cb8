"""Requests of a visitor who means harm, each with the statuses that are right for it; a heavy archive to try them on.

Run as a program, it prints a table for an archive of any size: python tests/hostile.py ARCHIVE [--times N]
"""

from __future__ import annotations

import argparse
import http.client
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import web_archive

SECONDS, MEGABYTES = 1.5, 256  # what any anonymous request may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """`target`: the request line's, sent as it stands. `statuses`: those that are right."""

    target: str
    statuses: tuple[int, ...]
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()


def attack(target: str, *statuses: int, method: str = "GET", **headers: str) -> Attack:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Attack(target=target, statuses=statuses, method=method, headers=pairs)


_BOMB = "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n"
_DEEP = "(" * 3000 + "a" + ")" * 3000
_PREFIXES = " OR ".join(f"{letter}*" for letter in "abcdefghijklmnop")
_NEAR = f"NEAR({'the a of in to and ' * 50}, 1000)"
ATTACKS = (
    # SQL of one's own, and what comes near it
    attack("/archive?sql=" + quote(_BOMB), 403),
    attack("/archive.json?sql=" + quote("select * from pragma_database_list"), 403),
    attack("/archive.json?sql=" + quote("select randomblob(1000000000)"), 403),
    attack("/archive.csv?sql=select+1", 403),
    attack("/archive/articles?_where=1=(" + quote(_BOMB) + ")", 403),
    attack("/_memory?sql=select+1", 404),
    attack("/_internal", 404),
    attack("/_internal/databases.json", 404),
    attack("/:memory:", 404),
    attack("/archive/search?q=1&sql=" + quote(_BOMB), 200, 400),
    # the file itself
    attack("/archive.db", 403),
    attack("/archive.sqlite", 200, 404),
    attack("/-/static/../../../../etc/passwd", 404),
    attack("/static/..%2f..%2fserver.py", 404),
    attack("/static/....//server.py", 404),
    attack("/static/%2e%2e/server.py", 404),
    # what Datasette tells of itself
    *(
        attack(f"/-/{name}", 404)
        for name in (
            *("databases", "databases.json", "settings.json", "plugins.json", "threads.json", "versions.json"),
            *("metadata", "metadata.json", "actor.json", "config", "config.json", "permissions", "allow-debug"),
            *("messages", "patterns", "auth-token?token=x", "password-tool"),
        )
    ),
    attack("/-/logout", 302, 303),
    # more than can be read
    attack("/archive/articles?_size=max", 200),
    attack("/archive/articles.json?_size=max", 200),
    attack("/archive/articles.json?_size=max&_shape=array&_labels=on", 200),
    attack("/archive/articles.csv?_size=max", 200),
    attack("/archive/articles.csv?_stream=on", 200, 400),
    attack("/archive/articles.csv?_stream=1&_size=max&_labels=on", 200, 400),
    attack("/archive/articles?_size=100000", 400),
    attack("/archive/articles?_sort=text", 400),
    attack("/archive/articles.json?_sort_desc=translated_text&_size=max", 400),
    attack("/archive/articles?text__contains=a&_sort=title", 200, 503),
    attack("/archive/articles?text__like=" + quote("%a" * 60), 200, 503),
    attack("/archive/articles?text__glob=" + quote("*a" * 60), 200, 503),
    attack("/archive/articles?" + "&".join(f"_facet={name}" for name in ("image", "title", "url", "outlet")), 200, 503),
    attack("/archive/articles?" + "&".join(["_facet=text"] * 60), 400),
    attack("/archive/articles?_facet_array=authors&_facet_date=first_seen&_facet_size=max", 200, 503),
    attack("/archive/articles.json?_facet=text&_facet_size=max&_size=0", 400),
    attack("/archive/articles.json?_facet=title&_facet_size=max&_size=0", 200, 503),
    attack("/archive/articles?_timelimit=60000", 200, 400, 503),
    attack("/archive/articles?_timelimit=x", 400, 500),
    attack("/archive/articles?_next=" + "9" * 400, 200, 400, 500),
    attack("/archive/articles?_size=x", 400),
    attack("/archive/articles?_sort=nothing", 400),
    attack("/archive/articles.json?_through=" + quote("{bad"), 400, 500),
    attack("/archive/articles?_through=" + quote('{"table":"matches","column":"topic","value":"x"}'), 200, 503),
    attack("/archive/articles/" + "9" * 400, 400, 404),
    attack("/archive/articles/1?_extras=all&_trace=1&_context=1", 200),
    attack("/archive/articles/1.blob?_blob_column=text", 200, 400, 404),
    attack("/archive/pages/1.blob?_blob_column=body", 200, 400, 404),
    # queries that cost
    attack("/archive/articles?_search=" + quote("a*"), 200, 400, 503),
    attack("/archive/articles?_search=" + quote("* OR *"), 200, 400, 503),
    attack("/archive/articles?_search=" + quote('"' * 999), 200, 400, 503),
    attack("/archive/articles?_search=" + quote(_DEEP), 414),
    attack("/archive/articles?_search=" + _DEEP, 200, 400, 503),
    attack("/archive/articles?_search=" + quote(_PREFIXES), 200, 400, 503),
    attack("/archive/articles?_search=" + quote(_NEAR), 200, 400, 503),
    attack("/archive/articles?_search=" + quote("\x00\ud7ff\u202e" * 50), 200, 400, 503),
    attack("/archive/search?q=" + _DEEP, 200, 400, 503),
    attack("/archive/search?q=" + quote("a* OR b* OR c*"), 200, 400, 503),
    attack("/archive/search?q=" + quote("x" * 7000), 200, 400, 503),
    attack("/archive/articles_per_day", 200, 400, 503),
    attack("/archive/doubtful_translations.json?_size=max", 200, 400, 503),
    attack("/archive/side_by_side?article_id=" + "9" * 300, 200, 400, 503),
    # elsewhere
    attack("//evil.example", 404),
    attack("//evil.example/", 404),
    attack("///evil.example/..", 404),
    attack("/\\evil.example/", 404),
    attack("/%5cevil.example/", 404),
    attack("/%2f%2fevil.example/", 404),
    attack("/%2fevil.example/", 404),
    attack("/archive//evil.example/", 302, 404),
    attack("/archive/%2f%2fevil.example", 302, 404),
    attack("/-/login?back=//evil.example", 200),
    attack("http://evil.example/", 404),
    # what no browser sends
    attack("/archive%00", 404),
    attack("/archive/articles%00/1", 302, 400, 404),
    attack("/base", 404),
    attack("/trouble", 404),
    attack("/_forms", 404),
    attack("/" + "a/" * 2000, 404),
    attack("/" + "x" * 9000, 414),
    attack("/?" + "a=1&" * 3000, 414),
    attack("/home.json?" + "a=1&" * 1900, 200),
    attack("/", 405, method="DELETE"),
    attack("/archive/articles", 405, method="POST"),
    attack("/act", 415, method="POST"),
    attack("/act", 403, method="POST", content_type="application/x-www-form-urlencoded"),
    attack("/act", 403, method="POST", content_type="application/x-www-form-urlencoded", origin="https://evil.example"),
    attack("/", 421, host="evil.example"),
    attack("/", 200, cookie="a,b=1; \"=2; ds_actor=x; ds_csrftoken=y; ds_messages=z; \xff=1"),
    attack("/", 200, authorization="Basic !!!"),
    attack("/", 400, authorization="Bearer \xe9"),
    attack("/", 200, x_csrftoken="\xe9", x_forwarded_proto="https, http", x_forwarded_for="<script>"),
    attack("/", 200, accept="application/x-python-pickle", range="bytes=0-99999999999"),
)  # fmt: skip


def heavy(path: Path, articles: int = 300, characters: int = 60_000) -> Path:
    """The small archive and some hundred articles whose texts are as long as books' chapters, in both languages."""
    web_archive.build(path)
    words = "the minister said in the port of Benghazi that wheat and oil are bought from Odesa by ships "
    text = (words * (characters // len(words) + 1))[:characters]
    with sqlite3.connect(path) as connection:
        for number in range(articles):
            connection.execute(
                """INSERT INTO articles (url, canonical_url, title, text, translated_text, language, outlet, first_seen)
                VALUES (?, ?, ?, ?, ?, 'fr', 'Le Phare', '2026-11-24T12:00:00Z')""",
                (f"https://h.example/{number}", f"https://h.example/{number}", f"H {number}", f"{number} {text}", text),
            )
    connection.close()
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


class Server:
    """`monitor serve` as a process of its own."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def ask(self, attack: Attack) -> Answer:
        """The request line as it stands: no client of Python's would send some of them."""
        started = time.perf_counter()
        lines = {"host": f"127.0.0.1:{self.port}", "connection": "close", **dict(attack.headers)}
        if attack.method == "POST":
            lines.setdefault("content-length", "0")
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as sock:
            sock.sendall(f"{attack.method} {attack.target} HTTP/1.1\r\n{head}\r\n".encode("latin-1"))
            response = http.client.HTTPResponse(sock, method=attack.method)
            response.begin()
            body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=headers, body=body, seconds=time.perf_counter() - started)

    def megabytes(self, field: str = "VmHWM") -> float:
        """Most memory the process ever had resident (VmHWM), or has now (VmRSS)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(rf"{field}:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024


@contextmanager
def serving(archive: Path, more: str = "", **popen: object) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(f'[archive]\npath = "{archive}"\n{more}', encoding="utf-8")
        command = [sys.executable, "-u", "-m", "monitor", "-c", str(config), "serve", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **popen) as process:  # type: ignore[call-overload]
            try:
                assert process.stdout is not None
                said = process.stdout.readline()
                found = re.search(r"http://127\.0\.0\.1:(\d+)", said)
                assert found is not None, said
                yield Server(process, int(found[1]))
            finally:
                process.terminate()
                try:
                    process.wait(timeout=20)
                finally:
                    process.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--times", type=int, default=1)
    arguments = parser.parse_args()
    archive = arguments.archive.resolve()
    with serving(archive) as server:
        server.ask(attack("/", 200))
        print(f"after the first page: {server.megabytes('VmRSS'):.0f} MB")
        for one in ATTACKS * arguments.times:
            target = one.target.replace("/archive", f"/{archive.stem}", 1)
            answer = server.ask(Attack(target=target, statuses=(), method=one.method, headers=one.headers))
            mark = " " if answer.status in one.statuses and answer.seconds <= SECONDS else "!"
            print(
                f"{mark} {answer.status} {answer.seconds:6.3f} s {server.megabytes():4.0f} MB {len(answer.body):>9,} B "
                f"{one.method} {one.target[:90]}"
            )


if __name__ == "__main__":
    main()
