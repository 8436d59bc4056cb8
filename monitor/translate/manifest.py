"""The manifest: what an installed package consisted of when it was installed, file by file.

CTranslate2 loads weights with flipped bits or zeroed blocks without complaint, and translates nonsense
with them, so a package is only used if every byte is still the one that was installed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

NAME = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file as installed. `size` in bytes, `sha256` in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`files` by path relative to the package, with `/`; `archive` is the SHA-256 of the file it came in."""

    archive: str
    files: Mapping[str, File]

    @property
    def digest(self) -> str:
        """Tells this manifest from any other."""
        return hashlib.sha256(json.dumps(self._plain(), sort_keys=True).encode()).hexdigest()

    def dump(self) -> str:
        return json.dumps({**self._plain(), "digest": self.digest}, indent=1, sort_keys=True) + "\n"

    def _plain(self) -> dict[str, object]:
        files = {name: {"size": file.size, "sha256": file.sha256} for name, file in self.files.items()}
        return {"archive": self.archive, "files": files}


def read(package: Path) -> Manifest | None:
    """The manifest of an installed package; None when there is none, or it was altered."""
    try:
        plain = json.loads((package / NAME).read_text("utf-8"))
        files = {str(name): File(**entry) for name, entry in plain["files"].items()}
        manifest = Manifest(archive=plain["archive"], files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return manifest if manifest.digest == plain.get("digest") else None


def differences(package: Path, *, hashes: bool) -> Iterator[tuple[str, str]]:
    """(file, what is wrong) for each file that is not as installed.

    Without `hashes` only presence and size are compared, which costs no reading.
    """
    manifest = read(package)
    if manifest is None:
        yield NAME, "missing or altered, so nothing can be verified"
        return
    for name, file in manifest.files.items():
        if wrong := _difference(package / name, file, hashes=hashes):
            yield name, wrong
    for name in sorted(_present(package) - manifest.files.keys() - {NAME}):
        yield name, "was not there when the package was installed"


def _difference(path: Path, file: File, *, hashes: bool) -> str | None:
    try:
        size = path.lstat().st_size
        if path.is_symlink() or not path.is_file():
            return "is no longer a plain file"
        if size != file.size:
            return f"has {size} bytes, had {file.size}"
        if hashes and sha256(path) != file.sha256:
            return "has other contents (SHA-256 differs)"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None


def _present(package: Path) -> set[str]:
    return {path.relative_to(package).as_posix() for path in package.rglob("*") if not path.is_dir()}


def sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in blocks."""
    with path.open("rb") as stream:
        digest = hashlib.sha256()
        while block := stream.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
