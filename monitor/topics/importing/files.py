"""The queries that a file of another tool holds: lines, a table, or an OPML of Google Alerts."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

_ALERT = re.compile(r"""\b(?:title|text)\s*=\s*(["'])Google Alerts?\s*[-–—:]\s*(.*?)\1""", re.IGNORECASE | re.DOTALL)
_QUERY_COLUMNS = ("query", "search", "alert", "keywords", "keyword", "boolean", "search query", "filter", "term")
_NAME_COLUMNS = ("name", "title", "topic")
_EMPTY_LINE = re.compile(r"\n\s*\n")
_OPEN = re.compile(r"^\s*(?:AND|OR|NOT|O?NEAR\S*)\b|\b(?:AND|OR|NOT|O?NEAR(?:/\d+)?)\s*$")  # at the line's start or end


@dataclass(frozen=True, slots=True)
class Found:
    """One query of a file; `name` is "" when the file gives none."""

    name: str
    query: str


def found_in(text: str) -> tuple[Found, ...]:
    """The queries of a file: an OPML's alerts, a table's column `query`, else one a line. Lines of which one leaves
    a bracket, a quote or an operator open are one query, up to the next empty line."""
    if text.lstrip().startswith("<"):
        titles = dict.fromkeys(html.unescape(match[2]) for match in _ALERT.finditer(text))
        return tuple(Found("", title) for title in titles)
    table = tuple(_table(text))
    if table:
        return table
    blocks = (block.strip() for block in _EMPTY_LINE.split(text.removeprefix("\ufeff")))
    queries = (query for block in blocks for query in _lines_or_whole(block))
    return tuple(Found("", query.strip()) for query in queries if query.strip())


def _lines_or_whole(block: str) -> list[str]:
    lines = block.splitlines()
    return lines if all(map(_is_closed, lines)) else [block]


def _is_closed(line: str) -> bool:
    return line.count("(") == line.count(")") and line.count('"') % 2 == 0 and not _OPEN.search(line)


def _table(text: str) -> Iterator[Found]:
    """The rows of a CSV whose first line names a column of queries."""
    first = text.lstrip("\ufeff").split("\n", 1)[0].lower()
    delimiter = max(",;\t", key=first.count)
    columns = [column.strip().strip('"') for column in first.split(delimiter)]
    query = next((name for name in _QUERY_COLUMNS if name in columns), None)
    if query is None or (len(columns) == 1 and query not in ("query", "search query", "keywords")):
        return
    name = next((name for name in _NAME_COLUMNS if name in columns), None)
    for row in csv.reader(io.StringIO(text.split("\n", 1)[1] if "\n" in text else ""), delimiter=delimiter):
        if len(row) == len(columns) and row[columns.index(query)].strip():
            yield Found(row[columns.index(name)].strip() if name else "", row[columns.index(query)].strip())
