"""JSON Lines and CSV: an article a line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from monitor.archive.exporting.record import MET_NAMES, NAMES, Met, Record
from monitor.archive.rows import to_text

# Line ends to some readers, though not to JSON (RFC 8259); escaped, they are line ends to nobody.
_ESCAPED = {ord(end): f"\\u{ord(end):04x}" for end in "\u0085\u2028\u2029"}


class JsonLines:
    """One JSON object a line, UTF-8."""

    def __init__(self, out: io.BufferedIOBase) -> None:
        self._out = out

    def write(self, lot: Sequence[Record]) -> None:
        for record in lot:
            self._out.write(f"{_json(plain_record(record))}\n".encode())

    def close(self) -> None:
        """Nothing is owed."""


class Csv:
    """RFC 4180: comma, double quotes, CRLF; UTF-8 without a mark at its beginning; names in the first line.

    Lists are JSON in their cell; empty is "not stated". Cells are what the archive holds, to the letter: a title
    that begins with = is left so, and a spreadsheet may take it for a formula.
    """

    def __init__(self, out: io.BufferedIOBase) -> None:
        self._text = io.TextIOWrapper(cast("io.BytesIO", out), encoding="utf-8", newline="", write_through=True)
        self._rows = csv.writer(self._text)
        self._rows.writerow(NAMES)

    def write(self, lot: Sequence[Record]) -> None:
        self._rows.writerows([_cell(getattr(record, name)) for name in NAMES] for record in lot)

    def close(self) -> None:
        self._text.detach()  # whoever opened the file below closes it


def plain_record(record: Record) -> dict[str, Any]:
    """Name → value, ready for JSON, in the order of the columns."""
    return {name: _plain(getattr(record, name)) for name in NAMES}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPED)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return {name: _plain(getattr(value, name)) for name in MET_NAMES} if isinstance(value, Met) else value


def _cell(value: Any) -> Any:
    value = _plain(value)
    return _json(value) if isinstance(value, list) else value
