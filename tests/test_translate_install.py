"""Installing packages: what is refused, and that whatever happens the old package keeps serving."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from argos_packages import SMALL, archive, contents, metadata
from evil_archives import EVIL, with_entry
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import PackageError
from monitor.translate import argosmodel, manifest
from monitor.translate.install import install
from monitor.translate.packages import installed, verify

GOOD = archive(contents(package_version="1.1"))


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(tmp_path: Path, body: bytes, **more: object) -> str:
    """Try to install `body` beside an old package; the message, after checking that nothing changed."""
    folder = tmp_path / "models"
    old = tmp_path / "old.argosmodel"
    old.write_bytes(archive(contents()))
    install(old, folder)
    before = snapshot(tmp_path)
    new = tmp_path / "new.argosmodel"
    new.write_bytes(body)
    with pytest.raises(PackageError) as caught:
        install(new, folder, **more)  # type: ignore[arg-type]
    new.unlink()
    assert snapshot(tmp_path) == before
    assert [(p.name, p.verified) for p in installed(folder, hashes=True)] == [("translate-fr_en-1.0", True)]
    assert not [path.name for path in folder.iterdir() if path.name.startswith((".staging", ".removed"))]
    assert caught.value.permanent
    return caught.value.message


def test_the_package_we_ship_installs_and_verifies(tmp_path: Path) -> None:
    """A real Argos package: found under its own name, files byte for byte, nothing else in the folder."""
    package = install(SMALL, tmp_path / "models", sha256=hashlib.sha256(SMALL.read_bytes()).hexdigest().upper())
    assert (package.name, package.verified, package.path.name) == ("translate-fr_en-0.1", True, package.name)
    assert verify(tmp_path / "models") == ()
    with zipfile.ZipFile(SMALL) as zipped:
        expected = {info.filename.split("/", 1)[1]: zipped.open(info).read(-1) for info in zipped.infolist()}
    found = snapshot(package.path)
    found.pop(manifest.NAME)
    assert found == expected
    assert {path.name for path in (tmp_path / "models").iterdir()} == {package.name, ".lock"}
    assert stat.S_IMODE(package.path.stat().st_mode) == 0o755


def test_a_newer_version_is_put_beside_the_old_one(tmp_path: Path) -> None:
    """The old one serves articles under way; removing it is somebody's decision."""
    path = tmp_path / "a.argosmodel"
    for version in ("1.0", "1.1"):
        path.write_bytes(archive(contents(package_version=version)))
        install(path, tmp_path / "models", pair=("fr", "en"))
    assert [package.version for package in installed(tmp_path / "models")] == ["1.0", "1.1"]


def test_installing_twice_changes_nothing(tmp_path: Path) -> None:
    """The same files again leave the folder, and its time stamp, alone."""
    path = tmp_path / "a.argosmodel"
    path.write_bytes(GOOD)
    first = install(path, tmp_path / "models")
    inode = first.path.stat().st_ino
    assert install(path, tmp_path / "models") == first
    assert first.path.stat().st_ino == inode


def test_installing_again_mends_a_damaged_package(tmp_path: Path) -> None:
    """A package with a flipped bit is replaced, which is what the error message tells people to do."""
    path = tmp_path / "a.argosmodel"
    path.write_bytes(GOOD)
    package = install(path, tmp_path / "models")
    (package.path / "model" / "model.bin").write_bytes(bytes(5000))
    assert len(verify(tmp_path / "models")) == 1
    assert install(path, tmp_path / "models").verified
    assert verify(tmp_path / "models") == ()


def test_what_argos_bundles_for_itself_is_left_out(tmp_path: Path) -> None:
    """stanza's models are pickles: they are never written to disk, let alone opened."""
    path = tmp_path / "a.argosmodel"
    path.write_bytes(archive({**contents(), "fr_en/stanza/fr/tokenize/gsd.pt": b"x", "fr_en/minisbd/fr.onnx": b"x"}))
    package = install(path, tmp_path / "models")
    assert {path.name for path in package.path.iterdir() if path.is_dir()} == {"model"}


def test_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    """Staging folders of a process that was killed are no package, and go at the next installation."""
    folder = tmp_path / "models"
    for name in (".staging-abc", ".removed-abc"):
        (folder / name / "model").mkdir(parents=True)
        (folder / name / "metadata.json").write_bytes(metadata())
    assert installed(folder) == ()
    (tmp_path / "a.argosmodel").write_bytes(GOOD)
    install(tmp_path / "a.argosmodel", folder)
    assert {path.name for path in folder.iterdir()} == {".lock", "translate-fr_en-1.1"}


