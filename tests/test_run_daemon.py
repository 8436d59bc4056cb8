"""The daemon as it is started in earnest: a process of its own, signals, the service manager, its children."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from daemons import CONSULATE, TOPIC, MonitorProcess, alive, config_text, mail, publish, until, webhook, write_config
from servers import RawServer, Received, response
from sinks import Mail, Posted, SmtpSink, WebhookSink

FIRST = "À Moscou, la Libye et la Russie préparent un accord sur le blé"
SECOND = "Tripoli : la Russie rouvre son consulat, la Libye s'en félicite"


class Manager:
    """A service manager's end of sd_notify(3): a datagram socket that remembers what it was told."""

    def __init__(self, folder: str) -> None:
        self.path = f"{folder}/notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self.told: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while text := self._socket.recv(4096).decode():
            self.told.append(text)
        self._socket.close()

    def heard(self, word: str) -> bool:
        """Whether a datagram with the line `word` has come."""
        return any(word in text.splitlines() for text in self.told)

    def close(self) -> None:
        """Reads what is left: datagrams arrive in order, and an empty one is the last."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self.path)


@dataclass
class Session:
    """One daemon's life, from start to SIGTERM, and what it left."""

    exit_code: int = -1
    mails: list[Mail] = field(default_factory=list)
    posts: list[Posted] = field(default_factory=list)
    rival: subprocess.CompletedProcess[str] | None = None
    pid: int = 0
    refused: str = ""  # what the log says about the broken configuration
    broken_line: int = 0
    asked_after_bad_reload: list[Received] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)  # of messages, once it ended


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Start, first alert, a second daemon refused, a bad reload, a good reload, a second alert, SIGTERM."""
    folder = tmp_path_factory.mktemp("daemon")
    found = Session()
    with tempfile.TemporaryDirectory() as short, RawServer() as server, SmtpSink() as smtp, WebhookSink() as hook:
        manager = Manager(short)
        channels = (mail(smtp.port), webhook(hook.url))
        feeds = [publish(server, "first", FIRST)]
        config = write_config(folder, feeds, channels)
        environ = {"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "1500000"}
        with MonitorProcess(config, environ) as daemon:
            found.pid = daemon.process.pid
            until(lambda: smtp.mails and hook.requests, "the first alert arrives by mail and webhook", daemon)
            found.rival = _second_daemon(config)
            _bad_reload(daemon, found, feeds, channels)
            feeds.append(publish(server, "second", SECOND, article=CONSULATE))
            write_config(folder, feeds, channels)
            daemon.signal(signal.SIGHUP)
            until(lambda: len(smtp.mails) > 1 and len(hook.requests) > 1, "the new feed's alert arrives", daemon)
            until(lambda: manager.heard("WATCHDOG=1"), "a sign of life", daemon)
            found.exit_code = daemon.stop()
        until(lambda: manager.heard("STOPPING=1"), "a word of farewell")
        manager.close()
        found.mails, found.posts, found.told = smtp.mails, hook.requests, manager.told
    found.states = message_states(folder)
    return found


def _second_daemon(config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor", "-c", str(config), "run"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def _bad_reload(daemon: MonitorProcess, found: Session, feeds: list[str], channels: tuple[str, ...]) -> None:
    text = config_text(feeds, channels, query="@libya AND (@russia")
    found.broken_line = 1 + text[: text.index("query =")].count("\n")
    daemon.config.write_text(text, encoding="utf-8")
    daemon.signal(signal.SIGHUP)
    words = "configuration not reloaded, the last good one stays"
    until(lambda: daemon.events(words), "the mistake is in the log", daemon)
    found.refused = str(daemon.events(words)[0]["error"])


def message_states(folder: Path) -> dict[str, int]:
    database = sqlite3.connect(folder / "archive.db")
    states = dict(database.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
    database.close()
    return states


def test_an_alert_arrives(session: Session) -> None:
    """A French article about both countries reaches mail and webhook, each with a sentence that names them."""
    post = json.loads(session.posts[0].body)
    assert post["topic"] == TOPIC
    assert [article["title"] for article in post["articles"]] == [FIRST]
    evidence = post["articles"][0]["evidence"]
    assert {evidence["sentence"][start:end] for start, end in evidence["spans"]} >= {"libyen", "Moscou"}
    assert FIRST in session.mails[0].part("plain")


def test_nobody_is_told_twice(session: Session) -> None:
    """Two articles, two messages a channel, two ids."""
    assert len(session.mails) == len(session.posts) == 2
    assert len({post.headers["idempotency-key"] for post in session.posts}) == 2


def test_sigterm_ends_in_order(session: Session) -> None:
    """Exit code 0, and every message is recorded as sent."""
    assert session.exit_code == 0
    assert session.states == {"sent": 4}


def test_a_good_file_is_taken_over_at_sighup(session: Session) -> None:
    """The feed that was added is polled and its article announced, without a restart."""
    assert [article["title"] for article in json.loads(session.posts[1].body)["articles"]] == [SECOND]


def test_a_broken_file_leaves_the_last_good_one(session: Session) -> None:
    """The log names the line and what is wrong; the daemon that went on is the one that took the good file."""
    assert f"line {session.broken_line}: topics[1].query" in session.refused
    assert session.exit_code == 0


def test_a_second_daemon_is_refused(session: Session) -> None:
    """It ends with exit code 1, names the process that writes, says what to do, and shows no traceback."""
    assert session.rival is not None
    assert session.rival.returncode == 1
    assert f"another monitor (process {session.pid})" in session.rival.stderr
    assert "Stop it first" in session.rival.stderr
    assert "Traceback" not in session.rival.stderr


def test_the_service_manager_is_told(session: Session) -> None:
    """READY first; RELOADING with its time, each followed by READY; WATCHDOG in between; STOPPING last."""
    said = [line for text in session.told for line in text.splitlines() if not line.startswith("STATUS=")]
    plain = [line for line in said if not line.startswith("MONOTONIC_USEC=")]
    assert plain[0] == "READY=1"
    assert plain[-1] == "STOPPING=1"
    assert [line for line in plain if line not in ("WATCHDOG=1", "STOPPING=1")] == [
        "READY=1",
        *("RELOADING=1", "READY=1") * 2,
    ]
    assert "WATCHDOG=1" in plain
    assert sum(line.startswith("MONOTONIC_USEC=") for line in said) == 2


def test_no_child_outlives_the_daemon(tmp_path: Path) -> None:
    """SIGKILL, which no program can answer, takes the child processes along."""
    with RawServer() as server:
        config = write_config(tmp_path, [publish(server, "feed", FIRST)])
        with MonitorProcess(config) as daemon:
            until(daemon.children, "a child was started", daemon)
            children = daemon.children()
            daemon.kill()
            until(lambda: not any(map(alive, children)), "the children are gone")


def test_sigterm_waits_for_an_answer(tmp_path: Path) -> None:
    """A message whose answer is under way at SIGTERM is recorded as sent, not left to be sent again."""
    asked = []

    async def answer_late(request: Received, writer: object) -> None:
        asked.append(request)
        daemon.signal(signal.SIGTERM)
        until(lambda: daemon.events("stopping"), "it heard SIGTERM", daemon)
        writer.write(response(200, {}, "ok"))  # type: ignore[attr-defined]

    with RawServer() as server, RawServer() as sink:
        sink.route("/hook", answer_late)
        config = write_config(tmp_path, [publish(server, "feed", FIRST)], [webhook(sink.url("/hook"))])
        with MonitorProcess(config) as daemon:
            until(lambda: asked, "the message is posted", daemon)
            assert daemon.process.wait(30) == 0
    assert len(asked) == 1
    assert message_states(tmp_path) == {"sent": 1}
