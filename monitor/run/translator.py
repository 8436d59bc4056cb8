"""From articles to translations: split, look up what was translated before, ask for the rest, put together.

Document ──split (child)──▶ sentences ──find terms──▶ Wanted ──recall──▶ Output
                                                        │ not remembered    ▲
                                                        └───── backend ─────┘  packages in a child, or a server
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor import log
from monitor.archive.memory import Memory
from monitor.config import TranslationSettings
from monitor.errors import TranslateError, WorkerError
from monitor.models import Clock, Document, Output, Sentence, Translation, Wanted
from monitor.run.backends import CRASH, Backend
from monitor.run.workers import Workers
from monitor.translate import assembly, memory
from monitor.translate.glossary import Glossary
from monitor.translate.sentences import split_all, split_plainly

logger = log.get("translate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An article to be translated. `topics` are those it met already: their glossaries apply to it."""

    document: Document
    lead_only: bool = False  # title and lead, and nothing else yet
    topics: frozenset[str] = frozenset()
    lead_done: bool = False  # its title and lead have been asked for before: not counted as remembered


@dataclass(frozen=True, slots=True)
class _Plan:
    """A task taken apart: its sentences, what is settled without a model, and what is wanted, by position."""

    task: Task
    sentences: tuple[Sentence, ...]
    settled: dict[int, Output]
    wanted: dict[int, Wanted]


class Translator:
    """Translates articles of one language at a time. Without a memory nothing is remembered or recorded."""

    def __init__(
        self,
        settings: TranslationSettings,
        workers: Workers,
        backend: Backend,
        glossary: Glossary,
        clock: Clock,
        remembered: Memory | None = None,
    ) -> None:
        self._settings = settings
        self._workers = workers
        self.backend = backend
        self._glossary = glossary
        self._clock = clock
        self._memory = remembered if settings.memory_sentences else None

    @property
    def language(self) -> str:
        """The working language it translates into."""
        return self._settings.language

    def serves(self, language: str) -> bool:
        """Whether articles in a language can be translated now."""
        return bool(self.backend.names(language))

    async def translate(self, tasks: Sequence[Task]) -> list[Translation]:
        """One translation a task, in order; all in the language of the first.

        Raises TranslateError when nothing translates it or the model refuses, WorkerError when children die
        whatever they are given.
        """
        language = tasks[0].document.language
        if not self.serves(language):
            raise TranslateError(
                f"No package leads from {language} to {self._settings.language}. "
                f"Install one: monitor models install {language}. See what there is: monitor models list.",
                permanent=True,
            )
        plans = await self._plans(tasks)
        started = self._clock.monotonic()
        found, names = await self._outputs(plans, language)
        each = (self._clock.monotonic() - started) / max(1, sum(map(_size, plans)))
        return [replace(self._assembled(plan, found, names), seconds=each * _size(plan)) for plan in plans]

    async def _plans(self, tasks: Sequence[Task]) -> list[_Plan]:
        split = await self._split(tuple(task.document for task in tasks))
        return [self._plan(task, sentences) for task, sentences in zip(tasks, split, strict=True)]

    async def _split(self, documents: tuple[Document, ...]) -> tuple[tuple[Sentence, ...], ...]:
        """In a child; a text that kills it, alone too, is cut plainly and holds up none of the others."""
        try:
            return await self._workers.run("parse", split_all, documents)
        except WorkerError as error:
            if len(documents) > 1:
                return tuple([(await self._split((document,)))[0] for document in documents])
            log.event(logger, "warning", "cut plainly", article=documents[0].article_id, error=str(error))
            return (split_plainly(documents[0]),)

    def _plan(self, task: Task, sentences: tuple[Sentence, ...]) -> _Plan:
        due = sentences[: assembly.lead(sentences)] if task.lead_only else sentences
        settled: dict[int, Output] = {}
        wanted: dict[int, Wanted] = {}
        for sentence in due:
            output = assembly.without_model(sentence, self._settings.max_sentences)
            if output is not None:
                settled[sentence.position] = output
            else:
                wanted[sentence.position] = self._wanted(sentence, task)
        return _Plan(task, sentences, settled, wanted)

    def _wanted(self, sentence: Sentence, task: Task) -> Wanted:
        found = self._glossary.find(sentence.source, task.document.language, task.topics)
        return Wanted(source=sentence.source, pinned=found)

    async def _outputs(self, plans: Sequence[_Plan], language: str) -> tuple[dict[Wanted, Output], tuple[str, ...]]:
        """Each sentence once, however many articles have it, and what made them; what is remembered is not asked for.

        A package may be installed or refused on the way: what comes out is remembered under what made it.
        """
        names = self.backend.names(language)
        wanted = list(dict.fromkeys(one for plan in plans for one in plan.wanted.values()))
        found = self._recall(wanted, self._counted(plans), self.backend.way(language))
        missing = [one for one in wanted if one not in found]
        if not missing:
            return found, names
        made = await self.backend.outputs(missing, language)
        new = dict(zip(missing, made.outputs, strict=True))
        self._remember(new, made.way)
        return found | new, made.names

    def _counted(self, plans: Sequence[_Plan]) -> set[Wanted]:
        """What counts towards the hit rate: not the lead of an article that comes by again with its body."""
        return {
            one
            for plan in plans
            for position, one in plan.wanted.items()
            if not plan.task.lead_done or position >= assembly.lead(plan.sentences)
        }

    def _recall(self, wanted: Sequence[Wanted], counted: set[Wanted], way: str) -> dict[Wanted, Output]:
        if self._memory is None:
            return {}
        keys = {memory.key(one, way): one for one in wanted}
        counts = [key for key, one in keys.items() if one in counted]
        found = self._memory.recall(list(keys), counts, self._clock.now())
        return {keys[key]: output for key, output in found.items()}

    def _remember(self, new: dict[Wanted, Output], way: str) -> None:
        if self._memory is not None:
            lasting = {
                memory.key(one, way): output
                for one, output in new.items()
                if all(doubt.check != CRASH for doubt in output.doubts)
            }
            self._memory.remember(lasting, self._clock.now())

    def _assembled(self, plan: _Plan, found: dict[Wanted, Output], packages: Iterable[str]) -> Translation:
        outputs = plan.settled | {position: found[one] for position, one in plan.wanted.items()}
        return assembly.assemble(
            plan.task.document, plan.sentences, outputs, target=self._settings.language, packages=tuple(packages)
        )


def _size(plan: _Plan) -> int:
    return len(plan.task.document.title) + len(plan.task.document.text)
