"""The sample newsroom on loopback: one HTTP server per site, each on an address of its own.

Linux answers on all of 127.0.0.0/8 without being told; elsewhere 127.0.0.2 and up must be added first.
"""

from __future__ import annotations

import contextlib
import gzip
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any

from monitor.demo.resources import Resource, resources
from monitor.demo.sites import Site, read_sites
from monitor.models import Feed

Sleep = Callable[[float], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Site, sleep: Sleep) -> None:
        super().__init__((site.host, 0), _Handler)
        self.sleep = sleep
        self.base = f"http://{site.host}:{self.server_port}"
        self.resources = resources(site, self.base)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's own would ask the name service who 127.0.0.2 is
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that hangs up is no error of ours
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds an idle connection is kept
    server: _Server

    def do_GET(self) -> None:
        resource = self.server.resources.get(self.path.partition("?")[0])
        if resource is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        if resource.delay:
            self.server.sleep(resource.delay)
        if resource.status == 200 and resource.unchanged(self.headers):
            self._answer(resource, HTTPStatus.NOT_MODIFIED, b"")
        else:
            self._answer(resource, resource.status, resource.body if resource.status == 200 else b"")

    def _answer(self, resource: Resource, status: int, body: bytes) -> None:
        self.send_response(status)
        for name, value in _headers(resource, status):
            self.send_header(name, value)
        if body and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the demo's output is for the reader."""


def _headers(resource: Resource, status: int) -> Iterator[tuple[str, str]]:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        yield "Retry-After", str(resource.retry_after)
        return
    yield "Content-Type", resource.content_type
    yield "ETag", resource.etag
    yield "Last-Modified", format_datetime(resource.modified, usegmt=True)
    yield "Vary", "Accept-Encoding"


class Newsroom:
    """Serves the sample newsroom while the `with` block runs.

    `feeds` (in the order of `sites.toml`) and `addresses` ("127.0.0.2:4100", …, for the guard's allow
    list) are known inside the block. `sleep` is what the slow feed waits with.

    Raises OSError when a loopback address cannot be bound.
    """

    def __init__(self, now: datetime, *, sleep: Sleep = time.sleep) -> None:
        self.sites = read_sites(now)
        self.feeds: tuple[Feed, ...] = ()
        self.addresses: tuple[str, ...] = ()
        self._sleep = sleep
        self._servers = contextlib.ExitStack()

    def __enter__(self) -> Newsroom:
        with contextlib.ExitStack() as stack:
            servers = [stack.enter_context(_serving(_Server(site, self._sleep))) for site in self.sites]
            self._servers = stack.pop_all()
        self.addresses = tuple(server.base.removeprefix("http://") for server in servers)
        self.feeds = tuple(
            Feed(url=server.base + feed.path, title=feed.title, tags=feed.tags, language=feed.language)
            for server, site in zip(servers, self.sites, strict=True)
            for feed in site.feeds
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._servers.close()


@contextlib.contextmanager
def _serving(server: _Server) -> Iterator[_Server]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name=server.base, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
