"""The text of news pages: ours beside plain trafilatura, from one run on the same pages.

    uv run benchmarks/extract.py [--json FILE] [--rounds N]

Pages and what must come out of them are read from data/html-fundus.tar.xz and data/html-trafilatura.tar.xz (in
$MONITOR_SHARED, or ../shared). Rules and words were written from the failures in the first half of each set; scores on
both halves were seen when choosing between variants. `trafilatura` is `trafilatura.extract(page)` with its defaults;
the second peer leaves out comments and reads the metadata too, as we do.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path = [str(ROOT / "tests"), *(path for path in sys.path if Path(path or ".").resolve() != ROOT / "benchmarks")]

import trafilatura  # noqa: E402
from page_corpora import ANNOTATED, FUNDUS, Page, annotated, f1_strings, f1_texts, fundus  # noqa: E402

from monitor.config import ExtractSettings  # noqa: E402
from monitor.errors import ExtractError  # noqa: E402
from monitor.extract import extract  # noqa: E402

SETTINGS = ExtractSettings()


def ours(page: Page) -> str:
    try:
        return extract(page.body, url=page.url, settings=SETTINGS).text
    except ExtractError:
        return ""


def plain(page: Page) -> str:
    return trafilatura.extract(page.body) or ""


def with_metadata(page: Page) -> str:
    found = trafilatura.bare_extraction(page.body, include_comments=False, with_metadata=True)
    return (found.text or "") if found else ""


SIDES: dict[str, Callable[[Page], str]] = {
    "monitor": ours,
    "trafilatura": plain,
    "trafilatura, no comments, metadata": with_metadata,
}


def timed(side: Callable[[Page], str], pages: list[Page], rounds: int) -> tuple[dict[str, str], float]:
    """The texts by page, and the median of pages per second of CPU over the rounds."""
    rates = []
    for _ in range(rounds):
        start = time.process_time()
        texts = {page.name: side(page) for page in pages}
        rates.append(len(pages) / (time.process_time() - start))
    return texts, statistics.median(rates)


def scores(texts: dict[str, str], whole: list[Page], strings: list[Page]) -> dict[str, float]:
    """F1 on both sets: each half, and all of it."""
    found = {}
    for half in ("first", "second", "all"):
        found[f"text F1, {half}"] = f1_texts(texts, [one for one in whole if half in ("all", one.half)])
        found[f"strings F1, {half}"] = f1_strings(texts, [one for one in strings if half in ("all", one.half)])
    return found


def measure(rounds: int) -> dict[str, Any]:
    whole, strings = fundus(), annotated()
    results: dict[str, Any] = {"pages": {"text": len(whole), "strings": len(strings)}, "rounds": rounds}
    for name, side in SIDES.items():
        texts, rate = timed(side, [*whole, *strings], rounds)
        results[name] = {**scores(texts, whole, strings), "pages per CPU second": rate}
    return results


def show(results: dict[str, Any]) -> None:
    rows = list(results["monitor"])
    pages = results["pages"]
    counts = f"{pages['text']} pages with full text, {pages['strings']} with strings"
    print(f"{counts}; trafilatura {trafilatura.__version__}\n")
    print("".ljust(24) + "".join(name.rjust(len(name) + 3) for name in SIDES))
    for row in rows:
        digits = 1 if row.startswith("pages") else 4
        print(row.ljust(24) + "".join(f"{results[name][row]:{len(name) + 3}.{digits}f}" for name in SIDES))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the results to this file as well")
    parser.add_argument("--rounds", type=int, default=5, help="rounds the rate is the median of (default 5)")
    arguments = parser.parse_args()
    missing = [str(path) for path in (FUNDUS, ANNOTATED) if not path.exists()]
    if missing:
        print(f"missing: {', '.join(missing)}; set MONITOR_SHARED to the folder that holds data/", file=sys.stderr)
        return 2
    logging.disable(logging.CRITICAL)  # trafilatura reports every page it gives up on
    results = measure(arguments.rounds)
    show(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
