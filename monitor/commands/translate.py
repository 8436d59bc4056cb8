"""`monitor translate`: a text through the same sentences, memoryless model, checks and glossary as any article."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from monitor.commands.common import as_json, out, pass_path, print_json, read_config, run_async, shown
from monitor.config import Config
from monitor.errors import TranslateError
from monitor.models import Document, Sentence, SystemClock, Translation

if TYPE_CHECKING:
    from monitor.run.workers import Workers

MAX_CHARACTERS = 1_000_000  # far more than an article has; a larger input is a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Seconds on the clock: for the sentences (their children started, models loaded), and in all."""

    translating: float
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """What `--json` prints."""

    source_language: str
    target_language: str
    packages: tuple[str, ...]
    score: float | None
    text: str
    sentences: tuple[Sentence, ...]
    seconds: Timings


@click.command()
@click.option("--from", "language", help="Language of the text, e.g. fr; found out when not given.")
@click.argument("file", type=click.File("rb"), default="-")
@as_json
@pass_path
def translate(path: Path, language: str | None, file: IO[bytes], json_: bool) -> None:
    """Translate FILE (or what is piped in) with the installed packages, without the network; or with the server of
    your own that `backend` names.

    A sentence that fails the checks carries a number; below stand what is wrong with it and the original.
    Nothing is kept.
    """
    started = time.monotonic()
    text = _read(file)
    translation = run_async(_translate(read_config(path), text, language))
    if json_:
        seconds = Timings(translating=round(translation.seconds, 3), total=round(time.monotonic() - started, 3))
        print_json(_plain(translation, seconds))
    else:
        _show(translation)


def _read(file: IO[bytes]) -> str:
    if file.isatty():
        click.echo("Type or paste the text, then Ctrl-D.", err=True)
    text = file.read(4 * MAX_CHARACTERS + 1).decode("utf-8", "replace")  # a character has four bytes at most
    if not text.strip():
        raise TranslateError("There is no text. Pipe one in: monitor translate --from fr < text", permanent=True)
    if len(text) > MAX_CHARACTERS:
        raise TranslateError(f"The text has more than {MAX_CHARACTERS:,} characters. Cut it in parts.", permanent=True)
    return text.strip("\n")


async def _translate(config: Config, text: str, language: str | None) -> Translation:
    from monitor.run.backends import open_backend
    from monitor.run.models import Shelf
    from monitor.run.newsroom import read_terms
    from monitor.run.translator import Task, Translator
    from monitor.run.workers import Workers

    async with Workers(config.workers) as workers:
        code = language or await _identified(workers, text)
        if code == config.translation.language:
            raise TranslateError(f"The text is in {code} already, the working language.", permanent=True)
        clock, shelf = SystemClock(), Shelf(config.translation, config.package_folders)
        document = Document(article_id=0, language=code, title="", text=text)
        async with open_backend(config, clock, workers, shelf) as backend:
            translator = Translator(config.translation, workers, backend, read_terms(config), clock)
            (translation,) = await translator.translate([Task(document=document)])
        return translation


async def _identified(workers: Workers, text: str) -> str:
    from monitor.extract.language import identify

    found = await workers.run("parse", identify, text)
    if found.code == "und":
        raise TranslateError("The language cannot be told from this text. Name it: --from fr", permanent=True)
    click.echo(f"Language: {found.code} (confidence {found.confidence:.2f}).", err=True)
    return found.code


def _plain(translation: Translation, seconds: Timings) -> Translated:
    return Translated(
        source_language=translation.source_language,
        target_language=translation.target_language,
        packages=translation.packages,
        score=translation.score,
        text=translation.text,
        sentences=translation.sentences,
        seconds=seconds,
    )


def _show(translation: Translation) -> None:
    doubtful = [sentence for sentence in translation.sentences if sentence.unverified]
    numbers = {sentence.position: number for number, sentence in enumerate(doubtful, 1)}
    for line in _lines(translation.sentences, translation.text.count("\n") + 1):
        out.print(shown(" ".join(_marked(sentence, numbers) for sentence in line)), markup=False)
    _show_doubts(doubtful, len(translation.sentences))
    changes = dict.fromkeys(change for sentence in translation.sentences for change in sentence.glossary)
    if changes:
        click.echo(shown(f"Glossary: {'; '.join(changes)}."), err=True)
    score = "" if translation.score is None else f"; score {translation.score:g} of 100"
    click.echo(f"By {', '.join(translation.packages)}{score}.", err=True)


def _lines(sentences: Sequence[Sentence], number: int) -> list[list[Sentence]]:
    """The sentences line by line; paragraph 0, the title, is empty here."""
    lines: list[list[Sentence]] = [[] for _ in range(number)]
    for sentence in sentences:
        lines[sentence.paragraph - 1].append(sentence)
    return lines


def _marked(sentence: Sentence, numbers: dict[int, int]) -> str:
    number = numbers.get(sentence.position)
    return f"{sentence.target} [{number}]" if number else sentence.target


def _show_doubts(doubtful: Sequence[Sentence], of: int) -> None:
    if not doubtful:
        return
    out.print(f"\nUnverified: {len(doubtful)} of {of} sentences.")
    for number, sentence in enumerate(doubtful, 1):
        out.print(shown(f"[{number}] {sentence.unverified}\n    {sentence.source}"), markup=False)
