"""Graded articles outside the repository, the invented ones within, and how a rule is scored on them."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.archive.search import BatchIndex
from monitor.models import Article, Match, Topic
from monitor.topics.matcher import CompiledTopic, compile_topics, match
from monitor.topics.packs import load_packs
from monitor.topics.readings import Reading, read

SHARED = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).resolve().parents[2] / "shared")
DEVELOPMENT = SHARED / "data" / "topic-libya-russia-dev.jsonl"
CASES = Path(__file__).parent / "data" / "relevance.toml"
BLIND = CASES.with_stem("relevance_blind")
RELATION = 'relation("libya", "russia")'
PACKS = load_packs()


@dataclass(frozen=True, kw_only=True)
class Graded:
    """An article and whether people found it to be about the topic."""

    article: Article
    wanted: bool
    query: str = RELATION
    reason: str = ""  # a kind of reason that the verdict must give
    name: str = ""


def development() -> list[Graded]:
    """Real articles that hold both words, graded by two readers; grade 1 is a passage, 2 the subject."""
    rows = [json.loads(line) for line in DEVELOPMENT.read_text(encoding="utf-8").splitlines()]
    return [Graded(article=_article(at, row), wanted=row["grade"] >= 1) for at, row in enumerate(rows)]


def cases(path: Path = CASES) -> list[Graded]:
    """The invented articles of tests/data/relevance.toml, or of another file like it, in their order."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return [
        Graded(
            article=_article(at, {**row, "lang": row["language"], "text": row["text"].strip()}),
            wanted=row["relevant"],
            query=row.get("query", RELATION),
            reason=row.get("reason", ""),
            name=row["name"],
        )
        for at, row in enumerate(rows)
    ]


def _article(number: int, row: dict[str, str]) -> Article:
    url = f"https://outlet.example/{number}"
    return Article(
        id=number,
        feed_id=None,
        url=url,
        canonical_url=url,
        title=row["title"],
        text=row["text"],
        language=row["lang"],
        translated_title=row.get("translated_title", ""),
        translated_text=row.get("translated_text", "").strip(),
    )


def digest() -> str:
    """Identifies the development file, so that a floor is compared with what it was measured on."""
    return hashlib.sha256(DEVELOPMENT.read_bytes()).hexdigest()


def compiled(query: str, **more: object) -> CompiledTopic:
    return compile_topics([Topic(name="topic", query=query, **more)], PACKS)[0]  # type: ignore[arg-type]


def judged(topic: CompiledTopic, articles: Sequence[Article]) -> list[Match | None]:
    """The match of each article as the pipeline makes it; None where the index does not find it."""
    index = BatchIndex(articles)
    met = index.matching(topic.query.fts)
    index.close()
    return [match(topic, article, ()) if article.id in met else None for article in articles]


def crude(topic: CompiledTopic, article: Article) -> bool:
    """One side in the title, and both in one sentence."""
    readings = read(topic.query, article, ())
    title = [reading for reading in readings if reading.sentence.paragraph == 0]
    return any(map(bool, (_sides(topic, one) for one in title))) and any(_sides(topic, one) == 2 for one in readings)


def _sides(topic: CompiledTopic, reading: Reading) -> int:
    terms = {hit.term for hit in reading.source.hits}
    return sum(not side.terms.isdisjoint(terms) for side in topic.query.sides)


@dataclass(frozen=True)
class Scores:
    """How many were found rightly and wrongly, and how many were missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0


def scored(graded: Sequence[Graded], rule: Callable[[int], bool]) -> Scores:
    """The scores of a rule that says of the n-th article whether to tell."""
    told = [rule(at) for at in range(len(graded))]
    pairs = [(one.wanted, tell) for one, tell in zip(graded, told, strict=True)]
    return Scores(pairs.count((True, True)), pairs.count((False, True)), pairs.count((True, False)))
