"""Installed packages: found, checked against their manifests, removed.

An Argos package is a folder with `metadata.json`, a CTranslate2 model in `model/` and a tokenizer
(`sentencepiece.model` or `bpe.model`). Ours also hold `manifest.json`, written by `install`. Folders
whose names start with a dot are being installed or removed, and are nobody's business but `install`'s.
Packages that another program installed are the matter of `foreign`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import PackageError
from monitor.translate import manifest
from monitor.translate.argos import ArgosPackage
from monitor.translate.lock import locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An installed Argos package.

    `verified` is True when every file was hashed and is as installed, None when files are there with the
    right sizes but were not hashed now (the engine hashes before it loads), False when the package is
    damaged or carries no manifest: such a package is never loaded.
    """

    name: str  # e.g. "translate-fr_en-1.9": the name of its folder
    source: str  # Argos's language code: ISO 639-1 mostly
    target: str
    version: str
    path: Path
    size_bytes: int
    verified: bool | None = None
    source_name: str = ""  # in English, as the package states it
    target_name: str = ""
    manifest_path: Path | None = None  # where another program installed it: our manifest of it; else None
    digest: str = ""  # of its manifest: two packages of one name and version may still differ; "" without one
    problem: str = ""  # why `verified` is False, e.g. "model/model.bin has 3 bytes, had 5000"

    @property
    def foreign(self) -> bool:
        """Whether another program installed it: used in place, never changed."""
        return self.manifest_path is not None

    @property
    def usable(self) -> bool:
        """False keeps it out of every route."""
        return self.verified is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with an installed package."""

    package: str
    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.package}: {self.file} {self.what}"


def installed(folder: Path, *, hashes: bool = False) -> tuple[Package, ...]:
    """The translation packages in `folder`, by name; () when there is no such folder.

    Damaged ones are listed too, with `verified=False`. `hashes=True` reads every file (about 1 s per GB).
    """
    found = (read(path, hashes=hashes) for path in _folders(folder))
    return tuple(package for package in found if package is not None)


def read(path: Path, *, manifest_path: Path | None = None, hashes: bool = False) -> Package | None:
    """The translation package in the folder `path`; None when what is there is none.

    `manifest_path` says where its manifest is when that is not in the folder.
    """
    # One folder at a time: `get_installed_packages` gives up on all of them when one cannot be read.
    try:
        argos = ArgosPackage(path)
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    if argos.type != "translate" or not (argos.from_code and argos.to_code):
        return None
    known = manifest.read(path, manifest_path)
    wrong = next(manifest.differences(path, manifest_path, hashes=hashes), None)
    return Package(
        name=path.name,
        source=str(argos.from_code),
        target=str(argos.to_code),
        version=str(argos.package_version),
        path=path,
        size_bytes=size,
        verified=False if wrong else (True if hashes else None),
        source_name=str(argos.from_name),
        target_name=str(argos.to_name),
        manifest_path=manifest_path,
        digest=known.digest if known else "",
        problem=" ".join(wrong or ()),
    )


def manifest_of(package: Package) -> manifest.Manifest | None:
    """What the package consisted of when it was installed, or first seen; None when nothing vouches for it."""
    return manifest.read(package.path, package.manifest_path)


def differences(package: Package, *, hashes: bool) -> Iterator[Problem]:
    """Each file of the package that is not as its manifest says; with `hashes`, every byte is read."""
    for file, what in manifest.differences(package.path, package.manifest_path, hashes=hashes):
        yield Problem(package=package.name, file=file, what=what)


def verify(folder: Path, others: Iterable[Package] = ()) -> tuple[Problem, ...]:
    """Every file of every package in `folder`, and of the `others`, hashed and compared with its manifest."""
    own = (
        Problem(package=path.name, file=file, what=what)
        for path in _folders(folder)
        for file, what in manifest.differences(path, hashes=True)
    )
    return (*own, *(problem for package in others for problem in differences(package, hashes=True)))


def remove(folder: Path, name: str) -> tuple[str, ...]:
    """Remove the package called `name`, or every version of a pair written `fr_en`, `fr-en` or `fr→en`.

    Returns the names of what was removed. Raises PackageError when nothing goes by that name.
    """
    with locked(folder):
        pairs = {package.path: f"{package.source}_{package.target}" for package in installed(folder)}
        pair = name.replace("-", "_").replace("→", "_").replace(" ", "")
        chosen = [path for path in _folders(folder) if path.name == name or pairs.get(path) == pair]
        if not chosen:
            names = ", ".join(path.name for path in _folders(folder)) or "none"
            raise PackageError(f"{name}: no such package in {folder}. Installed: {names}.")
        for path in chosen:
            discard(path)
    return tuple(path.name for path in chosen)


def discard(package: Path) -> None:
    """Take a package's folder out of sight at once, then delete it. Call under the folder's lock."""
    aside = Path(tempfile.mkdtemp(prefix=".removed-", dir=package.parent))
    package.rename(aside / package.name)
    shutil.rmtree(aside)


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
