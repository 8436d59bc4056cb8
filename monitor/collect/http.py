"""The only way out: GET and POST, with the address guard before them and limits on everything that comes back.

Redirects are followed here, by hand, because each hop needs the guard, its host's turn, and a decision about
validators: those of one host are not shown to another. No cookies, no credentials, nothing from the
environment.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, TypeAlias

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from monitor import __version__
from monitor.collect.body import Body, read_coding
from monitor.collect.guard import AddressRefusedError, Guard
from monitor.collect.headers import read_max_age, read_plain, read_retry_after, read_validators
from monitor.collect.hosts import FIRST_PAUSE, Hosts
from monitor.collect.statuses import REDIRECTS, explain_status, is_answer
from monitor.collect.urls import follow
from monitor.config import HttpSettings
from monitor.errors import BlockedError, BodyError, ConnectError, FetchError, NameError_, StatusError
from monitor.models import Clock, Fetched, Redirect, Request, Validators

CHUNK = 64 * 1024  # bytes taken from the wire at a time
# aiohttp's 8 KB refuses honest sites whose Content-Security-Policy or Link header is longer. With its limit
# of 128 header lines this stays at 4 MB.
MAX_HEADER = 32 * 1024
MAX_REFUSAL = 8 * 1024  # bytes of what a server says when it refuses a POST

Keep: TypeAlias = Callable[[bytes, int | None], object]
"""Takes a piece of a body, decoded, and the size of the whole in bytes where the server states it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response, its body read if it is one we want."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Client:
    """Fetches. Use as an async context manager, one per event loop.

    `pauses` are those of an earlier run (`hosts.pauses()`): Retry-After holds across restarts. `first_pause` is
    how long a host is left alone after a 429 that does not say.
    """

    def __init__(
        self,
        settings: HttpSettings,
        clock: Clock,
        guard: Guard,
        *,
        pauses: Mapping[str, datetime] | None = None,
        first_pause: timedelta = FIRST_PAUSE,
        version: str = __version__,
    ) -> None:
        self._settings, self._clock, self._guard = settings, clock, guard.behind(settings.proxy)
        contact = f" (+{settings.contact})" if settings.contact else ""
        self._agent = f"monitor/{version}{contact}"
        self._hosts = Hosts(
            clock,
            delay=settings.host_delay_seconds,
            per_host=settings.host_connections,
            total=settings.connections,
            pauses=pauses,
            first_pause=first_pause,
        )

    @property
    def hosts(self) -> Hosts:
        """Turns and pauses, shared by every request of this client."""
        return self._hosts

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._session = aiohttp.ClientSession(
            connector=_connector(settings, self._guard),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(
                total=settings.timeout_seconds, sock_connect=settings.connect_seconds, ceil_threshold=60
            ),
            trust_env=False,
            auto_decompress=False,
            max_line_size=MAX_HEADER,
            max_field_size=MAX_HEADER,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, request: Request) -> Fetched:
        """The answer to `request`, after redirects.

        Waits for the host's turn first. Raises the FetchError family only: BlockedError, NameError_,
        ConnectError, StatusError, BodyError. A 429, or a 503 with Retry-After, pauses the host for everyone.
        """
        return await self._get(request, None)

    async def save(self, request: Request, keep: Keep) -> Fetched:
        """`get` for answers that do not fit into memory: `keep` is called with each piece of the body.

        The body of the result is b"". What was kept before an error is raised is not the whole answer. What
        `keep` raises goes through to the caller; an OSError would be taken for one of the network's.
        """
        return await self._get(request, keep)

    async def _get(self, request: Request, keep: Keep | None) -> Fetched:
        started = self._clock.monotonic()
        url, validators, hops = self._guard.check_url(request.url), request.validators, list[Redirect]()
        while (answer := await self._ask(url, request, validators, keep=keep)).status in REDIRECTS:
            target = self._next_hop(url, answer, hops)
            if target.raw_host != url.raw_host:
                validators = Validators()
            hops.append(Redirect(status=answer.status, url=str(target)))
            url = target
        return self._fetched(url, answer, validators, hops, started)

    async def post_json(self, url: str, payload: bytes, *, max_bytes: int | None = None) -> Fetched:
        """The answer to one POST of `payload`, which is JSON. Sent once; a redirect is an error that names it.

        Raises what `get` raises; a StatusError carries what the server said in `body`. As with `get`, a 429, or
        a 503 with Retry-After, pauses the host.
        """
        started = self._clock.monotonic()
        target = self._guard.check_url(url)
        request = Request(url=url, accept="application/json", max_bytes=max_bytes)
        answer = await self._ask(target, request, Validators(), payload)
        if answer.status in REDIRECTS:
            raise _not_followed(target, answer)
        return self._fetched(target, answer, Validators(), [], started)

    def _next_hop(self, url: URL, answer: Answer, hops: list[Redirect]) -> URL:
        location = answer.headers.get("Location", "").strip()
        if not location:
            raise StatusError(f"{url} redirects ({answer.status}) without saying where.", status=answer.status)
        if not self._settings.max_redirects:
            raise _not_followed(url, answer)
        if len(hops) >= self._settings.max_redirects:
            raise StatusError(
                f"{url} redirects once more after {len(hops)} redirects; http.max_redirects sets how many we follow.",
                status=answer.status,
            )
        return self._guard.check_url(follow(url, location))

    async def _ask(
        self,
        url: URL,
        request: Request,
        validators: Validators,
        payload: bytes | None = None,
        keep: Keep | None = None,
    ) -> Answer:
        """One request to one address, in its host's turn: a POST when there is a payload."""
        async with self._hosts.turn(url.raw_host or ""):
            try:
                async with self._session.request(
                    "GET" if payload is None else "POST",
                    url,
                    data=payload,
                    headers=self._headers(request, validators, payload),
                    allow_redirects=False,
                    proxy=self._settings.proxy or None,
                ) as response:
                    try:
                        return await self._read(url, response, request, validators, keep)
                    except BaseException:
                        response.close()  # what is left unread must not be waited for
                        raise
            except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
                raise self._explain(url, error) from error

    def _headers(self, request: Request, validators: Validators, payload: bytes | None) -> dict[str, str]:
        headers = {"User-Agent": self._agent, "Accept": request.accept, "Accept-Encoding": "gzip"}
        if payload is not None:
            headers["Content-Type"] = "application/json"
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        return headers

    async def _read(
        self,
        url: URL,
        response: aiohttp.ClientResponse,
        request: Request,
        validators: Validators,
        keep: Keep | None,
    ) -> Answer:
        """The body, if the status is one we want. Raises StatusError, BodyError."""
        answer = Answer(status=response.status, headers=response.headers)
        if response.status in REDIRECTS:
            response.close()
            return answer
        if not is_answer(response.status, conditional=validators != Validators()):
            error = self._refused(url, answer)
            if response.method == "POST":
                error.body = await self._said(url, response, request)
            raise error
        self._hosts.answered(url.raw_host or "")
        if response.status == 304:
            return answer
        body = await self._body(url, response, request, keep)
        return Answer(status=response.status, headers=response.headers, body=body)

    async def _said(self, url: URL, response: aiohttp.ClientResponse, request: Request) -> bytes:
        """What came with a refusal; b"" when that is long or damaged, for the status alone says enough."""
        try:
            return await self._body(url, response, replace(request, max_bytes=MAX_REFUSAL))
        except (FetchError, aiohttp.ClientError, OSError):
            return b""

    def _refused(self, url: URL, answer: Answer) -> StatusError:
        status, wait = answer.status, read_retry_after(answer.headers.get("Retry-After"), self._clock.now())
        if status == 429 or (status == 503 and wait):
            wait = self._hosts.too_many(url.raw_host or "", wait)
        return explain_status(str(url), status, answer.headers, wait)

    async def _body(
        self, url: URL, response: aiohttp.ClientResponse, request: Request, keep: Keep | None = None
    ) -> bytes:
        """The decoded body, never more of it in memory than the cap; b"" when `keep` takes it."""
        if "Content-Length" in response.headers and "Transfer-Encoding" in response.headers:
            raise BodyError(f"{url} states the length of its answer in two contradictory ways.")
        limit = int(self._settings.max_body_mb * 1_000_000)
        limit = limit if request.max_bytes is None else min(limit, request.max_bytes)
        coding = read_coding(response.headers.getall("Content-Encoding", ()), str(url))
        size = response.content_length if coding == "identity" else None
        body = Body(str(url), coding, limit, (lambda piece: keep(piece, size)) if keep else None)
        async for chunk in response.content.iter_chunked(CHUNK):
            body.feed(chunk)
        return body.finish()

    def _fetched(self, url: URL, answer: Answer, sent: Validators, hops: list[Redirect], started: float) -> Fetched:
        now, headers, validators = self._clock.now(), answer.headers, read_validators(answer.headers)
        if answer.status == 304:  # RFC 9111 §4.3.4: what a 304 states replaces, what it leaves out stays
            validators = Validators(
                etag=validators.etag or sent.etag, last_modified=validators.last_modified or sent.last_modified
            )
        return Fetched(
            url=str(url),
            status=answer.status,
            body=answer.body,
            content_type=read_plain(headers.get("Content-Type")),
            validators=validators,
            redirects=tuple(hops),
            max_age=read_max_age(headers, now),
            retry_after=read_retry_after(headers.get("Retry-After"), now),
            elapsed=self._clock.monotonic() - started,
        )

    def _explain(self, url: URL, error: Exception) -> FetchError:
        """The error of our own tree for one of aiohttp's."""
        cause = getattr(error, "os_error", error)
        if isinstance(cause, AddressRefusedError):
            return BlockedError(str(cause))
        if isinstance(error, aiohttp.InvalidURL):
            return BlockedError(f"{url} is not fetched: {error}.")
        if isinstance(error, TimeoutError):
            return ConnectError(f"{url} did not answer completely within {self._settings.timeout_seconds:g} s.")
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return ConnectError(f"The proxy refused to reach {url.host}: {error.status} {error.message}.")
        if isinstance(error, aiohttp.ClientSSLError):
            return ConnectError(f"{url.host} offered no trustworthy encrypted connection: {_short(cause)}.")
        if isinstance(error, aiohttp.ClientPayloadError):
            return BodyError(f"{url} broke off or garbled its answer: {_short(error)}.")
        if isinstance(error, aiohttp.ClientResponseError):
            return BodyError(f"{url} did not answer in proper HTTP: {_short(error.message)}.")
        return ConnectError(f"{url.host} could not be reached or hung up: {_short(cause)}.")


