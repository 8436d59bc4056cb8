"""robots.txt: the rules, what it means when there are none to be had, and how often we ask."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import tomllib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_fakes import NOON, FakeClock, FakeNames
from protego import Protego
from servers import RawServer, Reply, hang, reset, response

from monitor.collect import robots as robots_module
from monitor.collect.guard import Guard
from monitor.collect.http import Client
from monitor.collect.robots import AGENT, MAX_BYTES, Robots, _covers, _our_part
from monitor.config import HttpSettings
from monitor.errors import BlockedError, StatusError

CASES = tomllib.loads((Path(__file__).parent / "data" / "robots.toml").read_text("utf-8"))["case"]
CLOSED = b"User-agent: *\nDisallow: /\n"
LATER = NOON + timedelta(hours=23)


def ask(server: RawServer, use: Callable[[Robots, Client], Awaitable[Any]], **changes: Any) -> Any:
    """Runs `use` with a Robots whose client may reach the server and waits for nothing."""
    setup = HttpSettings(**{"host_delay_seconds": 0.0, "timeout_seconds": 5.0, **changes})
    names = FakeNames({name: [["127.0.0.1"]] for name in ("a.test", "b.test")})

    async def scenario() -> Any:
        async with Client(setup, FakeClock(), Guard(["127.0.0.1"], lookup=names)) as client:
            return await use(Robots(client), client)

    return asyncio.run(scenario())


def verdict(server: RawServer, path: str = "/page", now: datetime = NOON, **changes: Any) -> BlockedError | None:
    """None when `path` may be fetched, else the refusal."""

    async def use(robots: Robots, client: Client) -> BlockedError | None:
        try:
            await robots.allowed(server.url(path), now)
        except BlockedError as error:
            return error
        return None

    return ask(server, use, **changes)  # type: ignore[no-any-return]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_rules(case: dict[str, Any]) -> None:
    """Each file of the table allows and refuses the paths that stand beside it, and the refusal names the rule."""
    with RawServer() as server:
        server.route("/robots.txt", response(200, {}, case["text"]))

        async def use(robots: Robots, client: Client) -> None:
            for path in case.get("allowed", []):
                await robots.allowed(server.url(path), NOON)
            for path in case.get("refused", []):
                with pytest.raises(BlockedError, match=r"robots\.txt") as caught:
                    await robots.allowed(server.url(path), NOON)
                assert caught.value.permanent
                assert case.get("rule", "") in str(caught.value)

        ask(server, use)


def hops(count: int) -> dict[str, Reply]:
    """`count` redirects from /robots.txt to the real file."""
    paths = ["/robots.txt", *(f"/hop{number}" for number in range(1, count + 1))]
    routes: dict[str, Reply] = {here: response(301, {"Location": there}) for here, there in itertools.pairwise(paths)}
    return {**routes, paths[-1]: response(200, {}, CLOSED)}


def only(reply: Reply) -> dict[str, Reply]:
    return {"/robots.txt": reply}


OUTCOMES: list[tuple[str, dict[str, Reply], str]] = [
    ("404", only(response(404)), "allow"),
    ("403", only(response(403)), "allow"),
    ("401", only(response(401)), "allow"),
    ("410", only(response(410)), "allow"),
    ("200", only(response(200, {}, CLOSED)), "obey"),
    ("5 redirects", hops(5), "obey"),
    ("6 redirects", hops(6), "allow"),
    ("429", only(response(429)), "wait"),
    ("500", only(response(500)), "wait"),
    ("503 with Retry-After", only(response(503, {"Retry-After": "7200"})), "wait"),
    ("no answer", only(hang), "wait"),
    ("reset", only(reset), "wait"),
    ("cut short", only(response(200, {"Content-Length": "999"}, CLOSED)), "wait"),
    ("HTML", only(response(200, {}, b"<html>Disallow: /</html>")), "allow"),
    ("BOM", only(response(200, {}, b"\xef\xbb\xbf" + CLOSED)), "obey"),
    ("invalid UTF-8", only(response(200, {}, b"# \xff\xfe\n" + CLOSED)), "obey"),
    ("rule within 500 KiB", only(response(200, {}, CLOSED + b"#" * 700_000)), "obey"),
    ("rule beyond 500 KiB", only(response(200, {}, b"#" * MAX_BYTES + b"\n" + CLOSED)), "allow"),
]


@pytest.mark.parametrize(("routes", "expected"), [one[1:] for one in OUTCOMES], ids=[one[0] for one in OUTCOMES])
def test_what_an_answer_means(routes: dict[str, Reply], expected: str) -> None:
    """A40: refusals mean there are no rules, failures mean wait and try again, and a file is obeyed."""
    with RawServer() as server:
        for path, reply in routes.items():
            server.route(path, reply)
        error = verdict(server, timeout_seconds=0.3 if expected == "wait" else 5.0)
        if expected == "allow":
            assert error is None
        else:
            assert error is not None
            assert "robots.txt" in str(error)
            assert error.permanent is (expected == "obey")
            assert (error.retry_after is not None) is (expected == "wait")


def test_how_long_an_answer_is_kept() -> None:
    """Rules and their absence are kept for a day, failures for an hour or for as long as the site asked."""
    for reply, kept in (
        (response(200, {}, CLOSED), timedelta(hours=24)),
        (response(404), timedelta(hours=24)),
        (response(500), timedelta(hours=1)),
    ):
        with RawServer() as server:
            server.route("/robots.txt", reply)

            async def use(robots: Robots, client: Client, server: RawServer = server, kept: timedelta = kept) -> None:
                for moment in (NOON, NOON + kept - timedelta(seconds=1)):
                    await quietly(robots, server.url("/page"), moment)
                assert len(server.requests) == 1
                await quietly(robots, server.url("/other"), NOON + kept)
                assert len(server.requests) == 2

            ask(server, use)


async def quietly(robots: Robots, url: str, now: datetime) -> None:
    with contextlib.suppress(BlockedError):
        await robots.allowed(url, now)


def test_failure_waits_as_long_as_the_site_asked() -> None:
    """A 503 with Retry-After on robots.txt holds the site's pages back for that long."""
    with RawServer() as server:
        server.route("/robots.txt", response(503, {"Retry-After": "7200"}))
        error = verdict(server)
        assert error is not None
        assert error.retry_after == timedelta(hours=2)


