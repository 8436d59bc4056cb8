"""Translating with the archive: leads first, the memory, edits under way, a better package, a server, a bad package."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from argos_packages import relabelled
from libretranslate_fake import FakeLibreTranslate
from newsrooms import MODEL, NOW, FakeClock, candidate, config

from monitor.config import Config
from monitor.errors import TranslateError, WorkerError
from monitor.models import (
    Article,
    Channel,
    Extracted,
    Language,
    Stage,
    TranslationState,
    Wanted,
)
from monitor.run import translating
from monitor.run.backends import Made
from monitor.run.context import Context
from monitor.run.newsroom import open_newsroom
from monitor.run.pipeline import Pipeline
from monitor.run.translator import Translator
from monitor.translate.install import install
from monitor.translate.routes import is_step_back
from monitor.translate.sentences import split_all

TITLE = "Le ministre a rencontré le président mardi"
LEAD = "Les deux pays ont signé un accord. Le ministre a parlé de la paix."
BODY = "La situation reste difficile.\nLa Libye et la Russie ont parlé du blé et des ports."


def newsroom(
    folder: Path, work: Callable[[Context], Awaitable[None]], *, model: bool = True, **translation: object
) -> None:
    """Do some work in a newsroom without feeds, with the small model and a channel on the screen."""
    settings = config(folder, channels=(Channel(name="screen", kind="console"),))
    settings = replace(settings, translation=replace(settings.translation, **translation))  # type: ignore[arg-type]
    if model:
        install(MODEL, settings.translation.packages)
    asyncio.run(_inside(settings, work))


async def _inside(settings: Config, work: Callable[[Context], Awaitable[None]]) -> None:
    async with open_newsroom(settings, FakeClock()) as context:
        await work(context)


def take(context: Context, key: str, text: str, title: str = TITLE, language: str = "fr") -> int:
    """An article as it stands after its language was found: matched in the original next."""
    (number,) = context.archive.articles.take([candidate(key, title=title)], NOW).new
    found = Extracted(text=text, title=title, extractor="trafilatura")
    context.archive.stages.extracted(article(context, number), found, f"hash {key} {text}", "A", NOW)
    state = TranslationState.PENDING if context.translator.serves(language) else TranslationState.WAITING
    context.archive.stages.identified(number, Language(code=language, confidence=1, method="text"), state)
    return number


def article(context: Context, number: int) -> Article:
    found = context.archive.articles.get(number)
    assert found is not None
    return found


class Asked:
    """Notes which sentences the backend is asked for, and asks it."""

    def __init__(self, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[list[str]] = []
        backend = context.translator.backend
        really = backend.outputs

        async def outputs(wanted: Sequence[Wanted], language: str) -> Made:
            self.calls.append([one.source for one in wanted])
            return await really(wanted, language)

        monkeypatch.setattr(backend, "outputs", outputs)


def test_titles_and_leads_go_before_bodies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two articles: both leads in one call, then what matched already, then the rest; nothing is asked for twice."""

    async def work(context: Context) -> None:
        asked = Asked(context, monkeypatch)
        old, plain = take(context, "a", f"{LEAD}\n{BODY}"), take(context, "b", f"Il neige.\nIl pleut.\n{LEAD}", "Météo")
        pipeline = Pipeline(context)
        pipeline.match(lambda *_: None)
        first, *_ = translating.batches(context.archive.translations.due(NOW, 10))
        await translating.translate_batch(context, first)
        for number in (old, plain):
            assert article(context, number).translated_title
            assert article(context, number).lead_translated
            assert article(context, number).translation_state is TranslationState.PENDING
            assert article(context, number).stage is Stage.MATCH
        assert article(context, old).translated_text.count("\n") == 2
        assert article(context, old).translated_text.endswith("\n\n")
        pipeline.match(lambda *_: None)
        assert [a.id for a in context.archive.translations.due(NOW, 10)] == [old, plain]
        await pipeline.work_off()
        assert article(context, old).translation_state is TranslationState.TRANSLATED
        assert article(context, plain).translation_state is TranslationState.TRANSLATED
        texts = [text for call in asked.calls for text in call]
        assert len(texts) == len(set(texts)) == 8
        assert set(asked.calls[0]) == {"Météo", "Il neige.", "Il pleut.", TITLE, *LEAD.replace(". ", ".\n").split("\n")}

    newsroom(tmp_path, work)


