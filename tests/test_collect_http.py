"""The way out: what is sent, what comes back, what every kind of bad answer turns into."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import tomllib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_fakes import NOON, FakeClock, FakeNames
from servers import Canary, RawServer, Received, Writer, hang, reset, response

import monitor.errors
from monitor.collect.body import MAX_MEMBERS, Body
from monitor.collect.guard import Guard
from monitor.collect.headers import read_max_age, read_retry_after, read_validators
from monitor.collect.http import Client
from monitor.config import HttpSettings
from monitor.errors import BlockedError, BodyError, ConnectError, FetchError, NameError_, StatusError
from monitor.models import Fetched, Redirect, Request, Validators

DATA = Path(__file__).parent / "data"
CASES = tomllib.loads((DATA / "http_answers.toml").read_text("utf-8"))["case"]
NONE = Validators()
T = TypeVar("T")


def with_client(
    use: Callable[[Client], Awaitable[T]],
    *,
    names: dict[str, list[list[str]]] | None = None,
    allow: tuple[str, ...] = ("127.0.0.1",),
    clock: FakeClock | None = None,
    pauses: dict[str, Any] | None = None,
    **changes: Any,
) -> T:
    """Runs `use` with a client that may reach 127.0.0.1 and does not wait between requests."""
    options: dict[str, Any] = {"host_delay_seconds": 0.0, "timeout_seconds": 10.0, **changes}
    setup = HttpSettings(**options)
    guard = Guard(allow, lookup=FakeNames(names or {}))

    async def scenario() -> T:
        async with Client(setup, clock or FakeClock(), guard, pauses=pauses, version="1.2.3") as client:
            return await use(client)

    return asyncio.run(scenario())


def get(url: str, validators: Validators = NONE, max_bytes: int | None = None, **more: Any) -> Fetched:
    return with_client(lambda client: client.get(Request(url=url, validators=validators, max_bytes=max_bytes)), **more)


def failure(url: str, **more: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url, **more)
    return caught.value


# ── answers, by data ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_answer(case: dict[str, Any]) -> None:
    """Each raw answer of the data file gives the body, or the error, that stands beside it."""
    names = {"feed.test": [["127.0.0.1"]]}
    with RawServer() as server:
        head, blank, body = case["reply"].partition("\n\n")
        framed = (head + blank).replace("\n", "\r\n") + (body.replace("\n", "\r\n") if blank else "")
        server.route("/", framed.encode("latin-1"))
        if "error" not in case:
            assert get(server.url("/"), names=names).body.decode() == case["body"]
            return
        error = failure(server.url("/"), names=names)
        assert type(error) is getattr(monitor.errors, case["error"]), error
        assert case.get("says", "") in str(error)
        assert "secret" not in str(error)
        assert error.weight == case.get("weight", 1.0)
        assert error.permanent is case.get("permanent", case["error"] == "BlockedError")
        if isinstance(error, StatusError):
            assert error.status == case["status"]
        assert len(server.requests) == (1 if case["reply"] else len(server.requests))


# ── what we send ─────────────────────────────────────────────────────────────────────────────────


def test_request_headers() -> None:
    """The request names us and a contact, asks for gzip only, and carries nothing we did not put there."""
    with RawServer() as server:
        server.route("/feed", response(200, {}, b"x"))
        get(server.url("/feed"), contact="mailto:desk@example.org")
        headers = dict(server.seen("/feed")[0].headers)
        assert headers.pop("host") == f"127.0.0.1:{server.port}"
        assert headers == {
            "user-agent": "monitor/1.2.3 (+mailto:desk@example.org)",
            "accept": "*/*",
            "accept-encoding": "gzip",
        }


def test_validators_are_sent_as_received() -> None:
    """A1: the second request carries both validators byte for byte, and the 304 is an answer without body."""
    etag, modified = 'W/"a-b\'c  %22"', "Mon, 02 Mar 2026 11:00:00 GMT"
    with RawServer() as server:
        server.route("/feed", [response(200, {"ETag": etag, "Last-Modified": modified}, b"x"), response(304)])
        first = get(server.url("/feed"))
        assert first.validators == Validators(etag=etag, last_modified=modified)
        second = get(server.url("/feed"), first.validators)
        assert (second.status, second.not_modified, second.body) == (304, True, b"")
        assert second.validators == first.validators
        sent = server.seen("/feed")[1]
        assert f"If-None-Match: {etag}\r\n".encode() in sent.raw
        assert f"If-Modified-Since: {modified}\r\n".encode() in sent.raw


def test_304_replaces_what_it_states() -> None:
    """A3: a Last-Modified on a 304 replaces the stored one; the ETag it does not mention stays."""
    with RawServer() as server:
        server.route("/feed", response(304, {"Last-Modified": "later"}))
        fetched = get(server.url("/feed"), Validators(etag='"1"', last_modified="earlier"))
        assert fetched.validators == Validators(etag='"1"', last_modified="later")


def test_same_etag_with_200_is_new_content() -> None:
    """A5: a 200 is read even when it repeats the ETag we sent."""
    with RawServer() as server:
        server.route("/feed", response(200, {"ETag": '"1"'}, b"changed"))
        assert get(server.url("/feed"), Validators(etag='"1"')).body == b"changed"


def test_cookies_are_never_sent_back() -> None:
    """A43: whatever cookies a host sets, the next request and the next hop carry none."""
    cookie = {"Set-Cookie": "track=1; Path=/"}  # a name, since no client keeps cookies of bare addresses
    with RawServer() as server:
        server.route("/a", response(302, {**cookie, "Location": "/b"}))
        server.route("/b", response(200, cookie, b"x"))

        async def twice(client: Client) -> None:
            await client.get(Request(url=server.url("/a", host="a.test")))
            await client.get(Request(url=server.url("/b", host="a.test")))

        with_client(twice, names={"a.test": [["127.0.0.1"]]})
        assert len(server.requests) == 3
        assert not any("cookie" in request.headers for request in server.requests)


def test_environment_proxy_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """L12: HTTP_PROXY in the environment changes nothing."""
    with RawServer() as server, Canary() as canary:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, canary.url())
        server.route("/feed", response(200, {}, b"x"))
        assert get(server.url("/feed")).body == b"x"
        assert canary.accepts == 0


def test_configured_proxy_is_used_and_guarded() -> None:
    """The configured proxy, private as it is, gets the whole URL; what may not be fetched never reaches it."""
    with RawServer() as proxy:
        proxy.route("*", response(200, {}, b"via"))
        options: dict[str, Any] = {"allow": (), "proxy": proxy.url("")}
        fetched = get("http://news.example/feed", **options)
        assert (fetched.body, fetched.url) == (b"via", "http://news.example/feed")
        assert proxy.requests[0].path == "http://news.example/feed"
        for url in ("http://10.0.0.1/", "http://localhost/", "http://2130706433/", "http://[::1]/"):
            assert isinstance(failure(url, **options), BlockedError)
        assert len(proxy.requests) == 1


# ── redirects ────────────────────────────────────────────────────────────────────────────────────


def test_redirects_are_followed_and_reported() -> None:
    """Relative and absolute hops are followed; each is reported with its status and address."""
    with RawServer() as server:
        server.route("/a", response(301, {"Location": "/b?x=1#part"}))
        server.route("/b", response(302, {"Location": server.url("/c")}))
        server.route("/c", response(307, {"Location": "d"}))
        server.route("/d", response(200, {}, b"x"))
        fetched = get(server.url("/a"))
        assert fetched.url == server.url("/d")
        assert fetched.redirects == (
            Redirect(status=301, url=server.url("/b?x=1")),
            Redirect(status=302, url=server.url("/c")),
            Redirect(status=307, url=server.url("/d")),
        )


def test_validators_stay_with_their_host() -> None:
    """A6: a hop to the same host keeps the validators, a hop to another host drops them for good."""
    names = {"a.test": [["127.0.0.1"]], "b.test": [["127.0.0.1"]]}
    with RawServer() as server:
        server.route("/1", response(301, {"Location": "/2"}))
        server.route("/2", response(301, {"Location": server.url("/3", host="b.test")}))
        server.route("/3", response(301, {"Location": server.url("/4", host="a.test")}))
        server.route("/4", response(200, {"ETag": '"new"'}, b"x"))
        fetched = get(server.url("/1", host="a.test"), Validators(etag='"old"'), names=names)
        assert ["if-none-match" in request.headers for request in server.requests] == [True, True, False, False]
        assert fetched.validators == Validators(etag='"new"')


def test_304_after_validators_were_dropped_is_an_error() -> None:
    """A2: after a hop to another host the request was unconditional, so 304 is no answer."""
    names = {"a.test": [["127.0.0.1"]], "b.test": [["127.0.0.1"]]}
    with RawServer() as server:
        server.route("/1", response(302, {"Location": server.url("/2", host="b.test")}))
        server.route("/2", response(304))
        with pytest.raises(StatusError) as caught:
            get(server.url("/1", host="a.test"), Validators(etag='"old"'), names=names)
        assert caught.value.status == 304


@pytest.mark.parametrize("hops", [5, 6])
def test_redirect_limit(hops: int) -> None:
    """A9: five hops are followed, the sixth is not, and no more than six requests are made."""
    with RawServer() as server:
        for number in range(hops):
            server.route(f"/{number}", response(302, {"Location": f"/{number + 1}"}))
        server.route(f"/{hops}", response(200, {}, b"end"))
        if hops == 5:
            assert get(server.url("/0")).body == b"end"
        else:
            assert "max_redirects" in str(failure(server.url("/0")))
        assert len(server.requests) == 6


def test_redirect_loop_ends() -> None:
    """A9: an address that redirects to itself costs six requests and an error."""
    with RawServer() as server:
        server.route("/", response(301, {"Location": "/"}))
        assert isinstance(failure(server.url("/")), StatusError)
        assert len(server.requests) == 6


INSIDE = [
    *("http://127.0.0.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://127.1:{port}/"),
    *("http://2130706433:{port}/", "http://0x7f.1:{port}/", "http://0x7f000001:{port}/"),
    *("http://①②⑦.⓪.⓪.①:{port}/", "http://127。0。0。1:{port}/", "http://localhost:{port}/", "http://0.0.0.0:{port}/"),
    *("http://inside.test:{port}/", "http://mixed.test:{port}/", "//127.0.0.1:{port}/", "http://[::]:{port}/"),
    *("http://[64:ff9b::7f00:1]:{port}/", "http://127.0.0.1.:{port}/", "http://[::1]:{port}/"),
]


@pytest.mark.parametrize("target", INSIDE)
def test_canary_stays_silent(target: str) -> None:
    """A11, A12: asked directly or sent there by a redirect that was let through, nothing private is connected to."""
    names = {
        "inside.test": [["127.0.0.1"]],
        "mixed.test": [["93.184.215.14", "127.0.0.1"]],
        "localhost": [["127.0.0.1"]],
    }
    with RawServer() as server, Canary() as canary:
        where = target.format(port=canary.port)
        server.route("/hop", response(302, {"Location": where}))
        allow = (f"127.0.0.1:{server.port}",)
        assert isinstance(failure(server.url("/hop"), names=names, allow=allow), BlockedError)
        assert len(server.seen("/hop")) == 1
        if where.startswith("http"):
            assert isinstance(failure(where, names=names, allow=allow), BlockedError)
        assert canary.accepts == 0


def test_canary_can_sing() -> None:
    """The canary does count: opened on purpose, it is reached."""
    with Canary() as canary:
        failure(canary.url(), allow=(f"127.0.0.1:{canary.port}",))
        assert canary.accepts > 0


def test_rebinding_never_reaches_the_inside() -> None:
    """A13: a name that flips between public and private answers is never connected to while private."""
    flips = [["127.0.0.1"] if number % 2 else ["203.0.113.7", "127.0.0.1"] for number in range(1000)]
    with Canary() as canary:

        async def many(client: Client) -> int:
            refused = 0
            for _ in range(1000):
                try:
                    await client.get(Request(url=canary.url(host="flip.test")))
                except BlockedError:
                    refused += 1
            return refused

        assert with_client(many, names={"flip.test": flips}, allow=()) == 1000
        assert canary.accepts == 0


def test_socket_factory_holds_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a private answer slip through the resolver, the socket is still refused."""

    async def careless(self: Guard, host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(Guard, "resolve", careless)
    with Canary() as canary:
        error = failure(canary.url(host="news.test"), allow=())
        assert isinstance(error, BlockedError)
        assert "127.0.0.1" in str(error)
        assert canary.accepts == 0


# ── POST ─────────────────────────────────────────────────────────────────────────────────────────


def post(url: str, payload: bytes = b"{}", max_bytes: int | None = None, **more: Any) -> Fetched:
    return with_client(lambda client: client.post_json(url, payload, max_bytes=max_bytes), **more)


def post_failure(url: str, **more: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        post(url, **more)
    return caught.value


def test_post_sends_json_once() -> None:
    """The payload arrives byte for byte under our name, without cookies or validators; the answer comes back."""
    with RawServer() as server:
        server.route("/", response(200, {"Content-Type": "application/json", "Set-Cookie": "a=1"}, b"[1]"))
        fetched = post(server.url("/"), b'{"q": "\xc3\xa9"}')
        assert (fetched.status, fetched.body, fetched.content_type) == (200, b"[1]", "application/json")
        assert (server.requests[0].method, server.requests[0].body) == ("POST", b'{"q": "\xc3\xa9"}')
        headers = dict(server.requests[0].headers)
        assert headers.pop("host") == f"127.0.0.1:{server.port}"
        assert headers == {
            "user-agent": "monitor/1.2.3",
            "accept": "application/json",
            "accept-encoding": "gzip",
            "content-type": "application/json",
            "content-length": "11",
        }


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_post_is_not_redirected(status: int) -> None:
    """A redirect is an error that names it, and what was posted is not carried there."""
    with RawServer() as server:
        server.route("/", response(status, {"Location": server.url("/b")}))
        error = post_failure(server.url("/"))
        assert isinstance(error, StatusError)
        assert error.status == status
        assert server.url("/b") in str(error)
        assert [request.path for request in server.requests] == ["/"]


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "wait"),
    [
        (400, {}, True, None),
        (403, {}, True, None),
        (413, {}, True, None),
        (429, {"Retry-After": "120"}, False, timedelta(minutes=2)),
        (429, {}, False, timedelta(minutes=15)),
        (500, {}, False, None),
        (503, {"Retry-After": "120"}, False, timedelta(minutes=2)),
    ],
)
def test_post_refused(status: int, headers: dict[str, str], permanent: bool, wait: timedelta | None) -> None:
    """A refusal carries its status, when to come back, and what the server said; nothing is sent twice."""
    with RawServer() as server:
        server.route("/", response(status, headers, b"why"))
        error = post_failure(server.url("/"))
        assert isinstance(error, StatusError)
        assert (error.status, error.permanent, error.retry_after) == (status, permanent, wait)
        assert error.body == b"why"
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        response(400, {}, b"x" * 9000),
        response(400, {"Content-Encoding": "gzip"}, b"no gzip"),
        response(400, {"Content-Length": "100"}, b"cut short"),
        response(400, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 1_000_000)),
    ],
    ids=["long", "damaged", "cut short", "bomb"],
)
def test_post_refused_at_length(reply: bytes) -> None:
    """What comes with a refusal is read only when it is short and whole; the status is kept in any case."""
    with RawServer() as server:
        server.route("/", reply)
        error = post_failure(server.url("/"))
        assert isinstance(error, StatusError)
        assert (error.status, error.body) == (400, b"")


