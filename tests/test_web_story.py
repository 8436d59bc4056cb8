"""A story's page: who was first, how it spread, what is new in each article; and that a large one stays quick."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import reading_archive as reading
import web_archive as sample
from newsrooms import NOW, FakeClock, candidate

from monitor.archive import Archive
from monitor.archive.spread import Arrival
from monitor.models import Article, Entry, Extracted, Language, Placed, TranslationState
from monitor.web import server
from monitor.web.articles import newness
from monitor.web.articles.newness import news
from monitor.web.articles.spreading import by_language, by_outlet, timeline
from monitor.web.pages.story import PER_PAGE, Teller, _tellings

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    path = reading.build(tmp_path_factory.mktemp("story") / "archive.db")
    datasette = server.application(sample.settings(path), clock=FakeClock(NOW))
    return lambda address: asyncio.run(datasette.client.get(address))


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_who_said_it_first_and_how_it_spread(visit: Callable[..., Any]) -> None:
    """The first outlet, and languages and outlets in the order in which they came."""
    page = visit(f"/stories/{reading.STORY}.json").json()
    assert (page["first"]["outlet"], page["first"]["language"]) == ("Le Phare", "fr")
    assert [one["name"] for one in page["languages"]] == ["fr", "en"]
    assert [one["name"] for one in page["outlets"]] == ["Le Phare", "Herald 7", "Herald 8", "Herald 9"]
    assert [(bar["day"], bar["group"]) for bar in page["timeline"]["bars"]] == [
        ("2026-11-24T12", "French"), ("2026-11-24T13", "English"), ("2026-11-24T14", "English"),
        ("2026-11-24T15", "English"),
    ]  # fmt: skip


def test_the_numbers_of_its_chart_are_one_click_away(visit: Callable[..., Any]) -> None:
    """Behind the chart stands a table of the same hours, in words, and languages."""
    page = visit(f"/stories/{reading.STORY}").text
    table = text_of(page[page.index("The numbers as a table") :].partition("</details>")[0])
    assert "TimeFrenchEnglish" in table
    assert "24 November 2026, 12:00 1 0 24 November 2026, 13:00 0 1" in table


def test_what_is_new_in_each(visit: Callable[..., Any]) -> None:
    """Figures, names and dates that no earlier article had; a copy is folded under what it repeats."""
    page = visit(f"/stories/{reading.STORY}.json").json()
    told = {one["article"]["article_id"]: one for one in page["tellings"]}
    assert list(told) == [sample.FRENCH, reading.ENGLISH, reading.LATE]
    assert told[reading.ENGLISH]["article"]["news"] == ["450 million dollars"]
    assert {"24 engineers", "2 December", "Karim Mansour"} <= set(told[reading.LATE]["article"]["news"])
    assert [copy["article_id"] for copy in told[reading.ENGLISH]["copies"]] == [reading.COPY]
    text = text_of(visit(f"/stories/{reading.STORY}").text)
    assert "New: 450 million dollars" in text
    assert "1 article repeats it" in text


def test_reasons_merges_and_silence_are_told(visit: Callable[..., Any]) -> None:
    """Why each article belongs, which story went into this one, and until when nobody is told."""
    text = text_of(visit(f"/stories/{reading.STORY}").text)
    assert "Why it belongs: same names: Haftar (likeness 50 of 100)" in text
    assert f"story {reading.MERGED} became part of this one, 1 article: the same event" in text
    assert f"Muted for {sample.TOPIC} since" in text
    assert "until Wed 25 November 2026" in text


def test_a_story_that_was_merged_leads_to_the_one_that_took_it_in(visit: Callable[..., Any]) -> None:
    """Its address goes on working, in the form that was asked for."""
    for form in ("", ".json"):
        answer = visit(f"/stories/{reading.MERGED}{form}")
        assert answer.status_code == 302
        assert answer.headers["location"] == f"/stories/{reading.STORY}{form}"


def test_a_story_that_is_not_there_is_said(visit: Callable[..., Any]) -> None:
    """A number that no story has is a 404 with words."""
    assert visit("/stories/999").status_code == 404
    assert "There is no story 999" in visit("/stories/999").text


def test_the_csv_has_a_line_an_article(visit: Callable[..., Any]) -> None:
    """Copies, too."""
    lines = visit(f"/stories/{reading.STORY}.csv").text.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("article_id,translated_title,title,outlet,language,at")


def english(number: int, title: str, text: str = "", language: str = "en") -> Article:
    return Article(id=number, feed_id=None, url="", canonical_url="", title=title, text=text, language=language)


def test_a_name_is_no_news_after_what_could_not_be_read() -> None:
    """After an untranslated article alone, only figures can be compared; then names as well."""
    articles = [
        english(1, "Делегация подписала соглашение об обслуживании 24 самолётов", language="ru"),
        english(2, "The army of Libya signs for 24 aircraft", "They met in Moscow."),
        english(3, "The envoy Karim Mansour signs for 85 aircraft"),
    ]
    found = news(articles, (), "en")
    assert found[2] == ()
    assert set(found[3]) == {"85 aircraft", "Karim Mansour"}


def test_comparing_ends_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies beyond the limit of characters is left out, not called old."""
    monkeypatch.setattr(newness, "MOST", 30)
    assert set(news([english(1, "a" * 20), english(2, "b" * 20)], (), "en")) == {1}


