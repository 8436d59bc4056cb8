"""Installing a package: checked, unpacked to a hidden folder, synced to disk, and renamed into place.

Whatever goes wrong on the way, packages installed earlier stay as they are. Argos's own installer is not
used: it verifies nothing, writes straight into the live folder and imports PyTorch.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import PackageError
from monitor.translate import manifest, metadata
from monitor.translate.argosmodel import opened
from monitor.translate.lock import is_abandoned, locked
from monitor.translate.packages import Package, discard, read


def install(
    archive: Path,
    folder: Path,
    *,
    sha256: str | None = None,
    pair: tuple[str, str] | None = None,
    name: str | None = None,
) -> Package:
    """Install the package file `archive` into `folder` and return it, verified.

    `sha256` (hexadecimal) is what the file must hash to; `pair` is the (source, target) it must be for; `name`
    is what errors call the file.
    An older version of the pair stays until it is removed; the newest one is used. Installing what is
    there already changes nothing. Of two processes that install at once, one waits for the other.

    Raises PackageError, in which case nothing was changed: permanent when the file is bad, transient when
    the disk is.
    """
    name = name or archive.name
    try:
        digest = _hashed(archive, name, sha256)
        with locked(folder):
            _clear_left_over(folder)
            with _staged(archive, name, folder, digest) as staged:
                final = folder / _fitting(name, staged, pair).name
                _put_in_place(staged, final)
        return _installed(final)
    except OSError as error:
        raise PackageError(
            f"{name}: not installed, {error.strerror or error}. Nothing was changed. "
            f"Check the space and the rights in {folder}, then try again.",
            permanent=False,
        ) from error


def _hashed(archive: Path, name: str, expected: str | None) -> str:
    if not archive.is_file():
        raise PackageError(f"{archive}: there is no such file. Give the path of an .argosmodel file.")
    digest = manifest.sha256(archive)
    if expected is not None and digest != expected.strip().lower():
        raise PackageError(
            f"{name}: refused, its SHA-256 is {digest}, not {expected}: the file is damaged or is "
            "another one. Nothing was changed. Get it again."
        )
    return digest


@contextmanager
def _staged(archive: Path, name: str, folder: Path, digest: str) -> Iterator[Path]:
    """The archive unpacked beside the live packages, with its manifest, on disk. Gone afterwards."""
    staged = Path(tempfile.mkdtemp(prefix=".staging-", dir=folder))
    try:
        with opened(archive, name) as model:
            model.unpack(staged)
        (staged / manifest.NAME).write_text(manifest.of(staged, archive=digest).dump(), "utf-8")
        staged.chmod(0o755)  # mkdtemp makes it private, but Datasette may run as another user
        for path in (*_files(staged), *(path for path in staged.rglob("*") if path.is_dir()), staged):
            _sync(path)
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _fitting(name: str, package: Path, pair: tuple[str, str] | None) -> metadata.Metadata:
    """What the package says it is. Raises PackageError when it lacks a part or is for other languages."""
    found = metadata.read(name, package)
    if pair is not None and pair != (found.source, found.target):
        raise metadata.unfit(name, f"it translates {found.source} to {found.target}, not {pair[0]} to {pair[1]}")
    return found


def _put_in_place(staged: Path, final: Path) -> None:
    """One rename. A package of that name gives way, unless it is the same one and intact."""
    if final.exists():
        if _same(staged, final):
            return
        discard(final)
    staged.rename(final)
    _sync(final.parent)


def _same(staged: Path, final: Path) -> bool:
    new, old = manifest.read(staged), manifest.read(final)
    intact = next(manifest.differences(final, hashes=True), None) is None
    return intact and new is not None and old is not None and new.files == old.files


def _installed(path: Path) -> Package:
    package = read(path, hashes=True)
    if package is None or not package.verified:
        raise PackageError(f"{path.name}: damaged while it was written to {path.parent}. Check the disk.")
    return package


def _clear_left_over(folder: Path) -> None:
    """What a process left that was killed. We hold the lock, so nobody installs or removes; some may download."""
    for pattern in (".staging-*", ".removed-*"):
        for path in folder.glob(pattern):
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(".download-*"):
        if is_abandoned(path):
            path.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
