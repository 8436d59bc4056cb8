"""Which real articles a topic tells of: a plain AND, a crude rule and ours, from one run on the same articles.

    uv run benchmarks/topics.py [--json FILE] [--rounds N]

Articles are those of data/topic-libya-russia-dev.jsonl (in $MONITOR_SHARED, or ../shared): real ones that hold a word
for Libya and one for Russia, graded by two readers; grade 1 (a passage) and 2 (the subject) are hits. Every one of
them holds both words, so a plain AND of words finds all; @libya AND @russia, of whole words, a few less. The crude
rule wants one side in the title and both in a sentence. Beside them the invented articles of
tests/data/relevance.toml, in many languages and about other countries too.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path = [str(ROOT / "tests"), *(path for path in sys.path if Path(path or ".").resolve() != ROOT / "benchmarks")]

from topic_corpus import (  # noqa: E402
    BLIND,
    DEVELOPMENT,
    Graded,
    Scores,
    cases,
    compiled,
    crude,
    development,
    digest,
    judged,
    scored,
)

from monitor.models import Match  # noqa: E402
from monitor.topics.matcher import CompiledTopic  # noqa: E402
from monitor.topics.matcher import match as match_one  # noqa: E402

SETS = {
    "real articles": development,
    "invented articles": cases,
    "articles written blind": lambda: cases(BLIND),
}
SCORES = range(10, 91, 10)


def matches(graded: list[Graded]) -> list[Match | None]:
    """The match of each article with its own query."""
    found: dict[int, Match | None] = {}
    for query in {one.query for one in graded}:
        mine = [one.article for one in graded if one.query == query]
        found |= {article.id: match for article, match in zip(mine, judged(compiled(query), mine), strict=True)}
    return [found[one.article.id] for one in graded]


def rules(graded: list[Graded], found: list[Match | None]) -> dict[str, Scores]:
    topics = {query: compiled(query) for query in {one.query for one in graded}}
    return {
        "plain AND of words": scored(graded, lambda at: True),
        "@one AND @other": scored(graded, lambda at: found[at] is not None),
        "crude rule": scored(graded, lambda at: crude(topics[graded[at].query], graded[at].article)),
        "relation, ours": scored(graded, lambda at: (match := found[at]) is not None and match.relevant),
    }


def errors(graded: list[Graded], found: list[Match | None]) -> list[dict[str, Any]]:
    """What ours tells of wrongly or misses, with its reasons."""
    return [
        {
            "wanted": one.wanted,
            "title": one.article.title,
            "score": match.score if match else None,
            "reasons": [f"{reason.points:+d} {reason.words}" for reason in match.reasons] if match else ["not met"],
        }
        for one, match in zip(graded, found, strict=True)
        if one.wanted is not (match is not None and match.relevant)
    ]


def by_language(graded: list[Graded], found: list[Match | None]) -> list[str]:
    """For each language, how many articles were judged rightly, of how many."""
    right: dict[str, list[bool]] = {}
    for one, match in zip(graded, found, strict=True):
        right.setdefault(one.article.language or "und", []).append(one.wanted is (match is not None and match.relevant))
    return [f"{language} {sum(each)}/{len(each)}" for language, each in sorted(right.items())]


def sensitivity(graded: list[Graded], found: list[Match | None]) -> dict[int, float]:
    """min_score → F1."""
    return {
        least: scored(graded, lambda at, least=least: (one := found[at]) is not None and one.score >= least).f1
        for least in SCORES
    }


def milliseconds(graded: list[Graded], found: list[Match | None], rounds: int) -> float:
    """For one article that met its query: read, judged, evidence chosen. Best of the rounds."""
    topics = {query: compiled(query) for query in {one.query for one in graded}}
    met = [one for one, match in zip(graded, found, strict=True) if match is not None]
    _timed(topics, met)  # names of countries and noise are read once a language
    return 1000 * min(_timed(topics, met) for _ in range(rounds)) / len(met)


def _timed(topics: dict[str, CompiledTopic], met: list[Graded]) -> float:
    started = time.process_time()
    for one in met:
        match_one(topics[one.query], one.article, ())
    return time.process_time() - started


def report(name: str, rounds: int) -> dict[str, Any]:
    graded = SETS[name]()
    found = matches(graded)
    by_rule = rules(graded, found)
    print(f"\n{name}: {len(graded)}, {sum(one.wanted for one in graded)} of them hits")
    for rule, result in by_rule.items():
        print(f"  {rule:20} precision {result.precision:.2f}  recall {result.recall:.2f}  F1 {result.f1:.2f}")
    curve = sensitivity(graded, found)
    print("  F1 by min_score:", "  ".join(f"{least} {f1:.2f}" for least, f1 in curve.items()))
    took = milliseconds(graded, found, rounds)
    print(f"  {took:.2f} ms of one core an article")
    print("  right by language:", "  ".join(by_language(graded, found)))
    wrong = errors(graded, found)
    print(f"  errors: {len(wrong)}")
    for one in wrong:
        print(f"    {'missed' if one['wanted'] else 'wrongly told'}: {one['title']} (score {one['score']})")
        print("      " + "; ".join(one["reasons"]))
    scores = {rule: {"precision": r.precision, "recall": r.recall, "f1": r.f1} for rule, r in by_rule.items()}
    return {"articles": len(graded), "rules": scores, "f1 by min_score": curve, "ms": took, "errors": wrong}


def main() -> None:
    parser = argparse.ArgumentParser(description="Relevance beside a plain AND and a crude rule.")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--rounds", type=int, default=3, help="timings are the best of this many rounds")
    chosen = parser.parse_args()
    if not DEVELOPMENT.exists():
        sys.exit(f"{DEVELOPMENT} is not there; set MONITOR_SHARED to the folder that holds data/{DEVELOPMENT.name}")
    found: dict[str, Any] = {"sha256": digest()} | {name: report(name, chosen.rounds) for name in SETS}
    if chosen.json:
        chosen.json.write_text(json.dumps(found, ensure_ascii=False, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