def test_post_is_guarded_and_capped() -> None:
    """A closed address is not posted to; an answer beyond the cap, plain or compressed, is dropped."""
    with RawServer() as server, Canary() as canary:
        assert isinstance(post_failure(canary.url(), allow=()), BlockedError)
        assert canary.accepts == 0
        server.route("/", response(200, {}, b"x" * 1001))
        assert isinstance(post_failure(server.url("/"), max_bytes=1000), BodyError)
        server.route("/", response(200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 1_000_000)))
        assert isinstance(post_failure(server.url("/"), max_bytes=1000), BodyError)


@pytest.mark.parametrize("reply", [hang, reset, b"", b"SMTP ready\r\n\r\n"])
def test_post_without_an_answer_is_not_repeated(reply: Any) -> None:
    """Time-out, reset, silence, another protocol: one request, one error of our tree."""
    with RawServer() as server:
        server.route("/", reply)
        assert isinstance(post_failure(server.url("/"), timeout_seconds=0.5), (ConnectError, BodyError))
        assert len(server.requests) == 1


# ── the network misbehaves ───────────────────────────────────────────────────────────────────────


def test_name_that_does_not_exist() -> None:
    """A14: an unknown name is a name error of small weight."""
    error = failure("http://missing.test/")
    assert isinstance(error, NameError_)
    assert error.weight == 0.25
    assert "missing.test" in str(error)


