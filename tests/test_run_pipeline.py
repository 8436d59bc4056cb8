"""What the stages do when a page, a feed or our own code lets them down."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from newsrooms import MODEL, FakeClock, config
from servers import RawServer, response

from monitor.models import Article, Feed, TranslationState
from monitor.run import pipeline
from monitor.run.newsroom import open_newsroom
from monitor.run.pipeline import Pipeline
from monitor.translate.install import install

TITLE = "La Libye et la Russie signent un accord sur le blé"
ONLY_TITLE = f"""<rss version="2.0"><channel><title>Dépêches</title>
<item><title>{TITLE}</title><link>%s</link></item></channel></rss>"""


def only_title(server: RawServer) -> tuple[Feed, ...]:
    """A feed whose one entry has nothing but a title and the address of a page."""
    server.route("/feed", response(200, {}, ONLY_TITLE % server.url("/page.html")))
    return (Feed(url=server.url("/feed")),)


@pytest.mark.parametrize(
    "page",
    [response(404), response(200, {"Content-Type": "text/html"}, "<html><body><div id='app'></div></body></html>")],
    ids=["gone", "made by JavaScript"],
)
def test_a_headline_alone_is_read(tmp_path: Path, page: bytes) -> None:
    """With no text on the page or in the feed, the title is identified, matched, translated and matched again."""
    install(MODEL, tmp_path / "models")

    async def work(server: RawServer) -> tuple[Article | None, list[str]]:
        async with open_newsroom(config(tmp_path, feeds=only_title(server)), FakeClock()) as context:
            await Pipeline(context).once()
            return context.archive.articles.get(1), [match.topic for match in context.archive.matches.of_article(1)]

    with RawServer() as server:
        server.route("/page.html", page)
        article, topics = asyncio.run(work(server))
    assert article is not None
    assert (article.title, article.text, article.extractor, article.language) == (TITLE, "", "title", "fr")
    assert article.translation_state is TranslationState.TRANSLATED
    assert "Russia" in article.translated_title
    assert topics == ["Libya–Russia relations"]


def test_a_bug_does_not_hammer_a_feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A poll that trips over our own mistake is a failure like any other: recorded, and tried again much later."""

    async def buggy(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(pipeline, "poll_feed", buggy)

    async def work() -> str:
        settings = config(tmp_path, feeds=(Feed(url="http://127.0.0.1:9/feed"),))
        async with open_newsroom(settings, clock := FakeClock()) as context:
            await Pipeline(context).once()
            clock.advance(seconds=60)
            assert context.archive.feeds.due(clock.now(), 10) == []
            return context.archive.ledger.feeds()[0].error or ""

    assert "Internal error while polling: RuntimeError: a mistake of ours" in asyncio.run(work())
