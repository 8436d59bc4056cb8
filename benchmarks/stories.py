"""How well are articles put together into stories, as they arrive, beside what others do?

    uv run benchmarks/stories.py [--seeds 3] [--model] [--arabic] [--speed 50000] [--json FILE]

The set is that of `stories_data.py`: 113 news documents cut into some 560 articles in 25 languages and 258 pages, which
arrive over four days. Pairwise and B³ (`stories_score.py`) on the half that nothing was tuned on, in the mean over the
seeds that the documents are cut with. Beside it, on the same articles in the same order:

    titles, Jaccard 0.55   two articles whose headlines (English side) share so many of their words (worldmonitor)
    tf-idf, best           cosine of the whole English side to a story's latest article, at the threshold that is best
                           on the half for tuning

`--model`: the French articles get the small model's English (a minute); else they stay untranslated.
`--arabic`: real articles of 2018 in Arabic, untranslated, from the topic file: the pairs that a person says are one.
`--speed N`: processor time of placing an article, and memory, at a window of N articles made of Zipf-distributed words.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from statistics import mean

from stories_data import START, Labelled, build, shared
from stories_made import made
from stories_replay import Replay
from stories_score import Score, b_cubed, pairwise

from monitor.models import Article, TranslationState
from monitor.script import tokens
from monitor.topics.packs import load_packs
from monitor.topics.stories.fingerprint import fingerprint
from monitor.topics.stories.grouping import Rules, place
from monitor.topics.stories.names import Gazetteer, gazetteer
from monitor.topics.stories.window import Window

Found = dict[int, int]  # article → story
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
# Real pairs of one event in the topic file, by line: sanctions on six traffickers (7 and 8 June), Pompeo's
# nomination (13 March), seven years of war in Syria (15 March), the search for Khashoggi (8 October).
ARABIC = ((3, 19), (15, 20), (17, 21), (30, 31))


def ours(items: Sequence[Labelled], names: Gazetteer) -> Found:
    replay = Replay(Window(), Rules())
    for item in items:
        replay.take(fingerprint(item.article, names))
    return replay.stories


def english(article: Article) -> tuple[str, str]:
    return (article.translated_title or article.title), (article.translated_text or article.text)


def titles(items: Sequence[Labelled], least: float = 0.55) -> Found:
    """Joins the story of the first earlier headline that is alike."""
    found: Found = {}
    seen: list[tuple[set[str], int]] = []
    for item in items:
        words = {token.text for token in tokens(english(item.article)[0]) if len(token.text) > 2}
        same = (story for other, story in seen if words and len(words & other) / len(words | other) >= least)
        found[item.article.id] = next(same, item.article.id)
        seen.append((words, found[item.article.id]))
    return found


def nearest(items: Sequence[Labelled]) -> list[tuple[int, int, float]]:
    """(article, the earlier one with the highest cosine, that cosine); frequencies from the past alone."""
    found: list[tuple[int, int, float]] = []
    frequency: Counter[str] = Counter()
    seen: list[tuple[Counter[str], int]] = []
    for item in items:
        words = Counter(token.text for token in tokens(" ".join(english(item.article))) if len(token.text) > 2)
        rarity = {word: math.log((len(seen) + 300) / (1 + frequency[word])) for word in words}
        cosines = ((_cosine(words, other, rarity, frequency, len(seen)), number) for other, number in seen)
        cosine, number = max(cosines, default=(0.0, 0))
        found.append((item.article.id, number, cosine))
        seen.append((words, item.article.id))
        frequency.update(words.keys())
    return found


def tf_idf(items: Sequence[Labelled]) -> Found:
    """Joins the story of the nearest earlier article, at the threshold that is best on the half for tuning."""
    near = nearest(items)
    tries = [_joined(near, least) for least in THRESHOLDS]
    return max(tries, key=lambda found: score(items, found, "tune")[1].f1)


def _joined(near: Sequence[tuple[int, int, float]], least: float) -> Found:
    found: Found = {}
    for article, other, cosine in near:
        found[article] = found[other] if cosine >= least else article
    return found


def _cosine(one: Counter[str], other: Counter[str], rarity: dict[str, float], df: Counter[str], total: int) -> float:
    dot = sum(one[w] * other[w] * rarity[w] ** 2 for w in one.keys() & other.keys())
    if not dot:
        return 0.0
    mine = sum((one[w] * rarity[w]) ** 2 for w in one)
    theirs = sum((n * math.log((total + 300) / (1 + df[w]))) ** 2 for w, n in other.items())
    return float(dot / math.sqrt(mine * theirs))


def score(items: Sequence[Labelled], found: Found, half: str) -> tuple[Score, Score]:
    gold = {item.article.id: item.event for item in items if item.half == half}
    return pairwise(gold, found), b_cubed(gold, found)


def compared(seeds: int, *, model: bool) -> list[dict[str, object]]:
    names = gazetteer(load_packs().values())
    sides: dict[str, Callable[[Sequence[Labelled]], Found]] = {
        "ours": lambda items: ours(items, names),
        "titles, Jaccard 0.55": titles,
        "tf-idf, best": tf_idf,
    }
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        sets = [build(seed, Path(folder) / str(seed) if model else None) for seed in range(1, seeds + 1)]
    for name, side in sides.items():
        scores = [score(items, side(items), "report") for items in sets]
        rows.append({"side": name, "pairwise": _mean(s[0] for s in scores), "b3": _mean(s[1] for s in scores)})
    rows += [{"side": f"ours, recall of {kind}", "b3": kinds} for kind, kinds in _by_kind(sets[0], names).items()]
    return rows


def _mean(scores: object) -> str:
    found = list(scores)  # type: ignore[call-overload]
    precision, recall = mean(s.precision for s in found), mean(s.recall for s in found)
    return f"{precision:.3f} {recall:.3f} {mean(s.f1 for s in found):.3f}"


def _by_kind(items: Sequence[Labelled], names: Gazetteer) -> dict[str, str]:
    """Of the articles made in each way: how many stand with the first article of their document."""
    found = ours(items, names)
    reported = [item for item in items if item.half == "report" and item.kind not in ("page", "original")]
    origins = {}
    for item in items:
        if item.kind == "original":
            origins.setdefault(item.event, set()).add(found[item.article.id])
    with_it = Counter(item.kind for item in reported if found[item.article.id] in origins[item.event])
    return {kind: f"{with_it[kind]} of {n}" for kind, n in sorted(Counter(i.kind for i in reported).items())}


def arabic() -> list[str]:
    """Which of the real pairs were found, and what else was put together."""
    rows = [json.loads(line) for line in shared("topic-libya-russia-dev.jsonl").read_text("utf-8").splitlines()]
    names, replay = gazetteer(load_packs().values()), Replay(Window(), Rules())
    dated = [(at, n) for n, row in enumerate(rows) if (at := _date(row["date"]))]
    for at, n in sorted(dated):
        article = Article(
            id=n + 1, feed_id=None, url="", canonical_url="", outlet=row_outlet(rows[n]), title=rows[n]["title"],
            text=rows[n]["text"], first_seen=at, language=rows[n]["lang"], translation_state=TranslationState.WAITING,
        )  # fmt: skip
        replay.take(fingerprint(article, names))
    groups = [{n - 1 for n, s in replay.stories.items() if s == story} for story in set(replay.stories.values())]
    lines = [f"pair {pair}: {'together' if any({*pair} <= group for group in groups) else 'apart'}" for pair in ARABIC]
    others = [sorted(g) for g in groups if len(g) > 1 and not any({*pair} == g for pair in ARABIC)]
    return [*lines, f"other groups of several articles: {others or 'none'}"]


def row_outlet(row: dict[str, str]) -> str:
    return row["id"].split("/")[2] if "//" in row["id"] else row["source"]


def _date(text: str) -> object:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None


def speed(size: int) -> str:
    """Milliseconds an article and memory, once the window holds `size` articles."""
    window, rules, spent = Window(), Rules(), []
    for print_ in made(size + 1000, START):
        began = time.process_time()
        window.forget(print_.when)
        where = place(window, print_, rules)
        window.add(print_, where.story_id or print_.article_id, where.copy_of)
        spent.append(time.process_time() - began)
    last = sorted(spent[-1000:])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{len(window.articles)} articles, {len(window.stories)} stories: mean {mean(last) * 1e3:.2f} ms, "
        f"median {last[500] * 1e3:.2f}, 95 % {last[950] * 1e3:.2f}, longest {last[-1] * 1e3:.2f}; {memory} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--model", action="store_true")
    parser.add_argument("--arabic", action="store_true")
    parser.add_argument("--speed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.speed:
        print(speed(options.speed))
    rows = compared(options.seeds, model=options.model)
    print(f"{'':32} pairwise P R F1      B³ P R F1")
    for row in rows:
        print(f"{row['side']!s:32} {row.get('pairwise', '')!s:20} {row['b3']}")
    if options.arabic:
        print(*arabic(), sep="\n")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
