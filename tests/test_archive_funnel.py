"""From entry to alert nothing is lost: every article stands in exactly one row of each step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from newsrooms import NOW, FakeClock, config
from servers import RawServer, response

from monitor.archive import Archive
from monitor.archive.funnel import Funnel
from monitor.collect.botwall import refuse
from monitor.collect.countries import country
from monitor.errors import BlockedError, BotWallError, MonitorError, StatusError
from monitor.models import Channel, Feed, Fetched
from monitor.run.fetching import page_outcome
from monitor.run.newsroom import open_newsroom
from monitor.run.pipeline import Pipeline

DAY = timedelta(days=1)
TITLE = "La Libye et la Russie signent un accord sur le blé"
TEXT = "<p>Les ministres de Libye et de Russie se sont rencontrés mardi et ont parlé du blé et des ports.</p>" * 6
PAGE = f"<html lang=fr><title>{TITLE}</title><body><article><h1>{TITLE}</h1>{TEXT}</article>"
WALL = '<html><title>Just a moment...</title><script>window._cf_chl_opt={cvId: "3"};</script></html>'


@pytest.fixture
def site() -> Iterator[RawServer]:
    with RawServer() as server:
        yield server


def html(text: str, status: int = 200) -> bytes:
    return response(status, {"Content-Type": "text/html; charset=utf-8"}, text)


def serve(site: RawServer) -> Feed:
    """A feed of five entries: a page, a refusal, a bot wall, one that robots.txt rules out, one that is broken."""
    paths = ("/good", "/paid", "/wall", "/private", "/broken")
    items = "".join(
        f"<item><title>{TITLE if n != 4 else 'Météo'} {n}</title><link>{site.url(path)}</link><guid>{path}</guid>"
        "<pubDate>Tue, 24 Nov 2026 11:00:00 GMT</pubDate></item>"
        for n, path in enumerate(paths)
    )
    document = f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>"
    site.route("/feed", response(200, {"Content-Type": "application/rss+xml; charset=utf-8"}, document))
    site.route("/robots.txt", response(200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /private\n"))
    site.route("/good", html(PAGE))
    site.route("/paid", html("no", 403))
    site.route("/wall", html(WALL))
    site.route("/private", html(PAGE))
    site.route("/broken", html("no", 500))
    return Feed(url=site.url("/feed"))


def read(folder: Path, site: RawServer) -> tuple[Funnel, tuple[str, ...]]:
    """The funnel and the refusing sites after one run, then a second poll that brings nothing."""
    clock, screen = FakeClock(), Channel(name="screen", kind="console")
    settings = config(folder, feeds=(serve(site),), channels=(screen,))

    async def inside() -> tuple[Funnel, tuple[str, ...]]:
        async with open_newsroom(settings, clock) as context:
            await Pipeline(context).once()
            clock.advance(hours=25)
            later = clock.now()
            await Pipeline(context).once()
            ledger = context.archive.ledger
            assert ledger.funnel(later, later + DAY).new == 0
            return ledger.funnel(NOW, later + DAY), ledger.coverage(NOW).refusing_sites

    return asyncio.run(inside())


def test_every_entry_is_accounted_for(tmp_path: Path, site: RawServer) -> None:
    """Each of five entries stands where it belongs, the known are told from the new, and the sums agree."""
    funnel, refusing = read(tmp_path, site)
    assert funnel.agrees
    assert (funnel.new, funnel.handed_in) == (5, 0)
    assert funnel.listed == funnel.known + 5
    assert dict(funnel.pages) == {"fetched": 1, "refused": 1, "bot wall": 1, "robots.txt": 1, "failed": 1}
    assert dict(funnel.texts)["title only"] == 4
    assert dict(funnel.matches) == {"relevant": 4, "met no query": 1}
    assert dict(funnel.alerts) == {"alerted": 4}
    assert sum(dict(funnel.waiting).values()) == dict(funnel.translations)["waiting for a model"]
    assert refusing == ("127.0.0.1",)


def test_a_row_too_few_is_seen(tmp_path: Path, site: RawServer) -> None:
    """`agrees` can fail."""
    funnel, _ = read(tmp_path, site)
    fields = {name: getattr(funnel, name) for name in Funnel.__slots__}
    assert not Funnel(**fields | {"pages": funnel.pages[1:]}).agrees
    assert not Funnel(**fields | {"known": funnel.known + 1}).agrees


def test_an_empty_archive_agrees(tmp_path: Path) -> None:
    """Nothing seen, nothing lost."""
    with Archive.open(tmp_path / "archive.db") as archive:
        assert archive.ledger.funnel(NOW - DAY, NOW).agrees


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (StatusError("no", status=403), "refused"),
        (StatusError("no", status=451), "refused"),
        (StatusError("no", status=404), "failed"),
        (BlockedError("x is not fetched: the robots.txt of x rules it out."), "robots.txt"),
        (BlockedError("10.0.0.1 is a private address."), "failed"),
        (BotWallError("no"), "bot wall"),
    ],
)
def test_why_there_is_no_page(error: MonitorError, outcome: str) -> None:
    """Refusals are told from failures."""
    assert page_outcome(error) == outcome


def test_an_article_about_bot_walls_is_none() -> None:
    """The challenge itself is refused; a long article that speaks of it or loads such a script is read."""
    with pytest.raises(BotWallError, match="proof of being human"):
        refuse(Fetched(url="https://a.example/", status=200, body=WALL.encode()))
    prose = "<p>Just a moment... says Cloudflare; captcha-delivery is what DataDome calls it.</p>"
    refuse(Fetched(url="https://a.example/", status=200, body=prose.encode()))
    refuse(Fetched(url="https://a.example/", status=200, body=WALL.encode() + b"x" * 200_000))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://www.alwasat.ly/rss", "LY"),
        ("https://www.bbc.co.uk/feed", "GB"),
        ("https://reuters.com/feed", None),
        ("https://startup.io/feed", None),
        ("https://10.0.0.1/feed", None),
    ],
)
def test_country_by_address(url: str, code: str | None) -> None:
    """The last part of the host, unless it is sold to everybody."""
    assert country(url) == code
