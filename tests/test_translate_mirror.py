"""A folder of package files as a mirror: what it offers, what it says about the rest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from argos_packages import SMALL, archive, contents
from evil_archives import EVIL

from monitor.errors import PackageError
from monitor.translate import argosmodel, index, metadata, mirror


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two packages under names that say nothing, and a file that is none of ours."""
    (tmp_path / "a.argosmodel").write_bytes(SMALL.read_bytes())
    (tmp_path / "b.argosmodel").write_bytes(archive(contents(from_code="ar", from_name="Arabic")))
    (tmp_path / "notes.txt").write_text("x")
    return tmp_path


def test_a_plain_folder_is_a_mirror(folder: Path) -> None:
    """Each file says itself what it is; no index is needed."""
    found = mirror.read(folder)
    assert [(offer.name, offer.source_name) for offer in found.packages] == [
        ("translate-fr_en-0.1", "French"),
        ("translate-ar_en-1.0", "Arabic"),
    ]
    assert [offer.file for offer in found.packages] == [folder / "a.argosmodel", folder / "b.argosmodel"]
    assert {offer.sha256 for offer in found.packages} == {None}
    assert found.problems == ()


def test_an_index_adds_hashes(folder: Path) -> None:
    """A link to a file by any address gives the file of that name its hash; the folder or the index may be named."""
    known = hashlib.sha256((folder / "b.argosmodel").read_bytes()).hexdigest()
    entries = [{"links": ["https://mirror.example/v1/b.argosmodel?x=1"], "sha256": known}, {"links": ["c"]}, "odd", {}]
    (folder / "index.json").write_text(json.dumps(entries))
    for path in (folder, folder / "index.json"):
        assert [offer.sha256 for offer in mirror.read(path).packages] == [None, known]


@pytest.mark.parametrize("name", ["parent folder", "bomb", "encrypted", "ZIP64", "overlapping entries"])
def test_a_file_that_is_no_package_is_named_and_hides_nothing(folder: Path, name: str) -> None:
    """An evil or damaged archive is reported under its name; the others are offered."""
    (folder / "evil.argosmodel").write_bytes(EVIL[name][0]())
    found = mirror.read(folder)
    assert len(found.packages) == 2
    (problem,) = found.problems
    assert problem.startswith("evil.argosmodel: refused")


def test_metadata_is_read_within_a_bound(folder: Path) -> None:
    """A metadata.json that is larger than any is not read, and one without is said to lack it."""
    big = {**contents(), "fr_en/metadata.json": b" " * (metadata.MAX_BYTES + 1)}
    for files in (big, {key: body for key, body in contents().items() if "metadata" not in key}):
        (folder / "b.argosmodel").write_bytes(archive(files))
        with argosmodel.opened(folder / "b.argosmodel") as model, pytest.raises(PackageError, match="lacks a metadata"):
            model.metadata()


def test_no_folder_and_no_index_are_errors(folder: Path) -> None:
    """Both name the path; a broken index is not passed over, since its hashes were meant to be enforced."""
    with pytest.raises(PackageError, match=r"nowhere: cannot be read: .*--from"):
        mirror.read(folder / "nowhere")
    (folder / "index.json").write_text("{")
    with pytest.raises(PackageError, match=r"index\.json: The package index is not JSON"):
        mirror.read(folder)
    (folder / "index.json").write_bytes(b"[" + b" " * mirror.MAX_INDEX)
    with pytest.raises(PackageError, match="too large"):
        mirror.read(folder)


def test_links_of_an_index_may_be_relative_and_carry_a_hash() -> None:
    """An index of one's own, beside its files on a web server of one's own."""
    entry = {"from_code": "ar", "from_name": "Arabic", "to_code": "en", "to_name": "English"}
    entries = [{**entry, "package_version": "1.0", "links": ["ar_en.argosmodel"], "sha256": "AB" * 32}]
    (offer,) = index.parse(json.dumps(entries).encode(), "https://mirror.example/argos/index.json")
    assert offer.links == ("https://mirror.example/argos/ar_en.argosmodel",)
    assert offer.sha256 == "AB" * 32
    assert index.parse(json.dumps(entries).encode()) == ()