def test_name_server_that_hangs() -> None:
    """A14: a resolver that never answers is given up after connect_seconds."""

    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async def scenario() -> None:
        guard = Guard(lookup=never)
        async with Client(HttpSettings(connect_seconds=0.05), FakeClock(), guard) as client:
            await client.get(Request(url="http://slow.test/"))

    with pytest.raises(NameError_, match="no name server answered"):
        asyncio.run(scenario())


def test_connection_refused() -> None:
    """A15: nobody listening is a connect error that names the host."""
    with Canary() as closed:
        url = closed.url()
    error = failure(url)
    assert isinstance(error, ConnectError)
    assert "127.0.0.1" in str(error)
    assert not error.permanent


def test_connection_reset() -> None:
    """A15: RST instead of an answer is a connect error; RST in the middle of a body leaves no partial answer."""

    async def half(request: Received, writer: Writer) -> None:
        writer.write(response(200, {"Content-Length": "1000"}, b"x" * 100))
        await writer.drain()
        await asyncio.sleep(0.05)
        await reset(request, writer)

    with RawServer() as server:
        server.route("/", reset)
        server.route("/half", half)
        assert isinstance(failure(server.url("/")), ConnectError)
        assert isinstance(failure(server.url("/half")), (ConnectError, BodyError))


