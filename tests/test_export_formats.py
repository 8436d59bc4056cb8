"""Exports in each format: the same columns with the right types, exact values, digests that hold."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import web_archive as sample
from newsrooms import NOW
from warcio.archiveiterator import ArchiveIterator

from monitor.archive import Archive, Reader
from monitor.archive.exporting.export import FORMATS, Exported, export, implied
from monitor.archive.exporting.record import KINDS, NAMES, Met, columns
from monitor.archive.exporting.selection import Selection
from monitor.errors import ExportError

DOCS = (Path(__file__).parents[1] / "docs" / "export.md").read_text("utf-8")
PAGE = b"<html>page</html>"
FORMULA = '=HYPERLINK("https://evil.example"), "quoted"\u2028\nend'


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five articles; one has a page, one a title that is a formula with every kind of line end in it."""
    path = sample.build(tmp_path_factory.mktemp("export") / "archive.db")
    with Archive.open(path) as writer, writer.writing():
        writer.articles.update(sample.HOSTILE, {"title": FORMULA})
    return path


def exported(archive: Path, target: Path, selection: Selection | None = None) -> Exported:
    with Reader.open(archive) as reader:
        return export(reader, selection or Selection(), implied(target.name) or "", target)


def test_jsonl_holds_every_column(archive: Path, tmp_path: Path) -> None:
    """An object a line with all columns in order, values as in the archive, and the file is what was reported."""
    done = exported(archive, tmp_path / "a.jsonl")
    data = (tmp_path / "a.jsonl").read_bytes()
    rows = [json.loads(line) for line in data.decode().splitlines()]
    assert [list(row) for row in rows] == [list(NAMES)] * 5
    french = rows[0]
    assert (french["title"], french["translated_title"]) == (sample.FRENCH_TITLE, sample.ENGLISH_TITLE)
    assert (french["first_seen"], french["translation_packages"]) == ("2026-11-24T12:00:00Z", ["translate-fr_en-1.9"])
    assert french["page_sha256"] == hashlib.sha256(PAGE).hexdigest()
    (met,) = french["topics"]
    assert (met["topic"], met["score"], met["relevant"]) == (sample.TOPIC, 100, True)
    assert (rows[4]["title"], rows[4]["page_url"], rows[4]["topics"]) == (FORMULA, None, [])
    assert done == Exported(articles=5, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def test_csv_gives_back_what_it_was_given(archive: Path, tmp_path: Path) -> None:
    """A reader of RFC 4180 gets every cell to the letter, formulas and line ends included; lists are JSON."""
    exported(archive, tmp_path / "a.csv")
    exported(archive, tmp_path / "a.jsonl")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode(), newline="")))
    expected = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert list(rows[0]) == list(NAMES)
    assert [[row[name] for name in NAMES] for row in rows] == [
        [as_cell(row[name]) for name in NAMES] for row in expected
    ]
    assert rows[4]["title"] == FORMULA


