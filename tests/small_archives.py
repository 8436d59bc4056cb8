"""Archives of a few articles, written line by line, for tests of what reads them."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from newsrooms import NOW, candidate

from monitor.archive import Archive
from monitor.archive.rows import to_text
from monitor.models import Article, Match, Reason, Sentence, Topic
from monitor.run.lab import bench, samples
from monitor.run.lab.bench import Bench, open_bench
from monitor.topics.matcher import CompiledTopic, match
from monitor.topics.packs import Pack


@dataclass(frozen=True, kw_only=True)
class Line:
    """An article. Its score is the number behind `score` in its text."""

    title: str
    text: str = ""
    translation: str = ""
    language: str = "en"
    outlet: str = "A"
    days_ago: float = 0.0
    story: int | None = None
    duplicate: bool = False


def write(path: Path, lines: Iterable[Line], now: datetime = NOW) -> Path:
    """An archive with these articles, numbered from 1."""
    archive = Archive.open(path)
    for number, line in enumerate(lines, 1):
        seen = now - timedelta(days=line.days_ago)
        archive.articles.take([candidate(str(number), title=line.title, outlet=line.outlet)], seen)
        columns = {
            "text": line.text,
            "translated_text": line.translation,
            "language": line.language,
            "stage": "done",
            "duplicate_of": 1 if line.duplicate else None,
        }
        with archive.writing() as db:
            archive.articles.update(number, columns)
            if line.translation:
                _translate(db, number, line)
            if line.story:
                _join(db, number, line.story, to_text(seen))
    archive.close()
    return path


def _translate(db: sqlite3.Connection, number: int, line: Line) -> None:
    sql = "INSERT INTO sentences (article_id, position, paragraph, source, target) VALUES (?, ?, ?, ?, ?)"
    db.execute(sql, (number, 0, 0, line.title, ""))
    db.execute(sql, (number, 1, 1, line.text, line.translation))


def _join(db: sqlite3.Connection, number: int, story: int, seen: str | None) -> None:
    db.execute("INSERT OR IGNORE INTO stories (id, first_seen, last_seen) VALUES (?, ?, ?)", (story, seen, seen))
    db.execute(
        """INSERT INTO story_articles (article_id, story_id, joined_at, seen_at, similarity, reason)
        VALUES (?, ?, ?, ?, 1, 'same names')""",
        (number, story, seen, seen),
    )


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matches are judged by the number in the article's text, whatever the real rules would make of it."""
    monkeypatch.setattr(samples, "match", _scored)
    monkeypatch.setattr(bench, "judged", _scored)


def _scored(compiled: CompiledTopic, article: Article, sentences: Sequence[Sentence]) -> Match:
    words = article.text.split()
    score = int(words[words.index("score") + 1]) if "score" in words else 100
    noise = any(name in words for name in compiled.topic.exclude)
    reasons = (Reason(kind="test", points=score, words="as its text says"),)
    relevant = score >= compiled.topic.min_score and not noise
    return replace(match(compiled, article, sentences), score=score, reasons=reasons, relevant=relevant)


@contextmanager
def opened(
    path: Path,
    *topics: Topic,
    seconds: float | None = None,
    processes: int = 1,
    packs: dict[str, Pack] | None = None,
) -> Iterator[Bench]:
    """A bench on an archive; each look at its clock is a second later."""
    ticks = itertools.count()
    with open_bench(path, topics, packs or {}, lambda: float(next(ticks)), seconds=seconds, processes=processes) as it:
        yield it


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)