async def drip_body(request: Received, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    await drip(writer)


async def drip_head(request: Received, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    await drip(writer)


async def drip(writer: Writer) -> None:
    for _ in range(1000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("reply", [hang, drip_body, drip_head])
def test_slow_answers_are_given_up(reply: Any) -> None:
    """A16, A17, A18: silence, a dripping body and a dripping head all end at timeout_seconds."""
    with RawServer() as server:
        server.route("/", reply)
        error = failure(server.url("/"), timeout_seconds=0.3)
        assert isinstance(error, ConnectError)
        assert "within 0.3 s" in str(error)


def test_second_address_is_tried() -> None:
    """A42: when the first address of a name refuses, the next one is asked."""
    with RawServer() as server:
        server.route("/", response(200, {}, b"x"))
        names = {"two.test": [["127.0.0.9", "127.0.0.1"]]}
        assert get(server.url("/", host="two.test"), names=names, allow=("127.0.0.0/8",)).body == b"x"


# ── bodies ───────────────────────────────────────────────────────────────────────────────────────


async def endless(request: Received, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


def test_endless_body_is_cut() -> None:
    """A19: a body without end is dropped at the cap, and the server's connection with it."""
    with RawServer() as server:
        server.route("/", endless)
        error = failure(server.url("/"), max_body_mb=1.0)
        assert isinstance(error, BodyError)
        assert "more than 1 MB" in str(error)


def test_bomb_is_cut() -> None:
    """A20: a small gzip body that would decode to 50 MB is dropped at the cap."""
    bomb = gzip.compress(b"\0" * 50_000_000, 9)
    assert len(bomb) < 100_000
    with RawServer() as server:
        server.route("/", response(200, {"Content-Encoding": "gzip"}, bomb))
        assert "more than 1 MB" in str(failure(server.url("/"), max_body_mb=1.0))
        assert len(get(server.url("/"), max_body_mb=60.0).body) == 50_000_000


def test_cap_of_the_request_and_of_the_client() -> None:
    """The smaller of the two caps holds, to the byte."""
    with RawServer() as server:
        server.route("/", response(200, {}, b"x" * 1000))
        assert len(get(server.url("/"), max_bytes=1000).body) == 1000
        assert isinstance(failure(server.url("/"), max_bytes=999), BodyError)
        assert isinstance(failure(server.url("/"), max_bytes=10_000, max_body_mb=0.0005), BodyError)


def saved(url: str, keep: Callable[[bytes, int | None], object], **more: Any) -> Fetched:
    return with_client(lambda client: client.save(Request(url=url), keep), **more)


@pytest.mark.parametrize(("coding", "stated"), [("identity", True), ("gzip", False)])
def test_saving_hands_over_piece_by_piece(coding: str, stated: bool) -> None:
    """The pieces are the decoded body, none of them large, with its size where the server states it; none is kept."""
    whole = bytes(range(256)) * 40_000
    sent = gzip.compress(whole) if coding == "gzip" else whole
    pieces: list[tuple[bytes, int | None]] = []
    with RawServer() as server:
        server.route("/", response(302, {"Location": "/file"}))
        server.route("/file", response(200, {"Content-Encoding": coding, "ETag": '"1"'}, sent))
        fetched = saved(server.url("/"), lambda *piece: pieces.append(piece), max_body_mb=11.0)
    assert b"".join(piece for piece, _ in pieces) == whole
    assert {size for _, size in pieces} == {len(whole) if stated else None}
    assert max(len(piece) for piece, _ in pieces) <= 1 << 20
    assert fetched.body == b""
    assert (fetched.validators.etag, len(fetched.redirects)) == ('"1"', 1)


def test_saving_is_guarded_and_capped_like_getting() -> None:
    """Private addresses, the cap and bad statuses are refused the same way; nothing of an error page is handed over."""
    pieces: list[bytes] = []
    with RawServer() as server:
        server.route("/large", response(200, {}, b"x" * 2_000_000))
        for path, more, kind in (
            ("/large", {"allow": ()}, BlockedError),
            ("/large", {"max_body_mb": 1.0}, BodyError),
            ("/missing", {}, StatusError),
        ):
            with pytest.raises(kind):
                saved(server.url(path), lambda piece, _: pieces.append(piece), **more)
    assert sum(map(len, pieces)) <= 1_000_000


def test_what_the_keeper_raises_comes_through() -> None:
    """A full disk is not explained as a fault of the network."""

    def full(piece: bytes, size: int | None) -> None:
        raise monitor.errors.PackageError("full")

    with RawServer() as server:
        server.route("/", response(200, {}, b"x"))
        with pytest.raises(monitor.errors.PackageError, match="full"):
            saved(server.url("/"), full)


@pytest.mark.parametrize("end", [10, 11, 20, -9, -8, -1])
def test_truncated_gzip_is_an_error(end: int) -> None:
    """A23: a gzip body cut anywhere is refused, although all the text may already be there."""
    whole = gzip.compress(b"<rss>" + bytes(range(256)) * 20)
    with RawServer() as server:
        server.route("/", response(200, {"Content-Encoding": "gzip"}, whole[:end]))
        assert "breaks off" in str(failure(server.url("/")))
        server.route("/", response(200, {"Content-Encoding": "gzip"}, whole))
        assert get(server.url("/")).body.startswith(b"<rss>")


def test_empty_gzip_members() -> None:
    """A22: 600,000 empty gzip members are refused early; a handful of members is one body."""
    body = Body("http://a.test/", "gzip", 10_000_000)
    with pytest.raises(BodyError, match=str(MAX_MEMBERS)):
        body.feed(gzip.compress(b"") * (MAX_MEMBERS + 1))
    with RawServer() as server:
        members = gzip.compress(b"one ") + gzip.compress(b"two ") + gzip.compress(b"three") + b"\0\0\njunk"
        server.route("/", response(200, {"Content-Encoding": "x-gzip"}, members))
        assert get(server.url("/")).body == b"one two three"


def test_padding_without_end_is_cut() -> None:
    """A19: what follows a complete gzip body is not kept, and not waited for beyond the cap either."""
    body = Body("http://a.test/", "gzip", 100_000)
    body.feed(gzip.compress(b"<rss/>"))
    for _ in range(99):
        body.feed(b"\0" * 1000)
    with pytest.raises(BodyError, match="more than"):
        body.feed(b"\0" * 1000)


@given(st.lists(st.binary(max_size=3000), max_size=4), st.lists(st.integers(1, 700), min_size=1), st.binary(max_size=9))
@settings(max_examples=100)
def test_decoding_does_not_depend_on_the_cuts(parts: list[bytes], cuts: list[int], junk: bytes) -> None:
    """However the wire cuts a gzip body of several members into pieces, the same text comes out."""
    wire = b"".join(gzip.compress(part * 50) for part in parts) + b"\0" * bool(junk) + (junk if parts else b"")
    body = Body("http://a.test/", "gzip", 10_000_000)
    if not parts:
        wire = b""
    at = index = 0
    while at < len(wire):
        step = cuts[index % len(cuts)]
        body.feed(wire[at : at + step])
        at, index = at + step, index + 1
    assert body.finish() == b"".join(part * 50 for part in parts)


@pytest.mark.parametrize(
    "head",
    [
        "".join(f"X-{number}: y\r\n" for number in range(200_000)),
        "X-Long: " + "y" * 4_000_000 + "\r\n",
    ],
    ids=["200,000 headers", "a header of 4 MB"],
)
def test_oversized_heads_are_refused(head: str) -> None:
    """A26: more headers than any honest answer has, or a header without end, is no answer."""
    with RawServer() as server:
        server.route("/", f"HTTP/1.1 200 OK\r\n{head}Content-Length: 1\r\n\r\nx".encode())
        assert isinstance(failure(server.url("/")), (BodyError, ConnectError))


def test_long_honest_header_is_accepted() -> None:
    """A Content-Security-Policy of 20 KB, as some news sites send, is no reason to lose the page."""
    with RawServer() as server:
        server.route("/", response(200, {"Content-Security-Policy": "x" * 20_000}, b"x"))
        assert get(server.url("/")).body == b"x"


# ── headers ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("etag", "kept"),
    [('"1"', True), ('W/"1"', True), ("1", True), ("x" * 1024, True), ("x" * 1025, False), ("", False), ('"é"', False)],
)
def test_validators_worth_keeping(etag: str, kept: bool) -> None:
    """A4: a validator too long or not plain ASCII is dropped, the content is not."""
    with RawServer() as server:
        server.route("/", response(200, {"ETag": etag}, b"x"))
        fetched = get(server.url("/"))
        assert fetched.validators.etag == (etag if kept else None)
        assert fetched.body == b"x"
    assert read_validators({"ETag": "a\rb", "Last-Modified": "a\x00b"}) == Validators()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120),
        ("120.5", 120.5),
        ("0", 60),
        ("-5", 60),
        ("1e9", 86400),
        ("1000000000", 86400),
        ("9" * 400, 86400),
        ("inf", 86400),
        ("nan", None),
        ("abc", None),
        ("", None),
        ("Mon, 02 Mar 2026 12:10:00 GMT", 600),
        ("Monday, 02-Mar-26 12:10:00 GMT", 600),
        ("Mon, 02 Mar 2026 13:10:00 +0100", 600),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 60),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("Mon, 99 Mar 2026 12:10:00 GMT", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    """A28, A29: seconds and dates are read, clamped to one minute … one day; nonsense counts as absent."""
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert read_retry_after(value, NOON) == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Cache-Control": "public, max-age=3600"}, 3600),
        ({"Cache-Control": 'Max-Age="60"'}, 60),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=x"}, None),
        ({"Cache-Control": "no-cache, max-age=3600"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Cache-Control": "max-age=99999999999999999999"}, 30 * 86400),
        ({"Expires": "Mon, 02 Mar 2026 13:00:00 GMT"}, 3600),
        ({"Expires": "Mon, 02 Mar 2026 13:00:00 GMT", "Date": "Mon, 02 Mar 2026 12:30:00 GMT"}, 1800),
        ({"Expires": "0"}, None),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({"Cache-Control": "max-age=60", "Expires": "Mon, 02 Mar 2026 13:00:00 GMT"}, 60),
    ],
)
def test_max_age(headers: dict[str, str], seconds: int | None) -> None:
    """A37: freshness comes from max-age, else Expires; caches that must ask again state none."""
    assert read_max_age(headers, NOON) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=40))
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_headers_never_raise(text: str) -> None:
    """Whatever stands in a header, reading it gives a value in range or none."""
    wait = read_retry_after(text, NOON)
    assert wait is None or timedelta(seconds=60) <= wait <= timedelta(hours=24)
    age = read_max_age({"Cache-Control": f"max-age={text}", "Expires": text, "Date": text}, NOON)
    assert age is None or age > timedelta(0)


