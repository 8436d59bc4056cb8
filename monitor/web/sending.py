"""Sending an answer: with our headers, in pieces, and never more at once than the memory has room for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from monitor.errors import BusyPageError
from monitor.web.policy import HEADERS

PIECE = 64 * 1024  # bytes: what the server's own buffer holds before it waits for the reader
LONGEST_LINK = 4_000
ROOM = 24 * 1024 * 1024  # bytes of bodies being sent at once, to readers however slow


@dataclass(slots=True)
class Room:
    """How much of it is taken."""

    taken: int = 0

    def take(self, size: int) -> None:
        if self.taken + size > ROOM:
            raise BusyPageError
        self.taken += size


class Out:
    """The way out for one answer. `begin` is called once, when the answer is made and its sending begins."""

    def __init__(
        self, send: Any, room: Room, headers: dict[str, str], *, secure: bool, begin: Callable[[], None]
    ) -> None:
        self.begun = False
        self._send = send
        self._room = room
        self._taken = 0
        self._headers = {**HEADERS, **headers}
        self._secure = secure
        self._begin = begin
        self._start: dict[str, Any] = {}

    async def send(self, event: Any) -> None:
        """In place of ASGI's `send`. The head is held back until there is a body: what fails until then has a page.

        Raises BusyPageError when there is no room for the body.
        """
        if event["type"] == "http.response.start":
            self._start = event
            return
        body = bytes(event.get("body", b""))
        if not self.begun:
            self._room.take(len(body))
            self._taken = len(body)
            self.begun = True
            self._begin()
            await self._send({**self._start, "headers": self._dressed(self._start["headers"])})
        more = event.get("more_body", False)
        for start in range(0, len(body), PIECE):
            last = start + PIECE >= len(body)
            await self._send({**event, "body": body[start : start + PIECE], "more_body": more or not last})
        if not body:
            await self._send(event)

    def close(self) -> None:
        self._room.taken -= self._taken
        self._taken = 0

    def _dressed(self, headers: Any) -> list[tuple[bytes, bytes]]:
        """Ours replace, and are not added to: Datasette sends a Referrer-Policy of its own with some pages."""
        pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]
        # A Link to the next page holds the value it was sorted by, which can be longer than a header may be.
        pairs = [pair for pair in pairs if pair[0] != "link" or len(pair[1]) <= LONGEST_LINK]
        kept = [(name, self._checked(name, value)) for name, value in pairs if name not in self._headers]
        return [(n.encode("latin-1"), v.encode("latin-1")) for n, v in (*kept, *self._headers.items())]

    def _checked(self, name: str, value: str) -> str:
        if name == "location" and (not value.startswith("/") or value.startswith(("//", "/\\"))):
            return "/"  # nobody is sent elsewhere from here
        if name == "set-cookie":
            value += "" if "httponly" in value.lower() else "; HttpOnly"
            value += "; Secure" if self._secure and "secure" not in value.lower() else ""
        return value
