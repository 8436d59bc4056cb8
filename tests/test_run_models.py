"""The shelf: what is served, what is refused and until when, what other programs' packages add."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from argos_packages import SMALL, archive, contents, unpacked
from newsrooms import FakeClock, config

from monitor.archive import Archive, Reader
from monitor.config import TranslationSettings
from monitor.models import Document, SystemClock
from monitor.run.health import status
from monitor.run.models import Shelf
from monitor.run.newsroom import open_newsroom
from monitor.run.translator import Task
from monitor.translate.install import install
from monitor.translate.packages import Package


def put(folder: Path, version: str, **changes: object) -> Package:
    file = folder / "a.argosmodel"
    file.write_bytes(archive(contents(package_version=version, **changes)))
    return install(file, folder / "models")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf with two versions of one pair."""
    put(tmp_path, "1.0")
    put(tmp_path, "1.1")
    return Shelf(TranslationSettings(packages=tmp_path / "models"))


def served(shelf: Shelf, language: str = "fr") -> list[str]:
    return [package.name for package in shelf.route(language)]


def weights(tmp_path: Path, version: str = "1.1") -> Path:
    return tmp_path / "models" / f"translate-fr_en-{version}" / "model" / "model.bin"


def test_a_refused_package_gives_way_to_the_older_one(shelf: Shelf) -> None:
    """What failed verification when it was loaded leads nowhere from then on; the version before it serves."""
    assert served(shelf) == ["translate-fr_en-1.1"]
    shelf.refuse("translate-fr_en-1.1", "translate-fr_en-1.1: model/model.bin has other contents")
    assert served(shelf) == ["translate-fr_en-1.0"]
    assert shelf.refused == ("translate-fr_en-1.1",)
    assert [package.problem for package in shelf.packages] == ["", "model/model.bin has other contents"]
    assert shelf.languages() == {"fr"}


def test_with_nothing_older_there_is_no_way(shelf: Shelf) -> None:
    """When every version is refused, articles wait: nothing refused is ever served."""
    shelf.refuse("translate-fr_en-1.1")
    shelf.refuse("translate-fr_en-1.0")
    assert served(shelf) == []
    assert shelf.languages() == frozenset()


def test_installing_again_ends_the_refusal(shelf: Shelf, tmp_path: Path) -> None:
    """The remedy that the message names works, also with the very same file."""
    weights(tmp_path).write_bytes(bytes(5000))
    shelf.refuse("translate-fr_en-1.1")
    put(tmp_path, "1.1")
    assert served(shelf) == ["translate-fr_en-1.1"]
    assert shelf.refused == ()


def test_a_file_put_back_ends_the_refusal(shelf: Shelf, tmp_path: Path) -> None:
    """Whoever repairs a file from a backup needs no restart either: it is verified anew when it is loaded."""
    good = weights(tmp_path).read_bytes()
    weights(tmp_path).write_bytes(bytes(5000))
    shelf.refuse("translate-fr_en-1.1")
    assert served(shelf) == ["translate-fr_en-1.0"]
    weights(tmp_path).write_bytes(good)
    os.utime(weights(tmp_path), (1, 1))
    assert served(shelf) == ["translate-fr_en-1.1"]


def test_other_processes_know_of_a_refusal(shelf: Shelf, tmp_path: Path) -> None:
    """`monitor status` and `explain` see what the daemon refused; a damaged note about it is no obstacle."""
    shelf.refuse("translate-fr_en-1.1", "is damaged")
    again = Shelf(shelf.settings)
    assert served(again) == ["translate-fr_en-1.0"]
    again.refuse("translate-fr_en-1.0")
    assert Shelf(shelf.settings).refused == ("translate-fr_en-1.0", "translate-fr_en-1.1")
    (tmp_path / "models" / ".refused.json").write_text('{"a": 1}')
    assert served(Shelf(shelf.settings)) == ["translate-fr_en-1.1"]


def test_a_start_tries_everything_again(shelf: Shelf) -> None:
    """A refusal may have been due to settings or to memory, which a restart or a reload may have mended."""
    shelf.refuse("translate-fr_en-1.1", "CTranslate2 cannot load it with device cuda")
    daemon = Shelf(shelf.settings)
    daemon.forget()
    assert served(daemon) == ["translate-fr_en-1.1"]
    assert Shelf(shelf.settings).refused == ()


def test_refusing_what_is_not_there_does_nothing(shelf: Shelf) -> None:
    """A package that was removed while it was being loaded is no reason to fail; the answer says that it is gone."""
    assert shelf.refuse("translate-xx_en-1.0") is False
    assert shelf.refuse("translate-fr_en-1.1") is True
    assert shelf.refuse("translate-fr_en-1.1") is True
    assert served(shelf) == ["translate-fr_en-1.0"]


def test_status_shows_what_is_not_used(shelf: Shelf, tmp_path: Path) -> None:
    """`monitor status`, another process, names the refused package and why."""
    shelf.refuse("translate-fr_en-1.1", "is damaged")
    Archive.open(tmp_path / "archive.db").close()
    with Reader.open(tmp_path / "archive.db") as reader:
        found = status(reader, Shelf(shelf.settings), FakeClock().now(), ())
    assert [(model.name, model.problem) for model in found.models] == [
        ("translate-fr_en-1.0", ""),
        ("translate-fr_en-1.1", "is damaged"),
    ]


