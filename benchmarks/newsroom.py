"""How long the pages take on a large archive, asked over HTTP while articles are written beside them.

    uv run benchmarks/newsroom.py [--archive FILE --config FILE] [--asks N] [--only WORD] [--json FILE]

Without --archive one of 20,000 articles is made in a temporary folder (`newsroom_archive.py`; 1,000,000 take a quarter
of an hour). `monitor serve` runs as a process of its own, and so does a writer that puts 20 articles a second through
the archive's own code (`newsroom_writer.py`; FILE grows by what it writes, so give it a copy). Each kind of page is
asked `--asks` times by one client, then all kinds by four at once. Beside it, on the same file and under the same
writes, what Datasette's own page of the table `articles` takes for a search with two facets. Then the first request
after a start, with the file in memory and without, the memory of the server at its most, and the size of the index.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from newsroom_archive import build  # noqa: E402
from newsroom_cases import SEARCH, Case, cases  # noqa: E402
from newsroom_client import Answer, Client, Server, Times, asked_by, datasette, forget, monitor, times  # noqa: E402

RATE = 20
MEMORY_MB = 256
INDEX = ("articles_fts_data", "articles_fts_idx", "articles_fts_docsize", "articles_fts_config")
PEER = ("police", "government", "libya", "prime minister", "Russia")
FIRST = ("home", "topic, busy", "article, matched", "search: English, a common word")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of page."""

    case: str
    alone: Times
    together: Times | None
    cpu: float  # ms of the server's processor time for one request, alone
    target: int  # ms

    @property
    def met(self) -> str:
        if self.alone.failed:
            return f"{self.alone.failed} failed"
        return "yes" if self.alone.p95 <= self.target else "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that is printed."""

    archive: str
    articles: int
    gigabytes: float
    rows: list[Row]
    datasette: Times | None
    first: dict[str, list[float]]  # page → ms with the file in memory, without
    peak_mb: float
    index_bytes: float  # per article
    text_bytes: float  # of the four columns that are indexed, per article
    written: dict[str, float] | None


def measure(archive: Path, config: Path, options: argparse.Namespace) -> Result:
    kinds = [case for case in cases(archive) if options.only in case.name]
    with beside(archive, options.rate) as written:
        with monitor(config) as server:
            rows = _asked(server, kinds, options)
            peak = server.peak_mb()
        peer = None
        if not options.no_peer:
            with datasette(archive) as server:
                peer = _peer(server, archive, options.asks)
    first = (
        {} if options.no_first else {case.name: _first(archive, config, case) for case in kinds if case.name in FIRST}
    )
    articles, index, text = sizes(archive)
    return Result(
        archive=archive.name,
        articles=articles,
        gigabytes=round(archive.stat().st_size / 1e9, 2),
        rows=rows,
        datasette=peer,
        first=first,
        peak_mb=round(peak, 1),
        index_bytes=round(index),
        text_bytes=round(text),
        written=written or None,
    )


@contextmanager
def beside(archive: Path, rate: float) -> Iterator[dict[str, float]]:
    """The writer at work. What it says of itself is in the dictionary afterwards."""
    written: dict[str, float] = {}
    if not rate:
        yield written
        return
    command = [sys.executable, str(ROOT / "benchmarks" / "newsroom_writer.py"), str(archive), "--rate", str(rate)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "writing" not in (line := process.stdout.readline()):
        if not line:
            raise RuntimeError("the writer did not start")
    try:
        yield written
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=120)
        if output.strip():
            written.update(json.loads(output.strip().splitlines()[-1]))


def _asked(server: Server, kinds: Sequence[Case], options: argparse.Namespace) -> list[Row]:
    client = Client(server.port)
    client.ask("", "/")  # imports and templates: the first request is measured apart
    alone: dict[str, Times] = {}
    cpu: dict[str, float] = {}
    for case in kinds:
        before = server.cpu_ms()
        answers = [client.ask(case.name, case.paths[at % len(case.paths)]) for at in range(options.asks)]
        alone[case.name] = times(answers, case.statuses)
        cpu[case.name] = round((server.cpu_ms() - before) / options.asks, 1)
        print(f"{case.name}: {alone[case.name].p95} ms, {alone[case.name].slowest}", file=sys.stderr, flush=True)
    client.close()
    together = _together(server, kinds, options.asks, options.clients)
    return [
        Row(case=case.name, alone=alone[case.name], cpu=cpu[case.name], target=case.target,
            together=times(together[case.name], case.statuses) if case.name in together else None)
        for case in kinds
    ]  # fmt: skip


