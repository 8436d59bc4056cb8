"""What the checks on a translation catch, and how often they object to a good one.

    python benchmarks/faults.py [--sentences 300] [--half odd] [--json PATH] [--show KIND]

Faults of each kind (tests/translation_faults.py says of each what it is) are put into the human translations of
NTREX-128 and FLORES-200 dev, from `../shared/data` or $MONITOR_SHARED: `--sentences` of each language, spread over the
odd lines.
The checks were tuned on the even ones; `--half even` shows those. A fault counts as caught when any check objects.
False alarms are counted over all lines of the half, in their order, per language and per check.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from translation_faults import FAULTS, Example, flores, ntrex  # noqa: E402

from monitor.models import Doubt  # noqa: E402
from monitor.translate.checks import examine  # noqa: E402


def look(example: Example) -> tuple[Doubt, ...]:
    return examine(example.source, example.target, example.language, "en", known=example.known)


def caught(kind: str, examples: Sequence[Example], show: int) -> tuple[Counter[str], Counter[str]]:
    """Faults of one kind injected and caught, by language."""
    chance = random.Random(f"faults {kind}")
    injected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for example in examples:
        spoilt = FAULTS[kind](example, chance)
        if spoilt is None:
            continue
        injected[example.language] += 1
        if look(spoilt):
            found[example.language] += 1
        elif show:
            show -= 1
            print(f"{example.language} {example.line}: {spoilt.source}\n    {spoilt.target}")
    return injected, found


def alarms(examples: Sequence[Example]) -> tuple[Counter[str], Counter[str], float]:
    """Good translations objected to by language, objections by check, and the share of all."""
    languages: Counter[str] = Counter()
    checks: Counter[str] = Counter()
    for example in examples:
        doubts = look(example)
        languages[example.language] += bool(doubts)
        checks.update({doubt.check for doubt in doubts})
    return languages, checks, sum(languages.values()) / len(examples)


def spread(examples: Sequence[Example], count: int) -> list[Example]:
    step = max(1, len(examples) // count)
    return list(examples[::step])[:count]


def show_faults(rows: Sequence[dict[str, object]]) -> None:
    print(f"{'kind of fault':22}{'injected':>10}{'caught':>9}{'%':>8}   least in")
    for row in rows:
        print(f"{row['kind']:22}{row['injected']:>10}{row['caught']:>9}{row['percent']:>8}   {row['least']}")


def faults(examples: Sequence[Example], kinds: Sequence[str], show: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for kind in kinds:
        injected, found = caught(kind, examples, show)
        total = injected.total()
        shares = {language: found[language] / count for language, count in injected.items() if count >= 5}
        least = sorted(shares, key=lambda language: shares[language])[:4]
        rows.append(
            {
                "kind": kind,
                "injected": total,
                "caught": found.total(),
                "percent": round(100 * found.total() / max(1, total), 2),
                "least": ", ".join(
                    f"{language} {100 * shares[language]:.0f}" for language in least if shares[language] < 1
                ),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sentences", type=int, default=300, help="of each language")
    parser.add_argument("--half", choices=("odd", "even"), default="odd")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", choices=sorted(FAULTS), help="print 30 faults of this kind that were not caught")
    options = parser.parse_args()
    odd = options.half == "odd"
    corpus = {language: [one for one in lines if one.line % 2 == odd] for language, lines in ntrex().items()}
    french = [one for one in flores() if one.line % 2 == odd]
    sample = [one for lines in corpus.values() for one in spread(lines, options.sentences)]
    sample += spread(french, options.sentences)
    started = time.perf_counter()
    rows = faults(sample, [options.show] if options.show else list(FAULTS), 30 if options.show else 0)
    show_faults(rows)
    every = [one for lines in corpus.values() for one in lines]
    before = time.perf_counter()
    languages, checks, share = alarms(every)
    each = (time.perf_counter() - before) / len(every)
    print(f"\nfalse alarms on NTREX-128: {100 * share:.2f} % of {len(every)}; {1000 * each:.3f} ms a sentence")
    print(
        "by language, %:",
        ", ".join(f"{code} {100 * languages[code] / len(lines):.1f}" for code, lines in corpus.items()),
    )
    print("by check:", ", ".join(f"{check} {count}" for check, count in checks.most_common()))
    _flores_alarms, flores_checks, flores_share = alarms(french)
    print(f"on FLORES-200 dev, French: {100 * flores_share:.2f} % of {len(french)}; {dict(flores_checks)}")
    print(f"{time.perf_counter() - started:.0f} s")
    if options.json:
        report = {"faults": rows, "false alarms": share, "by language": languages, "by check": checks}
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
