"""Packages of Argos Translate and LibreTranslate: found, recorded, verified, never written to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argos_packages import unpacked

from monitor.config_places import package_folders
from monitor.errors import PackageError
from monitor.translate import foreign
from monitor.translate.packages import Package, differences, manifest_of, verify

LATER = datetime.now(UTC) + timedelta(hours=1)  # files written now have long settled by then


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where another program keeps one package, French to English."""
    unpacked(tmp_path / "place" / "translate-fr_en-1_0")
    return tmp_path / "place"


def find(place: Path, now: datetime = LATER, *, hashes: bool = False) -> tuple[Package, ...]:
    return foreign.found((place,), place.parent / "models", now, hashes=hashes)


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


def test_a_package_is_found_and_recorded(place: Path) -> None:
    """It is listed like our own, its manifest lies in our folder, and its own folder is as it was."""
    before = snapshot(place)
    (package,) = find(place, hashes=True)
    assert (package.name, package.source, package.target) == ("translate-fr_en-1_0", "fr", "en")
    assert (package.version, package.verified, package.foreign) == ("1.0", True, True)
    assert package.path == place / "translate-fr_en-1_0"
    assert package.manifest_path is not None
    assert package.manifest_path.parent == place.parent / "models" / ".foreign"
    known = manifest_of(package)
    assert known is not None
    assert "model/model.bin" in known.files
    assert snapshot(place) == before


