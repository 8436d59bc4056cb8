"""What each of Datasette's connections learns: to search in the topic language, in any script.

Datasette wraps what people type into a table's search box in `escape_fts()`. Ours compiles it as a topic
query, so Chinese needs no spaces, Arabic matches with its clitics, and `@libya` works there too; what is
not a query is searched for word by word. It must come last, to replace Datasette's own.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import Any

from datasette import hookimpl

from monitor.errors import QueryError
from monitor.models import Article
from monitor.script import fold
from monitor.topics.compile import Query, compile_query
from monitor.topics.evidence import evidence
from monitor.topics.packs import Pack, load_packs


@cache
def _packs() -> dict[str, Pack]:
    return dict(load_packs())


@cache
def _compile(query: str) -> Query:
    return compile_query(query, _packs())


def compiled(query: str) -> str:
    """A topic query as FTS5; SQLite shows the QueryError's own words."""
    return _compile(query).fts


def compiled_or_words(query: str) -> str:
    """A topic query as FTS5, or its words, all of them, when it is not one."""
    try:
        return compiled(query)
    except QueryError:
        words = (fold(word).replace('"', " ").strip() for word in query.split())
        return " ".join(f'"{word}"' for word in words if word) or '""'


def passage(query: str, text: str | None, translated_text: str | None) -> str:
    """The sentence that answers a query best, in the translation when it is found there."""
    article = Article(
        id=0, feed_id=None, url="", canonical_url="", text=text or "", translated_text=translated_text or ""
    )
    found = evidence(_compile(query), article, ())
    return found.translation or found.sentence


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    conn.create_function("escape_fts", 1, compiled_or_words)
    conn.create_function("monitor_query", 1, compiled, deterministic=True)
    conn.create_function("monitor_snippet", 3, passage, deterministic=True)


def _headers() -> list[tuple[bytes, bytes]]:
    """No framing, no sniffing, no referrer: the archive may hold what its publishers would rather it did not."""
    return [
        (b"x-frame-options", b"DENY"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (
            b"content-security-policy",
            # Datasette's own pages carry inline scripts and styles; nothing else may load, from anywhere else.
            b"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
            b"img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        ),
    ]


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper() -> Any:
    def wrap(app: Any) -> Any:
        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            async def with_headers(event: Any) -> None:
                if event["type"] == "http.response.start":
                    event = {**event, "headers": [*event.get("headers", []), *_headers()]}
                await send(event)

            await app(scope, receive, with_headers)

        return guarded

    return wrap
