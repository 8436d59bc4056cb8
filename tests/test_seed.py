"""The article the project started from, from its feed to mail, webhook and Datasette; and as it was pasted."""

from __future__ import annotations

import asyncio
import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import web_archive
from newsrooms import MODEL, NOW, FakeClock, config
from servers import RawServer, response
from sinks import SmtpSink, WebhookSink

from monitor.archive import Reader
from monitor.models import Article, Channel, Feed
from monitor.run.ingest import ingest
from monitor.run.newsroom import open_newsroom
from monitor.run.pipeline import Pipeline
from monitor.translate.install import install
from monitor.web import server

SHARED = Path(os.environ.get("MONITOR_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SEED = SHARED / "data" / "seed"
pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason=f"the seed article is not at {SEED}")


class Printed:
    """What one run over the seed feed left behind."""

    article: Article
    matches: tuple[Any, ...]
    mail: Any
    post: dict[str, Any]
    archive: Path


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return tomllib.loads((SEED / "expected.toml").read_text("utf8"))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printed]:
    folder = tmp_path_factory.mktemp("seed")
    install(MODEL, folder / "models")
    with RawServer() as site, SmtpSink() as smtp, WebhookSink() as hook:
        base = site.url("").rstrip("/")
        feed = (SEED / "feed.xml").read_text("utf8").replace("BASE", base)
        page = (SEED / "page.html").read_text("utf8").replace("BASE", base)
        site.route("/feed.xml", response(200, {"Content-Type": "application/rss+xml; charset=utf-8"}, feed))
        site.route("/20230926/haftar-moscou.html", response(200, {"Content-Type": "text/html; charset=utf-8"}, page))
        site.route("*", response(404))
        channels = (
            Channel(name="mail", kind="email", host="127.0.0.1", port=smtp.port, security="none",
                    to=("analyst@example.org",), sender="monitor@example.org"),
            Channel(name="hook", kind="webhook", url=hook.url, secret="key"),
        )  # fmt: skip
        settings = config(folder, feeds=(Feed(url=site.url("/feed.xml")),), channels=channels)
        result = Printed()

        async def run() -> None:
            async with open_newsroom(settings, FakeClock(NOW)) as context:
                await Pipeline(context).once()
                found = context.archive.articles.get(1)
                assert found is not None
                result.article = found
                result.matches = tuple(context.archive.matches.of_article(1))

        asyncio.run(run())
        result.mail = smtp.mails[0].parsed
        result.post = json.loads(hook.requests[0].body)
        result.archive = settings.archive.path
        yield result


def test_metadata_are_as_expected(printed: Printed, expected: dict[str, Any]) -> None:
    """Language, title, date and site are those of the page."""
    article = printed.article
    assert article.language == expected["language"]
    assert article.title == expected["title"]
    assert article.published is not None
    assert f"{article.published:%Y-%m-%dT%H:%M:%SZ}" == expected["published"]
    assert article.outlet == expected["site"]


def test_every_paragraph_came_out_whole(printed: Printed, expected: dict[str, Any]) -> None:
    """Each paragraph that must come out is in the text, unbroken."""
    assert [text for text in expected["with"] if text not in printed.article.text] == []


def test_furniture_stayed_out(printed: Printed, expected: dict[str, Any]) -> None:
    """Nothing that must stay out is in the text."""
    assert [text for text in expected["without"] if text in printed.article.text] == []


def test_the_topic_matches_on_both_sides(printed: Printed, expected: dict[str, Any]) -> None:
    """The topic is met by the original and by its translation."""
    assert [(m.topic, m.side) for m in printed.matches] == [(expected["topic"], "both")]


def test_the_alert_arrives_by_mail_and_webhook(printed: Printed, expected: dict[str, Any]) -> None:
    """Both carry the topic, the original title and the sentence in both languages."""
    evidence = printed.matches[0].evidence
    text = printed.mail.get_body(("plain",)).get_content()
    assert str(printed.mail["Subject"]).startswith(expected["topic"])
    assert expected["title"] in text.replace("\n", " ")
    assert printed.post["topic"] == expected["topic"]
    assert printed.post["articles"][0]["evidence"]["sentence"] == evidence.sentence
    assert printed.post["articles"][0]["evidence"]["translation"] == evidence.translation != ""


@pytest.mark.parametrize("words", ["maréchal Haftar", "Libyan National Army", "Russian Ministry", "Iounous-Bek"])
def test_datasette_finds_it_in_french_and_in_english(printed: Printed, words: str) -> None:
    """The table's search box finds the article by words of either language."""

    async def search() -> list[Any]:
        datasette = server.application(web_archive.settings(printed.archive))
        answer = await datasette.client.get(f"/{printed.archive.stem}/articles.json", params={"_search": words})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["rows"])

    assert len(asyncio.run(search())) == 1


def test_the_pasted_article_loses_its_furniture(tmp_path: Path, expected: dict[str, Any]) -> None:
    """`monitor ingest` of the text as pasted keeps every paragraph and drops what plainly is furniture."""

    async def run() -> Any:
        async with open_newsroom(config(tmp_path), FakeClock(NOW)) as context:
            return await ingest(context, str(SEED / "article.txt"), alert=False)

    result = asyncio.run(run())
    assert result.article.language == "fr"
    assert result.article.title == expected["title"]
    assert [text for text in expected["with"] if text not in result.article.text] == []
    assert [text for text in expected["without"] if text in result.article.text] == []
    assert [match.topic for match in result.matches] == [expected["topic"]]


def test_reading_leaves_one_article(printed: Printed) -> None:
    """One entry, one page, one article."""
    with Reader.open(printed.archive) as reader:
        assert reader.ledger.totals() == {"articles": 1, "matches": 1, "pages": 1}