def test_fetched_says_what_the_headers_said() -> None:
    """Content type, freshness and the address arrive in the answer."""
    with RawServer() as server:
        headers = {"Content-Type": "application/rss+xml; charset=koi8-r", "Cache-Control": "max-age=900"}
        server.route("/feed", response(200, headers, b"x"))
        fetched = get(server.url("/feed"))
        assert fetched.content_type == "application/rss+xml; charset=koi8-r"
        assert fetched.max_age == timedelta(minutes=15)
        assert fetched.url == server.url("/feed")


# ── asked to wait ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        (429, "120", timedelta(seconds=120)),
        (429, "Mon, 02 Mar 2026 12:30:00 GMT", timedelta(minutes=30)),
        (429, None, timedelta(minutes=15)),
        (429, "abc", timedelta(minutes=15)),
        (503, "Mon, 02 Mar 2026 12:30:00 GMT", timedelta(minutes=30)),
        (503, "-5", timedelta(seconds=60)),
    ],
)
def test_host_is_left_alone_until_it_may_be_asked(status: int, header: str | None, wait: timedelta) -> None:
    """A27–A30: after 429, or 503 with Retry-After, no request of any feed reaches the host before its time."""
    clock = FakeClock()
    with RawServer() as server:
        headers = {"Retry-After": header} if header else {}
        server.route("/a", [response(status, headers), response(200, {}, b"x")])
        server.route("/b", response(200, {}, b"y"))

        async def scenario(client: Client) -> None:
            with pytest.raises(StatusError) as caught:
                await client.get(Request(url=server.url("/a")))
            assert (caught.value.status, caught.value.retry_after) == (status, wait)
            assert not caught.value.permanent
            assert client.hosts.pauses() == {"127.0.0.1": clock.now() + wait}
            clock.advance(wait.total_seconds() - 1)
            with pytest.raises(StatusError) as again:
                await client.get(Request(url=server.url("/b")))
            assert again.value.retry_after == timedelta(seconds=1)
            assert len(server.requests) == 1
            clock.advance(1)
            assert (await client.get(Request(url=server.url("/b")))).body == b"y"

        with_client(scenario, clock=clock)


