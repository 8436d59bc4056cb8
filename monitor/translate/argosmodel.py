"""An `.argosmodel` file: a ZIP archive with one folder in it. What may be taken out of one, and how.

The archive comes from the network or from a stranger's USB stick. Nothing in it is believed: names are
checked before anything is written, sizes are counted while the bytes flow, and archives that two readers
could read differently (ZIP64 records, trailing data, overlapping entries) are refused rather than
interpreted. Real packages are 60–250 MB, with a dozen entries and next to no compression.
"""

from __future__ import annotations

import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from monitor.errors import PackageError
from monitor.translate import metadata
from monitor.translate.manifest import BUNDLED

MAX_ARCHIVE = 1 << 30  # bytes
MAX_UNPACKED = 2 << 30  # bytes
MAX_ENTRIES = 1000
MAX_RATIO = 20  # unpacked to packed, for the whole archive; quantized weights reach about 1.2
MAX_DEPTH = 8
_SMALL = 4 << 20  # unpacked bytes below which the ratio does not matter
_MAX_DIRECTORY = 1 << 20  # bytes of the ZIP directory, which the standard library reads as a whole
_CHUNK = 1 << 18

_END = b"PK\x05\x06"  # PKWARE APPNOTE 6.3.10, §4.3.16: end of central directory, 22 bytes
_END64_LOCATOR = b"PK\x06\x07"  # §4.3.15, the 20 bytes before it
_LOCAL_HEADER = 30  # §4.3.7: bytes before the name of an entry

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class ArgosModel:
    """An opened archive whose directory has been checked. Make one with `opened`."""

    def __init__(self, name: str, archive: zipfile.ZipFile, size: int) -> None:
        self.name = name
        self.size = size
        self._archive = archive
        self._entries = _checked(name, archive, size)

    def metadata(self) -> metadata.Metadata:
        """What the package says it is; nothing is written. Raises PackageError."""
        for info in self._entries:
            if PurePosixPath(info.filename).parts[1:] == (metadata.NAME,) and info.file_size <= metadata.MAX_BYTES:
                with self._reading(info) as stream:
                    return metadata.parse(self.name, stream.read(metadata.MAX_BYTES))
        raise metadata.unfit(self.name, "it lacks a metadata.json")

    def unpack(self, folder: Path) -> None:
        """Write the files a translation needs below `folder`, without the archive's own top folder.

        Raises PackageError when an entry is damaged or larger than it may be, OSError when the disk fails.
        """
        left = min(MAX_UNPACKED, max(self.size * MAX_RATIO, _SMALL))
        for info in self._entries:
            parts = PurePosixPath(info.filename).parts[1:]
            if info.is_dir() or parts[0] in BUNDLED:
                continue
            path = folder.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            left -= self._write(info, path, left)

    def _write(self, info: zipfile.ZipInfo, path: Path, limit: int) -> int:
        written = 0
        with self._reading(info) as stream, path.open("xb") as file:
            while block := stream.read(_CHUNK):
                written += len(block)
                if written > limit:
                    raise _refused(self.name, "it grows too much when unpacked, as a ZIP bomb does")
                file.write(block)
        if written != info.file_size:
            raise _refused(self.name, f"{info.filename} is not as long as the archive says")
        return written

    @contextmanager
    def _reading(self, info: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
        try:
            with self._archive.open(info) as stream:
                yield stream
        except _UNREADABLE as error:
            raise _refused(self.name, f"{info.filename} is damaged ({error})") from error


@contextmanager
def opened(path: Path, name: str | None = None) -> Iterator[ArgosModel]:
    """The archive at `path`, checked. Raises PackageError saying what is wrong with `name`, its file name if None."""
    name = name or path.name
    size = path.stat().st_size
    with path.open("rb") as stream:
        promised = _check_end(name, stream, size)
        try:
            archive = zipfile.ZipFile(stream)
        except _UNREADABLE as error:
            raise _refused(name, f"its ZIP directory is damaged ({error})") from error
        with archive:
            if len(archive.infolist()) != promised:
                raise _refused(name, "its ZIP directory is damaged (entries are missing)")
            yield ArgosModel(name, archive, size)


def _check_end(name: str, stream: IO[bytes], size: int) -> int:
    """Bound what the standard library is about to read, and leave it one way only to read it.

    Returns how many entries the end record promises: a flipped bit can hide one in another's comment.
    """
    if size > MAX_ARCHIVE:
        raise _refused(name, f"it has {size >> 20} MB; {MAX_ARCHIVE >> 20} MB is the limit")
    head = stream.read(64).lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise _refused(name, "it is a web page; the server answered with that instead of the package")
    stream.seek(max(0, size - 42))
    tail = stream.read(42)
    end = tail[-22:]
    if len(end) < 22 or not end.startswith(_END) or end[20:] != b"\0\0":
        raise _refused(name, "it is not a complete ZIP archive")
    if tail[:-22].startswith(_END64_LOCATOR):
        raise _refused(name, "it has ZIP64 records, which no package needs")
    if int.from_bytes(end[12:16], "little") > _MAX_DIRECTORY:
        raise _refused(name, f"it has more than {MAX_ENTRIES} entries")
    return int.from_bytes(end[10:12], "little")


def _checked(name: str, archive: zipfile.ZipFile, size: int) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if not 0 < len(entries) <= MAX_ENTRIES:
        raise _refused(name, f"it has {len(entries)} entries; 1 to {MAX_ENTRIES} is what a package has")
    for info in entries:
        if wrong := _wrong_entry(info):
            raise _refused(name, f"entry {info.orig_filename[:80]!r} {wrong}")
    for wrong in (_wrong_names(entries), _wrong_layout(entries, archive.start_dir)):
        if wrong:
            raise _refused(name, wrong)
    unpacked = sum(info.file_size for info in entries)
    if unpacked > MAX_UNPACKED or unpacked > max(size * MAX_RATIO, _SMALL):
        raise _refused(name, f"it would grow to {unpacked >> 20} MB, as a ZIP bomb does")
    return entries


def _wrong_entry(info: zipfile.ZipInfo) -> str | None:
    """What is wrong with one entry on its own."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & 0x1:
        return "is encrypted"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR) > info.is_dir():
        return "is a link or a device, not a file"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in a way we do not read"
    return _wrong_name(info.orig_filename)


def _wrong_name(name: str) -> str | None:
    parts = name.removesuffix("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "leads out of its folder"
    if "\\" in name or ":" in name or any(unicodedata.category(char)[0] == "C" for char in name):
        return "has a character in its name that no file should have"
    if len(parts) > MAX_DEPTH or any(len(part.encode()) > 100 for part in parts):
        return "has a name that is too long"
    return None


def _wrong_names(entries: list[zipfile.ZipInfo]) -> str | None:
    """What is wrong with the names taken together: compared as a Mac or Windows disk would."""
    seen: set[str] = set()
    files: set[str] = set()
    for info in entries:
        name = unicodedata.normalize("NFKC", info.filename.removesuffix("/")).casefold()
        if name in seen:
            return f"two entries are called {info.filename[:80]!r}"
        seen.add(name)
        if not info.is_dir():
            files.add(name)
    if any(str(parent) in files for name in seen for parent in PurePosixPath(name).parents):
        return "one entry is both a file and a folder"
    if len({name.split("/")[0] for name in seen}) != 1 or any("/" not in name for name in files):
        return "it must hold exactly one folder"
    return None


def _wrong_layout(entries: list[zipfile.ZipInfo], directory: int) -> str | None:
    """Entries that share bytes unpack to far more than the archive holds (CVE-2024-0450)."""
    end = 0
    for info in sorted(entries, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return "its entries overlap"
        end = info.header_offset + _LOCAL_HEADER + len(info.orig_filename) + info.compress_size
    if end > directory:
        return "its entries overlap"
    return "it has something in front of the first entry" if _first(entries) else None


def _first(entries: list[zipfile.ZipInfo]) -> int:
    return min(info.header_offset for info in entries)


def _refused(name: str, why: str) -> PackageError:
    return PackageError(f"{name}: refused, {why}. Nothing was changed. Get the package again from a source you trust.")
