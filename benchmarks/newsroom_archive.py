"""Writes an archive of as many articles as a newsroom has after three years, from word statistics in six languages.

    uv run benchmarks/newsroom_archive.py FILE [--articles N] [--workers N] [--seed N]

20,000 articles by default, 1,000,000 with --articles 1000000 (6 GB). The tables are the real ones, filled in bulk; the
index is fed as the program feeds it, each column folded, in larger transactions than a living archive sees. In it:
three years of articles that end now, 3 % of them duplicates; 2,000 feeds with two weeks of their polls; 50 topics
whose matches their texts bear out; a story for every article, as the pipeline gives it; the volumes of every hour;
alerts of 60 days; versions, labels, notes, notices. Left out, or kept for a part, since they would make the file
twice as large and no page lists them: sentences, for the latest 3 % and for each twentieth article before; the bodies
of pages; fingerprints, boilerplate, the translation memory. Beside FILE comes a configuration to serve it with.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import newsroom_words
from newsroom_plan import SHARES, WEEK, Plan, moment, plan
from newsroom_stories import Told
from newsroom_text import Batch, Row, Writer

from monitor.archive import Archive, search
from monitor.archive.rows import to_text

BATCH = 1_000
COMMIT = 10  # batches
POLLED = 2 * WEEK
_ARTICLES = """INSERT INTO articles (id, feed_id, outlet, title, translated_title, language, published, first_seen, url,
    canonical_url, authors, language_confidence, language_method, declared_language, content_hash, entry, entry_hash,
    alertable, text, translated_text, translation_state, translation_packages, translation_score, extractor,
    duplicate_of, page_outcome, stage) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"""
_INSERTS = {
    "articles": _ARTICLES,
    "index": "INSERT INTO articles_fts (rowid, title, text, translated_title, translated_text) VALUES (?,?,?,?,?)",
    "aliases": "INSERT INTO aliases VALUES (?,?)",
    "pages": "INSERT INTO pages VALUES (?,?,?,?,?,?,?)",
    "sentences": """INSERT INTO sentences (article_id, position, paragraph, source, target, unverified, score)
        VALUES (?,?,?,?,?,?,?)""",
    "versions": "INSERT INTO versions (article_id, replaced_at, title, text, content_hash) VALUES (?,?,?,?,?)",
    "matches": """INSERT INTO matches (topic, article_id, matched_at, side, sentence, translation, unverified, spans,
        translation_spans, score, reasons, relevant) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)""",
}
_TROUBLES = (
    ("failing", "timeout", "the server did not answer within 20 s", 6.0),
    ("failing", "status 403", "answered 403 Forbidden", 4.0),
)
_writer: Writer | None = None


def build(path: Path, articles: int, *, seed: int = 1, workers: int = 1, tail: int = newsroom_words.TAIL) -> None:
    """Write the archive and the configuration beside it. It has its name when it is whole."""
    what = plan(articles, seed)
    unfinished = path.with_name(path.name + ".unfinished")
    archive = Archive.open(unfinished)
    db = archive.connection
    db.execute("PRAGMA foreign_keys = OFF")  # children come before their stories
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -400000")
    with archive.writing():
        _before(archive, what)
    started = time.perf_counter()
    told = Told(what)
    db.execute("BEGIN")
    for number, batch in enumerate(_batches(what, workers, tail), start=1):
        _insert(db, batch)
        told.take(db, batch)
        if number % COMMIT == 0:
            db.execute("COMMIT")
            print(f"{number * BATCH:,} articles, {time.perf_counter() - started:.0f} s", flush=True)
            db.execute("BEGIN")
    told.finish(db)
    _after(db, what)
    db.execute("COMMIT")
    while search.tidy(db, 5_000):  # as the daemon would have
        pass
    db.execute("PRAGMA journal_mode = WAL")
    archive.close()
    unfinished.rename(path)
    unfinished.with_name(unfinished.name + ".lock").unlink()
    path.with_suffix(".toml").write_text(_config(path, what), "utf-8")


def _batches(what: Plan, workers: int, tail: int) -> Iterator[Batch]:
    """In order. With one worker, written in this process."""
    spans = [(first, min(BATCH, what.articles - first + 1)) for first in range(1, what.articles + 1, BATCH)]
    if workers < 2:
        _start(what, tail)
        yield from map(_write, spans)
        return
    with multiprocessing.Pool(workers, _start, (what, tail)) as pool:
        ahead = 3 * workers  # batches in flight: more would wait in memory for the index
        pending = [pool.apply_async(_write, (span,)) for span in spans[:ahead]]
        for place in range(len(spans)):
            if place + ahead < len(spans):
                pending.append(pool.apply_async(_write, (spans[place + ahead],)))
            yield pending[place].get()
            pending[place] = None  # type: ignore[call-overload]


def _start(what: Plan, tail: int) -> None:
    global _writer
    _writer = Writer(what, newsroom_words.load(tail))


def _write(span: tuple[int, int]) -> Batch:
    assert _writer is not None
    return _writer.batch(*span)


def _insert(db: sqlite3.Connection, batch: Batch) -> None:
    for name, sql in _INSERTS.items():
        db.executemany(sql, getattr(batch, name))


# ── what is there before the articles, and after them ───────────────────────────────────────────────


def _before(archive: Archive, what: Plan) -> None:
    archive.feeds.declare(what.feeds, moment(what.seen[0]))
    archive.matches.declare(what.topics)
    archive.connection.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 33554432)")


def _after(db: sqlite3.Connection, what: Plan) -> None:
    chance = random.Random(what.seed)
    db.execute(
        "INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 1048576)"
    )  # as FTS5 has it by default
    for feed_id in range(1, len(what.feeds) + 1):
        db.executemany(
            """INSERT INTO polls (feed_id, at, outcome, status, entries, new_entries, undated, seconds)
            VALUES (?,?,?,?,?,?,?,?)""",
            _polls(feed_id, what.end, chance),
        )
    _states(db, what, chance)
    _judged(db, what, chance)
    _notices(db, what, chance)


def _polls(feed_id: int, end: datetime, chance: random.Random) -> Iterator[Row]:
    at, every = end - POLLED, timedelta(minutes=chance.choice((30, 60, 60, 120)))
    while (at := at + every * chance.uniform(0.9, 1.1)) < end:
        outcome = chance.choices(("not modified", "nothing new", "new", "error"), (60, 15, 23, 2))[0]
        status = {"not modified": 304, "error": chance.choice((None, 403, 500))}.get(outcome, 200)
        new = chance.randint(1, 5) if outcome == "new" else 0
        yield feed_id, to_text(at), outcome, status, 20 if status == 200 else 0, new, 0, round(chance.random(), 3)


def _states(db: sqlite3.Connection, what: Plan, chance: random.Random) -> None:
    last = to_text(what.end - timedelta(minutes=20))
    db.execute(
        """UPDATE feed_states SET status = 'ok', last_poll_at = ?1, last_success_at = ?1, last_full_at = ?1,
        next_poll_at = ?2,
        last_entry_at = (SELECT max(first_seen) FROM articles WHERE feed_id = feed_states.feed_id)""",
        (last, to_text(what.end + timedelta(minutes=40))),
    )
    for feed_id in chance.sample(range(1, len(what.feeds) + 1), len(what.feeds) // 40):
        db.execute(
            """UPDATE feed_states SET status = ?, error_kind = ?, error = ?, failures = ?,
            last_success_at = ? WHERE feed_id = ?""",
            (*chance.choice(_TROUBLES), to_text(what.end - timedelta(days=chance.randint(1, 9))), feed_id),
        )


def _judged(db: sqlite3.Connection, what: Plan, chance: random.Random) -> None:
    """One match in a hundred has a verdict, one in five hundred a note; a few stories and sources are muted."""
    rows = db.execute("SELECT topic, article_id FROM matches WHERE id % 100 = 7").fetchall()
    at = to_text(what.end - WEEK)
    verdicts = (chance.choices(("accept", "reject"), (3, 1))[0] for _ in rows)
    db.executemany(
        "INSERT INTO labels (topic, article_id, verdict, at, author) VALUES (?,?,?,?,'analyst')",
        [(row[0], row[1], verdict, at) for row, verdict in zip(rows, verdicts, strict=True)],
    )
    db.executemany(
        """INSERT INTO notes (article_id, at, author, text, key)
        VALUES (?,?,'analyst','Ask the desk whether this stands.',?)""",
        [(row[1], at, str(place)) for place, row in enumerate(rows[::5])],
    )
    db.execute("INSERT INTO mutes (kind, subject, at) VALUES ('source', ?, ?)", (what.feeds[-1].title, at))


def _notices(db: sqlite3.Connection, what: Plan, chance: random.Random) -> None:
    """Three hundred in three years, twelve of them open."""
    for number in range(300):
        is_open, raised = number >= 288, what.end - timedelta(days=3 * (300 - number))
        feed_id = chance.randint(1, len(what.feeds))
        feed, topic = what.feeds[feed_id - 1], chance.choice(what.topics)
        kind, subject, title = chance.choice(
            (
                ("feed silent", f"feed {feed_id}", f"{feed.title} has been silent for 26 hours"),
                (
                    "spike",
                    f"{topic.name}/{chance.choice(list(SHARES))}/{number}",
                    f"{topic.name}: five times as many articles as usual",
                ),
            )
        )
        db.execute(
            "INSERT OR IGNORE INTO notices (kind, subject, title, text, raised_at, healed_at) VALUES (?,?,?,?,?,?)",
            (kind, subject, title, "Seen in the last hours. Look at the source.", to_text(raised),
             None if is_open else to_text(raised + timedelta(hours=9))),
        )  # fmt: skip


def _config(path: Path, what: Plan) -> str:
    lines = [f"[archive]\npath = {json.dumps(str(path.resolve()))}\n"]
    for topic in what.topics:
        lines.append(
            f"[[topics]]\nname = {json.dumps(topic.name)}\nquery = {json.dumps(topic.query)}\n"
            f"description = {json.dumps(topic.description)}\nmin_score = {topic.min_score}\n"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1, help="processes that write texts beside the one that indexes")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.archive.exists():
        parser.error(f"{options.archive} exists")
    started = time.perf_counter()
    options.archive.parent.mkdir(parents=True, exist_ok=True)
    build(options.archive, options.articles, seed=options.seed, workers=options.workers)
    print(f"{options.archive}: {options.archive.stat().st_size / 1e9:.2f} GB in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
