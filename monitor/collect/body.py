"""Decoding an answer's body under a cap, one piece at a time.

We decode ourselves because a stream cut short must be an error: aiohttp 3.14 returns what it has of a
truncated gzip body as if it were whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

from monitor.errors import BodyError

MAX_MEMBERS = 1000  # gzip members in one body; honest ones have one, 600,000 empty ones are an attack
_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 256 * 1024  # bytes decompressed between two looks at the cap


def read_coding(values: Iterable[str], url: str) -> str:
    """ "identity" or "gzip" from the `Content-Encoding` headers. Raises BodyError for anything else.

    We ask for gzip only. A second coding on top of it is how 3 KB become 4 GB.
    """
    codings = [part.strip().lower() for value in values for part in value.split(",") if part.strip()]
    if codings in ([], ["identity"]):
        return "identity"
    if codings in (["gzip"], ["x-gzip"]):
        return "gzip"
    raise BodyError(f"{url} answered in an encoding we did not ask for ({', '.join(codings)[:80]}).")


class Body:
    """Collects a body of at most `limit` bytes, decoded. `feed` and `finish` raise BodyError.

    With `keep`, each decoded piece is handed to it instead, and `finish` returns b"".
    """

    def __init__(self, url: str, coding: str, limit: int, keep: Callable[[bytes], object] | None = None) -> None:
        self._url, self._limit = url, limit
        self._gzip = zlib.decompressobj(_GZIP) if coding == "gzip" else None
        self._members = 1
        self._ended = False
        self._received = 0
        self._size = 0
        self._decoded = bytearray()
        self._pass_on = keep or self._decoded.extend

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes from the wire."""
        self._received += len(chunk)
        if self._received > self._limit:
            raise self._too_large()
        if self._gzip is None:
            self._keep(chunk)
            return
        try:
            self._inflate(chunk)
        except zlib.error as error:
            raise BodyError(f"{self._url} sent damaged gzip data ({error}).") from error

    def finish(self) -> bytes:
        """The whole body, once the wire has ended."""
        if self._gzip is not None and self._received and not self._gzip.eof:
            raise BodyError(f"{self._url} sent a gzip body that breaks off before its end.")
        return bytes(self._decoded)

    def _inflate(self, data: bytes) -> None:
        # What one step leaves undecoded comes out with a later one: a member's trailer is read last of all.
        while data and self._gzip and not self._ended:
            if self._gzip.eof:
                data = self._next_member(data)
            self._keep(self._gzip.decompress(data, _PIECE))
            data = self._gzip.unconsumed_tail or self._gzip.unused_data

    def _next_member(self, data: bytes) -> bytes:
        """Begins another gzip member, unless what follows the last one is padding or junk, which is skipped."""
        if data[:1] != b"\x1f":
            self._ended = True
            return b""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise BodyError(f"{self._url} sent a gzip body in more than {MAX_MEMBERS} parts.")
        self._gzip = zlib.decompressobj(_GZIP)
        return data

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise self._too_large()
        self._pass_on(data)

    def _too_large(self) -> BodyError:
        size = f"{self._limit / 1_000_000:g} MB"
        return BodyError(f"{self._url} sent more than {size}; http.max_body_mb sets how much is accepted.")