def test_recording_happens_once(place: Path) -> None:
    """What was recorded first is what counts: a later look does not replace it."""
    (package,) = find(place)
    assert package.manifest_path is not None
    first = package.manifest_path.read_bytes()
    (package.path / "model" / "model.bin").write_bytes(b"other weights")
    (package,) = find(place)
    assert package.manifest_path is not None
    assert package.manifest_path.read_bytes() == first


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "other bytes": (lambda p: (p / "model" / "model.bin").write_bytes(bytes(5000)), "SHA-256 differs"),
    "shorter": (lambda p: (p / "model" / "model.bin").write_bytes(b"x"), "has 1 bytes, had 5000"),
    "a new file": (lambda p: (p / "model" / "vmap.txt").write_text("x"), "was not there"),
    "a link for the model": (
        lambda p: ((p / "model").rename(p.parent / ".aside"), (p / "model").symlink_to(p.parent / ".aside")),
        "was not there",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_package_that_changed_is_refused(place: Path, name: str) -> None:
    """Verified like our own: the file is named, and `verify` says so too."""
    damage, said = DAMAGE[name]
    find(place)
    damage(place / "translate-fr_en-1_0")
    (package,) = find(place, hashes=True)
    assert package.verified is False
    assert said in " ".join(str(problem) for problem in differences(package, hashes=True))
    assert said in " ".join(str(problem) for problem in verify(place.parent / "models", (package,)))


@pytest.mark.parametrize("name", ["translate-fr_en-1_0", "fr_en", "fr → en"])
def test_adopt_takes_it_as_it_is_now(place: Path, name: str) -> None:
    """The remedy: a person says that the change was meant, and it is verified against that from then on."""
    find(place)
    (place / "translate-fr_en-1_0" / "model" / "model.bin").write_bytes(b"better weights")
    (adopted,) = foreign.adopt((place,), place.parent / "models", name)
    assert adopted.verified is True
    assert [package.verified for package in find(place, hashes=True)] == [True]


def test_adopt_names_what_there_is(place: Path) -> None:
    """A name that nothing goes by is refused, with those that there are."""
    with pytest.raises(PackageError, match=r"ar_en: no other program .* Installed: translate-fr_en-1_0"):
        foreign.adopt((place,), place.parent / "models", "ar_en")


def test_a_package_that_is_being_written_is_left_alone(place: Path) -> None:
    """Nothing is recorded while files are younger than a minute; once they have settled, it is used."""
    (package,) = find(place, datetime.now(UTC))
    assert (package.verified, package.problem) == (False, foreign.UNSETTLED)
    assert not (place.parent / "models" / ".foreign").exists()
    assert [package.usable for package in find(place)] == [True]


def test_bundled_sentence_splitters_are_not_looked_at(place: Path) -> None:
    """stanza and minisbd are allowed there; what happens in them concerns us as little as what is in them."""
    bundled = place / "translate-fr_en-1_0" / "stanza" / "fr"
    bundled.mkdir(parents=True)
    (bundled / "gsd.pt").write_bytes(b"x")
    (package,) = find(place, hashes=True)
    known = manifest_of(package)
    assert known is not None
    assert not [name for name in known.files if name.startswith("stanza")]
    (bundled / "gsd.pt").write_bytes(b"other")
    assert [package.verified for package in find(place, hashes=True)] == [True]


def test_what_is_no_translation_package_is_passed_over(place: Path) -> None:
    """Other kinds, half packages, odd codes and stray files: none is listed, none hides the good one."""
    unpacked(place / "sbd", type="sbd")
    unpacked(place / "odd", from_code="../x")
    unpacked(place / ".hidden", from_code="ar")
    half = unpacked(place / "half", from_code="ar")
    (half / "model" / "model.bin").unlink()
    (place / "notes.txt").write_text("x")
    assert [package.name for package in find(place)] == ["translate-fr_en-1_0"]


def test_places_that_are_not_there_hold_nothing(place: Path) -> None:
    """Most machines have none of the places. Our own folder is no foreign place, however it is written."""
    models = place.parent / "models"
    assert foreign.found((place.parent / "nowhere", place / "notes.txt"), models, LATER) == ()
    assert foreign.found((place.parent / "x" / ".." / "place",), place, LATER) == ()
    assert len(foreign.found((place, place.parent / "x" / ".." / "place"), models, LATER)) == 1


def test_two_places_may_hold_a_package_of_one_name(place: Path) -> None:
    """Each has a record of its own."""
    shutil.copytree(place, place.parent / "second")
    both = foreign.found((place, place.parent / "second"), place.parent / "models", LATER)
    assert [package.name for package in both] == ["translate-fr_en-1_0"] * 2
    assert len({package.manifest_path for package in both}) == 2


def test_what_cannot_be_recorded_is_not_used(place: Path) -> None:
    """Without a place for the record nothing could be verified later: listed, with the reason, and not used."""
    (place.parent / "models").write_text("a file where the folder should be")
    (package,) = find(place)
    assert package.verified is False
    assert "could not be recorded" in package.problem


def test_the_usual_places() -> None:
    """What Argos's own settings say, from the environment that is handed in; relative paths are none."""
    environ = {"ARGOS_PACKAGES_DIR": "/srv/argos", "XDG_DATA_HOME": "/data", "HOME": "/h/desk"}
    stated, data, home, container = package_folders(environ)
    assert stated == Path("/srv/argos")
    assert data == Path("/data/argos-translate/packages")
    assert home == Path("/h/desk/.local/share/argos-translate/packages")
    assert "libretranslate" in container.parts
    assert package_folders({"ARGOS_PACKAGES_DIR": "packages"}) == (container,)


def test_times_change_with_what_is_there(place: Path) -> None:
    """A new package, a new file in one and a new record are all noticed without reading anything."""
    models, seen = place.parent / "models", set()
    seen.add(foreign.times((place,), models))
    unpacked(place / "translate-ar_en-1_0", from_code="ar")
    os.utime(place / "translate-ar_en-1_0" / "model", (0, 0))  # clocks of file systems tick slowly
    seen.add(foreign.times((place,), models))
    (place / "translate-ar_en-1_0" / "model" / "late.txt").write_text("x")
    seen.add(foreign.times((place,), models))
    find(place)
    seen.add(foreign.times((place,), models))
    assert len(seen) == 4
