"""The large archive is one the program could have written, and its pages are asked and counted: the short profile."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import newsroom
import newsroom_archive

from monitor.archive import Reader

ARTICLES = 400


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("newsroom") / "made.db"
    newsroom_archive.build(path, ARTICLES, tail=500)
    return path


@pytest.fixture
def db(archive: Path) -> Iterator[sqlite3.Connection]:
    with Reader.open(archive) as reader:
        yield reader.connection


def test_a_made_archive_is_whole(db: sqlite3.Connection) -> None:
    """No row points to nothing, and the index holds the words of every article."""
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("SELECT count(*) FROM articles").fetchone()[0] == ARTICLES
    (found,) = db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'the'").fetchone()
    assert found > ARTICLES // 3


def test_the_matches_of_a_made_archive_stand_in_its_texts(db: sqlite3.Connection) -> None:
    """Each sentence is in its article, and its marks are the words of an actor."""
    rows = db.execute("SELECT sentence, spans, text FROM matches JOIN articles ON articles.id = article_id").fetchall()
    assert len(rows) > ARTICLES // 10
    for sentence, spans, text in rows:
        assert sentence in text
        assert all(sentence[start:end].strip() for start, end in json.loads(spans))


def test_pages_are_asked_and_what_was_written_beside_is_counted(archive: Path) -> None:
    """Every request is answered, and the server's memory, its time and the writer's articles are numbers."""
    options = argparse.Namespace(asks=2, clients=2, rate=5.0, only="home", no_peer=True, no_first=True)
    result = newsroom.measure(archive, archive.with_suffix(".toml"), options)
    (row,) = result.rows
    assert (row.case, row.alone.failed, row.alone.asked) == ("home", 0, 2)
    assert row.together is not None
    assert row.together.asked == 2
    assert result.peak_mb > 20
    assert result.index_bytes > 500
    assert result.written is not None
    assert result.written["articles"] > 0
