"""Installed packages: what is found, which route is taken, what verifying and removing do."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from argos_packages import SMALL, archive, contents

from monitor.errors import PackageError
from monitor.translate import index, manifest
from monitor.translate.install import install
from monitor.translate.packages import Package, differences, installed, remove, verify
from monitor.translate.routes import route, translatable


def put(folder: Path, **changes: object) -> Package:
    """Install a made-up package."""
    path = folder.parent / "made-up.argosmodel"
    path.write_bytes(archive(contents(**changes)))
    return install(path, folder)


def named(source: str, target: str, version: str = "1.0", verified: bool | None = None) -> Package:
    name = f"translate-{source}_{target}-{version}"
    return Package(
        name=name, source=source, target=target, version=version, path=Path(name), size_bytes=1, verified=verified
    )


def names(packages: tuple[Package, ...]) -> list[str]:
    return [package.name.removeprefix("translate-") for package in packages]


def test_importing_the_room_writes_nothing_to_the_home_directory(tmp_path: Path) -> None:
    """Argos's settings module creates three folders under the home directory; ours must not."""
    home, packages = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    code = (
        "import os; before = dict(os.environ)\n"
        "import sys, monitor.translate.packages, monitor.translate.engine\n"
        "assert dict(os.environ) == before\n"
        "print(*({'stanza', 'torch', 'argostranslate.translate'} & sys.modules.keys()))"
    )
    environment = {**os.environ, "HOME": str(home), "ARGOS_PACKAGES_DIR": str(packages), "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    assert list(tmp_path.iterdir()) == [home]
    assert list(home.iterdir()) == []


def test_installed_lists_translation_packages_and_nothing_else(tmp_path: Path) -> None:
    """Half-installed folders, stray folders and files, and packages of other kinds are passed over."""
    folder = tmp_path / "models"
    put(folder)
    (folder / ".staging-x").mkdir()
    (folder / "notes").mkdir()
    (folder / "readme.txt").write_text("x")
    (folder / "broken").mkdir()
    (folder / "broken" / "metadata.json").write_text("{")
    (folder / "list").mkdir()
    (folder / "list" / "metadata.json").write_text("[]")
    (folder / "sbd").mkdir()
    (folder / "sbd" / "metadata.json").write_text('{"type": "sbd", "from_code": "fr", "to_code": "fr"}')
    (package,) = installed(folder)
    assert (package.name, package.source, package.target) == ("translate-fr_en-1.0", "fr", "en")
    assert (package.source_name, package.version, package.verified) == ("French", "1.0", None)
    assert package.size_bytes == sum(file.stat().st_size for file in package.path.rglob("*") if file.is_file())


def test_no_folder_means_no_packages(tmp_path: Path) -> None:
    """A fresh machine has no folder yet, which is no error."""
    assert installed(tmp_path / "none") == ()
    assert verify(tmp_path / "none") == ()


def test_verified_says_what_was_looked_at(tmp_path: Path) -> None:
    """None before hashing, True after it, False when a size or a hash differs or there is no manifest."""
    package = put(tmp_path / "models")
    (hashed,) = installed(tmp_path / "models", hashes=True)
    assert hashed.verified is True
    weights = package.path / "model" / "model.bin"
    weights.write_bytes(weights.read_bytes()[::-1])
    assert [p.verified for p in installed(tmp_path / "models")] == [None]
    assert [p.verified for p in installed(tmp_path / "models", hashes=True)] == [False]
    weights.write_bytes(b"short")
    assert [p.verified for p in installed(tmp_path / "models")] == [False]
    (package.path / manifest.NAME).unlink()
    assert [p.verified for p in installed(tmp_path / "models")] == [False]


def test_verify_refuses_every_single_bit_flip(tmp_path: Path) -> None:
    """CTranslate2 loads flipped weights silently (26 of 29 measured), so the hashes must find all of them."""
    package = put(tmp_path / "models")
    files = sorted(file for file in package.path.rglob("*") if file.is_file() and file.name != manifest.NAME)
    chance = random.Random(15)
    for _ in range(1000):
        file = chance.choice(files)
        good = file.read_bytes()
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        file.write_bytes(bad)
        assert [problem.file for problem in verify(tmp_path / "models")] == [file.relative_to(package.path).as_posix()]
        file.write_bytes(good)
    assert verify(tmp_path / "models") == ()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package we ship, installed."""
    return install(SMALL, tmp_path_factory.mktemp("small"))


def test_a_thousand_flips_in_the_package_we_ship_are_all_refused(small: Package) -> None:
    """A real model of 10 MB, one bit flipped anywhere in its files, a thousand times: each time it is refused."""
    files = sorted(file for file in small.path.rglob("*") if file.is_file() and file.name != manifest.NAME)
    sizes = [file.stat().st_size for file in files]
    chance, caught = random.Random(3), 0
    for file in chance.choices(files, weights=sizes, k=1000):
        with file.open("r+b") as stream:
            position = chance.randrange(file.stat().st_size)
            stream.seek(position)
            good = stream.read(1)
            stream.seek(position)
            stream.write(bytes([good[0] ^ (1 << chance.randrange(8))]))
            stream.flush()
            found = next(differences(small, hashes=True), None)
            caught += found is not None and found.file == file.relative_to(small.path).as_posix()
            stream.seek(position)
            stream.write(good)
    assert caught == 1000
    assert list(differences(small, hashes=True)) == []


def test_a_zeroed_hole_is_refused(small: Package) -> None:
    """64 KiB of zeros in the middle of the weights, as a bad disk leaves them: same size, refused."""
    weights = small.path / "model" / "model.bin"
    good = weights.read_bytes()
    weights.write_bytes(good[: 4 << 20] + bytes(64 << 10) + good[(4 << 20) + (64 << 10) :])
    assert [problem.file for problem in differences(small, hashes=True)] == ["model/model.bin"]
    weights.write_bytes(good)


def test_a_link_in_place_of_the_model_folder_is_a_problem(tmp_path: Path) -> None:
    """What lies behind a link is vouched for by nobody, even while its files have the right bytes."""
    package = put(tmp_path / "models")
    (package.path / "model").rename(tmp_path / "aside")
    (package.path / "model").symlink_to(tmp_path / "aside")
    assert [str(problem) for problem in verify(tmp_path / "models")] == [
        "translate-fr_en-1.0: model was not there when the package was installed"
    ]


def test_an_altered_manifest_cannot_vouch_for_altered_files(tmp_path: Path) -> None:
    """A bit flipped in the manifest is found too, unless it changes nothing that the manifest says."""
    package = put(tmp_path / "models")
    path = package.path / manifest.NAME
    good, meant = path.read_bytes(), manifest.read(package.path)
    for position in range(len(good)):
        bad = bytearray(good)
        bad[position] ^= 1 << (position % 7)
        path.write_bytes(bad)
        assert manifest.read(package.path) in (None, meant)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda p: (p / "model" / "model.bin").unlink(), "model/model.bin cannot be read"),
        (lambda p: (p / "model" / "vmap.txt").write_text("x"), "model/vmap.txt was not there"),
        (lambda p: (p / "model" / "model.bin").write_bytes(bytes(5000)), "SHA-256 differs"),
        (lambda p: (p / "README.md").write_text("x"), "README.md has 1 bytes"),
    ],
    ids=["missing", "added", "zeroed", "shorter"],
)
def test_verify_names_the_file_and_what_happened_to_it(tmp_path: Path, damage: object, said: str) -> None:
    """An administrator learns which file of which package is not as installed."""
    package = put(tmp_path / "models")
    damage(package.path)  # type: ignore[operator]
    (problem,) = verify(tmp_path / "models")
    assert str(problem).startswith("translate-fr_en-1.0: ")
    assert said in str(problem)


def test_a_link_in_place_of_a_file_is_a_problem(tmp_path: Path) -> None:
    """A link could point anywhere tomorrow, so it is refused even while its target has the right bytes."""
    package = put(tmp_path / "models")
    weights = package.path / "model" / "model.bin"
    copy = tmp_path / "copy.bin"
    weights.rename(copy)
    weights.symlink_to(copy)
    assert [problem.what for problem in verify(tmp_path / "models")] == ["is no longer a plain file"]


@pytest.mark.parametrize("name", ["translate-fr_en-1.0", "translate-fr_en-1.1", "fr_en", "fr-en", "fr → en"])
def test_remove_by_name_or_pair(tmp_path: Path, name: str) -> None:
    """A full name removes one version, a pair removes all of them; other pairs stay."""
    folder = tmp_path / "models"
    for change in ({}, {"package_version": "1.1"}, {"from_code": "ar"}):
        put(folder, **change)
    gone = remove(folder, name)
    assert gone == ((name,) if name.startswith("translate") else ("translate-fr_en-1.0", "translate-fr_en-1.1"))
    assert {p.name for p in installed(folder)} == {
        "translate-fr_en-1.0", "translate-fr_en-1.1", "translate-ar_en-1.0"
    } - set(gone)  # fmt: skip
    assert not [path for path in folder.iterdir() if path.name.startswith(".removed")]


def test_remove_takes_a_package_that_can_no_longer_be_read(tmp_path: Path) -> None:
    """A package whose metadata is broken must still be removable by the name of its folder."""
    package = put(tmp_path / "models")
    (package.path / "metadata.json").write_text("{")
    assert remove(tmp_path / "models", package.name) == (package.name,)
    assert not package.path.exists()


def test_remove_refuses_a_name_nothing_goes_by(tmp_path: Path) -> None:
    """The error names what is installed, and nothing outside the folder can be named."""
    put(tmp_path / "models")
    (tmp_path / "other").mkdir()
    for name in ("de_en", "../other", "", ".", ".lock"):
        with pytest.raises(PackageError, match=r"Installed: translate-fr_en-1\.0"):
            remove(tmp_path / "models", name)
    assert (tmp_path / "other").exists()


ROUTES = json.loads((Path(__file__).parent / "data" / "translate_routes.json").read_text("utf-8"))


@pytest.mark.parametrize("case", ROUTES, ids=lambda case: case["why"])
def test_route(case: dict[str, object]) -> None:
    """Direct before pivot, English before other pivots, newest first, near codes last."""
    packages = [named(*text.replace("-", "_").split("_")) for text in case["packages"]]  # type: ignore[attr-defined]
    source, target = case["route"]  # type: ignore[misc]
    assert names(route(packages, source, target)) == case["expected"]
    assert (source in translatable(packages, target)) == bool(case["expected"])


def test_a_damaged_package_is_passed_over() -> None:
    """An older version serves while the newest one is damaged."""
    packages = [named("fr", "en", "1.9", verified=False), named("fr", "en", "1.5")]
    assert names(route(packages, "fr", "en")) == ["fr_en-1.5"]
    assert route(packages[:1], "fr", "en") == ()
    assert translatable(packages[:1], "en") == frozenset()


def entry(**changes: object) -> dict[str, object]:
    plain = {"from_code": "ar", "from_name": "Arabic", "to_code": "en", "to_name": "English"}
    return {**plain, "package_version": "1.0", "links": ["https://a.example/ar_en.argosmodel"], **changes}


def test_index_lists_what_can_be_installed() -> None:
    """Entries become packages under the name they will be installed as; routes work on them too."""
    body = json.dumps([entry(), entry(from_code="fr", from_name="French", package_version="1.9")]).encode()
    arabic, french = index.parse(body)
    assert (arabic.name, arabic.source_name) == ("translate-ar_en-1.0", "Arabic")
    assert arabic.links == ("https://a.example/ar_en.argosmodel",)
    assert route((arabic, french), "fr", "en") == (french,)


@pytest.mark.parametrize(
    "unusable",
    [
        {"links": []},
        {"links": ["ipfs://Qm", "file:///etc/passwd"]},
        {"links": 5},
        {"links": None},
        {"type": "sbd"},
        {"from_code": None},
        {"to_code": 7},
        {"package_version": ""},
        {"source_languages": "fr"},
    ],
    ids=str,
)
def test_index_leaves_out_entries_we_cannot_use(unusable: dict[str, object]) -> None:
    """One odd entry must not hide the others."""
    body = json.dumps([entry(**unusable), "text", None, entry()]).encode()
    assert [available.name for available in index.parse(body)] == ["translate-ar_en-1.0"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"\xff\xfe\x00", b"[" * 100_000], ids=lambda body: body[:6])
def test_index_refuses_what_is_no_index(body: bytes) -> None:
    """The error points at the setting that names the index."""
    with pytest.raises(PackageError, match=r"translation\.index_url"):
        index.parse(body)