# ── refused: damaged on the way ──────────────────────────────────────────────────────────────────


def test_a_wrong_hash_is_refused(tmp_path: Path) -> None:
    """The message gives both hashes."""
    message = refused(tmp_path, GOOD, sha256="ab" * 32)
    assert hashlib.sha256(GOOD).hexdigest() in message
    assert "ab" * 32 in message


@pytest.mark.parametrize("pinned", [True, False], ids=["with a hash", "without"])
def test_truncated_archives_are_refused(tmp_path: Path, pinned: bool) -> None:
    """A download cut off anywhere, and an empty file, are refused with or without a hash to compare."""
    sha256 = hashlib.sha256(GOOD).hexdigest() if pinned else None
    for length in (0, 1, 21, 22, 100, len(GOOD) // 2, len(GOOD) - 22, len(GOOD) - 1):
        assert "refused" in refused(tmp_path, GOOD[:length], sha256=sha256)


def test_web_pages_and_noise_are_refused(tmp_path: Path) -> None:
    """A server's error page saved under the package's name is called what it is."""
    assert "it is a web page" in refused(tmp_path, b"\n<!DOCTYPE html><title>Not found</title>" * 9)
    assert "not a complete ZIP" in refused(tmp_path, random.Random(1).randbytes(100_000))


def test_every_bit_flip_is_refused_or_harmless(tmp_path: Path) -> None:
    """With a hash, all of 300 single-bit flips are refused; without, none changes a byte that is installed."""
    path, folder, chance = tmp_path / "a.argosmodel", tmp_path / "models", random.Random(15)
    path.write_bytes(GOOD)
    sha256, good = hashlib.sha256(GOOD).hexdigest(), manifest.read(install(path, folder).path)
    assert good is not None
    for _ in range(300):
        bad = bytearray(GOOD)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        with pytest.raises(PackageError, match="SHA-256"):
            install(path, folder, sha256=sha256)
        try:
            package = install(path, tmp_path / "unpinned")
        except PackageError:
            continue
        assert {name: file.sha256 for name, file in manifest.read(package.path).files.items()} == {  # type: ignore[union-attr]
            name: file.sha256 for name, file in good.files.items()
        }


# ── refused: made to harm ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", EVIL)
def test_evil_archives_are_refused(tmp_path: Path, name: str) -> None:
    """Each is refused for its own reason, leaves no trace, and the old package keeps serving."""
    build, reason = EVIL[name]
    assert reason in refused(tmp_path, build())


TWELVE = json.loads((Path(__file__).parent / "data" / "evil_archives.json").read_text("utf-8"))


@pytest.mark.parametrize("row", TWELVE, ids=lambda row: row["attack"])
def test_the_twelve_known_attacks_are_refused(tmp_path: Path, row: dict[str, str]) -> None:
    """The attacks of the threat model, by name: refused in these words, the old package verified afterwards."""
    assert row["says"] in refused(tmp_path, EVIL[row["archive"]][0]())


def test_bytes_are_counted_while_they_flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the headers are believed, unpacking stops at the limit."""
    monkeypatch.setattr(argosmodel, "_checked", lambda name, zipped, size: zipped.infolist())
    monkeypatch.setattr(argosmodel, "MAX_UNPACKED", 1 << 20)
    assert "grows too much" in refused(tmp_path, with_entry("fr_en/model/zeros", bytes(2 << 20)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mangled_archives_raise_nothing_but_package_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever is done to the bytes, installing ends in a verified package or in a PackageError."""
    body = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        # Most of what a reader can trip over stands in the directory at the end.
        at = data.draw(st.integers(0, len(body) - 1) | st.integers(max(0, len(body) - 450), len(body) - 1))
        body[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    folder = tmp_path_factory.mktemp("mangled")
    (folder / "a.argosmodel").write_bytes(body)
    try:
        assert install(folder / "a.argosmodel", folder / "models").verified
    except PackageError:
        assert installed(folder / "models") == ()


# ── refused: not a translation package ───────────────────────────────────────────────────────────


def _without(name: str) -> bytes:
    return archive({key: body for key, body in contents().items() if key != f"fr_en/{name}"})


UNFIT: dict[str, tuple[bytes, str]] = {
    "no metadata": (_without("metadata.json"), "lacks a metadata.json"),
    "no weights": (_without("model/model.bin"), "lacks model/model.bin"),
    "no tokenizer": (_without("sentencepiece.model"), "sentencepiece.model"),
    "metadata not JSON": (with_entry("fr_en/metadata.json", b"{"), "cannot be read"),
    "metadata not UTF-8": (with_entry("fr_en/metadata.json", b'"\xff"'), "cannot be read"),
    "metadata a list": (with_entry("fr_en/metadata.json", b"[]"), "not an object"),
    "metadata huge": (with_entry("fr_en/metadata.json", os.urandom(2 << 20)), "lacks a metadata.json"),
    "sentence splitter": (archive(contents(type="sbd")), "no pair of languages"),
    "no source": (archive(contents(from_code=None)), "no pair of languages"),
    "code that is a path": (archive(contents(from_code="../x")), "no pair of languages"),
    "code that is a name": (archive(contents(to_code="English")), "no pair of languages"),
    "same language": (archive(contents(from_code="en")), "is wrong"),
    "version that is a path": (archive(contents(package_version="1/../..")), "is wrong"),
    "version missing": (archive(contents(package_version=None)), "is wrong"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_no_translation_package_is_refused(tmp_path: Path, name: str) -> None:
    """A sound archive without a usable package in it, or one whose codes would make an odd folder name."""
    body, reason = UNFIT[name]
    assert reason in refused(tmp_path, body)


def test_another_pair_than_asked_for_is_refused(tmp_path: Path) -> None:
    """An index that links to the wrong file must not install it."""
    assert "translates fr to en, not ar to en" in refused(tmp_path, GOOD, pair=("ar", "en"))


# ── the disk and other processes ─────────────────────────────────────────────────────────────────


def test_no_such_file(tmp_path: Path) -> None:
    """The message names the path."""
    with pytest.raises(PackageError, match=r"nowhere\.argosmodel: there is no such file"):
        install(tmp_path / "nowhere.argosmodel", tmp_path / "models")


def test_a_full_disk_leaves_the_old_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Space may be found later: the error is transient, says so, and the staging folder is gone."""
    path, folder = tmp_path / "a.argosmodel", tmp_path / "models"
    path.write_bytes(archive(contents()))
    install(path, folder)
    path.write_bytes(GOOD)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PackageError, match="No space left on device") as caught:
        install(path, folder)
    assert not caught.value.permanent
    assert [(p.version, p.verified) for p in installed(folder, hashes=True)] == [("1.0", True)]
    assert {path.name for path in folder.iterdir()} == {".lock", "translate-fr_en-1.0"}


def test_a_folder_that_cannot_be_made_is_transient(tmp_path: Path) -> None:
    """The error names the folder and what to do."""
    (tmp_path / "models").write_text("a file")
    path = tmp_path / "a.argosmodel"
    path.write_bytes(GOOD)
    with pytest.raises(PackageError, match="cannot be written to") as caught:
        install(path, tmp_path / "models")
    assert not caught.value.permanent


def test_processes_that_install_at_once(tmp_path: Path) -> None:
    """Four installations of two versions at the same time: all succeed, two packages, nothing half done."""
    code = "import sys; from pathlib import Path; from monitor.translate.install import install\n"
    code += "print(install(Path(sys.argv[1]), Path(sys.argv[2])).verified)"
    for version in ("1.0", "1.1"):
        (tmp_path / version).write_bytes(archive(contents(package_version=version)))
    running = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path / version, tmp_path / "models"], stdout=subprocess.PIPE)
        for version in ("1.0", "1.1") * 2
    ]
    assert [process.communicate()[0].strip() for process in running] == [b"True"] * 4
    assert {path.name for path in (tmp_path / "models").iterdir()} == {
        ".lock", "translate-fr_en-1.0", "translate-fr_en-1.1"
    }  # fmt: skip
    assert verify(tmp_path / "models") == ()


def test_the_manifest_says_what_was_installed(tmp_path: Path) -> None:
    """Size and SHA-256 of each file, and of the archive it came in: enough to check by hand."""
    path = tmp_path / "a.argosmodel"
    path.write_bytes(GOOD)
    package = install(path, tmp_path / "models")
    plain = json.loads((package.path / manifest.NAME).read_text())
    assert plain["archive"] == hashlib.sha256(GOOD).hexdigest()
    weights = contents()["fr_en/model/model.bin"]
    assert plain["files"]["model/model.bin"] == {"size": 5000, "sha256": hashlib.sha256(weights).hexdigest()}
