"""What went wrong, as a page: in words, with a status, and without a word about this machine."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, NotFound
from datasette.utils.asgi import Request as DatasetteRequest
from datasette.views.base import DatasetteError

from monitor import log
from monitor.errors import (
    ActError,
    ArchiveError,
    BusyPageError,
    MissingPageError,
    MonitorError,
    OrderError,
    SignedOutError,
    SlowPageError,
)
from monitor.web.page import Page, Trouble, respond

logger = log.get("web")
_FOLDERS = re.compile(r"^/[^:\n]*/(?=[^/:\n]+: )")  # before the name of the file that a message begins with
ASLEEP = (
    "The archive cannot be read now. When the monitor is stopped and these pages run as another user, SQLite needs "
    "files beside the archive that only the monitor makes. Start `monitor run`; this page then works again by itself."
)
_UNREADABLE = ("unable to open", "readonly database", "disk i/o error", "locked", "malformed", "no such table")
_TOLD: tuple[tuple[type[Exception], int, str], ...] = (
    (MissingPageError, 404, "Not found"),
    (SlowPageError, 503, "Too much to read"),
    (BusyPageError, 503, "Busy"),
    (SignedOutError, 401, "Sign in"),
    (ActError, 400, "Not done"),
    (OrderError, 503, "Not done"),
    (ArchiveError, 503, "The archive cannot be read"),
    (MonitorError, 400, "Not possible"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`unforeseen`: a bug of ours, or something nobody thought of; it is logged with its traceback."""

    status: int
    title: str
    message: str
    unforeseen: bool = False


def fault(error: BaseException) -> Fault:
    """What a visitor is told of an error."""
    for kind, status, title in _TOLD:
        if isinstance(error, kind):
            return Fault(status=status, title=title, message=_without_folders(str(error)))
    if isinstance(error, QueryInterrupted | TimeoutError) or getattr(error, "title", "") == "SQL Interrupted":
        return fault(SlowPageError())
    if _cannot_be_read(error):
        return Fault(status=503, title="The archive cannot be read", message=ASLEEP)
    if isinstance(error, NotFound):
        return Fault(status=404, title="Not found", message="There is nothing at this address.")
    if isinstance(error, Base400 | DatasetteError):  # raised on purpose, some of them with Datasette's default of 500
        status = error.status if error.status < 500 else 400
        return Fault(status=status, title=getattr(error, "title", None) or "Not possible", message=_words(error))
    message = "Something went wrong here, and was logged. Try another address, or the same one later."
    return Fault(status=500, title="An error of ours", message=message, unforeseen=True)


def _without_folders(words: str) -> str:
    """The messages of commands name files by their whole path; a visitor has no use for where they lie."""
    return _FOLDERS.sub("", words)


def not_allowed(said: str) -> Fault:
    """What Datasette forbids, in place of the name of a permission, which is all that it says."""
    if said == "execute-sql":
        words = "SQL of your own is off here; the ready-made queries work. allow_sql in [web] would turn it on."
    elif "download" in said:
        words = "The database is not given out here. `monitor backup` copies it, `monitor export` writes articles."
    else:
        words = "This is not allowed here."
    return Fault(status=403, title="Not allowed", message=words)


def _cannot_be_read(error: BaseException) -> bool:
    words = str(getattr(error, "message", error)).lower()
    if not isinstance(error, sqlite3.Error | DatasetteError):
        return False
    return any(sign in words for sign in _UNREADABLE) and not (isinstance(error, DatasetteError) and "no such" in words)


def _words(error: Any) -> str:
    """Datasette's own message; one made of markup is its title in words."""
    if getattr(error, "message_is_html", False):
        return "This query cannot be run."
    return str(getattr(error, "message", None) or (error.args[0] if error.args else "") or "This is not possible.")


async def respond_to(datasette: Any, request: Any, error: BaseException) -> Response:
    """The page of what went wrong; JSON where JSON was asked for."""
    found = fault(error)
    if found.unforeseen:
        log.event(logger, "error", "page failed", exc_info=error, path=request.path, method=request.method)
    return await shown(datasette, request, found)


async def shown(datasette: Any, request: Any, found: Fault) -> Response:
    if request.path.endswith(".json"):
        body = {"ok": False, "error": found.message, "status": found.status, "title": found.title}
        return Response.json(body, status=found.status)
    scope = {**request.scope, "url_route": {"kwargs": {}}}
    page = Page(template="trouble.html", title=found.title, value=Trouble(message=found.message), status=found.status)
    return await respond(datasette, DatasetteRequest(scope, None), page)


Handler = Callable[[Any, Any], Awaitable[Response]]


def answered(page: Handler) -> Handler:
    """A page, or in its place what is wrong."""

    async def answer(datasette: Any, request: Any) -> Response:
        try:
            return await page(datasette, request)
        except Exception as error:
            return await respond_to(datasette, request, error)

    return answer