def test_paused_host_is_not_asked() -> None:
    """While a host is paused its robots.txt is not asked for, and its pages wait for the pause to end."""
    with RawServer() as server:

        async def use(robots: Robots, client: Client) -> None:
            client.hosts.pause("127.0.0.1", NOON + timedelta(minutes=3))
            with pytest.raises(BlockedError) as caught:
                await robots.allowed(server.url("/page"), NOON)
            assert (caught.value.retry_after, caught.value.weight) == (timedelta(minutes=3), 0.0)
            assert not caught.value.permanent

        ask(server, use)
        assert server.connections == 0


def test_clock_set_back_asks_again() -> None:
    """I1: an answer from the future is not trusted for longer than a day."""
    with RawServer() as server:
        server.route("/robots.txt", response(200, {}, CLOSED))

        async def use(robots: Robots, client: Client) -> None:
            await quietly(robots, server.url("/page"), NOON + timedelta(days=400))
            await quietly(robots, server.url("/page"), NOON)

        ask(server, use)
        assert len(server.requests) == 2


def test_many_pages_ask_once() -> None:
    """Fifty pages of one site wanted at once cost one request for robots.txt; another site costs its own."""
    with RawServer() as server:
        server.route("/robots.txt", response(200, {}, b""))

        async def use(robots: Robots, client: Client) -> None:
            for host in ("a.test", "b.test"):
                pages = (server.url(f"/{number}", host=host) for number in range(50))
                await asyncio.gather(*(robots.allowed(page, NOON) for page in pages))

        ask(server, use)
        assert [request.headers["host"] for request in server.requests] == [
            f"a.test:{server.port}",
            f"b.test:{server.port}",
        ]


@pytest.mark.parametrize(("stated", "gap"), [("7", 7.0), ("0.5", 2.0), ("86400", 120.0), ("nonsense", 2.0)])
def test_crawl_delay_reaches_the_hosts(stated: str, gap: float) -> None:
    """Crawl-delay lengthens the gap between two requests to the host, up to two minutes."""
    with RawServer() as server:
        server.route("/robots.txt", response(200, {}, f"User-agent: *\nCrawl-delay: {stated}\n"))

        async def scenario() -> float:
            clock = FakeClock()
            setup = HttpSettings(host_delay_seconds=2.0)
            async with Client(setup, clock, Guard(["127.0.0.1"])) as client:
                client.hosts._sleep = clock.sleep
                await Robots(client).allowed(server.url("/page"), NOON)
                clock.advance(600)
                before = clock.monotonic()
                for _ in range(2):
                    async with client.hosts.turn("127.0.0.1"):
                        pass
                return clock.monotonic() - before

        assert asyncio.run(scenario()) == gap


