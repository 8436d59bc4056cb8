"""Kill the daemon at random moments, again and again, and see whether anything is lost or said twice.

    uv run benchmarks/kill.py --runs 30 [--seed N] [--kills N] [--json FILE]

The sample newsroom is served on loopback; a webhook records every message it is sent. One run is left alone.
In each of the others the daemon gets SIGKILL at a random moment and is started again, until it has been killed
`--kills` times or nothing is owed any more; then it works off the rest. What it leaves behind is compared with
the run that was left alone: articles, matches, alerts received. A repeat is a message that came again; it has
to carry the same id and to say that it may be one.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from daemons import MonitorProcess, alive, config_text, until, webhook  # noqa: E402

from monitor.demo.server import Newsroom  # noqa: E402
from monitor.translate.install import install  # noqa: E402

MODEL = ROOT / "monitor" / "demo" / "models" / "translate-fr_en-small.argosmodel"
ANSWER_SECONDS = 0.3  # the webhook takes this long, as real ones do: time in which a message can be cut off


class Sink:
    """A webhook that records what it is posted, and then takes its time to answer."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self) -> Sink:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(sink) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the request's, below
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                sink.posts.append({**body, "key": self.headers["Idempotency-Key"]})
                time.sleep(ANSWER_SECONDS)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet: the table is for the reader."""

        return Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run left behind. Articles are named by their URLs."""

    kills: int
    starts: int
    seconds: float
    articles: frozenset[str]
    matches: frozenset[tuple[str, str]]  # topic, URL
    alerts: frozenset[tuple[str, str]]  # topic, URL; as received
    folded: frozenset[tuple[str, str]]  # topic, URL; told by no message, with the reason: nothing new in its story
    messages: int  # ids received
    posts: int
    repeats: int  # posts that were not the first of their id
    unmarked: int  # repeats that do not say so
    under_two_ids: int  # alerts that came in messages of different ids
    orphans: int  # child processes that outlived a killed daemon
    unsettled: int  # messages in any state but sent, at the end
    integrity: str  # of the SQLite file


def run(newsroom: Newsroom, kills: int, longest: float, dice: random.Random) -> Outcome:
    """One archive from nothing to done, its daemon killed `kills` times within `longest` seconds of each start."""
    with tempfile.TemporaryDirectory(prefix="monitor-kill-") as name, Sink() as sink:
        folder = Path(name)
        install(MODEL, folder / "models")
        config = folder / "config.toml"
        feeds = [feed.url for feed in newsroom.feeds]
        text = config_text(feeds, [webhook(sink.url)], allow=newsroom.addresses)
        config.write_text(text, encoding="utf-8")
        killed = orphans = 0
        began = time.monotonic()
        while killed < kills and not settled(folder, len(feeds)):
            orphans += _kill_once(config, dice.uniform(0.2, longest))
            killed += 1
        with MonitorProcess(config) as daemon:
            started = len(daemon.events("started"))
            until(lambda: len(daemon.events("started")) > started, "the daemon is ready", daemon)
            until(lambda: settled(folder, len(feeds)), "everything is worked off", daemon)
            seconds = time.monotonic() - began
            assert daemon.stop() == 0, "the daemon did not end in order"
        return _outcome(folder, sink.posts, killed, orphans, seconds)


def _kill_once(config: Path, after: float) -> int:
    """Start the daemon, kill it after so many seconds; returns how many of its children are left."""
    with MonitorProcess(config) as daemon:
        time.sleep(after)
        assert daemon.process.poll() is None, f"the daemon ended by itself:\n{daemon.log[-2000:]}"
        children = daemon.children()
        daemon.kill()
    end = time.monotonic() + 2
    while any(map(alive, children)) and time.monotonic() < end:
        time.sleep(0.02)
    return sum(map(alive, children))


def settled(folder: Path, feeds: int) -> bool:
    """Whether every feed was polled and nothing is owed now: no stage, no alert, no message."""
    if not (folder / "archive.db").exists():
        return False
    database = sqlite3.connect(f"{(folder / 'archive.db').as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        polled, *owed = database.execute(
            """SELECT (SELECT count(DISTINCT feed_id) FROM polls),
            (SELECT count(*) FROM articles WHERE stage <> 'done'),
            (SELECT count(*) FROM alerts WHERE message_id IS NULL AND folded IS NULL
                AND due_at <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now')),
            (SELECT count(*) FROM outbox WHERE state <> 'sent')"""
        ).fetchone()
    except sqlite3.OperationalError:  # killed before the tables were made
        return False
    finally:
        database.close()
    return polled == feeds and not any(owed)