class GuardedResolver(AbstractResolver):
    """The guard's view of a name, in the form aiohttp wants."""

    def __init__(self, guard: Guard, seconds: float) -> None:
        self._guard, self._seconds = guard, seconds

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        try:
            async with asyncio.timeout(self._seconds):
                answers = await self._guard.resolve(host, port)
        except TimeoutError as error:
            raise NameError_(f"{host} could not be found: no name server answered in {self._seconds:g} s.") from error
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in answers
        ]

    async def close(self) -> None:
        """Nothing to close: the guard outlives the connector."""


def _not_followed(url: URL, answer: Answer) -> StatusError:
    where = read_plain(answer.headers.get("Location", "").strip()) or "nowhere"
    return StatusError(
        f"{url} redirects ({answer.status}) to {where[:200]}; redirects are not followed here: configure the final "
        f"address.",
        status=answer.status,
    )


def _connector(settings: HttpSettings, guard: Guard) -> aiohttp.TCPConnector:
    context = ssl.create_default_context()  # verifies; TLS 1.2 and up
    context.set_alpn_protocols(["http/1.1"])
    return aiohttp.TCPConnector(
        resolver=GuardedResolver(guard, settings.connect_seconds),
        socket_factory=guard.open_socket,
        use_dns_cache=False,
        ssl=context,
        limit=0,  # `Hosts` counts, so that waiting for a turn is not taken for a slow server
    )


def _short(error: object) -> str:
    text = getattr(error, "strerror", None) or getattr(error, "message", None) or error
    return " ".join(str(text).split())[:200].rstrip(".") or type(error).__name__
