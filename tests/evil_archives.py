"""Archives made to harm: what each attack looks like, and in what words it is refused."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest
from argos_packages import archive, contents


def with_entry(name: str, body: bytes = b"x") -> bytes:
    return archive({**contents(), name: body})


def _linked() -> bytes:
    """An entry that is a symbolic link."""
    return _edited(lambda info: setattr(info, "external_attr", (stat.S_IFLNK | 0o777) << 16))


def _edited(change: Callable[[zipfile.ZipInfo], object], body: bytes = b"/etc/passwd") -> bytes:
    buffer = io.BytesIO(archive(contents()))
    info = zipfile.ZipInfo("fr_en/extra")
    change(info)
    with zipfile.ZipFile(buffer, "a") as zipped:
        zipped.writestr(info, body)
    return buffer.getvalue()


def _twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return _edited(lambda info: setattr(info, "filename", "fr_en/model/model.bin"))


def _encrypted() -> bytes:
    return _patched_flags(0x1)


def _patched_flags(bits: int) -> bytes:
    """The general purpose flags of every entry, in both headers (APPNOTE §4.4.4)."""
    body = bytearray(archive(contents()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = body.find(signature)
        while position >= 0:
            body[position + offset] |= bits
            position = body.find(signature, position + 1)
    return bytes(body)


def _bomb() -> bytes:
    """204 KB that unpack to 200 MB."""
    return with_entry("fr_en/model/zeros", bytes(200 << 20))


def _lying(size: int) -> bytes:
    """The directory claims another unpacked size for the weights than they have."""
    body = bytearray(with_entry("fr_en/model/zeros", bytes(64 << 20)))
    entry = body.rfind(b"PK\x01\x02")
    struct.pack_into("<I", body, entry + 24, size)
    local = body.find(b"fr_en/model/zeros") - 30
    struct.pack_into("<I", body, local + 22, size)
    return bytes(body)


def _overlapping() -> bytes:
    """Two directory entries share one entry's bytes (David Fifield, "A better zip bomb", 2019)."""
    body = bytearray(archive({**contents(), "fr_en/twin_1": b"x" * 500, "fr_en/twin_2": b"x" * 500}))
    first, second = body.find(b"fr_en/twin_1") - 30, body.rfind(b"PK\x01\x02")
    struct.pack_into("<I", body, second + 42, first)
    return bytes(body)


def _zip64() -> bytes:
    """A ZIP64 locator in front of the end record: two readers may then see two directories (CVE-2025-8291)."""
    body = archive(contents())
    return body[:-22] + b"PK\x06\x07" + bytes(16) + body[-22:]


def _zip64_sizes(size: int) -> bytes:
    """An entry whose sizes stand in a ZIP64 field (APPNOTE §4.5.3), where `size` is claimed for its 11 bytes."""
    extra = struct.pack("<HHQQ", 1, 16, size, 11)
    body = bytearray(_edited(lambda info: setattr(info, "extra", extra)))
    struct.pack_into("<II", body, body.rfind(b"PK\x01\x02") + 20, 0xFFFFFFFF, 0xFFFFFFFF)
    return bytes(body)


def _zip64_count() -> bytes:
    """An end record that leaves the number of entries to a ZIP64 record which is not there."""
    body = bytearray(archive(contents()))
    struct.pack_into("<HH", body, len(body) - 14, 0xFFFF, 0xFFFF)
    return bytes(body)


def _many_entries(number: int) -> bytes:
    return archive({f"fr_en/{name:06}": b"" for name in range(number)})


def _many_denied() -> bytes:
    """100,000 entries without the ZIP64 records (76 bytes) that such a number needs; the end record counts 1,000."""
    body = _many_entries(100_000)
    end = bytearray(body[-22:])
    struct.pack_into("<HH", end, 8, 1000, 1000)
    return body[:-98] + bytes(end)


EVIL: dict[str, tuple[Callable[[], bytes], str]] = {
    "parent folder": (lambda: with_entry("fr_en/../../evil"), "leads out of its folder"),
    "sibling package": (lambda: with_entry("fr_en/../translate-fr_en-1.0/model/model.bin"), "leads out of its folder"),
    "absolute": (lambda: with_entry("/tmp/evil"), "leads out of its folder"),
    "empty part": (lambda: with_entry("fr_en//evil"), "leads out of its folder"),
    "dot": (lambda: with_entry("fr_en/./metadata.json"), "leads out of its folder"),
    "backslash": (lambda: with_entry("fr_en\\..\\evil"), "character in its name"),
    "drive": (lambda: with_entry("C:/evil"), "character in its name"),
    "control character": (lambda: with_entry("fr_en/a\nb"), "character in its name"),
    "direction override": (lambda: with_entry("fr_en/\u202etxt.exe"), "character in its name"),
    "NUL in a name": (
        lambda: with_entry("fr_en/metadata.json").replace(b"fr_en/README.md", b"fr_en/READM\0.md"),
        "character",
    ),
    "long name": (lambda: with_entry("fr_en/" + "a" * 255), "too long"),
    "deep": (lambda: with_entry("fr_en/" + "a/" * 50 + "a"), "too long"),
    "symbolic link": (_linked, "is a link or a device"),
    "device": (
        lambda: _edited(lambda info: setattr(info, "external_attr", stat.S_IFCHR << 16)),
        "is a link or a device",
    ),
    "same name twice": (_twice, "two entries are called"),
    "case clash": (lambda: with_entry("fr_en/Metadata.JSON"), "two entries are called"),
    "composed and decomposed": (
        lambda: archive({**contents(), "fr_en/\u00e9": b"", "fr_en/e\u0301": b""}),
        "two entries are called",
    ),
    "file and folder": (lambda: with_entry("fr_en/metadata.json/x"), "both a file and a folder"),
    "two folders": (lambda: with_entry("de_en/metadata.json"), "exactly one folder"),
    "file outside the folder": (lambda: with_entry("evil"), "exactly one folder"),
    "encrypted": (_encrypted, "is encrypted"),
    "bzip2": (
        lambda: _edited(lambda info: setattr(info, "compress_type", zipfile.ZIP_BZIP2)),
        "compressed in a way",
    ),
    "bomb": (_bomb, "as a ZIP bomb does"),
    "bomb that denies it": (lambda: _lying(1000), "damaged"),
    "size overstated": (lambda: _lying(3 << 30), "as a ZIP bomb does"),
    "overlapping entries": (_overlapping, "overlap"),
    "ZIP64": (_zip64, "ZIP64"),
    "ZIP64 size that is a terabyte": (lambda: _zip64_sizes(1 << 40), "as a ZIP bomb does"),
    "ZIP64 size that is too small": (lambda: _zip64_sizes(3), "damaged"),
    "ZIP64 count": (_zip64_count, "entries are missing"),
    "too many entries": (lambda: archive({f"fr_en/{number}": b"" for number in range(1001)}), "1001 entries"),
    "huge directory": (lambda: _many_entries(30_000), "more than 1000 entries"),
    "100,000 entries": (_many_denied, "more than 1000 entries"),
    "100,000 entries admitted": (lambda: _many_entries(100_000), "ZIP64"),
    "trailing data": (lambda: archive(contents()) + b"#", "not a complete ZIP"),
    "leading data": (lambda: b"#!/bin/sh\n" + archive(contents()), "in front of the first entry"),
    "no entries": (lambda: archive({}), "0 entries"),
}
