"""Every article gets its story when its matches are recorded, and keeps it through kill and translation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from newsrooms import NOW, FakeClock, candidate, config
from story_cases import DEAL, DEAL_AGAIN, DEAL_RUSSIAN, DEAL_RUSSIAN_IN_ENGLISH, FERRY, GRAIN

from monitor.cli import monitor
from monitor.models import Entry, Language, Stage, TranslationState
from monitor.run import matching
from monitor.run.context import Context
from monitor.run.newsroom import open_newsroom

ENGLISH = Language(code="en", confidence=1.0, method="text")
RUSSIAN = Language(code="ru", confidence=1.0, method="text")


def newsroom(folder: Path, work: Callable[[Context], object]) -> object:
    async def inside() -> object:
        async with open_newsroom(config(folder), FakeClock()) as context:
            return work(context)

    return asyncio.run(inside())


def add(context: Context, words: tuple[str, str], language: Language = ENGLISH, outlet: str = "A") -> int:
    """An article that has come as far as being matched."""
    key = f"{words[0][:20]}-{outlet}"
    entry = Entry(title=words[0], link=f"https://a.example/{key}", published=NOW)
    context.archive.articles.take([candidate(key, entry=entry, outlet=outlet)], NOW)
    article = context.archive.articles.known_under(key)
    assert article is not None
    article_id = article.id
    with context.archive.writing():
        context.archive.articles.update(article_id, {"title": words[0], "text": words[1], "outlet": outlet})
    state = TranslationState.NOT_NEEDED if language is ENGLISH else TranslationState.WAITING
    context.archive.stages.identified(article_id, language, state)
    return article_id


def match(context: Context) -> None:
    matching.match_batch(context, context.archive.articles.due(Stage.MATCH, context.clock.now(), 100))


def translated(context: Context, article_id: int, english: tuple[str, str]) -> None:
    with context.archive.writing():
        context.archive.articles.update(
            article_id,
            {
                "translated_title": english[0],
                "translated_text": english[1],
                "translation_state": TranslationState.TRANSLATED,
                "stage": Stage.MATCH,
            },
        )


def story_of(context: Context, article_id: int) -> int:
    story = context.archive.stories.of_article(article_id)
    assert story is not None
    return story.id


def test_articles_of_one_event_are_one_story(tmp_path: Path) -> None:
    """Two accounts of a deal share a story with a headline, outlets and a reason; wheat and a ferry have their own."""

    def work(context: Context) -> None:
        numbers = [add(context, words, outlet=f"O{n}") for n, words in enumerate((DEAL, GRAIN, DEAL_AGAIN, FERRY))]
        match(context)
        first, wheat, second, ferry = (story_of(context, number) for number in numbers)
        assert first == second
        assert len({first, wheat, ferry}) == 3
        story = context.archive.stories.get(first)
        assert story is not None
        assert (story.articles, story.outlets, story.languages) == (2, ("O0", "O2"), ("en",))
        assert story.headline in (DEAL[0], DEAL_AGAIN[0])
        reasons = [member.reason for member in context.archive.stories.members(first)]
        assert reasons[0] == "first of its story"
        assert "Mansour" in reasons[1]

    newsroom(tmp_path, work)


def test_a_translation_brings_an_article_home(tmp_path: Path) -> None:
    """What stood alone untranslated joins when it can be read: the older story takes the other in, on the record."""
    vague = ("Делегация вернулась домой", "Подробности о поездке пока не сообщаются, говорят военные.")

    def work(context: Context) -> None:
        lone = add(context, vague, RUSSIAN, "Полярный")
        match(context)
        english = add(context, DEAL, outlet="B")
        match(context)
        before = story_of(context, lone), story_of(context, english)
        assert before[0] != before[1]
        translated(context, lone, DEAL_RUSSIAN_IN_ENGLISH)
        match(context)
        assert story_of(context, lone) == story_of(context, english) == min(before)
        (change,) = context.archive.stories.changes(min(before))
        assert (change.kind, change.other_story_id, change.articles) == ("merge", max(before), (english,))
        taken_in = context.archive.stories.get(max(before))
        assert taken_in is not None
        assert taken_in.id == min(before)

    newsroom(tmp_path, work)


def test_it_goes_on_after_a_kill(tmp_path: Path) -> None:
    """A process that starts again groups a new article as the one that was killed would have."""

    def first(context: Context) -> int:
        number = add(context, DEAL)
        add(context, FERRY, outlet="F")
        match(context)
        return story_of(context, number)

    def second(context: Context) -> int:
        number = add(context, DEAL_RUSSIAN, RUSSIAN, "Полярный")
        match(context)
        return story_of(context, number)

    assert newsroom(tmp_path, first) == newsroom(tmp_path, second)


def test_a_rollback_takes_the_stories_back_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When recording fails, neither archive nor memory knows the article; the next try finds the same story."""

    def work(context: Context) -> None:
        add(context, DEAL)
        match(context)
        again = add(context, DEAL_AGAIN, outlet="B")
        with monkeypatch.context() as patch:
            patch.setattr(matching, "_move_on", broken)
            with pytest.raises(RuntimeError):
                match(context)
        assert context.archive.stories.of_article(again) is None
        assert context.grouping is not None
        assert again not in context.grouping.window.articles
        match(context)
        assert story_of(context, again) == 1

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake of ours")

    newsroom(tmp_path, work)


