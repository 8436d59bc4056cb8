"""What Datasette learns from us: search in the topic language, links to articles, headers that guard.

Datasette wraps what people type into a table's search box in `escape_fts()`. Ours compiles it as a topic
query, so Chinese needs no spaces, Arabic matches with its clitics, and `@libya` works there too; what is
not a query is searched for word by word. It must come last, to replace Datasette's own.

Hooks are called for the Datasette that `server.application` makes, whose `search` they use.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette import Response, hookimpl
from markupsafe import Markup

from monitor.web.search import Vocabulary
from monitor.web.trust import translation_worth, trust

_HEADERS = {
    # No framing, no sniffing, no referrer: outlets need not learn who reads them here.
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    # Datasette's own pages carry inline scripts and styles; nothing else may load, from anywhere else.
    b"content-security-policy": b"default-src 'self'; script-src 'self' 'unsafe-inline'; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    b"form-action 'self'",
}


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    search = datasette.search
    words = Vocabulary(conn)
    conn.create_function("escape_fts", 1, lambda query: words.fill_in(search.compiled_or_words(query)))
    conn.create_function("monitor_query", 1, lambda query: words.fill_in(search.compiled(query)), deterministic=True)
    conn.create_function("monitor_snippet", 3, search.passage, deterministic=True)


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(template: str, database: str, table: str, request: Any, datasette: Any) -> Any:
    """What a page needs beyond Datasette's own: why a query failed, how far a translation can be trusted."""
    if template == "row.html" and table == "articles" and request is not None:
        return lambda: _translation_vars(datasette.get_database(database), request.url_vars["pks"])
    return _query_vars(template, request, datasette)


async def _translation_vars(database: Any, article_id: str) -> dict[str, Any]:
    if not article_id.isdigit():
        return {}
    return {"translation_note": trust(await translation_worth(database, int(article_id)))}


def _query_vars(template: str, request: Any, datasette: Any) -> dict[str, Any]:
    """The page of a query that cannot be run says what is wrong, without what SQLite puts before it."""
    if template != "query.html" or request is None or not request.args.get("q"):
        return {}
    problem = datasette.search.problem(request.args["q"])
    return {"error": problem} if problem else {}


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(value: Any, column: str, table: str | None, database: str, datasette: Any) -> Markup | None:
    """The answers of ready-made queries lead to their article."""
    if table is not None or column != "article_id" or not isinstance(value, int):
        return None
    address = datasette.urls.row(database, "articles", str(value))
    return Markup('<a href="{}">{}</a>').format(address, value)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper() -> Any:
    return _guarded


def _guarded(app: Any) -> Any:
    """Only reading is answered, and every answer carries our headers."""

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(event: Any) -> None:
            if event["type"] == "http.response.start":
                # Replaced, not added to: Datasette sends a Referrer-Policy of its own with some pages.
                others = [pair for pair in event.get("headers", []) if pair[0].lower() not in _HEADERS]
                event = {**event, "headers": [*others, *_HEADERS.items()]}
            await send(event)

        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            refusal = Response.text("The archive is read-only.", status=405, headers={"allow": "GET, HEAD"})
            await refusal.asgi_send(with_headers)
        else:
            await app(scope, receive, with_headers)

    return guarded
