"""The stages wired to the archive: what goes on when a page, a model or a child process fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from newsrooms import MODEL, NOW, FakeClock, config
from servers import RawServer, response

from monitor.config import AlertSettings, CollectSettings
from monitor.errors import WorkerError
from monitor.models import Article, Channel, Entry, Evidence, Feed, Stage, TranslationState
from monitor.run import matching, reading, translating
from monitor.run.context import Context
from monitor.run.newsroom import open_newsroom
from monitor.run.pipeline import Pipeline
from monitor.run.poll import is_alertable, poll_feed
from monitor.translate.install import install

RUSSIAN = "Ливия и Россия договорились о поставках зерна"
PAGE = f"<html lang=ru><title>{RUSSIAN}</title><body><article><h1>{RUSSIAN}</h1>" + "".join(
    f"<p>Абзац {n}. Представители Ливии и России встретились во вторник и обсудили поставки зерна в порты.</p>"
    for n in range(6)
)
FRENCH_TITLE = "La Libye et la Russie signent un accord"
FRENCH = f"<html lang=fr><title>{FRENCH_TITLE}</title><body><article><h1>{FRENCH_TITLE}</h1>" + "".join(
    f"<p>Partie {n}. Les ministres de Libye et de Russie se sont rencontrés mardi et ont parlé du blé et des ports.</p>"
    for n in range(6)
)


def rss(*items: str) -> bytes:
    head = {"Content-Type": "application/rss+xml; charset=utf-8"}
    return response(200, head, f"<rss version='2.0'><channel><title>F</title>{''.join(items)}</channel></rss>")


def item(link: str, title: str = RUSSIAN, summary: str = "") -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<description>{summary}</description><pubDate>Tue, 24 Nov 2026 11:00:00 GMT</pubDate></item>"
    )


def html(text: str, status: int = 200) -> bytes:
    return response(status, {"Content-Type": "text/html; charset=utf-8"}, text)


def run(folder: Path, site: RawServer, work: Callable[[Context], Awaitable[None]], **more: object) -> None:
    """Do some work in a newsroom with one feed at /feed and alerts on the screen."""
    screen = Channel(name="screen", kind="console")
    settings = config(folder, feeds=(Feed(url=site.url("/feed")),), channels=(screen,), **more)  # type: ignore[arg-type]

    async def inside() -> None:
        async with open_newsroom(settings, FakeClock()) as context:
            await work(context)

    asyncio.run(inside())


def only(context: Context) -> Article:
    (number,) = context.archive.articles.ids()
    article = context.archive.articles.get(number)
    assert article is not None
    return article


def clock(context: Context) -> FakeClock:
    assert isinstance(context.clock, FakeClock)
    return context.clock


def told(capsys: pytest.CaptureFixture[str]) -> int:
    """How many alerts were written to the screen since last asked."""
    return capsys.readouterr().out.count("\nAlert ")


def test_an_alert_does_not_wait_for_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """While the page answers 503 the alert goes out from the feed's words; the page enriches later, silently."""
    with RawServer() as site:
        site.route("/feed", rss(item(site.url("/a"), summary="Ливия и Россия. " * 20)))
        site.route("/a", html("busy", 503))

        async def work(context: Context) -> None:
            await Pipeline(context).once()
            assert told(capsys) == 1
            assert only(context).extractor == "feed-summary"
            site.route("/a", html(PAGE))
            clock(context).advance(hours=1)
            await Pipeline(context).once()
            assert only(context).extractor == "trafilatura"
            assert told(capsys) == 0

        run(tmp_path, site, work)


def test_an_edited_article_alerts_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A corrected headline and text replace the old ones, which are kept; nobody is told again."""
    with RawServer() as site:
        site.route("/feed", rss(item(site.url("/a"))))
        site.route("/a", html(PAGE))

        async def work(context: Context) -> None:
            await Pipeline(context).once()
            assert told(capsys) == 1
            site.route("/feed", rss(item(site.url("/a"), title=RUSSIAN + ": подробности")))
            site.route("/a", html(PAGE.replace("во вторник", "в среду")))
            clock(context).advance(days=2)
            await Pipeline(context).once()
            assert "в среду" in only(context).text
            assert only(context).updated == context.clock.now()
            versions = context.archive.connection.execute("SELECT text FROM versions").fetchall()
            assert len(versions) == 1
            assert "во вторник" in versions[0][0]
            assert told(capsys) == 0

        run(tmp_path, site, work)


def test_two_addresses_of_one_page_are_one_article(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When an entry's address redirects to an article we have, only one of the two is read and announced."""
    with RawServer() as site:
        site.route("/feed", rss(item(site.url("/a")), item(site.url("/short"), title=RUSSIAN + " 2")))
        site.route("/a", html(PAGE))
        site.route("/short", response(302, {"Location": site.url("/a")}))

        async def work(context: Context) -> None:
            await Pipeline(context).once()
            rows = context.archive.connection.execute("SELECT duplicate_of FROM articles").fetchall()
            assert sum(row[0] is not None for row in rows) == 1
            assert len(context.archive.articles.ids()) == 1
            assert told(capsys) == 1

        run(tmp_path, site, work)


