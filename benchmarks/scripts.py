"""Recall and precision of topics in each script, beside brute force on real news text, and how fast text is folded.

    uv run benchmarks/scripts.py [--json FILE]

Needs `MONITOR_SHARED` (the folder with data/parallel-ntrex.tar.xz and data/langid-ntrex.tsv.gz).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import script_recall  # noqa: E402
import script_truth  # noqa: E402

from monitor.script import fold, tokens  # noqa: E402

SHARED = Path(os.environ.get("MONITOR_SHARED") or ROOT.parent / "shared")
ROUNDS = 5


def rate(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Million characters a second, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for text in texts:
            work(text)
        best = min(best, time.perf_counter() - start)
    return sum(map(len, texts)) / best / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="Write the numbers to this file.")
    arguments = parser.parse_args()
    rows, speeds = [], {}
    with tempfile.TemporaryDirectory() as folder:
        for group in script_truth.groups(SHARED):
            rows.append(script_recall.measure(group, Path(folder)))
            articles = [" ".join(group.documents[at : at + 20]) for at in range(0, len(group.documents), 20)]
            speeds[group.name] = (rate(fold, articles), rate(tokens, articles))
    print(script_recall.table(rows))
    print(f"\n{'million characters/s':20} {'fold':>7} {'tokens':>7}")
    for name, (folding, cutting) in speeds.items():
        print(f"{name:20} {folding:7.1f} {cutting:7.2f}")
    if arguments.json:
        numbers = [
            {"group": row.name, "queries": row.queries, "recall": row.recall, "precision": row.precision}
            for row in rows
        ]
        arguments.json.write_text(json.dumps(numbers, indent=1))


if __name__ == "__main__":
    main()
