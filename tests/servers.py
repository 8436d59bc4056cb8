"""Loopback servers for tests: one that answers with scripted raw bytes, one that nobody may reach.

    from servers import Canary, RawServer, response

    with RawServer() as server, Canary() as canary:
        server.route("/feed", response(200, {"ETag": '"1"'}, b"<rss/>"))
        ...  # fetch server.url("/feed")
        assert server.seen("/feed")[0].headers["user-agent"].startswith("monitor/")
        assert canary.accepts == 0

A reply is `bytes` (sent as they are), a list of replies (one per request, the last one repeats), a function
`request -> bytes`, or a coroutine function `(request, writer) -> None` that writes what it likes. After a
reply the connection is closed. An unknown path is answered with 404.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
import ssl
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it arrived. Header names are in lower case; a repeated header keeps its last value."""

    method: str
    path: str  # the target of the request line, query included
    headers: Mapping[str, str]
    body: bytes = b""
    raw: bytes = b""  # the head, byte for byte
    at: float = field(default_factory=time.monotonic)  # seconds


Writer: TypeAlias = asyncio.StreamWriter
Coroutine: TypeAlias = Callable[[Received, Writer], Awaitable[None]]
Reply: TypeAlias = bytes | Callable[[Received], bytes] | Coroutine
Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]


def response(status: int = 200, headers: Headers = (), body: bytes | str = b"") -> bytes:
    """The bytes of an HTTP/1.1 answer. `Content-Length` is added unless a header states the length."""
    payload = body.encode() if isinstance(body, str) else body
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    stated = {name.lower() for name, _ in pairs}
    if not stated & {"content-length", "transfer-encoding"} and status not in (204, 304):
        pairs.append(("Content-Length", str(len(payload))))
    if "connection" not in stated:
        pairs.append(("Connection", "close"))
    reason = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"
    head = f"HTTP/1.1 {status} {reason}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in pairs)
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + payload


async def reset(request: Received, writer: Writer) -> None:
    """A reply that tears the connection down with RST."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang(request: Received, writer: Writer) -> None:
    """A reply that never comes."""
    await asyncio.Event().wait()


class LoopThread:
    """A listener on loopback whose event loop runs in a thread of its own."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.port = port  # 0: chosen by the system when the server starts
        self.connections = 0
        self._tls = tls
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Any:
        self._thread.start()
        self._ready.wait(10)
        if self._failure:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda loop, context: None)  # broken pipes are part of the script
        try:
            server = await asyncio.start_server(self._accept, self.host, self.port, ssl=self._tls)
        except OSError as error:
            self._failure = error
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self.connections += 1
        try:
            await self.serve(reader, writer)
        except (OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        """What happens on one connection."""


class Canary(LoopThread):
    """A listener that must stay at 0 accepts."""

    @property
    def accepts(self) -> int:
        return self.connections

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"http://{host or self.host}:{self.port}{path}"


class RawServer(LoopThread):
    """An HTTP server that answers each path with scripted bytes and remembers what it was asked."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(host, port, tls)
        self.requests: list[Received] = []
        self.busiest = 0  # most requests in progress at one time
        self._busy = 0
        self._routes: dict[str, list[Reply]] = {}

    def route(self, path: str, reply: Reply | list[Reply]) -> None:
        """Answers `path` (query ignored unless `path` has one) with `reply`; "*" answers every other path."""
        self._routes[path] = list(reply) if isinstance(reply, list) else [reply]

    def url(self, path: str = "/", host: str | None = None) -> str:
        """The absolute address of `path`; `host` gives another name for the same listener."""
        return f"{'https' if self._tls else 'http'}://{host or self.host}:{self.port}{path}"

    def seen(self, path: str) -> list[Received]:
        """The requests for `path` so far, query ignored unless `path` has one."""
        return [one for one in self.requests if path in (one.path, one.path.partition("?")[0])]

    async def serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        request = await read_request(reader)
        self.requests.append(request)
        self._busy += 1
        self.busiest = max(self.busiest, self._busy)
        try:
            await self._answer(request, writer)
        finally:
            self._busy -= 1

    async def _answer(self, request: Received, writer: Writer) -> None:
        reply = self._next(request.path)
        if inspect.iscoroutinefunction(reply):
            await reply(request, writer)
            return
        writer.write(reply if isinstance(reply, bytes) else reply(request))  # type: ignore[arg-type]
        await writer.drain()

    def _next(self, target: str) -> Reply:
        for path in (target, target.partition("?")[0], "*"):
            if replies := self._routes.get(path):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return response(404)


async def read_request(reader: asyncio.StreamReader) -> Received:
    """One request, with a body if it states a length."""
    raw = await reader.readuntil(b"\r\n\r\n")
    first, *lines = raw.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method=method, path=path, headers=headers, body=body, raw=raw)
