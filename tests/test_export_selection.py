"""Which articles an export holds, and how the archive is read for it."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import web_archive as sample
from newsrooms import NOW, candidate

from monitor.archive import Archive, Reader
from monitor.archive.exporting.export import export
from monitor.archive.exporting.reading import records
from monitor.archive.exporting.selection import Selection, chosen
from monitor.errors import QueryError
from monitor.models import Evidence, Match, Placed

FRENCH, CHINESE, ARABIC, RUSSIAN, HOSTILE = 1, 2, 3, 4, 5
DUPLICATE, LATER = 6, 7


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's five, a duplicate of the first, one that came a day later; a story, and a match that counts not."""
    path = sample.build(tmp_path_factory.mktemp("export") / "archive.db")
    passed_over = Match(
        topic=sample.TOPIC,
        article_id=RUSSIAN,
        side="original",
        evidence=Evidence(sentence="x"),
        score=9,
        relevant=False,
    )
    with Archive.open(path) as writer:
        writer.articles.take([candidate("six", title="Again", outlet="Le Phare")], NOW)
        later = candidate("seven", title="Later", outlet="WWW.Later.example", url="https://www.later.example/7")
        writer.articles.take([later], NOW + timedelta(days=1))
        with writer.writing():
            writer.articles.update(DUPLICATE, {"duplicate_of": FRENCH})
            writer.matches.record(passed_over, {}, NOW)
            story = writer.stories.open(NOW)
            for article_id in (FRENCH, ARABIC):
                writer.stories.put(
                    Placed(article_id=article_id, story_id=story, similarity=1.0, reason="", seen_at=NOW), NOW
                )
    return path


CASES: dict[str, tuple[Selection, list[int]]] = {
    "everything but duplicates": (Selection(), [1, 2, 3, 4, 5, 7]),
    "a topic, what counts": (Selection(topics=(sample.TOPIC,), relevant=True), [FRENCH]),
    "a topic, all it met": (Selection(topics=(sample.TOPIC,)), [FRENCH, RUSSIAN]),
    "any topic, what counts": (Selection(relevant=True), [FRENCH]),
    "a topic nobody met": (Selection(topics=("other",)), []),
    "since a moment, itself included": (Selection(since=NOW + timedelta(days=1)), [LATER]),
    "until a moment, itself left out": (Selection(until=NOW + timedelta(days=1)), [1, 2, 3, 4, 5]),
    "languages": (Selection(languages=("ar", "zh")), [CHINESE, ARABIC]),
    "an outlet, whatever its case": (Selection(sources=("le phare",)), [FRENCH]),
    "a host, without www": (Selection(sources=("later.example",)), [LATER]),
    "a query": (Selection(expression='"Benghazi" OR "利比亚"'.replace("利比亚", "利 比 亚")), [FRENCH, CHINESE]),
    "a story": (Selection(story=1), [FRENCH, ARABIC]),
    "two sides at once": (Selection(story=1, languages=("ar",)), [ARABIC]),
    "the newest so many": (Selection(limit=2), [HOSTILE, LATER]),
    "the newest of a source": (Selection(sources=("news.example",), limit=2), [RUSSIAN, HOSTILE]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_selected_articles(archive: Path, name: str) -> None:
    """Each filter alone and two together select these and no others, in order."""
    selection, expected = CASES[name]
    with Reader.open(archive) as reader:
        assert chosen(reader.connection, selection).tolist() == expected


def test_a_query_that_cannot_be_run_says_so(archive: Path) -> None:
    """SQLite's complaint comes as an error of ours."""
    with Reader.open(archive) as reader, pytest.raises(QueryError, match="could not be run"):
        chosen(reader.connection, Selection(expression='"open'))


def test_reads_do_not_hold_the_log_of_writes(archive: Path, tmp_path: Path) -> None:
    """Between two lots of an export the whole write-ahead log can be put into the archive and cut to nothing."""
    copy = tmp_path / "archive.db"
    copy.write_bytes(archive.read_bytes())
    with Archive.open(copy) as writer, Reader.open(copy) as reader:
        lots = records(reader.connection, chosen(reader.connection, Selection()), lot=2)
        assert [record.id for record in next(lots)] == [1, 2]
        with writer.writing():
            writer.articles.update(3, {"title": "Changed meanwhile"})
        busy, left, _ = writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert (busy, left) == (0, 0)
        assert next(lots)[0].title == "Changed meanwhile"


def test_no_part_of_a_selection_reads_articles(archive: Path) -> None:
    """Ids are told by indices alone: rows, with their texts, are not touched to find out which are meant."""
    selection = Selection(since=NOW, languages=("fr",), topics=("x",), relevant=True, story=1)
    plans: list[str] = []
    with Reader.open(archive) as reader:
        reader.connection.set_trace_callback(plans.append)
        chosen(reader.connection, selection)
        reader.connection.set_trace_callback(None)
        told = [row["detail"] for row in reader.connection.execute(f"EXPLAIN QUERY PLAN {plans[-1]}")]
    of_articles = [line for line in told if "articles" in line and "story_articles" not in line]
    assert of_articles
    assert [line for line in of_articles if "COVERING INDEX" not in line] == []


def test_memory_stays_flat(archive: Path, tmp_path: Path) -> None:
    """Lots are dropped once written: no more than one is alive at a time."""
    alive: list[int] = []
    with Reader.open(archive) as reader:
        ids = chosen(reader.connection, Selection())
        for lot in records(reader.connection, ids, lot=2):
            alive.append(len(lot))
        done = export(reader, Selection(), "jsonl", tmp_path / "a.jsonl")
    assert alive == [2, 2, 2]
    assert done.articles == 6


def test_the_connection_cannot_write(archive: Path) -> None:
    """An export reads through a connection that SQLite itself keeps from writing."""
    with Reader.open(archive) as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.connection.execute("DELETE FROM articles")
