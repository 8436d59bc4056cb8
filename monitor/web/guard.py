"""What stands before every page: who is let in, what is refused, how long an answer may take, and what it carries."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote

from datasette import Response
from datasette.plugins import pm
from datasette.utils import await_me_maybe, tilde_encode
from datasette.utils.asgi import Request

from monitor import log
from monitor.errors import BusyPageError
from monitor.web.faults import Fault, respond_to, shown
from monitor.web.policy import STRICT, for_datasette
from monitor.web.refusing import LONGEST_BODY, Head, Rules, refusal, unfit
from monitor.web.sending import Out, Room
from monitor.web.turns import Turn, Turns

logger = log.get("web")
SECONDS = 1.4  # until one page is made; the promise is 1.5
SENDING_SECONDS = 60.0  # until a slow reader has it
FORM_SECONDS = 20.0  # for one form, with its body on a slow line, and passwords verified one after the other
COOKIES = ("ds_actor", "ds_csrftoken", "ds_messages")
WRITABLE = frozenset({"/act", "/act.json", "/-/login", "/-/logout"})
_DATASETTES = r"/favicon\.ico|/static/[\w./-]+|/-/static/[\w./-]+|/-/log(?:in|out)"
_OPEN = re.compile(rf"{_DATASETTES}")  # also to those who may not read
_BUSY = Fault(status=503, title="Busy", message="Too many requests at once. Try again in a second.")
_LARGE = Fault(status=413, title="Not done", message="This is too long to record.")
_NO_ENTRY = Fault(status=401, title="Sign in", message="Only people with an account can read here.")


class Guard:
    """Around Datasette's application."""

    def __init__(self, app: Any, datasette: Any, patterns: tuple[str, ...]) -> None:
        self._app = app
        self._datasette = datasette
        self._patterns = patterns
        self._turns = Turns()
        self._room = Room()
        self._inline = for_datasette()

    @cached_property
    def _database(self) -> str:
        """Addresses of Datasette's own pages about the archive."""
        return rf"{re.escape('/' + tilde_encode(self._datasette.desk.database))}(?:[./].*)?"

    @cached_property
    def _rules(self) -> Rules:
        """Made at the first request: Datasette asks for its application before it has a desk."""
        # One name may stand in several addresses; here only their shape counts.
        ours = (re.sub(r"\(\?P<\w+>", "(?:", pattern.strip("^$")) for pattern in self._patterns)
        known = re.compile("|".join((*ours, self._database, _DATASETTES)))
        return Rules(access=self._datasette.desk.access, known=known, writable=WRITABLE)

    @cached_property
    def _datasettes(self) -> re.Pattern[str]:
        return re.compile(rf"{self._database}|/-/logout")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Any, receive: Any, send: Any) -> None:
        head = head_of(scope)
        limit = asyncio.timeout(FORM_SECONDS if head.posts else SECONDS)
        secure = scope.get("scheme") == "https"
        turn = Turn(self._turns, datasettes=self._datasettes.fullmatch(head.path) is not None)

        def begin() -> None:
            """The page is made: what remains depends on its reader, and the next page can be made meanwhile."""
            with suppress(RuntimeError):  # it has run out: this is the page that says so
                limit.reschedule(asyncio.get_running_loop().time() + SENDING_SECONDS)
            turn.give_back()

        out = Out(send, self._room, self._headers(head), secure=secure, begin=begin)
        scope = {**scope, "headers": _fit(head)}
        try:
            async with limit:
                await self._answer(head, scope, receive, out, turn)
        except Exception as error:
            if out.begun:  # too late for a page: the connection ends, so that nobody takes the half for the whole
                raise
            if isinstance(error, BusyPageError) or (isinstance(error, TimeoutError) and self._turns.crowded):
                await self._refuse(_BUSY, scope, out)
                return
            await self._datasette.invoke_startup()
            request = Request({**scope, "csrftoken": str}, None)
            await (await respond_to(self._datasette, request, error)).asgi_send(out.send)
        finally:
            turn.give_back()
            out.close()

    async def _answer(self, head: Head, scope: Any, receive: Any, out: Out, turn: Turn) -> None:
        if found := refusal(head, self._rules):
            await self._refuse(found, scope, out)
        elif self._private(head) and not self._rules.access.may_read(await self._actor(scope)):
            await self._send_to_sign_in(head, scope, out)
        elif head.posts:
            await self._take_form(scope, receive, out, turn)
        else:
            await turn.take()
            await self._app(scope, receive, out.send)

    async def _take_form(self, scope: Any, receive: Any, out: Out, turn: Turn) -> None:
        """Whole, before it takes a turn: it may come slowly."""
        body = await _body(receive)
        found = _LARGE if body is None else unfit(body)
        if found or body is None:
            await self._refuse(found or _LARGE, scope, out)
            return
        await turn.take()
        await self._app(scope, _replayed(body, receive), out.send)

    async def _refuse(self, found: Fault, scope: Any, out: Out) -> None:
        """Cheaply, in plain text, but for what people run into."""
        if found.status in (401, 403, 404):
            await self._datasette.invoke_startup()
            request = Request({**scope, "csrftoken": str}, None)
            await (await shown(self._datasette, request, found)).asgi_send(out.send)
        else:
            more = {405: {"allow": "GET, HEAD"}, 503: {"retry-after": "1"}}.get(found.status)
            await Response.text(found.message, status=found.status, headers=more).asgi_send(out.send)

    async def _send_to_sign_in(self, head: Head, scope: Any, out: Out) -> None:
        if head.posts or head.bearer or head.path.endswith((".json", ".csv", ".atom")):
            await self._refuse(_NO_ENTRY, scope, out)
        else:
            back = quote(f"{head.path}?{head.query}" if head.query else head.path, safe="")
            await Response.redirect(f"/-/login?back={back}", status=303).asgi_send(out.send)

    async def _actor(self, scope: Any) -> Mapping[str, Any] | None:
        for found in pm.hook.actor_from_request(datasette=self._datasette, request=Request(scope, None)):
            if actor := await await_me_maybe(found):
                return dict(actor)
        return None

    def _private(self, head: Head) -> bool:
        return self._rules.access.web.private and not _OPEN.fullmatch(head.path)

    def _headers(self, head: Head) -> dict[str, str]:
        policy = self._inline if self._datasettes.fullmatch(head.path) else STRICT
        unkept = {"cache-control": "private, no-store"} if self._private(head) else {}
        return {"content-security-policy": policy, **unkept}


