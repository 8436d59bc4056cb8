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

BUNDLED = frozenset({"stanza", "spacy", "minisbd"})
"""Folders of sentence splitters that Argos bundles. We split sentences ourselves, and stanza's are pickles: they
are never installed, and in packages that another program installed they are not looked at."""


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


def of(package: Path, *, archive: str) -> Manifest:
    """The files in a folder as they are now, read whole. `archive` as in Manifest. Raises OSError."""
    paths = (path for path in sorted(package.rglob("*")) if path.is_file())
    names = {path.relative_to(package).as_posix(): path for path in paths if not _is_bundled(package, path)}
    names.pop(NAME, None)
    files = {name: File(size=path.stat().st_size, sha256=sha256(path)) for name, path in names.items()}
    return Manifest(archive=archive, files=files)


def read(package: Path, at: Path | None = None) -> Manifest | None:
    """The manifest of an installed package; None when there is none, or it was altered.

    `at` is the manifest's own path where that is not in the package, as with those of other programs.
    """
    try:
        plain = json.loads((at or package / NAME).read_text("utf-8"))
        files = {str(name): File(**entry) for name, entry in plain["files"].items()}
        manifest = Manifest(archive=plain["archive"], files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return manifest if manifest.digest == plain.get("digest") else None


def differences(package: Path, at: Path | None = None, *, hashes: bool) -> Iterator[tuple[str, str]]:
    """(file, what is wrong) for each file that is not as installed. `at` as for `read`.

    Without `hashes` only presence and size are compared, which costs no reading.
    """
    manifest = read(package, at)
    if manifest is None:
        yield NAME, "missing or altered, so nothing can be verified"
        return
    for name, file in manifest.files.items():
        if wrong := _difference(package / name, file, hashes=hashes):
            yield name, wrong
    for name in sorted(_present(package, bundled=at is None) - manifest.files.keys() - {NAME}):
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


def _present(package: Path, *, bundled: bool) -> set[str]:
    """Files, and links to folders too: what lies behind a link is in no manifest."""
    paths = (path for path in package.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(package).as_posix() for path in paths if bundled or not _is_bundled(package, path)}


def _is_bundled(package: Path, path: Path) -> bool:
    return path.relative_to(package).parts[0] in BUNDLED


def stamp(package: Path, at: Path | None = None) -> str:
    """Changes whenever a file of the package or its manifest is written, replaced, added or removed.

    Sizes, times and inodes only: cheap, and no proof of anything.
    """
    digest = hashlib.sha256()
    for path in sorted({package, *package.rglob("*"), at or package / NAME}):
        try:
            found = path.lstat()
        except OSError:
            continue
        digest.update(
            f"{path}\0{found.st_ino}\0{found.st_size}\0{found.st_mtime_ns}\n".encode(errors="surrogateescape")
        )
    return digest.hexdigest()


def sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in blocks."""
    with path.open("rb") as stream:
        digest = hashlib.sha256()
        while block := stream.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
