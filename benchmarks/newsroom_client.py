"""Asking a server: processes started and ended, requests over kept connections, times and memory."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0  # seconds for a server to start, or to answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One request."""

    case: str
    path: str
    status: int  # 0: none came
    ms: float
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Those of one case, in ms."""

    asked: int
    failed: int
    median: float
    p95: float
    worst: float
    bytes: int  # median
    slowest: str  # address


class Server:
    """A command that serves HTTP on loopback; `command` has {port}."""

    def __init__(self, command: Sequence[str]) -> None:
        self.port = _free_port()
        words = [word.replace("{port}", str(self.port)) for word in command]
        self._process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        self.close()
        raise RuntimeError(f"{self._process.args!r} did not start")

    def peak_mb(self) -> float:
        """The most memory it has had."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))

    def cpu_ms(self) -> float:
        """Processor time that it has used."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Client:
    """One connection, kept."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, case: str, path: str) -> Answer:
        started = time.perf_counter()
        try:
            self._connection.request("GET", path)
            response = self._connection.getresponse()
            body, status = response.read(), response.status
        except (OSError, http.client.HTTPException):
            self._connection.close()
            body, status = b"", 0
        return Answer(case=case, path=path, status=status, ms=(time.perf_counter() - started) * 1000, bytes=len(body))

    def close(self) -> None:
        self._connection.close()


def monitor(config: Path) -> Server:
    return Server([sys.executable, "-m", "monitor", "-c", str(config), "serve", "--port", "{port}"])


def datasette(archive: Path) -> Server:
    """Datasette as it comes, on the same file, with its own limits of time lifted: it is to answer."""
    return Server(
        [sys.executable, "-m", "datasette", str(archive), "--port", "{port}", "--setting", "sql_time_limit_ms", "30000",
         "--setting", "facet_time_limit_ms", "30000", "--setting", "suggest_facets", "off"]
    )  # fmt: skip


def asked_by(port: int, clients: int, questions: Sequence[tuple[str, str]]) -> list[Answer]:
    """The (case, path) pairs, shared out among so many clients that ask at once."""
    answers: list[Answer] = []
    left = iter(questions)
    lock = threading.Lock()

    def work() -> None:
        client = Client(port)
        while True:
            with lock:
                question = next(left, None)
            if question is None:
                break
            answers.append(client.ask(*question))
        client.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def times(answers: Sequence[Answer], statuses: Sequence[int] = (200,)) -> Times:
    ordered = sorted(answers, key=lambda answer: answer.ms)
    took = [answer.ms for answer in ordered]
    return Times(
        asked=len(answers),
        failed=sum(answer.status not in statuses for answer in answers),
        median=round(statistics.median(took), 1),
        p95=round(took[min(len(took) - 1, int(len(took) * 0.95))], 1),
        worst=round(took[-1], 1),
        bytes=int(statistics.median(answer.bytes for answer in answers)),
        slowest=ordered[-1].path,
    )


def forget(archive: Path) -> None:
    """The system lets go of what it holds of the file in memory."""
    for path in (archive, archive.with_name(archive.name + "-wal")):
        if path.exists():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
