"""On which line a key of a TOML text stands. `tomllib` reads values but keeps no positions.

The text has been read by `tomllib` before, so it is well-formed: this follows its structure (headers, keys,
nested arrays and inline tables) and skips its values.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Part = str | int
Path = tuple[Part, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_VALUE = re.compile(
    r""""{3}(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^,\]}#\n]+""", re.DOTALL
)


def line_of(text: str, *path: Part) -> int | None:
    """The line (from 1) of `("http", "timeout_seconds")` or `("topics", 0, "query")`, indexes from 0.

    A key that is absent stands where its table begins; None when that is absent too, or the text is no TOML.
    """
    return Lines(text).of(*path)


class Lines:
    """The lines of all keys of one text."""

    def __init__(self, text: str) -> None:
        try:
            tomllib.loads(text)
            self._found = _Scanner(text).scan()
        except (tomllib.TOMLDecodeError, RecursionError):
            self._found = {}

    def of(self, *path: Part) -> int | None:
        """As `line_of`."""
        while path and path not in self._found:
            path = path[:-1]
        return self._found.get(path)


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._lengths: dict[Path, int] = {}  # of arrays of tables
        self._found: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._found

    def _header(self) -> Path:
        repeated = self._text.startswith("[[", self._at)
        line = self._line()
        self._at += 2 if repeated else 1
        path = self._latest(self._keys())
        self._at += 2 if repeated else 1
        if repeated:
            self._found.setdefault(path, line)
            self._lengths[path] = self._lengths.get(path, 0) + 1
            path = (*path, self._lengths[path] - 1)
        for length in range(1, len(path) + 1):
            self._found.setdefault(path[:length], line)
        return path

    def _latest(self, keys: Path) -> Path:
        """`[feeds.x]` after `[[feeds]]` speaks of the last feed so far."""
        path: Path = ()
        for number, part in enumerate(keys):
            path = (*path, part)
            if path in self._lengths and number < len(keys) - 1:
                path = (*path, self._lengths[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for part in self._keys():
            path = (*path, part)
            self._found.setdefault(path, line)
        self._at += 1  # =
        self._value(path)

    def _keys(self) -> Path:
        parts: list[Part] = []
        while True:
            word = self._skip(_KEY).strip(" \t")
            quoted = word.startswith(('"', "'"))
            parts.append(tomllib.loads(f"key = {word}")["key"] if quoted else word)
            if self._text[self._at] != ".":
                return tuple(parts)
            self._at += 1

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        self._found.setdefault(path, self._line())
        opening = self._text[self._at]
        if opening == "[":
            self._many(path, "]")
        elif opening == "{":
            self._many(path, "}")
        else:
            self._skip(_VALUE)

    def _many(self, path: Path, closing: str) -> None:
        """An array (keys are numbers) or an inline table (keys are written out)."""
        self._at += 1
        index = 0
        self._skip(_BLANK)
        while self._text[self._at] != closing:
            if closing == "]":
                self._value((*path, index))
            else:
                self._pair(path)
            index += 1
            self._skip(_BLANK)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(_BLANK)
        self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:  # `tomllib` took what we do not understand
            raise tomllib.TOMLDecodeError(f"unexpected text on line {self._line()}")
        self._at = found.end()
        return found[0]

    def _line(self) -> int:
        return bisect_right(self._starts, self._at)
