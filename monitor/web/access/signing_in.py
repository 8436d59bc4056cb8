"""The page on which people sign in, in place of that of datasette-auth-passwords."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from datasette import Response
from datasette.utils import baseconv

from monitor import log
from monitor.web.access.passwords import LONGEST, verified
from monitor.web.page import Page, respond
from monitor.web.paths import safe_back

logger = log.get("web")
FAILURES, PER = 10, timedelta(minutes=1)  # guesses in all, whoever makes them; tokens and those signed in go on
STAYS = timedelta(days=30)
WRONG = "Name or password is wrong."
BUSY = "Too many wrong passwords in the last minute. Try again in a minute."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What the form shows."""

    back: str
    name: str = ""
    error: str = ""


@dataclass(slots=True)
class Attempts:
    """Sign-ins of the last minute that failed, or have not succeeded yet. One by one: hashing takes a core each."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _made: deque[datetime] = field(default_factory=deque)

    def begin(self, now: datetime) -> bool:
        """Whether another may be made; it counts as failed until `succeeded` says otherwise."""
        while self._made and self._made[0] <= now - PER:
            self._made.popleft()
        if len(self._made) >= FAILURES:
            return False
        self._made.append(now)
        return True

    def succeeded(self) -> None:
        if self._made:
            self._made.pop()


async def sign_in(datasette: Any, request: Any) -> Response:
    """The form, and what becomes of it."""
    if request.method != "POST":
        return await _form(datasette, request, SignIn(back=safe_back(request.args.get("back") or "/")))
    posted = await request.post_vars()
    form = SignIn(back=safe_back(posted.get("back", "/")), name=posted.get("name", "")[:LONGEST])
    desk = datasette.desk
    if not desk.attempts.begin(desk.clock.now()):
        return await _refused(datasette, request, form, BUSY, 429)
    if not await _is_them(desk, form.name, posted.get("password", "")):
        log.event(logger, "warning", "sign-in refused", name=form.name)
        return await _refused(datasette, request, form, WRONG, 403)
    desk.attempts.succeeded()
    response = Response.redirect(form.back, status=303)
    until = desk.clock.now() + STAYS
    signed = datasette.sign({"a": {"id": form.name}, "e": baseconv.base62.encode(int(until.timestamp()))}, "actor")
    response.set_cookie("ds_actor", signed, max_age=int(STAYS.total_seconds()), httponly=True)
    return response


async def _is_them(desk: Any, name: str, password: str) -> bool:
    account = desk.access.accounts.get(name)
    known = account.password_hash if account else ""
    async with desk.attempts.lock:
        return await asyncio.to_thread(verified, password[:LONGEST], known)


async def _form(datasette: Any, request: Any, form: SignIn, status: int = 200) -> Response:
    return await respond(datasette, request, Page(template="sign_in.html", title="Sign in", value=form, status=status))


async def _refused(datasette: Any, request: Any, form: SignIn, error: str, status: int) -> Response:
    response = await _form(datasette, request, SignIn(back=form.back, name=form.name, error=error), status)
    if status == 429:
        response.headers["retry-after"] = str(int(PER.total_seconds()))
    return response


ROUTES = ((r"^/-/login$", sign_in),)