def test_disabled_asks_nobody() -> None:
    """With http.robots off, nothing is asked and nothing is refused."""
    with RawServer() as server:
        server.route("/robots.txt", response(200, {}, CLOSED))

        async def use(robots: Robots, client: Client) -> None:
            await Robots(client, enabled=False).allowed(server.url("/page"), NOON)

        ask(server, use)
        assert server.connections == 0


@pytest.mark.parametrize("url", ["http://[::1", "file:///etc/passwd", "http://u:p@a.test/", "http://10.0.0.1/x"])
def test_pages_that_may_not_be_fetched_anyway(url: str) -> None:
    """An address the guard refuses is refused here for good, without a word about robots.txt."""
    with RawServer() as server:

        async def use(robots: Robots, client: Client) -> None:
            with pytest.raises(BlockedError) as caught:
                await robots.allowed(url, NOON)
            assert caught.value.permanent

        ask(server, use)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sites not asked about for longest are forgotten, by number and by size."""
    monkeypatch.setattr(robots_module, "MAX_SITES", 2)
    with RawServer() as one, RawServer() as two, RawServer() as three:
        for server in (one, two, three):
            server.route("/robots.txt", response(200, {}, b"# " + b"x" * 1000))

        async def use(robots: Robots, client: Client) -> None:
            for server in (one, two, one, three, one, two):
                await robots.allowed(server.url("/page"), NOON)
            assert len(robots._sites) == 2
            monkeypatch.setattr(robots_module, "MAX_CACHED", 1500)
            await robots.allowed(three.url("/page"), NOON)
            assert len(robots._sites) == 1

        ask(one, use)
        assert [len(server.requests) for server in (one, two, three)] == [1, 2, 2]


def test_a_status_other_than_these_is_not_hidden() -> None:
    """StatusError never leaves `allowed`: callers handle BlockedError alone."""
    with RawServer() as server:
        server.route("/robots.txt", response(599))
        error = verdict(server)
        assert error is not None
        assert not isinstance(error, StatusError)


def test_many_foreign_agents_cost_little() -> None:
    """300 foreign agents with 30,000 rules, which protego alone copies 300 times over, become one agent."""
    agents = "".join(f"User-agent: bot{number}\nUSERAGENT: x{number}\n" for number in range(150))
    rules = "".join(f"Disallow: /{number}\n" for number in range(1000))
    reduced = _our_part(f"{agents}User-agent: {AGENT}\n{rules}")
    assert reduced.lower().count("agent:") == 2
    assert not Protego.parse(reduced).can_fetch("http://a.test/7", AGENT)
    assert Protego.parse(reduced).can_fetch("http://a.test/x", AGENT)


LINES = st.sampled_from(
    [
        "User-agent: *",
        "User-agent: monitor",
        "user-agent: mon",
        "User-agent: bot",
        "User-agent: monitorx",
        "User-agent:",
        "useragent: bot2",
        "Disallow: /a",
        "Disallow: /b",
        "Allow: /a/c",
        "Disallow:",
        "# x",
        "",
        "Crawl-delay: 3",
        "junk",
    ]
)


@given(st.lists(LINES, max_size=14))
@settings(max_examples=300)
def test_reduction_changes_no_verdict(lines: list[str]) -> None:
    """Putting foreign agents under one name never changes what is allowed to us."""
    text = "\n".join(lines)
    whole, reduced = Protego.parse(text), Protego.parse(_our_part(text))
    for path in ("/", "/a", "/a/c", "/b"):
        url = f"http://a.test{path}"
        assert whole.can_fetch(url, AGENT) == reduced.can_fetch(url, AGENT)
    assert whole.crawl_delay(AGENT) == reduced.crawl_delay(AGENT)


@pytest.mark.parametrize(
    ("pattern", "path", "covers"),
    [
        ("/a", "/a/b", True),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*.php$", "/a.php.php", True),
        ("/*.php$", "/a.php5", False),
        ("/a*c*e", "/abcde", True),
        ("/a*e*c", "/abcde", False),
        ("*", "/", True),
        ("", "/", True),
    ],
)
def test_naming_the_rule(pattern: str, path: str, covers: bool) -> None:
    """The search for the rule to name reads * and $ as the standard does."""
    assert _covers(pattern, path) is covers
