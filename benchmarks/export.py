"""How fast are articles exported, in how much memory, and is the daemon's log of writes held back?

    uv run benchmarks/export.py [--articles N] [--json FILE]

Makes an archive of articles with originals, translations, pages and matches, then exports all of it in each format,
each in a process of its own, with a writer beside it that adds an article twenty times a second and puts its log
into the archive once a second. Prints articles a second, the largest memory, the longest single read, and the largest
the log became.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

from zstandard import ZstdCompressor

from monitor.archive import Archive, Reader
from monitor.archive.exporting import reading
from monitor.archive.exporting.export import FORMATS, export
from monitor.archive.exporting.selection import Selection

WORDS = "budget council election harbour minister court match team goal market price school road water law talks port"
_ARTICLE = """
    INSERT INTO articles (id, outlet, title, translated_title, language, first_seen, url, canonical_url, text,
        translated_text, translation_state, stage, authors)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'translated', 'done', '["A"]')"""


def build(path: Path, articles: int) -> None:
    """Some 350 words an article on each side, a page of 6 KB, a match in ten; as word counts of news are."""
    chance = random.Random(1)
    texts = [" ".join(chance.choices(WORDS.split(), k=350)) for _ in range(500)]
    bodies = [f"<html>{text}{number}</html>".encode() * 2 for number, text in enumerate(texts)]
    pages = [(hashlib.sha256(body).hexdigest(), ZstdCompressor(level=6).compress(body)) for body in bodies]
    with Archive.open(path) as archive:
        db = archive.connection
        db.execute("PRAGMA synchronous = OFF")
        db.execute("INSERT INTO topics (name, query) VALUES ('T', 'port')")
        for start in range(1, articles + 1, 10_000):
            with archive.writing():
                ids = range(start, min(start + 10_000, articles + 1))
                db.executemany(_ARTICLE, (_row(number, texts) for number in ids))
                db.executemany(
                    "INSERT INTO pages VALUES (?, ?, '2026-11-24T12:00:00Z', 'text/html', ?, 6000, ?)",
                    ((number, f"https://n.example/{number}", *pages[number % 500]) for number in ids),
                )
                db.executemany(
                    "INSERT INTO matches (topic, article_id, matched_at, side, sentence) "
                    "VALUES ('T', ?, '2026-11-24T12:00:00Z', 'both', 'The port.')",
                    ((number,) for number in ids if number % 10 == 0),
                )


def _row(number: int, texts: list[str]) -> tuple[object, ...]:
    text = texts[number % 500]
    address = f"https://n.example/{number}"
    seen = f"2026-11-{1 + number % 24:02}T12:00:00Z"
    return (
        number,
        f"Outlet {number % 90}",
        text[:60],
        text[:60],
        "fr",
        seen,
        address,
        address,
        text,
        texts[-number % 500],
    )


def measure(path: Path, form: str, target: Path) -> dict[str, object]:
    """In this process: rate, memory, longest read."""
    longest = _timed_reads()
    before = time.perf_counter()
    with Reader.open(path) as reader:
        done = export(reader, Selection(), form, target)
    seconds = time.perf_counter() - before
    return {
        "format": form,
        "articles": done.articles,
        "a_second": round(done.articles / seconds),
        "seconds": round(seconds, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "longest_read_ms": round(1000 * longest[0]),
        "file_mb": round(done.bytes / 1e6, 1),
    }


def _timed_reads() -> list[float]:
    """The longest time that one lot was read in, which is as long as a snapshot of the archive is held."""
    longest, lot = [0.0], reading._lot

    def timed(*values: object) -> list[reading.Record]:
        before = time.perf_counter()
        try:
            return lot(*values)  # type: ignore[arg-type]
        finally:
            longest[0] = max(longest[0], time.perf_counter() - before)

    reading._lot = timed  # type: ignore[assignment]
    return longest


def beside(path: Path, stop: Event, largest: list[int]) -> None:
    """A daemon's writes: an article twenty times a second, the log put into the archive each second."""
    with Archive.open(path) as archive:
        number = 10_000_000 + time.time_ns() % 10_000_000
        wal = path.with_name(path.name + "-wal")
        while not stop.wait(0.05):
            number += 1
            archive.connection.execute(_ARTICLE, _row(number, ["x" * 3000] * 500))
            largest[0] = max(largest[0], wal.stat().st_size)
            if number % 20 == 0:
                archive.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def rows(path: Path, folder: Path) -> Iterator[dict[str, object]]:
    for form, ends in FORMATS.items():
        stop, largest = Event(), [0]
        writer = Thread(target=beside, args=(path, stop, largest))
        writer.start()
        command = [
            sys.executable,
            __file__,
            "--one",
            form,
            "--archive",
            str(path),
            "--to",
            str(folder / f"all{ends[0]}"),
        ]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        stop.set()
        writer.join()
        yield json.loads(said) | {"largest_wal_mb": round(largest[0] / 1e6, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__ or "")[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--to", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.archive, asked.one, asked.to)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = asked.archive or folder / "archive.db"
        if not path.exists():
            build(path, asked.articles)
        found = []
        for row in rows(path, folder):
            found.append(row)
            print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