def as_cell(value: Any) -> str:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def test_parquet_has_types(archive: Path, tmp_path: Path) -> None:
    """Timestamps in UTC, lists as lists, topics as structs; each column carries its meaning, the file its filters."""
    exported(archive, tmp_path / "a.parquet", Selection(since=NOW))
    table = pq.read_table(tmp_path / "a.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert list(types) == list(NAMES)
    assert (types["first_seen"], types["authors"], types["id"]) == (
        "timestamp[ms, tz=UTC]",
        "list<element: string>",
        "int64",
    )
    assert types["topics"].startswith("list<element: struct<topic: string, score: int64, relevant: bool")
    first = table.slice(0, 1).to_pylist()[0]
    assert first["first_seen"] == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert first["topics"][0]["matched_at"] == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert first["translation_packages"] == ["translate-fr_en-1.9"]
    assert table.schema.field("id").metadata[b"description"] == b"Number of the article; never used twice."
    assert json.loads(table.schema.metadata[b"monitor"]) == {"since": "2026-11-24T12:00:00Z"}


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_warc_is_read_and_checked_by_warcio(archive: Path, tmp_path: Path, name: str) -> None:
    """Page, text, translation and the rest, the last three referring to the page; every digest holds."""
    done = exported(archive, tmp_path / name, Selection(languages=("fr", "ru")))
    assert (done.articles, done.without_page, done.damaged) == (1, 1, 0)
    with (tmp_path / name).open("rb") as file:
        records = [
            (r.rec_type, dict(r.rec_headers.headers), r.content_stream().read(), r.digest_checker.passed)
            for r in ArchiveIterator(file, check_digests=True)
        ]
    assert [kind for kind, *_ in records] == ["warcinfo", "resource", "conversion", "conversion", "metadata"]
    assert all(passed is True for *_, passed in records)
    info, page, text, translation, rest = records
    assert b"software: monitor/" in info[2]
    assert b'monitor-selection: {"languages": ["fr", "ru"]}' in info[2]
    assert page[2] == PAGE
    assert page[1]["WARC-Payload-Digest"] == f"sha256:{hashlib.sha256(PAGE).hexdigest()}"
    assert (page[1]["WARC-Target-URI"], page[1]["WARC-Date"]) == ("https://phare.example/1", "2026-11-24T12:00:00Z")
    assert page[1]["Content-Type"] == "text/html"
    assert {one[1]["WARC-Refers-To"] for one in (text, translation, rest)} == {page[1]["WARC-Record-ID"]}
    assert text[2].decode().startswith(f"{sample.FRENCH_TITLE}\n\nLa Libye")
    assert translation[2].decode().startswith(f"{sample.ENGLISH_TITLE}\n\nLibya and Russia")
    assert json.loads(rest[2])["topics"][0]["topic"] == sample.TOPIC
    check = subprocess.run([Path(sys.executable).with_name("warcio"), "check", tmp_path / name], capture_output=True)
    assert (check.returncode, check.stdout) == (0, b"")


def test_records_of_a_warc_keep_their_ids(archive: Path, tmp_path: Path) -> None:
    """The same page exported twice is the same record, so that two files can be merged."""
    for name in ("a.warc", "b.warc"):
        exported(archive, tmp_path / name)
    ids = [re.findall(rb"WARC-Record-ID: (\S+)", (tmp_path / name).read_bytes())[1:] for name in ("a.warc", "b.warc")]
    assert len(ids[0]) == 4
    assert ids[0] == ids[1]


def test_a_damaged_page_is_left_out_and_counted(archive: Path, tmp_path: Path) -> None:
    """A page that has not the hash it was stored with is no evidence."""
    copy = tmp_path / "archive.db"
    copy.write_bytes(archive.read_bytes())
    with Archive.open(copy) as writer, writer.writing() as connection:
        connection.execute("UPDATE pages SET sha256 = 'another'")
    done = exported(copy, tmp_path / "a.warc")
    assert (done.articles, done.damaged) == (0, 1)
    assert b"resource" not in (tmp_path / "a.warc").read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_export_is_a_readable_file(archive: Path, tmp_path: Path, form: str) -> None:
    """Nothing selected: a file of that format without articles."""
    target = tmp_path / f"a{FORMATS[form][0]}"
    done = exported(archive, target, Selection(languages=("xx",)))
    assert (done.articles, done.bytes) == (0, target.stat().st_size)
    if form == "parquet":
        assert pq.read_table(target).num_rows == 0


@pytest.mark.parametrize("form", FORMATS)
def test_a_failed_export_leaves_the_old_file(archive: Path, tmp_path: Path, form: str) -> None:
    """What stood under the name stays until the new file is whole, and no half file stays behind."""
    target = tmp_path / f"a{FORMATS[form][0]}"
    target.write_bytes(b"old")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with Reader.open(archive) as reader, pytest.raises(KeyboardInterrupt):
        export(reader, Selection(), form, target, stop)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(target.name, b"old")]


def test_a_folder_that_is_not_there_is_named(archive: Path, tmp_path: Path) -> None:
    """The error says which file, why, and what to look at."""
    with pytest.raises(ExportError, match=r"nowhere.a\.csv: cannot be written: .*Check"):
        exported(archive, tmp_path / "nowhere" / "a.csv")


def test_the_documented_columns_are_the_columns() -> None:
    """The tables of docs/export.md, row by row, are those of the code."""
    documented = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", DOCS, re.M)
    assert documented == [(c.name, KINDS[c.kind], c.doc) for c in (*columns(), *columns(Met))]


def test_a_selection_says_only_what_was_asked() -> None:
    """Sides left open are left out of the words that exports carry."""
    asked = Selection(topics=("A",), until=NOW, limit=3)
    assert asked.words() == {"topics": ["A"], "until": "2026-11-24T12:00:00Z", "limit": 3}
    assert replace(asked, topics=(), until=None, limit=None).words() == {}