def test_another_way_round_is_a_third_language(shelf: Shelf, tmp_path: Path) -> None:
    """For sentences that the first way fails at there is the pivot; an older version is no other way."""
    assert [[p.name for p in way] for way in shelf.routes("fr")] == [["translate-fr_en-1.1"]]
    put(tmp_path, "1.0", to_code="de")
    put(tmp_path, "1.0", from_code="de")
    assert [[p.name for p in way] for way in shelf.routes("fr")] == [
        ["translate-fr_en-1.1"],
        ["translate-fr_de-1.0", "translate-de_en-1.0"],
    ]
    assert shelf.routes("ar") == ()


# ── packages of other programs ───────────────────────────────────────────────────────────────────


class Later(SystemClock):
    """An hour from now: whatever was written has settled."""

    def now(self) -> object:  # type: ignore[override]
        return super().now() + timedelta(hours=1)


def shared(tmp_path: Path, clock: SystemClock | None = None) -> Shelf:
    return Shelf(TranslationSettings(packages=tmp_path / "models"), [tmp_path / "place"], clock=clock or Later())


def test_packages_of_other_programs_serve_in_place(tmp_path: Path) -> None:
    """A language that only they have is translated; one that appears later needs no restart."""
    unpacked(tmp_path / "place" / "translate-fr_en-1_0")
    shelf = shared(tmp_path)
    assert [package.path for package in shelf.route("fr")] == [tmp_path / "place" / "translate-fr_en-1_0"]
    unpacked(tmp_path / "place" / "ar_en", from_code="ar")
    assert served(shelf, "ar") == ["ar_en"]


@pytest.mark.parametrize(
    ("ours", "theirs", "wins"),
    [("1.0", "1.0", "ours"), ("1.0", "1.1", "theirs"), ("1.1", "1.0", "ours")],
)
def test_our_own_wins_at_equal_version(tmp_path: Path, ours: str, theirs: str, wins: str) -> None:
    """The newest version serves, whoever installed it; ours, whose hashes were known from the start, on a draw."""
    put(tmp_path, ours)
    unpacked(tmp_path / "place" / f"translate-fr_en-{theirs}", package_version=theirs)
    (package,) = shared(tmp_path).route("fr")
    assert package.foreign == (wins == "theirs")


def test_a_refused_one_of_ours_gives_way_to_theirs(tmp_path: Path) -> None:
    """Also where both have the same name: the one that was served is the one that is refused."""
    put(tmp_path, "1.0")
    unpacked(tmp_path / "place" / "translate-fr_en-1.0")
    shelf = shared(tmp_path)
    shelf.refuse("translate-fr_en-1.0")
    assert [package.foreign for package in shelf.route("fr")] == [True]
    shelf.refuse("translate-fr_en-1.0")
    assert shelf.route("fr") == ()


def test_what_is_still_being_written_is_looked_at_again(tmp_path: Path) -> None:
    """A package is not used within its first minute, and used after it though no folder changed since."""
    unpacked(tmp_path / "place" / "ar_en", from_code="ar")
    clock = SystemClock()
    shelf = shared(tmp_path, clock)
    assert served(shelf, "ar") == []
    for path in (tmp_path / "place").rglob("*"):
        os.utime(path, (1, 1))
    assert served(shelf, "ar") == ["ar_en"]


def test_a_package_taken_away_is_gone(tmp_path: Path) -> None:
    """The other program may remove its package at any time."""
    unpacked(tmp_path / "place" / "ar_en", from_code="ar")
    shelf = shared(tmp_path)
    assert served(shelf, "ar") == ["ar_en"]
    shutil.rmtree(tmp_path / "place" / "ar_en")
    assert served(shelf, "ar") == []


def test_a_foreign_package_translates_and_is_refused_when_it_changes(tmp_path: Path) -> None:
    """The real model in another program's folder, through the child; then a flipped bit, and ours serves instead."""
    own = install(SMALL, tmp_path / "other")
    theirs = tmp_path / "place" / "translate-fr_en-9_0"
    shutil.copytree(own.path, theirs, ignore=shutil.ignore_patterns("manifest.json"))
    metadata = json.loads((theirs / "metadata.json").read_text())
    (theirs / "metadata.json").write_text(json.dumps({**metadata, "package_version": "9.0"}))
    for path in (theirs, *theirs.rglob("*")):
        os.utime(path, (1, 1))
    before = {path: path.read_bytes() for path in theirs.rglob("*") if path.is_file()}
    settings = replace(config(tmp_path), package_folders=(tmp_path / "place",))

    async def names(task: Task) -> tuple[str, ...]:
        async with open_newsroom(settings, FakeClock()) as context:
            (done,) = await context.translator.translate([task])
            assert "minister" in done.text
            return done.packages

    document = Document(article_id=1, language="fr", title="", text="Le ministre a parlé mardi à Paris.")
    assert asyncio.run(names(Task(document=document))) == ("translate-fr_en-9_0",)
    assert {path: path.read_bytes() for path in theirs.rglob("*") if path.is_file()} == before
    install(SMALL, tmp_path / "models")
    weights = theirs / "model" / "model.bin"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    document = replace(document, text="Le ministre a signé un accord.")
    assert asyncio.run(names(Task(document=document))) == ("translate-fr_en-0.1",)
    (refused,) = [p for p in Shelf(settings.translation, settings.package_folders).packages if not p.usable]
    assert "model/model.bin has other contents" in refused.problem
    assert "monitor models adopt translate-fr_en-9_0" in refused.problem