def test_an_alert_does_not_wait_for_a_body(tmp_path: Path) -> None:
    """A topic met in the title alerts as soon as that is translated, while the body is still owed."""

    async def work(context: Context) -> None:
        number = take(context, "a", f"{LEAD}\nLa situation reste difficile.", title="La Libye et la Russie parlent")
        pipeline = Pipeline(context)
        pipeline.match(lambda *_: None)
        await translating.translate_batch(context, context.archive.translations.due(NOW, 1))
        pipeline.match(lambda *_: None)
        assert article(context, number).translation_state is TranslationState.PENDING
        (match,) = context.archive.matches.of_article(number)
        assert match.evidence.translation
        (told,) = context.archive.outbox.of_article(number)
        assert told.due_at == "2026-11-24T12:00:00Z"

    newsroom(tmp_path, work)


def test_wire_copy_is_translated_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sentences in a second article cost nothing, also after a restart; without a memory they do."""
    calls: list[int] = []

    async def work(context: Context) -> None:
        asked = Asked(context, monkeypatch)
        take(context, f"copy {len(calls)}", f"{LEAD}\n{BODY}")
        await Pipeline(context).work_off()
        calls.append(sum(map(len, asked.calls)))

    newsroom(tmp_path, work)
    newsroom(tmp_path, work)
    newsroom(tmp_path, work, memory_sentences=0)
    assert calls[:2] == [5, 0]
    assert calls[2] >= 5


def test_an_edit_under_way_is_not_overwritten(tmp_path: Path) -> None:
    """A translation of a text that was replaced meanwhile is dropped; the new text is translated in its turn."""

    async def work(context: Context) -> None:
        number = take(context, "a", LEAD)
        context.archive.articles.update(number, {"stage": Stage.TRANSLATE})
        (stale,) = context.archive.translations.due(NOW, 1)
        context.archive.stages.extracted(stale, Extracted(text=BODY, extractor="trafilatura"), "new", "A", NOW)
        await translating.translate_batch(context, [stale])
        assert article(context, number).translated_text == ""
        assert article(context, number).stage is Stage.IDENTIFY

    newsroom(tmp_path, work)


def test_a_better_package_replaces_old_translations_quietly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Newest first, the old score kept, matched again, and nobody told twice."""

    async def work(context: Context) -> None:
        title = "La Libye et la Russie ont signé un accord"
        numbers = [take(context, key, f"{LEAD}\n{BODY} {key}", title) for key in ("a", "b")]
        await Pipeline(context).once()
        before = article(context, numbers[0])
        assert capsys.readouterr().out.count("\nAlert ") == 1  # two copies of one text are one story
        better = relabelled(context.shelf.packages[0], tmp_path / "models", package_version="9.0")
        assert translating.requeue_outdated(context, limit=1) == 1
        assert article(context, numbers[1]).stage is Stage.TRANSLATE
        assert article(context, numbers[1]).translated_text
        assert article(context, numbers[1]).translation_state is TranslationState.TRANSLATED
        assert translating.requeue_outdated(context) == 1
        assert translating.requeue_outdated(context) == 0
        await Pipeline(context).once()
        assert context.archive.translations.made_by("fr") == [(better.name,)]
        rows = context.archive.connection.execute("SELECT * FROM translations ORDER BY article_id").fetchall()
        assert [row["article_id"] for row in rows] == numbers
        assert (rows[0]["packages"], rows[0]["score"]) == ('["translate-fr_en-0.1"]', before.translation_score)
        assert rows[0]["sentences"] == 6
        assert "\nAlert " not in capsys.readouterr().out

    newsroom(tmp_path, work)