def _outcome(folder: Path, posts: list[dict[str, Any]], kills: int, orphans: int, seconds: float) -> Outcome:
    database = sqlite3.connect(folder / "archive.db")
    matches = "SELECT topic, url FROM matches JOIN articles ON articles.id = article_id WHERE relevant = 1"
    # Folded into a story already told, or put off until its story's next message.
    folded = (
        "SELECT topic, url FROM alerts JOIN articles ON articles.id = article_id "
        "WHERE folded IS NOT NULL OR (message_id IS NULL AND due_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))"
    )
    ids: dict[tuple[str, str], set[str]] = {}
    for post in posts:
        for article in post["articles"]:
            for one in (article, *(article["story"] or {}).get("others", ())):
                ids.setdefault((post["topic"], one["url"]), set()).add(post["key"])
    seen: Counter[str] = Counter()
    unmarked = 0
    for post in posts:
        unmarked += bool(seen[post["key"]]) and not post["repeat"]
        seen[post["key"]] += 1
    found = Outcome(
        kills=kills,
        starts=kills + 1,
        seconds=round(seconds, 1),
        articles=frozenset(row[0] for row in database.execute("SELECT url FROM articles")),
        matches=frozenset(database.execute(matches)),
        alerts=frozenset(ids),
        folded=frozenset(database.execute(folded)),
        messages=len(seen),
        posts=len(posts),
        repeats=len(posts) - len(seen),
        unmarked=unmarked,
        under_two_ids=sum(len(keys) > 1 for keys in ids.values()),
        orphans=orphans,
        unsettled=database.execute("SELECT count(*) FROM outbox WHERE state <> 'sent'").fetchone()[0],
        integrity=database.execute("PRAGMA integrity_check(1)").fetchone()[0],
    )
    database.close()
    return found


def differences(calm: Outcome, killed: Outcome) -> dict[str, int]:
    """What a killed run has too little or too much of, by noun; empty when nothing."""
    # Which of a story's articles are told, and which have nothing new, depends on what came together.
    settled = (calm.alerts | calm.folded, killed.alerts | killed.folded)
    pairs = {"articles": (calm.articles, killed.articles), "matches": (calm.matches, killed.matches), "alerts": settled}
    counts = {
        f"{noun} {word}": len(part)
        for noun, (quiet, loud) in pairs.items()
        for word, part in (("lost", quiet - loud), ("extra", loud - quiet))
    }
    names = ("unmarked", "under_two_ids", "orphans", "unsettled")
    counts |= {name: getattr(killed, name) for name in names}
    counts["damaged"] = int(killed.integrity != "ok")
    return {name: count for name, count in counts.items() if count}


def measure(runs: int, kills: int, seed: int) -> tuple[Outcome, list[Outcome]]:
    """The run that was left alone, and the others."""
    dice = random.Random(seed)
    with Newsroom(datetime.now(UTC), sleep=lambda _: None) as newsroom:
        calm = run(newsroom, 0, 0.0, dice)
        _row("calm", calm, {})
        killed = []
        for number in range(runs):
            killed.append(run(newsroom, kills, calm.seconds, dice))
            _row(str(number + 1), killed[-1], differences(calm, killed[-1]))
    return calm, killed


def _row(name: str, found: Outcome, wrong: dict[str, int]) -> None:
    numbers = (found.kills, len(found.articles), len(found.matches), len(found.alerts), found.messages, found.repeats)
    print(f"{name:>5} " + " ".join(f"{n:>8}" for n in numbers) + f" {found.seconds:>7}  {wrong or 'same'}", flush=True)


def report(calm: Outcome, killed: list[Outcome], seed: int) -> dict[str, Any]:
    """Totals over all runs, ready for JSON."""
    wrong: Counter[str] = Counter()
    for one in killed:
        wrong.update(differences(calm, one))
    sizes = {noun: len(getattr(calm, noun)) for noun in ("articles", "matches", "alerts")}
    return {
        "seed": seed,
        "runs": len(killed),
        "kills": sum(one.kills for one in killed),
        "undisturbed": {**sizes, "messages": calm.messages, "seconds": calm.seconds},
        "messages": sum(one.messages for one in killed),
        "repeats": sum(one.repeats for one in killed),
        "median_seconds": statistics.median(one.seconds for one in killed),
        "wrong": dict(wrong),
        "each": [
            {key: len(value) if isinstance(value, frozenset) else value for key, value in asdict(one).items()}
            for one in killed
        ],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=30, help="runs with kills (default 30)")
    parser.add_argument("--kills", type=int, default=6, help="most kills in one run (default 6)")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments (default 1)")
    parser.add_argument("--json", type=Path, help="write the numbers here too")
    options = parser.parse_args()
    print("  run    kills articles  matches   alerts messages  repeats seconds  compared with the calm run")
    calm, killed = measure(options.runs, options.kills, options.seed)
    found = report(calm, killed, options.seed)
    print(
        f"{found['kills']} kills in {found['runs']} runs; {found['messages']} messages, {found['repeats']} repeats; "
        f"wrong: {found['wrong'] or 'nothing'}."
    )
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
