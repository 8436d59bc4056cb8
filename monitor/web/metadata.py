"""What Datasette says about the archive: descriptions, facets, ready-made queries."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from monitor.archive.dictionary import TABLES
from monitor.web.queries import READY

_FACETS: dict[str, list[str]] = {
    "articles": ["language", "outlet", "translation_state", "stage"],
    "matches": ["topic", "relevant", "side"],
    "polls": ["outcome"],
    "outbox": ["state", "channel", "topic"],
    "feed_states": ["status", "error_kind"],
    "sentences": [],
    "notices": ["kind"],
    "labels": ["topic", "verdict"],
}
_LABELS = {"articles": "title", "feeds": "title", "topics": "name", "stories": "headline"}
_NEWEST_FIRST = {"outbox": "created_at", "stories": "last_seen"} | dict.fromkeys(
    ("articles", "matches", "polls", "alerts", "notices"), "id"
)
# Bookkeeping that a researcher need not trip over; still there for those who look.
_HIDDEN = frozenset({"aliases", "boilerplate", "settings", "hosts", "translation_memory", "volumes"})
# Whole texts. To sort by one or count its values is no use and takes as much memory as all of them; the address of
# the next page, which holds the last value, would be longer than a browser can send.
LONG = frozenset(
    {
        *("text", "translated_text", "entry", "body", "alert", "source", "target", "sentence", "translation"),
        *("reasons", "spans", "translation_spans", "chart", "facts", "fingerprint", "query", "exclude"),
    }
)
_SQLITES_OWN = ("_sqlite_migrations", "sqlite_sequence", "sqlite_stat1", "sqlite_stat4")


def metadata(database: str) -> dict[str, Any]:
    """Datasette's metadata for an archive served under the name `database`."""
    return {
        "title": "Media monitor: the archive",
        "databases": {
            database: {
                "description": "Articles, their translations, what topics found, and who was told. Times are UTC.",
                "tables": {name: _table(name) for name in TABLES} | {name: {"hidden": True} for name in _SQLITES_OWN},
                "queries": {
                    query.name: {
                        "sql": dedent(query.sql).strip(),
                        "title": query.title,
                        "description": query.description,
                        "hide_sql": True,
                    }
                    for query in READY
                },
            }
        },
    }


def _table(name: str) -> dict[str, Any]:
    description, columns = TABLES[name]
    table: dict[str, Any] = {
        "description": description,
        "columns": columns,
        "facets": _FACETS.get(name, []),
        "sortable_columns": [column for column in columns if column not in LONG],
    }
    if name in _LABELS:
        table["label_column"] = _LABELS[name]
    if name in _NEWEST_FIRST:
        table["sort_desc"] = _NEWEST_FIRST[name]
    if name in _HIDDEN:
        table["hidden"] = True
    return table