def test_coming_by_again_changes_nothing(tmp_path: Path) -> None:
    """Reprocessing the same texts leaves every article in its story, and records no change."""

    def work(context: Context) -> None:
        numbers = [add(context, words, outlet=f"O{n}") for n, words in enumerate((DEAL, DEAL_AGAIN, FERRY, GRAIN))]
        match(context)
        before = [story_of(context, number) for number in numbers]
        context.archive.articles.requeue(Stage.MATCH, numbers, alert=False)
        match(context)
        assert [story_of(context, number) for number in numbers] == before
        assert context.archive.stories.changes(before[0]) == []

    newsroom(tmp_path, work)


def test_old_articles_stir_up_nothing(tmp_path: Path) -> None:
    """An article older than the window gets a story of its own, is compared with nothing, and keeps it."""

    def work(context: Context) -> None:
        new = add(context, DEAL)
        match(context)
        old = add(context, DEAL_AGAIN, outlet="B")
        with context.archive.writing():
            context.archive.articles.update(old, {"published": "2026-10-01T00:00:00Z"})
        match(context)
        assert story_of(context, old) != story_of(context, new)
        assert context.grouping is not None
        assert old not in context.grouping.window.articles
        kept = story_of(context, old)
        context.archive.articles.requeue(Stage.MATCH, [old], alert=False)
        match(context)
        assert story_of(context, old) == kept

    newsroom(tmp_path, work)


def test_numbers_are_never_used_again(tmp_path: Path) -> None:
    """A story that was merged keeps its row, and the next one has a number of its own."""

    def work(context: Context) -> None:
        stories = context.archive.stories
        with context.archive.writing():
            one, two = stories.open(NOW), stories.open(NOW)
            stories.merge(one, two, "the same", NOW)
            assert stories.open(NOW) == 3
        assert [change.kind for change in stories.changes(two)] == ["merge"]
        merged = stories.get(two)
        assert merged is not None
        assert merged.id == one

    newsroom(tmp_path, work)


def told(folder: Path, *words: str) -> str:
    (folder / "config.toml").write_text('[archive]\npath = "archive.db"\n', "utf-8")
    result = CliRunner().invoke(monitor, ["--config", str(folder / "config.toml"), "stories", *words])
    return result.output if result.exception is None else str(result.exception)


def test_the_command_tells_a_story(tmp_path: Path) -> None:
    """The list names who had it first in which language; `show` folds the copy; an unknown number is said to be one."""

    def work(context: Context) -> None:
        add(context, DEAL_RUSSIAN, RUSSIAN, "Полярный")
        add(context, DEAL, outlet="B")
        add(context, ("Agreement signed", DEAL[1] + " (Agency)"), outlet="C")
        match(context)

    newsroom(tmp_path, work)
    listed, shown = told(tmp_path), told(tmp_path, "show", "1")
    assert "3 articles · 3 outlets · ru, en · first: Полярный (ru), 2026-11-24 12:00" in listed
    assert "same figures: " in shown
    assert "C (en): " in shown
    assert "the same text as B's" in shown
    assert json.loads(told(tmp_path, "show", "1", "--json"))["story"]["articles"] == 3
    assert json.loads(told(tmp_path, "--json"))[0]["first_outlet"] == "Полярный"
    assert "Story 99: there is none of that id." in told(tmp_path, "show", "99")


def test_the_command_follows_a_merge(tmp_path: Path) -> None:
    """The number of a story that was taken in shows the one that took it, and says so."""

    def work(context: Context) -> None:
        add(context, DEAL)
        add(context, FERRY, outlet="F")
        match(context)
        with context.archive.writing():
            context.archive.stories.merge(1, 2, "the same ship", NOW)
            context.archive.stories.refresh(1)

    newsroom(tmp_path, work)
    shown = told(tmp_path, "show", "2")
    assert "Story 2 went into story 1." in shown
    assert "story 2 went into this one (1 article): the same ship" in shown
