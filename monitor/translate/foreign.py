"""Packages that Argos Translate or LibreTranslate installed on this machine: used in place, never changed.

Neither program keeps hashes, so nothing can be proved about the past. On first sight a manifest of each
package is recorded in our own folder of packages, under `.foreign/`, and from then on the package is verified
against it before every load, like our own. When its files change it is refused, and an older or another
package of the pair serves, until a person says that the change was meant (`adopt`).

A package that was written to within the last minute is left alone: it is probably being installed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.errors import PackageError
from monitor.translate import manifest, metadata, packages
from monitor.translate.lock import locked
from monitor.translate.packages import Package

FOLDER = ".foreign"
SETTLED = timedelta(minutes=1)
UNSETTLED = "was written to within the last minute, so it may not be complete; it is looked at again"


def found(places: Sequence[Path], folder: Path, now: datetime, *, hashes: bool = False) -> tuple[Package, ...]:
    """The translation packages in `places`, recorded in `folder` if they are seen for the first time.

    Those that cannot be used are listed with `verified=False` and the reason in `problem`. Places that do not
    exist or cannot be read hold no packages.
    """
    return tuple(_seen(path, folder, now, hashes=hashes) for path in _paths(places, folder))


def adopt(places: Sequence[Path], folder: Path, name: str) -> tuple[Package, ...]:
    """Record the package called `name`, or every one of a pair `fr_en`, as it is now.

    Raises PackageError when there is none, or the record cannot be written.
    """
    pair = name.replace("-", "_").replace("→", "_").replace(" ", "")
    known = {path: metadata.read(path.name, path) for path in _paths(places, folder)}
    chosen = [path for path, found in known.items() if path.name == name or f"{found.source}_{found.target}" == pair]
    if not chosen:
        names = ", ".join(path.name for path in known) or "none"
        raise PackageError(f"{name}: no other program has installed such a package here. Installed: {names}.")
    for path in chosen:
        _record(path, folder, anew=True)
    read = (packages.read(path, manifest_path=record_path(path, folder), hashes=True) for path in chosen)
    return tuple(package for package in read if package is not None)


def record_path(package: Path, folder: Path) -> Path:
    """Where the manifest of a foreign package is kept: two places may hold packages of one name."""
    place = hashlib.sha256(os.fsencode(package.parent)).hexdigest()[:8]
    return folder / FOLDER / f"{package.name[:80]}-{place}.json"


def times(places: Sequence[Path], folder: Path) -> tuple[int, ...]:
    """Changes whenever a package appears in a place or leaves it, or is recorded."""
    paths = [folder / FOLDER, *places]
    for place in places:
        paths += [inner for path in _folders(place) for inner in (path, path / "model")]
    return tuple(_time(path) for path in paths)


def _seen(path: Path, folder: Path, now: datetime, *, hashes: bool) -> Package:
    record = record_path(path, folder)
    problem = _unknown(path, record, folder, now)
    package = packages.read(path, manifest_path=record, hashes=hashes)
    if package is None:  # it was removed between two looks
        known = Package(name=path.name, source="", target="", version="", path=path, size_bytes=0, verified=False)
        return replace(known, manifest_path=record, problem="is no longer there")
    return replace(package, problem=problem) if problem else package


def _unknown(path: Path, record: Path, folder: Path, now: datetime) -> str:
    """Why a package cannot be vouched for; "" when it is, or just was, recorded."""
    try:
        if record.exists():
            return ""
        if abs(now - _last_written(path)) < SETTLED:
            return UNSETTLED
        _record(path, folder, anew=False)
    except (OSError, PackageError) as error:
        return f"could not be recorded in {record.parent}, so it is not used: {error}"
    return ""


def _record(path: Path, folder: Path, *, anew: bool) -> None:
    """Raises PackageError or OSError when it cannot be done."""
    with locked(folder):
        record = record_path(path, folder)
        if record.exists() and not anew:
            return  # another process was faster
        record.parent.mkdir(exist_ok=True)
        new = record.with_suffix(".new")
        new.write_text(manifest.of(path, archive="").dump(), "utf-8")
        new.replace(record)


def _paths(places: Sequence[Path], folder: Path) -> Iterator[Path]:
    """The folders with a whole translation package in them, each once."""
    seen = {folder.resolve()}
    for place in places:
        if place.resolve() in seen:
            continue
        seen.add(place.resolve())
        for path in _folders(place):
            try:
                metadata.read(path.name, path)
            except (OSError, PackageError):
                continue
            yield path


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(path for path in place.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return []


def _last_written(path: Path) -> datetime:
    newest = max(inner.lstat().st_mtime for inner in (path, *path.rglob("*")))
    return datetime.fromtimestamp(newest, UTC)


def _time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