def test_a_worse_package_replaces_nothing(tmp_path: Path) -> None:
    """The better package is refused and the older one serves: what the better one made stays."""

    async def work(context: Context) -> None:
        better = relabelled(context.shelf.packages[0], tmp_path / "models", package_version="9.0")
        number = take(context, "a", LEAD)
        await Pipeline(context).work_off()
        assert context.archive.stages.notes(number)["packages"] == [better.name]
        context.shelf.refuse(better.name)
        assert context.translator.serves("fr")
        assert translating.requeue_outdated(context) == 0

    newsroom(tmp_path, work)


@pytest.mark.parametrize(
    ("old", "new", "back"),
    [
        (["translate-fr_en-1.9"], ["translate-fr_en-1_10"], False),
        (["translate-fr_en-1_9"], ["translate-fr_en-1.0"], True),
        (["translate-fr_en-1.9"], ["translate-fr_de-1.9", "translate-de_en-1.9"], True),
        (["translate-fr_de-1.9", "translate-de_en-1.9"], ["translate-fr_en-0.1"], False),
        (["translate-fr_en-9.0"], ["libretranslate http://127.0.0.1:5000"], False),
        (["libretranslate http://127.0.0.1:5000"], ["translate-fr_en-1.0"], False),
        (["translate-nb_en-9.0"], ["translate-no_en-1.0"], False),
    ],
)
def test_what_is_a_step_back(old: list[str], new: list[str], back: bool) -> None:
    """More packages, or an older version of the same; another pair or a server is what somebody chose."""
    assert is_step_back(old, new) is back