def head_of(scope: Any) -> Head:
    raw = scope.get("raw_path") or scope["path"].encode()
    return Head(
        method=scope["method"],
        path=raw.decode("latin-1").partition("?")[0],
        query=(scope.get("query_string") or b"").decode("latin-1"),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
    )


def _fit(head: Head) -> list[tuple[bytes, bytes]]:
    """Headers that what is behind us can read: cookies of ours alone, and none beside a token, which then is all that
    tells who asks: whoever sends one is not asked for the form's own token. HTTP Basic tells nothing here.
    """
    left = {name: value for name, value in head.headers.items() if name not in ("cookie", "x-csrftoken")}
    if not head.bearer:
        left.pop("authorization", None)
        if cookies := _cookies(head.headers.get("cookie", "")):
            left["cookie"] = cookies
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in left.items()]


def _cookies(header: str) -> str:
    pairs = (part.strip() for part in header.split(";"))
    ours = "; ".join(pair for pair in pairs if pair.partition("=")[0] in COOKIES and pair.isascii())
    try:
        SimpleCookie(ours)
    except CookieError:
        return ""
    return ours


async def _body(receive: Any) -> bytes | None:
    """The body of a form; None when it is too long, or the sender has gone."""
    body = b""
    while True:
        event: dict[str, Any] = await receive()
        if event["type"] != "http.request":
            return None
        body += bytes(event.get("body", b""))
        if len(body) > LONGEST_BODY:
            return None
        if not event.get("more_body", False):
            return body


def _replayed(body: bytes, receive: Any) -> Any:
    events = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return events.pop() if events else await receive()

    return again
