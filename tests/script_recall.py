"""The queries of script_truth run through the index of a batch and through an archive, and counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from script_truth import Group
from topic_index import article

from monitor.archive import Archive
from monitor.archive.articles import Candidate
from monitor.archive.search import BatchIndex
from monitor.models import Entry
from monitor.topics.compile import compile_query

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(slots=True)
class Row:
    """What one group came to. Counted are pairs of a query and a document."""

    name: str
    documents: int
    queries: int = 0
    expected: int = 0
    found: int = 0
    right: int = 0
    differing: int = 0  # queries that batch and archive answer differently
    missed: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 0.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0


def measure(group: Group, folder: Path) -> Row:
    """Every query of the group, through both indexes."""
    row = Row(group.name, len(group.documents))
    batch = BatchIndex(_articles(group.documents))
    path = folder / f"{hashlib.sha256(group.name.encode()).hexdigest()[:8]}.db"
    with Archive.open(path) as archive:
        _fill(archive, group.documents)
        for query in group.truths:
            expression = compile_query(query, {}).fts
            matched = {number - 1 for number in batch.matching(expression)}
            written_out = archive.finding.expand(expression)
            window = archive.finding.window(written_out, newest=1_000_000)
            searched = {card.article_id - 1 for card in window.cards}
            row.differing += matched != searched
            _count(row, group, query, matched)
    batch.close()
    return row


def _count(row: Row, group: Group, query: str, found: set[int]) -> None:
    expected = group.expected(query)
    row.queries += bool(expected)
    row.expected += len(expected)
    row.found += len(found)
    row.right += len(found & expected)
    row.missed += [(query, group.documents[at]) for at in sorted(expected - found)]
    row.wrong += [(query, group.documents[at]) for at in sorted(found - expected)]


def table(rows: Iterable[Row]) -> str:
    """As printed: group, documents, queries that occur, pairs expected, recall, precision, both indexes alike."""
    lines = [
        f"{'group':16} {'docs':>6} {'queries':>8} {'expected':>9} {'recall':>8} {'precision':>10}  batch = archive"
    ]
    for row in rows:
        numbers = f"{row.documents:6,} {row.queries:8} {row.expected:9,} {row.recall:8.4f} {row.precision:10.4f}"
        lines.append(f"{row.name:16} {numbers}  {'yes' if not row.differing else f'{row.differing} differ'}")
    return "\n".join(lines)


def _articles(documents: Sequence[str]) -> list:  # type: ignore[type-arg]
    from dataclasses import replace

    return [replace(article(text=text), id=number) for number, text in enumerate(documents, 1)]


def _fill(archive: Archive, documents: Sequence[str]) -> None:
    with archive.writing():
        candidates = [
            Candidate(
                entry=Entry(link=f"https://outlet.example/{number}"),
                keys=(f"n:{number}",),
                url=f"https://outlet.example/{number}",
                canonical_url=f"https://outlet.example/{number}",
                outlet="outlet.example",
                alertable=False,
                entry_hash="",
            )
            for number in range(1, len(documents) + 1)
        ]
        numbers = archive.articles.take(candidates, NOW).new
        assert list(numbers) == list(range(1, len(documents) + 1))
        for number, text in zip(numbers, documents, strict=True):
            archive.articles.update(number, {"text": text})