def test_an_answer_between_two_refusals_counts() -> None:
    """A30: 429 without Retry-After doubles only while the host refuses; one good answer starts over."""
    clock = FakeClock()
    with RawServer() as server:
        server.route("/", [response(429), response(429), response(200, {}, b"x"), response(429)])

        async def scenario(client: Client) -> list[timedelta | None]:
            waits: list[timedelta | None] = []
            for _ in range(4):
                try:
                    await client.get(Request(url=server.url("/")))
                except StatusError as error:
                    waits.append(error.retry_after)
                clock.advance(3600)
            return waits

        quarter = timedelta(minutes=15)
        assert with_client(scenario, clock=clock) == [quarter, 2 * quarter, quarter]


def test_503_without_retry_after_pauses_nobody() -> None:
    """One broken address of a host says nothing about its others."""
    with RawServer() as server:
        server.route("/a", response(503))
        server.route("/b", response(200, {}, b"y"))

        async def scenario(client: Client) -> bytes:
            with pytest.raises(StatusError):
                await client.get(Request(url=server.url("/a")))
            return (await client.get(Request(url=server.url("/b")))).body

        assert with_client(scenario) == b"y"


def test_pauses_of_an_earlier_run_hold() -> None:
    """A27: handed back at start, a pause keeps the first request from being sent."""
    with RawServer() as server:
        server.route("/", response(200, {}, b"x"))
        pauses = {"127.0.0.1": NOON + timedelta(minutes=5)}
        assert isinstance(failure(server.url("/"), pauses=pauses), StatusError)
        assert server.connections == 0


