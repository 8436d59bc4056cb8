"""What Datasette learns from us: our pages, search in the topic language, links to articles, headers that guard.

Datasette wraps what people type into a table's search box in `escape_fts()`. Ours compiles it as a topic
query, so Chinese needs no spaces, Arabic matches with its clitics, and `@libya` works there too; what is
not a query is searched for word by word. It must come last, to replace Datasette's own.

Hooks are called for the Datasette that `server.application` makes, whose `desk` they use.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette import Response, hookimpl
from markupsafe import Markup

from monitor.web import acting
from monitor.web.access import signing_in
from monitor.web.articles.trust import trust
from monitor.web.guard.faults import answered, not_allowed, respond_to, shown
from monitor.web.guard.gate import Guard
from monitor.web.pages import ROUTES as PAGES
from monitor.web.paths import whole_number
from monitor.web.pending import pending
from monitor.web.reading import read
from monitor.web.search import Vocabulary

_LONGEST_VALUE = 16_000_000
ROUTES = (*PAGES, *acting.ROUTES, *signing_in.ROUTES)


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    if database != datasette.desk.database:
        return  # Datasette's own, without an index
    if datasette.desk.web.allow_sql:
        _restrain(conn)
    search = datasette.desk.search
    words = Vocabulary(conn)
    conn.create_function("escape_fts", 1, lambda query: words.fill_in(search.compiled_or_words(query)))
    conn.create_function("monitor_query", 1, lambda query: words.fill_in(search.compiled(query)), deterministic=True)
    conn.create_function("monitor_snippet", 3, search.passage, deterministic=True)


def _restrain(connection: sqlite3.Connection) -> None:
    """For visitors' own SQL: no value beyond 16 MB, and not where on this machine the archive lies."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.set_authorizer(
        lambda action, what, *_: (
            sqlite3.SQLITE_DENY
            if (action, what) == (sqlite3.SQLITE_READ, "pragma_database_list")
            else sqlite3.SQLITE_OK
        )
    )


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(template: str, database: str, table: str, request: Any, datasette: Any) -> Any:
    """What a page needs beyond Datasette's own: who may do what, and what waits to be recorded; on Datasette's pages,
    why a query failed, and how far a translation can be trusted.
    """

    async def found() -> dict[str, Any]:
        if template == "row.html" and table == "articles" and request is not None:
            return await _translation_vars(datasette, request.url_vars["pks"])
        if template.startswith("pages/"):
            return await _page_vars(request, datasette)
        return _query_vars(template, request, datasette)

    return found


async def _page_vars(request: Any, datasette: Any) -> dict[str, Any]:
    """`may_write`: whether forms show; `pending`: a Pending; `here`: the address of this page, to come back to."""
    access = datasette.desk.access
    return {
        "may_write": access.may_write(request.actor),
        "can_sign_in": access.by_password,
        "pending": await pending(datasette),
        "here": request.full_path,
    }


async def _translation_vars(datasette: Any, article_id: str) -> dict[str, Any]:
    if not (number := whole_number(article_id)):
        return {}
    return {"translation_note": trust(await read(datasette, lambda reader: reader.translations.worth(number)))}


def _query_vars(template: str, request: Any, datasette: Any) -> dict[str, Any]:
    """The page of a query that cannot be run says what is wrong, without what SQLite puts before it."""
    if template != "query.html" or request is None or not request.args.get("q"):
        return {}
    problem = datasette.desk.search.problem(request.args["q"])
    return {"error": problem} if problem else {}


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(value: Any, column: str, table: str | None, database: str, datasette: Any) -> Markup | None:
    """The answers of ready-made queries lead to their article."""
    if table is not None or column != "article_id" or not isinstance(value, int):
        return None
    address = datasette.urls.row(database, "articles", str(value))
    return Markup('<a href="{}">{}</a>').format(address, value)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> Any:
    return [(pattern, answered(page)) for pattern, page in ROUTES]


@hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    async def handled() -> Response:
        return await respond_to(datasette, request, exception)

    return handled


@hookimpl  # type: ignore[untyped-decorator]
def forbidden(datasette: Any, request: Any, message: str) -> Any:
    async def told() -> Response:
        return await shown(datasette, request, not_allowed(message))

    return told


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any, actor: Any) -> list[dict[str, str]]:
    """The way to sign in, on Datasette's own pages."""
    return [] if actor or not datasette.desk.access.by_password else [{"href": "/-/login", "label": "Sign in"}]


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Any:
    return lambda app: Guard(app, datasette, tuple(pattern for pattern, _ in ROUTES))
