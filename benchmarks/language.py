"""The language of sentences and titles: ours beside py3langid as it comes, from one run on the same texts.

    uv run benchmarks/language.py [--json FILE] [--rounds N]

Texts are the NTREX-128 news sentences of data/langid-ntrex.tsv.gz (in $MONITOR_SHARED, or ../shared) in the languages
Argos Translate has packages for; titles are their first six words. The peer's `no` and `nn` count as `nb`.
`macro` is the mean over languages, each counting the same.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path = [str(ROOT / "tests"), *(path for path in sys.path if Path(path or ".").resolve() != ROOT / "benchmarks")]

from page_corpora import SENTENCES, translatable  # noqa: E402
from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: E402

from monitor.extract import identify  # noqa: E402

PEER = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
SETS = {"sentences": None, "six-word titles": 6}


def ours(text: str) -> str:
    return identify(text).code


def bare(text: str) -> str:
    code = PEER.classify(text)[0]
    return "nb" if code in ("no", "nn") else str(code)


SIDES: dict[str, Callable[[str], str]] = {"monitor": ours, "py3langid": bare}


def measure(side: Callable[[str], str], texts: list[tuple[str, str]], rounds: int) -> dict[str, Any]:
    """Accuracy over texts and over languages, median texts per CPU second, and the commonest mistakes."""
    rates = []
    for _ in range(rounds):
        start = time.process_time()
        found = [side(text) for _, text in texts]
        rates.append(len(texts) / (time.process_time() - start))
    asked = Counter(language for language, _ in texts)
    right = Counter(language for (language, _), code in zip(texts, found, strict=True) if language == code)
    wrong = Counter(
        f"{language} as {code}" for (language, _), code in zip(texts, found, strict=True) if language != code
    )
    return {
        "accuracy": right.total() / asked.total(),
        "macro": statistics.mean(right[language] / asked[language] for language in asked),
        "texts per CPU second": statistics.median(rates),
        "mistakes": dict(wrong.most_common(8)),
    }


def show(results: dict[str, Any]) -> None:
    for name, sides in results.items():
        print(f"\n{name}".ljust(26) + "".join(side.rjust(12) for side in SIDES))
        for row in ("accuracy", "macro", "texts per CPU second"):
            digits = 0 if row.startswith("texts") else 4
            print(row.ljust(25) + "".join(f"{sides[side][row]:12.{digits}f}" for side in SIDES))
        print("our mistakes: " + ", ".join(f"{what} {times}" for what, times in sides["monitor"]["mistakes"].items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the results to this file as well")
    parser.add_argument("--rounds", type=int, default=5, help="rounds the rate is the median of (default 5)")
    arguments = parser.parse_args()
    if not SENTENCES.exists():
        print(f"missing: {SENTENCES}; set MONITOR_SHARED to the folder that holds data/", file=sys.stderr)
        return 2
    results: dict[str, Any] = {}
    for name, cut in SETS.items():
        texts = translatable(cut)
        results[name] = {side: measure(SIDES[side], texts, arguments.rounds) for side in SIDES}
    print(f"{len(texts)} texts, {len({language for language, _ in texts})} languages")
    show(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