def test_one_connection_per_host() -> None:
    """A38: 40 feeds wanted at once on one host are asked for one at a time."""
    with RawServer() as server:
        server.route("*", response(200, {}, b"x"))

        async def all_at_once(client: Client) -> None:
            await asyncio.gather(*(client.get(Request(url=server.url(f"/{number}"))) for number in range(40)))

        with_client(all_at_once)
        assert len(server.requests) == 40
        assert server.busiest == 1


# ── TLS ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("certificate", "trusted"), [("good", True), ("expired", False), ("wrong-host", False), ("self-signed", False)]
)
def test_certificates(certificate: str, trusted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A41: a proper certificate is accepted; expired, foreign or self-signed, nothing is even asked."""
    monkeypatch.setenv("SSL_CERT_FILE", str(DATA / "tls" / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(DATA / "tls" / f"{certificate}.pem")
    names = {"feed.test": [["127.0.0.1"]]}
    with RawServer(tls=context) as server:
        server.route("/", response(200, {}, b"x"))
        url = server.url("/", host="feed.test")
        if trusted:
            assert get(url, names=names).body == b"x"
        else:
            error = failure(url, names=names)
            assert isinstance(error, ConnectError)
            assert "encrypted" in str(error)
            assert server.requests == []


def test_encrypted_address_that_speaks_plainly() -> None:
    """A41: https to a port that answers in plain HTTP is an error, not a fallback."""
    with RawServer() as server:
        url = server.url("/").replace("http:", "https:")
        assert isinstance(failure(url, timeout_seconds=0.3), ConnectError)
        assert server.requests == []
