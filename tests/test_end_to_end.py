"""From feed to alert to archive, with real parts: HTTP, SMTP and webhook servers, child processes, the small model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from newsrooms import MODEL, NOW, FakeClock, config
from sinks import SmtpSink, WebhookSink

from monitor.archive import Reader
from monitor.config import Config
from monitor.demo.server import Newsroom
from monitor.models import Article, Channel, TranslationState
from monitor.run.context import Tally
from monitor.run.newsroom import open_newsroom
from monitor.run.pipeline import Pipeline
from monitor.script import fold
from monitor.topics.compile import compile_query
from monitor.topics.packs import load_packs
from monitor.translate.install import install
from monitor.web import server

TOPIC = "Libya–Russia relations"


@dataclass(frozen=True)
class Edition:
    """One run over the sample newsroom, and what it left behind."""

    config: Config
    mails: list[object]
    posts: list[dict[str, object]]
    first: Tally
    second: Tally


async def run_twice(settings: Config, clock: FakeClock) -> tuple[Tally, Tally]:
    async with open_newsroom(settings, clock) as context:
        first = await Pipeline(context).once()
        clock.advance(days=2)
        second = await Pipeline(context).once()
        clock.advance(hours=1)  # the host that answers 429 has asked for 15 minutes
        await Pipeline(context).work_off()
    return first, second


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    """The sample newsroom polled twice, two days apart, with mail and webhook channels."""
    folder = tmp_path_factory.mktemp("edition")
    install(MODEL, folder / "models")
    with Newsroom(NOW, sleep=lambda _: None) as newsroom, SmtpSink() as smtp, WebhookSink() as hook:
        channels = (
            Channel(
                name="mail",
                kind="email",
                host="127.0.0.1",
                port=smtp.port,
                security="none",
                to=("analyst@example.org",),
                sender="monitor@example.org",
            ),
            Channel(name="hook", kind="webhook", url=hook.url, secret="key"),
        )
        settings = config(folder, feeds=newsroom.feeds, channels=channels, allow=newsroom.addresses)
        first, second = asyncio.run(run_twice(settings, FakeClock()))
        yield Edition(
            config=settings,
            mails=[mail.parsed for mail in smtp.mails],
            posts=[json.loads(post.body) for post in hook.requests],
            first=first,
            second=second,
        )


@pytest.fixture
def reader(edition: Edition) -> Iterator[Reader]:
    with Reader.open(edition.config.archive.path) as reader:
        yield reader


def articles(reader: Reader) -> list[Article]:
    return [found for number in reader.articles.ids() if (found := reader.articles.get(number)) is not None]


def find(reader: Reader, query: str) -> set[int]:
    return {card.article_id for card in reader.finding.window(compile_query(query, load_packs()).fts).cards}


def test_every_article_went_through(reader: Reader) -> None:
    """No article is stuck: each has text, a language and a decision about its translation."""
    found = articles(reader)
    assert len(found) >= 12
    assert reader.articles.backlog() == {}
    assert [a.url for a in found if not a.text or not a.language] == []
    assert {a.translation_state for a in found} == {
        TranslationState.TRANSLATED,
        TranslationState.WAITING,
        TranslationState.NOT_NEEDED,
    }


def test_languages_are_found(reader: Reader) -> None:
    """Each article is recognised in the language its site declares."""
    declared = dict(
        reader.connection.execute(
            """SELECT articles.id, feeds.language FROM articles JOIN feeds ON feeds.id = feed_id
            WHERE feeds.language <> ''"""
        ).fetchall()
    )
    assert {a.id: a.language for a in articles(reader) if a.id in declared} == declared
    assert {a.language for a in articles(reader)} == {"fr", "ru", "ar", "es", "de", "zh", "en"}


def test_french_is_translated_and_the_rest_waits(reader: Reader) -> None:
    """With only a French model, French is English now, English needs nothing, everything else waits visibly."""
    states = {(a.language, a.translation_state) for a in articles(reader)}
    assert states == {
        ("fr", TranslationState.TRANSLATED),
        ("en", TranslationState.NOT_NEEDED),
        *((code, TranslationState.WAITING) for code in ("ru", "ar", "es", "de", "zh")),
    }
    for article in articles(reader):
        if article.language == "fr":
            assert len(article.translated_text.split("\n")) == len(article.text.split("\n"))


def test_the_same_event_matches_in_three_languages(reader: Reader) -> None:
    """The visit to Moscow matches in French, Russian and Arabic, each with a sentence from its article."""
    found = [match for article in articles(reader) for match in reader.matches.of_article(article.id)]
    languages = {reader.articles.get(match.article_id).language for match in found}  # type: ignore[union-attr]
    assert {"fr", "ru", "ar"} <= languages
    for match in found:
        article = reader.articles.get(match.article_id)
        assert article is not None
        assert match.evidence.sentence in f"{article.title}\n{article.text}"
        assert match.evidence.spans


def test_what_names_both_in_passing_alerts_nobody(edition: Edition, reader: Reader) -> None:
    """Football, weather, a quiz and a chess tournament met the query, were passed over, and say why."""
    passed = [match for one in articles(reader) for match in reader.matches.of_article(one.id) if not match.relevant]
    told = {item["id"] for post in edition.posts for item in post["articles"]}  # type: ignore[attr-defined]
    assert len(passed) >= 4
    assert all(match.score < 40 and match.reasons for match in passed)
    assert not told & {match.article_id for match in passed}


def test_many_stories_at_once_are_one_message_a_channel(edition: Edition, reader: Reader) -> None:
    """Six stories due at one moment reach mail and webhook as one digest, each story once.

    The last message is no alert: it tells the operators of the feed that answers with a web page.
    """
    *alerts, notice = edition.posts
    assert notice["topic"] == "Monitor"
    assert "a web page instead of a feed" in str(notice["subject"])
    assert {alert["topic"] for alert in alerts} == {TOPIC}
    told = [item["story"]["id"] for alert in alerts for item in alert["articles"]]  # type: ignore[attr-defined]
    stories = reader.connection.execute(
        """SELECT DISTINCT story_id FROM alerts JOIN story_articles USING (article_id) WHERE channel = 'hook'"""
    )
    assert sorted(told) == sorted(row[0] for row in stories)
    assert len(told) == 6
    assert len(edition.mails) == len(edition.posts) == 2


def test_three_outlets_in_three_languages_are_one_message(edition: Edition) -> None:
    """The visit to Moscow is told once, and the message names French, Russian and Arabic."""
    languages = [set(item["story"]["languages"]) for alert in edition.posts for item in alert["articles"]]  # type: ignore[attr-defined]
    assert {"fr", "ru", "ar"} in languages


def test_a_second_visit_brings_nothing(edition: Edition, reader: Reader) -> None:
    """Two days later no entry is new and nobody is told anything again, though late pages have come in."""
    polls = reader.connection.execute("SELECT outcome, count(*) FROM polls GROUP BY outcome").fetchall()
    assert dict(map(tuple, polls)) == {"new": 8, "not modified": 8, "error": 4}  # type: ignore[arg-type]
    assert reader.ledger.outbox_counts() == {"sent": len(edition.mails) + len(edition.posts)}


def test_a_page_that_comes_late_enriches_its_article(edition: Edition, reader: Reader) -> None:
    """Pages of the host that asked for a pause are fetched at the second visit, and count as no edit."""
    late = [a for a in articles(reader) if "ledger" in a.outlet.lower()]
    assert {a.extractor for a in late} == {"trafilatura"}
    assert reader.connection.execute("SELECT count(*) FROM versions").fetchone()[0] == 0


def test_furniture_stays_out(reader: Reader) -> None:
    """Menus, cookie notices, related links, newsletters and comments are in no article."""
    from monitor.demo.sites import read_sites

    for site in read_sites(NOW):
        for article in articles(reader):
            if site.host in article.url:
                for phrase in site.words.values():
                    if len(phrase) > 25:
                        assert phrase not in article.text, (article.url, phrase)


@pytest.mark.parametrize("query", ["Moscou AND Libye", "Москве AND Ливии", "موسكو", "利比亚", "translation: Russia"])
def test_the_archive_is_searched_in_every_script(reader: Reader, query: str) -> None:
    """The article is found by words of its original and by words of its translation."""
    assert find(reader, query)


@pytest.mark.parametrize(
    ("query", "languages"),
    [
        ("Russia AND Libya", {"en", "fr"}),  # French through its translation
        ("موسكو", {"ar"}),
        ("利比亚", {"zh"}),
        ("Ливия", {"ru"}),
        ("céréales", {"fr"}),
        ("@libya", {"ar", "de", "en", "es", "fr", "ru", "zh"}),
        ("Libya AND )", set()),
    ],
)
def test_the_search_page_finds_every_language(edition: Edition, query: str, languages: set[str]) -> None:
    """In the browser an English query finds translations, an original one the original; a wrong one is explained."""
    datasette = server.application(edition.config)
    address = f"/search.json?{urlencode({'q': query})}"
    page = asyncio.run(datasette.client.get(address)).json()
    assert {one["language"] for one in page["found"]["answers"]} == languages if languages else page["problem"]


def test_the_page_is_kept_as_evidence(reader: Reader) -> None:
    """The stored page of an article is the page the site served."""
    kept = [page for a in articles(reader) if (page := reader.pages.get(a.id)) is not None]
    assert kept
    assert all(page.body.lstrip().lower().startswith(b"<!doctype") for page in kept)


def test_what_robots_forbids_comes_from_the_feed(reader: Reader) -> None:
    """An article whose page robots.txt keeps from us lives on the feed's own words, and says so."""
    (blocked,) = [a for a in articles(reader) if a.extractor in ("feed-content", "feed-summary")]
    assert "robots.txt" in str(reader.stages.notes(blocked.id)["refusals"])
    assert len(blocked.text) > 500
    assert reader.pages.get(blocked.id) is None


def test_troubled_feeds_are_named(reader: Reader) -> None:
    """The broken feed and the one that answers 429 are failing with their reasons; the slow one is fine."""
    failing = {feed.title: feed.error for feed in reader.ledger.feeds() if feed.failures}
    assert len(failing) == 2
    assert any("429" in (error or "") for error in failing.values())
    assert any("not a feed" in (error or "") for error in failing.values())


def test_the_index_is_whole(reader: Reader) -> None:
    """Every article with a title is found by a word of its title."""
    for article in articles(reader):
        word = max(fold(article.title).split(), key=len).strip("«»:,.\"'—–")
        assert article.id in find(reader, f'"{word}"'), article.title