def test_a_first_poll_does_not_announce_the_backlog(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Entries older than the gate are kept and matched on a feed's first poll, but not announced."""
    gates = CollectSettings(first_poll_max_age_hours=24, max_age_days=30)
    with RawServer() as site:
        site.route("/feed", rss(item(site.url("/a")).replace("24 Nov 2026", "20 Nov 2026")))
        site.route("/a", html(PAGE))

        async def work(context: Context) -> None:
            await Pipeline(context).once()
            assert len(context.archive.matches.of_article(only(context).id)) == 1
            assert told(capsys) == 0

        run(tmp_path, site, work, collect=gates)


@pytest.mark.parametrize(
    ("first_poll", "days_ago", "alerts"),
    [
        (True, 0.5, True),
        (True, 2, False),
        (True, None, False),
        (False, 2, True),
        (False, 40, False),
        (False, None, True),
    ],
)
def test_the_age_gate(first_poll: bool, days_ago: float | None, alerts: bool) -> None:
    """What a first poll, an old date and no date mean for an alert."""
    published = None if days_ago is None else NOW - timedelta(days=days_ago)
    settings = CollectSettings(first_poll_max_age_hours=24, max_age_days=30)
    entry = Entry(title="T", published=published)
    assert is_alertable(entry, first_poll=first_poll, now=NOW, settings=settings) is alerts


def test_a_model_that_arrives_translates_what_waited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """French articles wait visibly without a model; once it is installed they are translated, and told only once."""
    with RawServer() as site:
        site.route("/feed", rss(item(site.url("/a"), title=FRENCH_TITLE)))
        site.route("/a", html(FRENCH))

        async def work(context: Context) -> None:
            await Pipeline(context).once()
            assert only(context).translation_state is TranslationState.WAITING
            assert "waiting for a model" in capsys.readouterr().out
            install(MODEL, context.config.translation.packages)
            await Pipeline(context).once()
            assert only(context).translation_state is TranslationState.TRANSLATED
            (match,) = context.archive.matches.of_article(only(context).id)
            assert match.side == "both"
            assert match.evidence.translation
            assert told(capsys) == 0

        run(tmp_path, site, work)


@pytest.mark.parametrize("status", [503, 404, 200])
def test_an_article_read_again_in_the_queue_is_still_translated(tmp_path: Path, status: int) -> None:
    """Its page is tried again while its translation is owed, and says nothing new, or nothing: it is owed still."""
    with RawServer() as site:
        site.route("/feed", rss(item(site.url("/a"), title=FRENCH_TITLE, summary=f"{FRENCH_TITLE}. " * 20)))
        site.route("/a", html("busy", 503))

        async def work(context: Context) -> None:
            install(MODEL, tmp_path / "models")
            pipeline = Pipeline(context)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(context.archive.translations, "due", lambda *_: [])
                await pipeline.once()
                assert only(context).stage is Stage.TRANSLATE
                if status == 200:
                    site.route("/a", html("<p>"))
                else:
                    site.route("/a", html("busy", status))
                clock(context).advance(hours=1)
                await pipeline.once()
            await pipeline.once()
            assert only(context).translation_state is TranslationState.TRANSLATED

        run(tmp_path, site, work)


def test_an_alert_waits_for_a_pending_translation(tmp_path: Path) -> None:
    """The grace given to a pending translation is in the due time of immediate channels, and ends with its sentence."""
    with RawServer() as site:
        site.route("/feed", rss())

        async def work(context: Context) -> None:
            topic = context.topics[0].topic
            article = Article(id=1, feed_id=None, url="u", canonical_url="u")
            pending = replace(article, translation_state=TranslationState.PENDING)
            original = Evidence(sentence="La Libye.")
            both = replace(original, translation="Libya.")
            assert matching.due_times(context, topic, article, original, NOW) == {"screen": NOW}
            assert matching.due_times(context, topic, pending, original, NOW) == {"screen": NOW + timedelta(minutes=7)}
            assert matching.due_times(context, topic, pending, both, NOW) == {"screen": NOW}

        run(tmp_path, site, work, alerts=AlertSettings(wait_for_translation_minutes=7))


def test_a_document_that_kills_its_child_lives_on_the_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When extraction kills the child process, the feed's words are used and the reason is recorded."""
    with RawServer() as site:
        site.route("/feed", rss(item(site.url("/a"), summary="Ливия и Россия. " * 20)))
        site.route("/a", html(PAGE))

        async def work(context: Context) -> None:
            run_really = context.workers.run

            async def die(lane: str, function: object, *args: object, **more: object) -> object:
                if getattr(function, "__module__", "") == "monitor.extract.article":
                    raise WorkerError("extract: the child process died by SIGSEGV.")
                return await run_really(lane, function, *args, **more)  # type: ignore[arg-type]

            monkeypatch.setattr(context.workers, "run", die)
            await Pipeline(context).once()
            assert only(context).extractor == "feed-summary"
            assert "SIGSEGV" in str(context.archive.stages.notes(only(context).id)["refusals"])
            assert told(capsys) == 1

        run(tmp_path, site, work)


def test_a_bug_marks_its_row_and_spares_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception outside our tree is recorded on its article, which is tried later; the others go through."""
    with RawServer() as site:
        site.route("/feed", rss(item(site.url("/a")), item(site.url("/b"), title="Погода")))
        site.route("/a", html(PAGE))
        site.route("/b", html(PAGE.replace(RUSSIAN, "Погода").replace("Ливии", "Мальты")))
        real = matching.match

        def broken(*args: object) -> object:
            raise ZeroDivisionError("planted")

        async def work(context: Context) -> None:
            monkeypatch.setattr(matching, "match", broken)
            await Pipeline(context).once()
            rows = context.archive.connection.execute("SELECT stage, error FROM articles ORDER BY error").fetchall()
            assert [row["stage"] for row in rows] == ["done", "match"]
            assert "ZeroDivisionError: planted" in rows[1]["error"]
            monkeypatch.setattr(matching, "match", real)
            clock(context).advance(hours=2)
            await Pipeline(context).work_off()
            assert context.archive.articles.backlog() == {}

        run(tmp_path, site, work)


def test_translation_batches_keep_urgency_and_language() -> None:
    """A queue becomes batches of one language, leads before bodies, each no longer than it may be."""
    queue = [("fr", 90_000, False), ("ar", 10, False), ("fr", 10, False), ("fr", 30_000, True), ("fr", 20_000, True)]
    articles = [
        Article(
            id=n, feed_id=None, url="u", canonical_url="u", language=language, text="x" * size, lead_translated=lead
        )
        for n, (language, size, lead) in enumerate(queue)
    ]
    assert [[a.id for a in batch] for batch in translating.batches(articles)] == [[0, 2], [1], [3], [4]]


def test_the_archive_resumes_where_the_last_run_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Articles stored by a poll and nothing else are worked off by the next process, from the archive alone."""
    with RawServer() as site:
        site.route("/feed", rss(item(site.url("/a"))))
        site.route("/a", html(PAGE))

        async def poll_only(context: Context) -> None:
            await poll_feed(context, *context.archive.feeds.due(NOW, 10)[0])

        async def work(context: Context) -> None:
            assert only(context).stage is Stage.FETCH
            await Pipeline(context).once()
            assert only(context).stage is Stage.DONE
            assert told(capsys) == 1

        run(tmp_path, site, poll_only)
        run(tmp_path, site, work)


def test_a_feed_breaks_the_tie_for_a_short_text(tmp_path: Path) -> None:
    """A text too short to tell its language is read in the language the feed declares."""
    with RawServer() as site:
        site.route("/feed", rss())

        async def work(context: Context) -> None:
            entry = Entry(title="Minister in Den Haag", language="nl")
            article = Article(id=0, feed_id=None, url="u", canonical_url="u", title=entry.title, entry=entry)
            assert (await reading.identify(context, article)).code == "nl"

        run(tmp_path, site, work)
