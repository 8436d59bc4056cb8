"""A mirror: a folder of `.argosmodel` files, on a disk or a stick, for machines without network.

Nothing else need be in it: each file says what it is. Where there is an `index.json` like Argos's too, the
SHA-256 it states for a file is enforced.
"""

from __future__ import annotations

from pathlib import Path

from monitor.errors import PackageError
from monitor.translate import index
from monitor.translate.argosmodel import opened
from monitor.translate.index import Available, Offers

INDEX = "index.json"
MAX_INDEX = 16 << 20  # bytes; Argos's own has 0.1 MB


def read(path: Path) -> Offers:
    """The packages in a folder; `path` may also be the index in it. Nothing is unpacked, nothing hashed.

    Raises PackageError when there is no such folder, or its index is none.
    """
    folder = path.parent if path.is_file() else path
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix == ".argosmodel")
        known = _hashes(path if path.is_file() else folder / INDEX)
    except OSError as error:
        raise PackageError(
            f"{path}: cannot be read: {error.strerror}. Name a folder of .argosmodel files, "
            "with --from or as translation.index_url."
        ) from error
    offers, problems = [], []
    for file in files:
        try:
            offers.append(_offer(file, known.get(file.name)))
        except (OSError, PackageError) as error:
            problems.append(str(error))
    return Offers(packages=tuple(offers), problems=tuple(problems))


def _hashes(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    if path.stat().st_size > MAX_INDEX:
        raise PackageError(f"{path}: is too large for an index of packages. Remove it, or write a true one.")
    try:
        return index.hashes(path.read_bytes())
    except PackageError as error:
        raise PackageError(f"{path}: {error}") from error


def _offer(file: Path, sha256: str | None) -> Available:
    with opened(file) as model:
        found = model.metadata()
    return Available(
        name=found.name,
        source=found.source,
        target=found.target,
        version=found.version,
        source_name=found.source_name,
        target_name=found.target_name,
        file=file,
        sha256=sha256,
    )