def _together(server: Server, kinds: Sequence[Case], asks: int, clients: int) -> dict[str, list[Answer]]:
    questions = [(case.name, case.paths[at % len(case.paths)]) for case in kinds for at in range(asks)]
    random.Random(1).shuffle(questions)
    found: dict[str, list[Answer]] = {}
    for answer in asked_by(server.port, clients, questions):
        found.setdefault(answer.case, []).append(answer)
    return found


def _peer(server: Server, archive: Path, asks: int) -> Times:
    client = Client(server.port)
    facets = [("_facet", "language"), ("_facet", "outlet"), ("_size", "20")]
    paths = [f"/{archive.stem}/articles?{urlencode([('_search', word), *facets])}" for word in PEER]
    answers = [client.ask("datasette", paths[at % len(paths)]) for at in range(max(len(paths), asks // 4))]
    client.close()
    return times(answers)


def _first(archive: Path, config: Path, case: Case) -> list[float]:
    """Milliseconds of the first request after a start: with the file in memory, and without."""
    found = []
    for cold in (False, True):
        with monitor(config) as server:
            if cold:
                forget(archive)
            client = Client(server.port)
            found.append(round(client.ask(case.name, case.paths[0]).ms, 1))
            client.close()
    return found


def sizes(archive: Path) -> tuple[int, float, float]:
    """Articles; bytes of the index, and of the text that it is of, per article (the text of a sample)."""
    db = sqlite3.connect(f"{archive.resolve().as_uri()}?mode=ro", uri=True)
    articles = int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    among = ", ".join("?" * len(INDEX))
    index = db.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({among})", INDEX).fetchone()[0]
    text = db.execute(
        """SELECT avg(length(cast(title || text || translated_title || translated_text AS BLOB)))
        FROM articles WHERE id % 97 = 5"""
    ).fetchone()[0]
    db.close()
    return articles, index / articles, text


def show(result: Result) -> None:
    print(f"\n{result.articles:,} articles, {result.gigabytes} GB\n")
    print("| page | median ms | p95 | worst | CPU ms | KB | p95 of four at once | target | met |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in result.rows:
        alone, more = row.alone, row.together.p95 if row.together else "–"
        print(
            f"| {row.case} | {alone.median} | {alone.p95} | {alone.worst} | {row.cpu} | {alone.bytes / 1000:.0f} "
            f"| {more} | {row.target} | {row.met} |"
        )
    if result.datasette:
        peer = result.datasette
        met = f"{peer.failed} failed" if peer.failed else "yes" if peer.p95 <= SEARCH else "no"
        print(
            f"| *Datasette's own search with facets* | {peer.median} | {peer.p95} | {peer.worst} | – "
            f"| {peer.bytes / 1000:.0f} | – | {SEARCH} | {met} |"
        )
    if result.first:
        print("\n| first request after a start | file in memory, ms | file on disk, ms |\n|---|---|---|")
        for name, (warm, cold) in result.first.items():
            print(f"| {name} | {warm} | {cold} |")
    print(f"\nMemory of the server at its most: {result.peak_mb:.0f} MB (limit {MEMORY_MB}).")
    print(f"Index: {result.index_bytes:,.0f} bytes an article, of {result.text_bytes:,.0f} bytes of text.")
    if result.written:
        print("Written beside: " + ", ".join(f"{name} {value:g}" for name, value in result.written.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--config", type=Path, help="default: FILE.toml beside the archive")
    parser.add_argument("--articles", type=int, default=20_000, help="of the archive that is made when none is given")
    parser.add_argument("--asks", type=int, default=20, help="of each kind of page, by one client and again by four")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--rate", type=float, default=RATE, help="articles written a second; 0: none")
    parser.add_argument("--only", default="", help="kinds of page with this in their name")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--no-first", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        archive = options.archive or Path(folder) / "newsroom.db"
        if options.archive is None:
            build(archive, options.articles)
        result = measure(archive, options.config or archive.with_suffix(".toml"), options)
    show(result)
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=1), "utf-8")
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
