"""A file that gets its name only when it is whole; what was written is counted and hashed on its way."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from monitor.errors import ExportError


class Tallied(io.BufferedIOBase):
    """Hands on what is written; knows its length and SHA-256. Closing it leaves the file open."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._hash = hashlib.sha256()
        self._bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data).cast("B")  # type: ignore[arg-type]  # whatever has bytes, as files take it
        self._out.write(view)
        self._hash.update(view)
        self._bytes += len(view)
        return len(view)

    def tell(self) -> int:
        return self._bytes

    def flush(self) -> None:
        """Nothing: a format may flush after each record; whoever opened the file flushes it once."""

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def whole(target: Path) -> Iterator[IO[bytes]]:
    """A file to write, beside `target`; it takes that name, and the place of a file of it, once it is done.

    However this ends before, nothing changes under the name; a process killed meanwhile leaves a `.part` file, which
    the next export to this name takes the place of. Raises ExportError when it cannot be written.
    """
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise ExportError(
            f"{target}: cannot be written: {error.strerror}. Check the space and the rights of its folder."
        ) from error
    finally:
        part.unlink(missing_ok=True)
