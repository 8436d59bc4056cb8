"""Articles: what is the same, what was edited, and the index that follows every change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from newsrooms import NOW, candidate

from monitor.archive import Archive, search
from monitor.errors import ArchiveError, StatusError
from monitor.models import (
    Article,
    Document,
    Entry,
    Extracted,
    Feed,
    Language,
    Sentence,
    Stage,
    Translation,
    TranslationState,
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as archive:
        archive.feeds.declare([Feed(url="https://a.example/feed"), Feed(url="https://b.example/feed")], NOW)
        yield archive


def take(archive: Archive, *candidates: object) -> tuple[int, ...]:
    return archive.articles.take(list(candidates), NOW).new  # type: ignore[arg-type]


def article(archive: Archive, article_id: int) -> Article:
    found = archive.articles.get(article_id)
    assert found is not None
    return found


def ids(archive: Archive, expression: str) -> list[int]:
    return [card.article_id for card in archive.finding.ranked(expression, archive.finding.window(expression).cards)]


def extracted(text: str, title: str = "Title", extractor: str = "trafilatura") -> Extracted:
    return Extracted(text=text, title=title, extractor=extractor)


def test_an_entry_is_stored_once(archive: Archive) -> None:
    """The same entry on three polls is one article, owed its page."""
    for _ in range(3):
        archive.articles.take([candidate("guid:1")], NOW)
    due = archive.articles.due(Stage.FETCH, NOW, 10)
    assert [found.title for found in due] == ["Title"]


def test_any_known_key_makes_it_known(archive: Archive) -> None:
    """An entry with a new guid but a known address is known, and from then on goes by the new guid too."""
    (first,) = take(archive, candidate("guid:1", keys=("guid:1", "url:a")))
    assert take(archive, candidate("guid:2", keys=("guid:2", "url:a"))) == ()
    known = archive.articles.known_under("guid:2")
    assert known is not None
    assert known.id == first


def test_a_guid_used_again_for_another_story_is_new(archive: Archive) -> None:
    """A feed that uses a guid again gets a second article, and the guid names that one from then on."""
    (first,) = take(archive, candidate("guid:1", keys=("guid:1", "url:a")))
    (second,) = take(archive, candidate("x", keys=("guid:1", "url:b"), looked_under=("url:b",)))
    known = archive.articles.known_under("guid:1")
    assert known is not None
    assert known.id == second != first


def test_an_edited_entry_is_read_again(archive: Archive) -> None:
    """When the feed that brought an article words it differently, its page is fetched again."""
    (first,) = take(archive, candidate("guid:1", feed_id=1))
    archive.stages.unchanged(first)
    taken = archive.articles.take([candidate("guid:1", title="Corrected", feed_id=1)], NOW)
    assert taken.edited == (first,)
    assert article(archive, first).stage is Stage.FETCH


def test_another_feed_with_other_words_is_no_edit(archive: Archive) -> None:
    """Two feeds that word one article differently do not make it "edited" at every poll."""
    (first,) = take(archive, candidate("guid:1", feed_id=1))
    archive.articles.update(first, {"stage": Stage.DONE})
    taken = archive.articles.take([candidate("guid:1", title="Other words", feed_id=2)], NOW)
    assert (taken.edited, taken.known) == ((), 1)
    assert article(archive, first).stage is Stage.DONE


def test_an_edit_keeps_the_earlier_text(archive: Archive) -> None:
    """A changed text replaces the old one in place; the old one is kept as a version."""
    (first,) = take(archive, candidate("guid:1"))
    archive.stages.extracted(article(archive, first), extracted("Old text"), "h1", "A", NOW)
    archive.stages.extracted(article(archive, first), extracted("New text"), "h2", "A", NOW)
    assert article(archive, first).text == "New text"
    assert article(archive, first).updated == NOW
    versions = archive.connection.execute("SELECT text, content_hash FROM versions").fetchall()
    assert [tuple(row) for row in versions] == [("Old text", "h1")]


def test_a_page_that_came_late_is_no_edit(archive: Archive) -> None:
    """Full text that replaces the feed's summary is our gain, not the publisher's edit: no version."""
    (first,) = take(archive, candidate("guid:1"))
    archive.stages.extracted(article(archive, first), extracted("Summary", extractor="feed-summary"), "h1", "A", NOW)
    archive.stages.extracted(article(archive, first), extracted("Full text"), "h2", "A", NOW)
    assert archive.connection.execute("SELECT count(*) FROM versions").fetchone()[0] == 0


def test_the_index_follows_every_change(archive: Archive) -> None:
    """A search finds the present title, text and translation, and nothing that was replaced."""
    (first,) = take(archive, candidate("guid:1", title="Первый"))
    assert ids(archive, '"первый"') == [first]
    archive.stages.extracted(article(archive, first), extracted("利比亚和俄罗斯", title="Второй"), "h1", "A", NOW)
    assert ids(archive, '"первый"') == []
    assert ids(archive, '"利 比 亚"') == [first]
    archive.stages.identified(first, Language(code="zh", confidence=1, method="text"), TranslationState.PENDING)
    archive.articles.update(first, {"stage": "translate"})
    assert archive.translations.keep(
        Translation(
            article_id=first,
            source_language="zh",
            target_language="en",
            title="Second",
            text="Libya and Russia",
            sentences=(Sentence(position=0, paragraph=1, source="利比亚和俄罗斯", target="Libya and Russia"),),
            packages=("translate-zh_en-1",),
        ),
        Document(article_id=first, language="zh", title="Второй", text="利比亚和俄罗斯"),
        NOW,
    )
    assert ids(archive, "translated_text : libya") == [first]
    archive.stages.identified(first, Language(code="zh", confidence=1, method="text"), TranslationState.PENDING)
    assert ids(archive, "translated_text : libya") == []
    archive.connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")


def test_rebuild_gives_the_same_answers(archive: Archive) -> None:
    """The index made anew finds exactly what the one kept step by step finds."""
    for number, title in enumerate(["ليبيا وروسيا", "ประเทศลิเบีย", "Libyens Außenminister", "リビアとロシア"]):
        take(archive, candidate(f"guid:{number}", title=title))
    queries = ['"ليبيا"', '"ล ิ เ บ ี ย"', "libyens", '"リ ビ ア"', "aussenminister", "außenminister"]
    before = [ids(archive, query) for query in queries]
    assert search.rebuild(archive.connection) == 4
    assert [ids(archive, query) for query in queries] == before
    assert before[0] == [1]
    assert before[2] == [3]


def test_batch_and_archive_agree(archive: Archive) -> None:
    """A query means the same over a batch in memory and over the archive."""
    titles = ["Libya", "La Libye et la Russie", "利比亚和俄罗斯", "Ливия и Россия", "وليبيا وروسيا", "machine"]
    taken = take(archive, *(candidate(f"guid:{n}", title=title) for n, title in enumerate(titles)))
    index = search.BatchIndex(article(archive, number) for number in taken)
    for query in ["libye AND russie", '"俄 罗 斯"', "title : libya", "ливия", "mac", "mach*"]:
        assert index.matching(query) == set(ids(archive, query)), query
    index.close()


def test_what_matched_is_translated_first(archive: Archive) -> None:
    """The queue gives what matched already before the rest, and the newest before the older."""
    numbers = take(archive, *(candidate(f"guid:{n}") for n in range(3)))
    archive.articles.update(numbers[0], {"priority": 1})
    assert [a.id for a in archive.articles.due(Stage.FETCH, NOW, 10)] == [numbers[0], numbers[2], numbers[1]]


def test_a_failed_stage_waits_or_ends(archive: Archive) -> None:
    """A transient failure is tried again after its wait; a final one leaves the queue with its reason."""
    from datetime import timedelta

    (first,) = take(archive, candidate("guid:1"))
    error = StatusError("https://a.example: 503.", status=503)
    archive.stages.failed(article(archive, first), error, NOW, timedelta(minutes=5))
    assert archive.articles.due(Stage.FETCH, NOW, 10) == []
    assert [a.attempts for a in archive.articles.due(Stage.FETCH, NOW + timedelta(minutes=5), 10)] == [1]
    archive.stages.failed(article(archive, first), error, NOW, None)
    assert article(archive, first).stage is Stage.DONE
    assert article(archive, first).error == "https://a.example: 503."


def test_waiting_articles_are_released_by_a_model(archive: Archive) -> None:
    """Articles that waited for a model of a language are pending again when it comes; others go on waiting."""
    first, second = take(archive, candidate("guid:1"), candidate("guid:2"))
    for number, code in ((first, "fr"), (second, "ar")):
        archive.stages.identified(number, Language(code=code, confidence=1, method="text"), TranslationState.WAITING)
        archive.articles.update(number, {"stage": Stage.TRANSLATE})
        archive.translations.missing([number], TranslationState.WAITING)
    assert archive.translations.waiting_languages() == {"ar": 1, "fr": 1}
    assert archive.translations.release_waiting(frozenset({"fr", "ru"})) == 1
    assert [a.id for a in archive.articles.due(Stage.TRANSLATE, NOW, 10)] == [first]
    assert archive.translations.release_waiting(frozenset()) == 0


@pytest.mark.parametrize(
    ("stands", "asked", "then", "alerts"),
    [
        (Stage.DONE, Stage.MATCH, Stage.MATCH, False),
        (Stage.TRANSLATE, Stage.MATCH, Stage.MATCH, True),
        (Stage.TRANSLATE, Stage.EXTRACT, Stage.EXTRACT, True),
        (Stage.FETCH, Stage.MATCH, Stage.FETCH, True),
        (Stage.IDENTIFY, Stage.IDENTIFY, Stage.IDENTIFY, True),
    ],
)
def test_processing_again_skips_and_silences_nothing_new(
    archive: Archive, stands: Stage, asked: Stage, then: Stage, alerts: bool
) -> None:
    """An article still on its way keeps the stages it is owed and its alert; one that is done is quiet."""
    (number,) = take(archive, candidate("guid:1"))
    archive.articles.update(number, {"stage": stands})
    archive.articles.requeue(asked, [number], alert=False)
    assert (article(archive, number).stage, article(archive, number).alertable) == (then, alerts)


def test_looking_for_work_does_not_read_the_archive(archive: Archive) -> None:
    """Asked several times a second: SQLite takes the queues' indexes, whatever the number of articles done."""
    asked: list[str] = []
    archive.connection.set_trace_callback(asked.append)
    archive.articles.due(Stage.MATCH, NOW, 10)
    archive.translations.due(NOW, 10)
    archive.translations.release_waiting({"fr"})
    archive.connection.set_trace_callback(None)
    statements = [sql for sql in asked if "articles" in sql]
    assert len(statements) == 3
    for sql in statements:
        (plan, *_) = archive.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        assert "USING INDEX articles_" in plan["detail"], plan["detail"]


def test_ids_are_never_used_twice(archive: Archive) -> None:
    """A deleted article's number is not given to the next one: nothing said about it can be misread."""
    (first,) = take(archive, candidate("guid:1"))
    archive.connection.execute("DELETE FROM articles")
    assert take(archive, candidate("guid:2"))[0] > first


def test_an_entry_survives_the_archive(archive: Archive) -> None:
    """What the feed said comes back from the archive as it was."""
    entry = Entry(title="T", summary="S", authors=("A", "B"), published=NOW, language="fr", categories=("x",))
    (first,) = take(archive, candidate("guid:1", entry=entry))
    assert article(archive, first).entry == entry


def test_a_locked_archive_is_an_error_of_ours(archive: Archive, tmp_path: Path) -> None:
    """While another program holds the file, a write raises ArchiveError and leaves nothing half done."""
    import sqlite3

    other = sqlite3.connect(tmp_path / "archive.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    archive.connection.execute("PRAGMA busy_timeout = 20")
    with pytest.raises(ArchiveError, match="locked by another program"):
        take(archive, candidate("guid:1"))
    other.execute("ROLLBACK")
    other.close()
    assert len(take(archive, candidate("guid:1"))) == 1