@pytest.mark.parametrize(
    ("span", "unit", "label"),
    [
        (timedelta(hours=30), "hour", "2026-11-24T13"),
        (timedelta(days=9), "day", "2026-11-24"),
        (timedelta(days=90), "month", "2026-11"),
    ],
)
def test_the_unit_of_time_follows_the_span(span: timedelta, unit: str, label: str) -> None:
    """Hours, days or months, on the reader's clock."""
    found = timeline([Arrival(1, NOW, "ar", "A"), Arrival(2, NOW + span, "fr", "B")], ROME)
    assert (found.unit, found.bars[0].day) == (unit, label)


def test_firsts_of_nothing_are_none() -> None:
    """A story whose articles are gone has neither."""
    assert by_language([]) == by_outlet([]) == ()
    assert timeline([], ROME).bars == ()


def teller(number: int, copy_of: int | None) -> Teller:
    return Teller(
        article_id=number, translated_title="", title="", outlet="", language="", at=NOW, first_seen=NOW, link="",
        host="", reason="", similarity=1, copy_of=copy_of, news=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("copies", "folded"),
    [
        ({1: None, 2: 1, 3: 2}, {1: [2, 3]}),
        ({2: 1, 3: None}, {2: [], 3: []}),
        ({1: 2, 2: 1}, {1: [], 2: []}),
        ({1: 1}, {1: []}),
        ({1: 2, 2: 1, 3: 2}, {1: [], 2: [], 3: []}),
    ],
    ids=["a copy of a copy", "of one not listed", "a ring", "of itself", "beside a ring"],
)
def test_every_article_is_listed_once(copies: dict[int, int | None], folded: dict[int, list[int]]) -> None:
    """Under what it repeats in the end; none is lost, whatever the archive says."""
    tellings = _tellings([teller(number, of) for number, of in copies.items()])
    assert {one.article.article_id: [copy.article_id for copy in one.copies] for one in tellings} == folded


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A story with a few more articles than one page lists, of 1,500 characters each."""
    path = tmp_path_factory.mktemp("large") / "archive.db"
    with Archive.open(path) as archive, archive.writing():
        story = archive.stories.open(NOW)
        for number in range(1, PER_PAGE + 6):
            _member(archive, story, number)
        archive.stories.refresh(story)
    return path


def _member(archive: Archive, story: int, number: int) -> None:
    moment = NOW + timedelta(minutes=number)
    title = f"Ministers of Libya meet for the {number}th time"
    text = "\n".join(f"General Haftar{at} said that {number}{at} men of Tripoli marched on." for at in range(24))
    entry = Entry(title=title, published=moment)
    archive.articles.take([candidate(f"g{number}", title=title, entry=entry, outlet=f"Outlet {number % 40}")], moment)
    article = archive.articles.get(number)
    assert article is not None
    found = Extracted(text=text, title=title, extractor="trafilatura")
    archive.stages.extracted(article, found, f"hash {number}", article.outlet, moment)
    language = Language(code="en", confidence=1, method="text")
    archive.stages.identified(number, language, TranslationState.NOT_NEEDED)
    placed = Placed(article_id=number, story_id=story, similarity=0.5, reason="same names", seen_at=moment)
    archive.stories.put(placed, moment)


def test_a_large_story_is_cut_into_pages_and_says_so(large: Path) -> None:
    """The first page names what it lists and compares; the rest is one link away; none is lost."""
    datasette = server.application(sample.settings(large), clock=FakeClock(NOW))
    began = time.perf_counter()
    first = asyncio.run(datasette.client.get("/stories/1"))
    assert time.perf_counter() - began < 2  # far above what it takes; a page that reads too much takes longer
    assert f"{PER_PAGE} of {PER_PAGE + 5} articles are listed" in text_of(first.text)
    assert "Compared were" in first.text
    following = re.search(r'href="(\?after=\d+)#articles"', first.text)
    assert following is not None
    rest = asyncio.run(datasette.client.get(f"/stories/1.json{following[1]}")).json()
    assert [one["article"]["article_id"] for one in rest["tellings"]] == list(range(PER_PAGE + 1, PER_PAGE + 6))
    assert rest["more_after"] is None
