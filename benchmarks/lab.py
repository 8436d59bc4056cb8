"""How long trying a topic, and comparing two, takes on 100,000 articles, on the cores of this machine.

    uv run benchmarks/lab.py [--articles N] [--archive FILE] [--rounds N] [--json FILE]

The archive is made first, some 1.2 GB in a temporary folder; `--archive` keeps it, and uses it when it is there (see
`lab_archive.py` for what is in it). Then `monitor topics test` and `diff` run as a person starts them, each in a
process of its own, `--rounds` times: from start to the last line, Python's own start included. Peak MB is that of the
process and of its largest child. Beside them the same with `--exact`, once: nothing estimated, however long it takes.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lab_archive import build  # noqa: E402

CONFIG = """
[archive]
path = "{path}"

[[topics]]
name = "relation"
query = "@libya AND @russia"

[[topics]]
name = "broad"
query = "{broad}"
"""
BROAD = "police"
CASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("test, relation", ("test", "relation")),
    ("test, broad", ("test", "broad")),
    ("test, finds nothing", ("test", "x", "--query", "zyzzyva")),
    ("diff, relation", ("diff", "relation", "@libya AND @russia AND NOT match")),
    ("diff, broad", ("diff", "broad", "police OR minister")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One command."""

    case: str
    seconds: float  # median
    slowest: float
    peak_mb: float
    found: int
    judged: int
    relevant: str  # as printed: a count, or an estimate with its margin


def run(config: Path, words: tuple[str, ...]) -> tuple[float, dict[str, Any]]:
    """Seconds from start to end, and what the command answered."""
    command = [sys.executable, "-m", "monitor", "-c", str(config), "topics", *words, "--all", "--json"]
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - started, json.loads(done.stdout)


def measure(config: Path, case: str, words: tuple[str, ...], rounds: int) -> Row:
    results = [run(config, words) for _ in range(rounds)]
    seconds = [second for second, _ in results]
    answer = results[-1][1]
    relevant = answer["relevant"] if "relevant" in answer else answer["new"]["relevant"]
    return Row(
        case=case,
        seconds=statistics.median(seconds),
        slowest=max(seconds),
        # Of all children so far: an upper bound for each row.
        peak_mb=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        found=answer["hits"] if "hits" in answer else answer["found"],
        judged=answer["judged"],
        relevant=f"{relevant['value']:,.0f}" + (f" ± {relevant['margin']:,.0f}" if relevant["margin"] else ""),
    )


def show(rows: list[Row]) -> None:
    print(f"{'':24}{'median s':>10}{'slowest':>9}{'peak MB':>9}{'found':>9}{'judged':>9}  relevant")
    for row in rows:
        print(
            f"{row.case:24}{row.seconds:>10.2f}{row.slowest:>9.2f}{row.peak_mb:>9.0f}"
            f"{row.found:>9,}{row.judged:>9,}  {row.relevant}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--archive", type=Path, help="keep the archive in this file, or use the one that is there")
    parser.add_argument("--rounds", type=int, default=3, help="runs that the time is the median of (default 3)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the results to this file as well")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (arguments.archive or Path(folder) / "archive.db").resolve()
        if not path.exists():
            build(path, arguments.articles, arguments.seed)
        config = Path(folder) / "config.toml"
        config.write_text(CONFIG.format(path=path, broad=BROAD), encoding="utf-8")
        rows = [measure(config, case, words, arguments.rounds) for case, words in CASES]
        rows += [measure(config, f"{case}, exact", (*words, "--exact"), 1) for case, words in CASES[:2]]
    show(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
