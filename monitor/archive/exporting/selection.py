"""Which articles an export is about."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from monitor.archive.rows import to_text
from monitor.archive.search import expanded
from monitor.errors import QueryError

_STRIDE = 5_000  # ids looked at in one read when outlets are compared: about 0.1 s


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What was asked for; () and None leave a side open. Duplicates are never selected."""

    topics: tuple[str, ...] = ()  # met by any of these
    relevant: bool = False  # met as the topic asks for; without topics: by any topic
    since: datetime | None = None  # first seen at this moment or later
    until: datetime | None = None  # first seen before it
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # outlets or hosts; case does not matter, nor "www."
    query: str | None = None  # as typed, for the record
    expression: str | None = None  # the same as FTS5
    story: int | None = None
    limit: int | None = None  # the newest so many

    def words(self) -> dict[str, object]:
        """What was asked for, ready for JSON: it goes into the exports that have a place for it."""
        asked = {
            "topics": list(self.topics),
            "relevant": self.relevant,
            "since": to_text(self.since),
            "until": to_text(self.until),
            "languages": list(self.languages),
            "sources": list(self.sources),
            "query": self.query,
            "story": self.story,
            "limit": self.limit,
        }
        return {name: value for name, value in asked.items() if value not in (None, [], False)}


def chosen(connection: sqlite3.Connection, selection: Selection) -> array[int]:
    """Ids of the selected articles, in order: 8 bytes each. Raises QueryError for a query SQLite cannot run.

    Every part but `sources` is answered by an index alone, whatever the size of the articles.
    """
    try:
        found = array("q", (row[0] for row in _candidates(connection, selection)))
    except sqlite3.OperationalError as error:
        raise QueryError(f"The query could not be run: {error}.", query=selection.query or "") from error
    if selection.sources:
        found = array("q", _of_sources(connection, found, selection.sources))
    return found if selection.limit is None else found[max(0, len(found) - selection.limit) :]


def _candidates(connection: sqlite3.Connection, selection: Selection) -> sqlite3.Cursor:
    parts = list(_parts(connection, selection)) or [("SELECT id FROM articles", ())]
    sql = " INTERSECT ".join(part for part, _ in parts)
    values = [value for _, some in parts for value in some]
    # Left to itself, SQLite would read every article to find the few duplicates in order.
    duplicates = "SELECT id FROM articles INDEXED BY articles_duplicate_of WHERE duplicate_of IS NOT NULL"
    return connection.execute(f"{sql} EXCEPT {duplicates} ORDER BY 1", values)


def _parts(connection: sqlite3.Connection, selection: Selection) -> Iterator[tuple[str, Sequence[object]]]:
    """For each side of the selection, a SELECT of ids and its values."""
    if selection.since or selection.until:
        span = (to_text(selection.since) or "", to_text(selection.until) or "9999")
        yield "SELECT id FROM articles WHERE first_seen >= ? AND first_seen < ?", span
    if selection.languages:
        among = (json.dumps(selection.languages),)
        yield "SELECT id FROM articles WHERE language IN (SELECT value FROM json_each(?))", among
    if selection.topics:
        yield (
            "SELECT article_id FROM matches WHERE topic IN (SELECT value FROM json_each(?)) AND relevant >= ?",
            (json.dumps(selection.topics), int(selection.relevant)),
        )
    elif selection.relevant:
        yield "SELECT article_id FROM matches WHERE relevant = 1", ()
    if selection.story is not None:
        yield "SELECT article_id FROM story_articles WHERE story_id = ?", (selection.story,)
    if selection.expression is not None:
        yield (
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?",
            (expanded(connection, selection.expression),),
        )


def _of_sources(connection: sqlite3.Connection, ids: array[int], sources: Sequence[str]) -> Iterator[int]:
    """Those of the ids whose outlet or host is among the sources, looked up in short reads."""
    wanted = {_bare(source) for source in sources}
    for start in range(0, len(ids), _STRIDE):
        rows = connection.execute(
            "SELECT id, outlet, url FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(ids[start : start + _STRIDE].tolist()),),
        ).fetchall()
        for row in rows:
            if _bare(row["outlet"]) in wanted or _bare(urlsplit(row["url"]).hostname or "") in wanted:
                yield row["id"]


def _bare(name: str) -> str:
    return name.strip().casefold().removeprefix("www.")
