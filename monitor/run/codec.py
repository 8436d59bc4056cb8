"""Values to bytes and back, for the pipe between the daemon and its child processes.

A frame is: length of the header (4 bytes, big-endian), the header (JSON), then the binary parts one after
another. Bytes stay outside the JSON, so that a page of 10 MB is copied and not re-encoded. JSON's own scalars
stand for themselves; everything else is an array whose first item is a tag:

    ["l", …] list          ["t", …] tuple           ["s", …] set             ["f", …] frozenset
    ["m", k, v, …] mapping  ["b", length] bytes      ["d", ISO 8601] datetime  ["i", days, s, µs] timedelta
    ["p", text] Path       ["e", class, value] StrEnum
    ["c", class, field, …] dataclass                ["x", class, message, attributes] MonitorError

Unlike pickle, reading a frame runs no code but the constructors of dataclasses in the packages named by the
reader: a child taken over by a hostile document cannot take over the daemon through its answer.
"""

from __future__ import annotations

import importlib
import json
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any

from monitor.errors import MonitorError

PACKAGES = ("monitor",)
_LENGTH = struct.Struct(">I")
_SCALARS = (str, int, float, bool, type(None))


class CodecError(ValueError):
    """A value that cannot cross the pipe, or bytes that are no frame."""


def reference(thing: Callable[..., Any]) -> str:
    """The name under which a class or function is found again: `module:qualname`."""
    return f"{thing.__module__}:{thing.__qualname__}"


@lru_cache(maxsize=1024)
def resolve(name: str, packages: tuple[str, ...] = PACKAGES) -> Any:
    """The class or function behind a `module:qualname` within `packages`. Raises `CodecError`."""
    module, _, qualname = name.partition(":")
    if module.partition(".")[0] not in packages or not all(map(str.isidentifier, qualname.split("."))):
        raise CodecError(f"{name!r} is not in {' or '.join(packages)}")
    try:
        found: Any = importlib.import_module(module)
        for part in qualname.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise CodecError(f"{name!r} cannot be found: {error}") from error
    return found


# ── writing ──────────────────────────────────────────────────────────────────────────────────────


def encode(value: object) -> bytes:
    """One frame. Raises `CodecError` for a value that is none of the kinds above."""
    blobs: list[bytes] = []
    # surrogatepass: text decoded from hostile pages may hold lone surrogates, and must come back as it was.
    header = json.dumps(_pack(value, blobs), ensure_ascii=False, separators=(",", ":"))
    head = header.encode("utf-8", "surrogatepass")
    return b"".join((_LENGTH.pack(len(head)), head, *blobs))


def _pack(value: Any, blobs: list[bytes]) -> Any:
    kind = type(value)
    if kind in _SCALARS:  # exact types: a StrEnum is a str too
        return value
    if kind in (tuple, list, set, frozenset):
        return [kind.__name__[0], *(_pack(item, blobs) for item in value)]
    if kind in (bytes, bytearray, memoryview):
        blobs.append(bytes(value))
        return ["b", len(blobs[-1])]
    if is_dataclass(kind):
        return ["c", reference(kind), *(_pack(getattr(value, name), blobs) for name in _names(kind))]
    return _pack_rare(value, blobs)


def _pack_rare(value: Any, blobs: list[bytes]) -> list[Any]:
    match value:
        case StrEnum():
            return ["e", reference(type(value)), value.value]
        case Mapping():
            return ["m", *(_pack(part, blobs) for item in value.items() for part in item)]
        case datetime():
            return ["d", value.isoformat()]
        case timedelta():
            return ["i", value.days, value.seconds, value.microseconds]
        case PurePath():
            return ["p", str(value)]
        case MonitorError():
            return ["x", reference(type(value)), value.message, _pack(value.__dict__, blobs)]
    raise CodecError(f"a value of type {type(value).__name__} cannot cross to or from a child process")


@lru_cache(maxsize=256)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.init)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def decode(frame: bytes, packages: tuple[str, ...] = PACKAGES) -> Any:
    """The value of a frame whose classes all live in `packages`. Raises `CodecError`."""
    try:
        start = _LENGTH.size + _LENGTH.unpack_from(frame)[0]
        header = json.loads(str(memoryview(frame)[_LENGTH.size : start], "utf-8", "surrogatepass"))
        return _Reader(memoryview(frame)[start:], packages).unpack(header)
    except CodecError:
        raise
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError, struct.error) as error:
        raise CodecError(f"not a frame: {error}") from error


class _Reader:
    """Walks the header in the order in which it was written, taking the binary parts along."""

    def __init__(self, blobs: memoryview, packages: tuple[str, ...]) -> None:
        self._blobs = blobs
        self._packages = packages
        self._read: dict[str, Callable[[list[Any]], Any]] = {
            "l": self._items,
            "t": lambda rest: tuple(self._items(rest)),
            "s": lambda rest: set(self._items(rest)),
            "f": lambda rest: frozenset(self._items(rest)),
            "m": self._mapping,
            "b": self._bytes,
            "d": lambda rest: datetime.fromisoformat(rest[0]),
            "i": lambda rest: timedelta(rest[0], rest[1], rest[2]),
            "p": lambda rest: Path(rest[0]),
            "e": lambda rest: self._class(rest[0], StrEnum)(rest[1]),
            "c": self._dataclass,
            "x": self._error,
        }

    def unpack(self, value: Any) -> Any:
        return self._read[value[0]](value[1:]) if type(value) is list else value

    def _items(self, rest: Iterable[Any]) -> list[Any]:
        return [self.unpack(item) for item in rest]

    def _mapping(self, rest: Sequence[Any]) -> dict[Any, Any]:
        parts = iter(self._items(rest))
        return dict(zip(parts, parts, strict=True))

    def _bytes(self, rest: Sequence[Any]) -> bytes:
        blob, self._blobs = self._blobs[: rest[0]], self._blobs[rest[0] :]
        if len(blob) != rest[0]:
            raise CodecError("the frame ends within its binary parts")
        return bytes(blob)

    def _dataclass(self, rest: Sequence[Any]) -> Any:
        kind = resolve(rest[0], self._packages)
        if not (isinstance(kind, type) and is_dataclass(kind)):
            raise CodecError(f"{rest[0]!r} is no dataclass")
        return kind(**dict(zip(_names(kind), self._items(rest[1:]), strict=True)))

    def _error(self, rest: Sequence[Any]) -> MonitorError:
        # Errors differ in what their constructors ask for: rebuild the attributes, as `copy` would.
        kind = self._class(rest[0], MonitorError)
        error: MonitorError = kind.__new__(kind)
        Exception.__init__(error, rest[1])
        error.__dict__.update(self.unpack(rest[2]))
        return error

    def _class(self, name: str, base: type) -> Any:
        found = resolve(name, self._packages)
        if not (isinstance(found, type) and issubclass(found, base)):
            raise CodecError(f"{name!r} is no {base.__name__}")
        return found