def test_a_package_that_comes_while_another_translates_takes_no_credit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the old package made is kept and remembered as its own, so that the better one translates it again."""

    async def work(context: Context) -> None:
        backend, really = context.translator.backend, context.translator.backend.outputs

        async def outputs(wanted: Sequence[Wanted], language: str) -> Made:
            made = await really(wanted, language)
            if len(context.shelf.packages) == 1:
                relabelled(context.shelf.packages[0], tmp_path / "models", package_version="9.0")
            return made

        monkeypatch.setattr(backend, "outputs", outputs)
        number = take(context, "a", LEAD)
        context.archive.articles.update(number, {"stage": Stage.TRANSLATE, "lead_translated": 1})
        await translating.translate_batch(context, context.archive.translations.due(NOW, 1))
        assert backend.names("fr") == ("translate-fr_en-9.0",)
        assert context.archive.stages.notes(number)["packages"] == ["translate-fr_en-0.1"]
        context.archive.articles.update(number, {"stage": Stage.DONE})
        assert translating.requeue_outdated(context) == 1
        asked = Asked(context, monkeypatch)
        await Pipeline(context).work_off()
        assert sum(map(len, asked.calls)) == 3

    newsroom(tmp_path, work)


@pytest.mark.parametrize("permanent", [False, True])
def test_an_edit_survives_a_failed_translation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, permanent: bool
) -> None:
    """An article edited while its translation failed is read again at once, not put off or left as it was."""

    async def work(context: Context) -> None:
        number = take(context, "a", LEAD)
        context.archive.articles.update(number, {"stage": Stage.TRANSLATE})
        (stale,) = context.archive.translations.due(NOW, 1)

        async def fail(*_: object) -> object:
            context.archive.articles.update(number, {"stage": Stage.FETCH})
            raise TranslateError("down", permanent=permanent)

        monkeypatch.setattr(Translator, "translate", fail)
        await translating.translate_batch(context, [stale])
        assert (article(context, number).stage, article(context, number).next_attempt_at) == (Stage.FETCH, None)

    newsroom(tmp_path, work)


def test_a_damaged_package_gives_way_to_the_old_one(tmp_path: Path) -> None:
    """A flipped bit in the newer package: it is refused before it is loaded, and the older one translates."""

    async def work(context: Context) -> None:
        newer = relabelled(context.shelf.packages[0], tmp_path / "models", package_version="9.0")
        weights = newer.path / "model" / "model.bin"
        body = bytearray(weights.read_bytes())
        body[len(body) // 2] ^= 1
        weights.write_bytes(body)
        number = take(context, "a", LEAD)
        await Pipeline(context).work_off()
        assert article(context, number).translation_state is TranslationState.TRANSLATED
        assert context.translator.backend.names("fr") == ("translate-fr_en-0.1",)

    newsroom(tmp_path, work)


@pytest.mark.parametrize(
    ("error", "state", "stage"),
    [
        (TranslateError("down", retry_after=timedelta(minutes=3)), TranslationState.PENDING, Stage.TRANSLATE),
        (WorkerError("died"), TranslationState.PENDING, Stage.TRANSLATE),
        (TranslateError("never", permanent=True), TranslationState.FAILED, Stage.DONE),
    ],
)
def test_what_may_pass_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, state: TranslationState, stage: Stage
) -> None:
    """A translator that is down for now owes its articles still; one that never will keeps the original."""

    async def fail(*_: object) -> object:
        raise error

    async def work(context: Context) -> None:
        number = take(context, "a", LEAD)
        with monkeypatch.context() as patch:
            patch.setattr(Translator, "translate", fail)
            await Pipeline(context).work_off()
        assert (article(context, number).translation_state, article(context, number).stage) == (state, stage)
        assert isinstance(context.clock, FakeClock)
        context.clock.advance(minutes=11)
        await Pipeline(context).work_off()
        done = TranslationState.TRANSLATED if state is TranslationState.PENDING else state
        assert article(context, number).translation_state is done

    newsroom(tmp_path, work)


def test_a_server_of_ones_own_translates_with_the_same_checks(tmp_path: Path) -> None:
    """LibreTranslate in place of packages: its outputs are stored, examined and remembered like any other."""
    with FakeLibreTranslate() as fake:

        async def work(context: Context) -> None:
            number = take(context, "a", f"{LEAD}\nLe 12 mars 2024, 450 soldats ont quitté Syrte.")
            arabic = take(context, "b", "نص", language="ar")
            await Pipeline(context).work_off()
            done = article(context, number)
            assert done.translation_state is TranslationState.TRANSLATED
            assert done.translated_title == TITLE.upper()
            sentences = context.archive.translations.sentences(number)
            assert all("echo" in sentence.checks for sentence in sentences)
            assert sentences[0].score is None
            assert article(context, arabic).translation_state is TranslationState.WAITING
            assert context.archive.memory.size() == 4

        newsroom(tmp_path, work, model=False, backend="libretranslate", server=fake.address)


def test_a_text_that_cannot_be_split_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that dies of splitting one text: that one is cut by lines, and both are translated."""

    async def work(context: Context) -> None:
        numbers = [take(context, "a", LEAD), take(context, "b", f"{LEAD} poison\n{BODY}")]
        really = context.workers.run

        async def run(lane: str, function: object, *args: object, **more: object) -> object:
            if function is split_all and any("poison" in document.text for document in args[0]):  # type: ignore[attr-defined]
                raise WorkerError("the child process passed its limit of CPU time")
            return await really(lane, function, *args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(context.workers, "run", run)
        await Pipeline(context).work_off()
        assert [article(context, n).translation_state for n in numbers] == [TranslationState.TRANSLATED] * 2
        assert [s.source for s in context.archive.translations.sentences(numbers[1])][1] == f"{LEAD} poison"

    newsroom(tmp_path, work)


def test_a_publishers_edit_after_a_better_translation_is_news_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Translating again is quiet, and only that: what the publisher adds afterwards may alert."""

    async def work(context: Context) -> None:
        number = take(context, "a", LEAD)
        await Pipeline(context).once()
        assert context.archive.translations.again([number], alert=False) == 1
        assert article(context, number).quiet
        await Pipeline(context).once()
        assert not article(context, number).quiet
        assert article(context, number).alertable
        assert "\nAlert " not in capsys.readouterr().out
        about = "La Libye et la Russie ont signé un accord à Moscou. Tripoli attend demain les ministres russes."
        edited = Extracted(text=f"{about}\n{LEAD}", extractor="trafilatura")
        context.archive.stages.extracted(article(context, number), edited, "edited", "A", NOW)
        context.archive.stages.identified(
            number, Language(code="fr", confidence=1, method="text"), TranslationState.PENDING
        )
        await Pipeline(context).once()
        assert capsys.readouterr().out.count("\nAlert ") == 1

    newsroom(tmp_path, work)
