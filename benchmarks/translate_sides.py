"""The sides that `translate.py` compares, each behind `run(articles)`, each with a process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Protocol

import argos_env
from side_model import peak_kib

from monitor.config import Config, TranslationSettings, WorkerSettings
from monitor.models import Document, SystemClock
from monitor.run.backends import Local
from monitor.run.models import Shelf
from monitor.run.newsroom import read_terms
from monitor.run.translating import BATCH_CHARACTERS
from monitor.run.translator import Task, Translator
from monitor.run.workers import Workers
from monitor.translate.packages import Package

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Some articles, once. `lines` are those in English of the articles that were done; `peak_kib` the process's."""

    seconds: float
    sentences: int
    lines: Sequence[str]
    peak_kib: int
    unverified: int | None = None
    retried: int | None = None

    @property
    def rate(self) -> float:
        """Sentences a second."""
        return self.sentences / self.seconds


class Side(Protocol):
    """One way to translate the articles."""

    name: str
    versions: Mapping[str, str]

    def run(self, articles: Sequence[str], limit: float = ...) -> Pass: ...


class Piped:
    """A side in another process that speaks lines of JSON."""

    def __init__(
        self, stack: ExitStack, name: str, command: Sequence[str], first: object, env: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._process = stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        )
        stack.callback(self._process.kill)
        self.versions: Mapping[str, str] = self._ask(first)

    def run(self, articles: Sequence[str], limit: float = 1e9) -> Pass:
        return Pass(**self._ask({"articles": list(articles), "limit": limit}))

    def _ask(self, request: object) -> dict[str, object]:
        sink, source = _pipes(self._process)
        sink.write(json.dumps(request) + "\n")
        sink.flush()
        line = source.readline()
        if not line:
            raise SystemExit(f"{self.name}: its process ended ({self._process.wait()})")
        answer: dict[str, object] = json.loads(line)
        return answer


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


class Daemon:
    """What the daemon does: sentences split in one child, translated and examined in another, retries included.

    With the glossary of the shipped term packs, without the translation memory, which would make every round but
    the first free. Titles and leads are not asked for in a batch of their own.
    """

    def __init__(self, stack: ExitStack, package: Package, beam: int) -> None:
        self.name = f"ours, beam {beam}, as the daemon runs it"
        self.versions: Mapping[str, str] = {}
        settings = TranslationSettings(beam=beam, packages=package.path.parent)
        self._runner = stack.enter_context(asyncio.Runner())
        self._workers = Workers(replace(WorkerSettings(), processes=1))
        stack.callback(self._workers.close)
        backend = Local(settings, self._workers, Shelf(settings))
        terms = read_terms(Config(translation=settings))
        self._translator = Translator(settings, self._workers, backend, terms, SystemClock())

    def run(self, articles: Sequence[str], limit: float = 1e9) -> Pass:
        tasks = [
            Task(document=Document(article_id=n, language="fr", title="", text=text)) for n, text in enumerate(articles)
        ]
        clock = SystemClock()
        started = clock.monotonic()
        done = [one for batch in _batches(tasks) for one in self._runner.run(self._translator.translate(batch))]
        seconds = clock.monotonic() - started
        sentences = [sentence for translation in done for sentence in translation.sentences]
        return Pass(
            seconds=seconds,
            sentences=len(sentences),
            lines=[line for translation in done for line in translation.text.split("\n")],
            peak_kib=peak_kib(str(self._workers._lanes["translate"]._idle[0].pid)),
            unverified=sum(sentence.unverified is not None for sentence in sentences),
        )


def _batches(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """As many characters at a time as the daemon takes."""
    batch: list[Task] = []
    for task in tasks:
        if batch and sum(len(one.document.text) for one in [*batch, task]) > BATCH_CHARACTERS:
            yield batch
            batch = []
        batch.append(task)
    if batch:
        yield batch


def argos(
    stack: ExitStack,
    python: Path | None,
    archive: Path,
    package: Package,
    sentences: Mapping[str, list[str]],
    threads: int,
) -> Side:
    """Argos Translate with so many threads for one batch; 0 is its default. Without `python`, its call pattern."""
    threading = {0: "default settings", 1: "1 thread"}.get(threads, f"{threads} threads")
    if python is None:
        return model(stack, f"argos pattern, {threading}", side="pattern", package=package, threads=threads)
    home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="argos-")))
    with zipfile.ZipFile(archive) as zipped:
        zipped.extractall(home / "packages")
    set_ = {"ARGOS_INTRA_THREADS": str(threads)} if threads else {}
    command = [str(python), "-P", str(HERE / "side_argos.py")]
    first = {"sentences": dict(sentences)}
    return Piped(stack, f"argos, {threading}", command, first, argos_env.environment(home, **set_))


def model(stack: ExitStack, name: str, *, package: Package, **options: object) -> Side:
    """A side of `side_model.py`."""
    first = {"package": str(package.path), **options}
    return Piped(stack, name, [sys.executable, str(HERE / "side_model.py")], first)
