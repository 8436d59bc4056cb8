"""A daemon's writes beside the readers: so many articles a second through the archive's own code, until told to stop.

    uv run benchmarks/newsroom_writer.py FILE [--rate 20] [--seconds N]

Each article goes the way of a real one, in the same transactions: taken from its feed, its page kept, its text
extracted, its language found, its translation kept sentence by sentence, its story opened, its match recorded. What
the stages work out in other processes (extraction, translation) is made up beforehand. Prints one line of JSON at the
end: milliseconds of writing per article, how late it got, and the size of the write-ahead log. Ends at a SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import newsroom_words
from newsroom_plan import plan
from newsroom_text import Batch, Writer

from monitor.archive import Archive, search
from monitor.archive.articles import Candidate
from monitor.archive.connection import shorten_log
from monitor.models import (
    Document,
    Entry,
    Evidence,
    Extracted,
    Language,
    Match,
    Placed,
    Sentence,
    Stage,
    Translation,
    TranslationState,
)
from monitor.run.daemon import LOG_SECONDS, TIDY_AT_MOST

ROUND = 200  # articles made at once
BETWEEN = 20  # articles from one tidying of the index to the next: a second of the usual rate
PAGE = (
    b"<html><body>"
    + b"<p>A paragraph as the publisher has it, with furniture around it.</p>\n" * 400
    + b"</body></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An article to be written."""

    feed_id: int
    url: str
    title: str
    text: str
    language: str
    english: str  # title; "": no translation
    english_text: str
    sentences: tuple[Sentence, ...]
    topic: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of it."""

    articles: int
    seconds: float
    ms_median: float  # of writing one article, all its transactions
    ms_p95: float
    ms_worst: float
    ms_tidied: float  # tidying the index, at most
    late_s: float  # behind the rate asked for, at most
    wal_mb: float  # the write-ahead log at its largest


class Desk:
    """Writes pieces."""

    def __init__(self, path: Path) -> None:
        self.archive = Archive.open(path)
        self._wal = path.with_name(path.name + "-wal")
        self.took: list[float] = []
        self.late = self.wal = self.tidied = 0.0

    def write(self, piece: Piece) -> None:
        started = time.perf_counter()
        now = datetime.now(UTC)
        number = self._take(piece, now)
        self._read(number, piece, now)
        if piece.sentences:
            self._translate(number, piece, now)
        self._match(number, piece, now)
        self.took.append((time.perf_counter() - started) * 1000)

    def tidy(self) -> None:
        """As the daemon does every second, and its log every 15."""
        started = time.perf_counter()
        for _ in range(TIDY_AT_MOST):
            if not search.tidy(self.archive.connection):
                break
        if len(self.took) % (LOG_SECONDS * 20) == 0:
            shorten_log(self.archive.connection)
        self.tidied = max(self.tidied, (time.perf_counter() - started) * 1000)

    def look(self) -> None:
        if self._wal.exists():
            self.wal = max(self.wal, self._wal.stat().st_size / 1e6)

    def _take(self, piece: Piece, now: datetime) -> int:
        entry = Entry(guid=piece.url, link=piece.url, title=piece.title, summary=piece.title, published=now)
        candidate = Candidate(
            entry=entry, keys=(f"guid:{piece.url}", f"url:{piece.url}"), url=piece.url,
            canonical_url=piece.url.removeprefix("https://"), outlet=f"Outlet {piece.feed_id}", alertable=True,
            entry_hash=piece.title, feed_id=piece.feed_id, declared_language=piece.language,
        )  # fmt: skip
        return self.archive.articles.take([candidate], now).new[0]

    def _read(self, number: int, piece: Piece, now: datetime) -> None:
        with self.archive.writing():
            self.archive.pages.keep(number, piece.url, PAGE, "text/html", now)
            self.archive.stages.page_kept(number)
        article = self.archive.articles.get(number)
        assert article is not None
        found = Extracted(text=piece.text, title=piece.title, extractor="trafilatura")
        self.archive.stages.extracted(article, found, piece.url, article.outlet, now)
        state = TranslationState.PENDING if piece.sentences else TranslationState.NOT_NEEDED
        self.archive.stages.identified(number, Language(code=piece.language, confidence=0.99, method="text"), state)

    def _translate(self, number: int, piece: Piece, now: datetime) -> None:
        with self.archive.writing():
            self.archive.articles.update(number, {"stage": Stage.TRANSLATE})
        translation = Translation(
            article_id=number, source_language=piece.language, target_language="en", title=piece.english,
            text=piece.english_text, sentences=piece.sentences, packages=("translate-xx_en-1.9",), score=62.5,
        )  # fmt: skip
        document = Document(article_id=number, language=piece.language, title=piece.title, text=piece.text)
        assert self.archive.translations.keep(translation, document, now)

    def _match(self, number: int, piece: Piece, now: datetime) -> None:
        with self.archive.writing():
            story = self.archive.stories.open(now)
            placed = Placed(article_id=number, story_id=story, similarity=1.0, reason="first of its story", seen_at=now)
            self.archive.stories.put(placed, now)
            self.archive.stories.refresh(story)
            if piece.topic:
                evidence = Evidence(sentence=piece.title, spans=())
                found = Match(topic=piece.topic, article_id=number, side="original", evidence=evidence, score=70)
                self.archive.matches.record(found, {}, now)
            self.archive.articles.update(number, {"stage": Stage.DONE})

    def result(self, seconds: float) -> Written:
        took = sorted(self.took) or [0.0]
        return Written(
            articles=len(self.took),
            seconds=round(seconds, 1),
            ms_median=round(statistics.median(took), 2),
            ms_p95=round(took[int(len(took) * 0.95)], 2),
            ms_worst=round(took[-1], 1),
            ms_tidied=round(self.tidied, 1),
            late_s=round(self.late, 2),
            wal_mb=round(self.wal, 1),
        )


def pieces() -> Iterator[Piece]:
    """Without end."""
    words = newsroom_words.load(tail=20_000)
    run = int(time.time())
    for round_ in range(run, run + 1_000_000):
        what = plan(ROUND, round_)
        batch = Writer(what, words).batch(1, ROUND)
        yield from _pieces(batch, round_)


def _pieces(batch: Batch, round_: int) -> Iterator[Piece]:
    sentences: dict[object, list[Sentence]] = defaultdict(list)
    for number, at, paragraph, source, target, *_ in batch.sentences:
        sentences[number].append(
            Sentence(position=at, paragraph=paragraph, source=source, target=target, unverified=None)  # type: ignore[arg-type]
        )
    topics = {match[1]: match[0] for match in batch.matches}
    for row in batch.articles:
        number, feed_id, _, title, english, language = row[:6]
        yield Piece(
            feed_id=feed_id, url=f"https://outlet{feed_id}.example/live/{round_}/{number}", title=title,
            text=row[18], language=language, english=english, english_text=row[19],
            sentences=tuple(sentences[number]), topic=topics.get(number),
        )  # type: ignore[arg-type]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=3600.0)
    options = parser.parse_args()
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    desk, supply = Desk(options.archive), pieces()
    ready = [next(supply) for _ in range(ROUND)]
    print("writing", flush=True)
    started = time.monotonic()
    while not stopped and (elapsed := time.monotonic() - started) < options.seconds:
        behind = elapsed - len(desk.took) / options.rate
        if behind < 0:
            time.sleep(min(-behind, 0.2))
            continue
        desk.late = max(desk.late, behind)
        desk.write(ready.pop() if ready else next(supply))
        if len(desk.took) % BETWEEN == 0:
            desk.tidy()
        desk.look()
    written = desk.result(time.monotonic() - started)
    desk.archive.close()
    print(json.dumps({name: getattr(written, name) for name in Written.__slots__}), flush=True)


if __name__ == "__main__":
    main()
