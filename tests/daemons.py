"""The real daemon as a process of its own, with a configuration and feeds on loopback.

config = write_config(folder, feeds=[server.url("/feed")], channels=[webhook(sink.url)])
with MonitorProcess(config) as daemon:
    until(lambda: sink.requests, "an alert arrives", daemon)
    assert daemon.stop() == 0
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from servers import RawServer, response

TOPIC = "Libya–Russia relations"
PATIENCE = 60.0  # seconds; far beyond what any step takes, for machines that are busy

PAGE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{title}</title></head><body><article><h1>{title}</h1>
%s</article></body></html>"""
ARTICLE = (
    PAGE
    % """<p>Le ministre libyen de l'Économie est arrivé mardi à Moscou pour une visite de trois jours consacrée au blé
et aux ports, a annoncé son cabinet dans un communiqué diffusé à Tripoli.</p>
<p>La Libye et la Russie doivent y signer un accord sur la livraison de quatre cent mille tonnes de céréales,
dont les premières cargaisons sont attendues à Benghazi avant la fin de l'hiver.</p>
<p>Les deux délégations parleront aussi de la reprise d'une ligne maritime entre Novorossiisk et Misrata,
interrompue depuis douze ans. Aucun montant n'a été rendu public.</p>"""
)
CONSULATE = (
    PAGE
    % """<p>Le drapeau russe flotte de nouveau sur la villa de la rue Ben Achour, fermée depuis onze ans. Le consul,
Sergueï Malinov, y délivre des visas depuis lundi, et la Libye y voit un signe de confiance.</p>
<p>Une centaine d'étudiants libyens attendent de partir pour Kazan, où la Russie leur offre des bourses. Les
dossiers seront examinés par ordre d'arrivée, précise le guichet.</p>
<p>L'ambassade, elle, reste pour le moment à Tunis. Aucune date n'est fixée pour son retour.</p>"""
)


def publish(server: RawServer, name: str, *titles: str, article: str = ARTICLE) -> str:
    """Serve a feed at /`name` and a page with the text of `article` for each title; returns the feed's address."""
    items = []
    for number, title in enumerate(titles):
        path = f"/{name}/{number}.html"
        page = response(200, {"Content-Type": "text/html; charset=utf-8"}, article.format(title=title))
        server.route(path, page)
        items.append(f"<item><title>{title}</title><link>{server.url(path)}</link></item>")
    feed = f"<rss version='2.0'><channel><title>{name}</title>{''.join(items)}</channel></rss>"
    server.route(f"/{name}", response(200, {"Content-Type": "application/rss+xml"}, feed))
    return server.url(f"/{name}")


def webhook(url: str) -> str:
    return f'[[channels]]\nname = "hook"\nkind = "webhook"\nurl = {json.dumps(url)}\n'


def mail(port: int) -> str:
    return (
        '[[channels]]\nname = "mail"\nkind = "email"\nhost = "127.0.0.1"\nsecurity = "none"\n'
        f'port = {port}\nto = ["desk@example.org"]\nfrom = "monitor@example.org"\n'
    )


def config_text(
    feeds: Iterable[str] = (),
    channels: Iterable[str] = (),
    *,
    query: str = 'relation("libya", "russia")',
    allow: Sequence[str] = ("127.0.0.0/8",),
) -> str:
    """A `config.toml` for loopback: no age gates, no pause between two requests."""
    tables = [f"[[feeds]]\nurl = {json.dumps(url)}\n" for url in feeds]
    return "\n".join(
        (
            f'[http]\ncontact = "tests@example.org"\nallow_private = {json.dumps(list(allow))}',
            "host_delay_seconds = 0\nhost_connections = 4",
            "[collect]\nmax_age_days = 0\nfirst_poll_max_age_hours = 0",
            "[workers]\nprocesses = 1",
            "[translation]\nfind_installed = false",
            '[log]\nformat = "json"\nlevel = "debug"',
            f"[[topics]]\nname = {json.dumps(TOPIC, ensure_ascii=False)}\nquery = {json.dumps(query)}",
            *channels,
            *tables,
        )
    )


def write_config(folder: Path, *args: object, **settings: object) -> Path:
    path = folder / "config.toml"
    path.write_text(config_text(*args, **settings), encoding="utf-8")  # type: ignore[arg-type]
    return path


class MonitorProcess:
    """`monitor run`, its log in a file beside the configuration. Leaving the `with` block kills it."""

    def __init__(self, config: Path, environ: Mapping[str, str] = {}) -> None:
        self.config = config
        self._log = config.with_name("log.jsonl")
        self._environ = {**os.environ, **environ}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> MonitorProcess:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "monitor", "-c", str(self.config), "run"],
                stderr=log,
                stdout=log,
                env=self._environ,
                cwd=Path(__file__).resolve().parents[1],
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def events(self, words: str) -> list[dict[str, object]]:
        """The events of a kind that were logged so far."""
        lines = [json.loads(line) for line in self.log.splitlines() if line.startswith("{") and line.endswith("}")]
        return [line for line in lines if line["event"] == words]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def stop(self) -> int:
        """SIGTERM, and the exit code. Raises TimeoutExpired after the promised 30 seconds."""
        self.signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """SIGKILL; the process is gone when this returns."""
        self.process.kill()
        self.process.wait()

    def children(self) -> list[int]:
        """The process ids of its children."""
        return [pid for pid in _processes() if _parent(pid) == self.process.pid]


def _processes() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]


def _parent(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])


def alive(pid: int) -> bool:
    """Whether a process runs still; one that is only waiting to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(condition: Callable[[], object], what: str, daemon: MonitorProcess | None = None) -> None:
    """Wait for another process. Raises AssertionError, with the end of the daemon's log, when it never comes."""
    end = time.monotonic() + PATIENCE
    while not condition():
        log = daemon.log[-3000:] if daemon else ""
        assert time.monotonic() < end, f"not within {PATIENCE:g} s: {what}\n{log}"
        assert daemon is None or daemon.process.poll() is None, f"the daemon ended before: {what}\n{log}"
        time.sleep(0.05)
