"""Who translates: the packages on this machine, or a LibreTranslate server of the operator's own.

Both take sentences and give outputs that were judged by the same checks; `translator.py` does not know which it asks.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from monitor import log
from monitor.config import Config, TranslationSettings
from monitor.errors import PackageError, TranslateError, WorkerError
from monitor.models import Clock, Doubt, Output, Pinned, Wanted
from monitor.run.halving import Halving
from monitor.run.libretranslate import Remote, connect
from monitor.run.models import Shelf
from monitor.run.workers import Workers
from monitor.translate import engine, pins
from monitor.translate.engine import Route
from monitor.translate.judging import Rendering, better, insist, is_good, judge, lacking
from monitor.translate.sentences import parts

CRASH = "crash"  # the check that a sentence fails when the translator dies of it
logger = log.get("translate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Outputs, and what made them: `names` and `way` as at that time, for packages come and go meanwhile."""

    outputs: tuple[Output, ...]
    names: tuple[str, ...]
    way: str


class Backend(Protocol):
    """Languages are ISO codes, as identification reports them."""

    async def refresh(self) -> None:
        """Look again at what can be translated, where that is not seen by itself."""

    def languages(self) -> frozenset[str]:
        """Those that can be translated now."""

    def names(self, language: str) -> tuple[str, ...]:
        """What translates a language now, () when nothing does: packages, or the server."""

    def way(self, language: str) -> str:
        """How a language is translated now; another way may give another output."""

    async def outputs(self, wanted: Sequence[Wanted], language: str) -> Made:
        """One output a sentence, in order. Raises TranslateError or WorkerError."""


class Local:
    """Packages, in a child process without network."""

    def __init__(self, settings: TranslationSettings, workers: Workers, shelf: Shelf) -> None:
        self._settings = settings
        self._workers = workers
        self._shelf = shelf

    async def refresh(self) -> None:
        """The shelf looks at its folder whenever it is asked."""

    def languages(self) -> frozenset[str]:
        return self._shelf.languages()

    def names(self, language: str) -> tuple[str, ...]:
        return _names(self._shelf.route(language))

    def way(self, language: str) -> str:
        return self._way(self._shelf.route(language))

    def _way(self, route: Route) -> str:
        packages = [(package.name, package.digest) for package in route]
        return json.dumps([packages, self._settings.language, self._settings.beam])

    async def outputs(self, wanted: Sequence[Wanted], language: str) -> Made:
        """A package that cannot be used gives way to the next; a sentence that kills the child is marked."""
        while True:
            routes = self._shelf.routes(language)
            try:
                found = await self._by_halves(wanted, routes)
                return Made(outputs=tuple(found), names=_names(routes[0]), way=self._way(routes[0]))
            except PackageError as error:
                log.event(logger, "error", "package refused", package=error.package, error=str(error))
                if not (
                    error.package and self._shelf.refuse(error.package, str(error)) and self._shelf.route(language)
                ):
                    raise

    async def _by_halves(self, wanted: Sequence[Wanted], routes: tuple[Route, ...]) -> list[Output]:
        settings = self._settings

        async def ask(some: Sequence[Wanted], share: float) -> Sequence[Output]:
            return await self._workers.run_within(
                share, "translate", engine.outputs, tuple(some), routes, settings.language, settings
            )

        return await Halving(ask, _blamed).run(wanted)


def _names(route: Route) -> tuple[str, ...]:
    return tuple(package.name for package in route)


def _blamed(_: Wanted, error: WorkerError) -> Output:
    return Output(text="", score=0.0, doubts=(Doubt(check=CRASH, words=f"the translator died of it ({error})"),))


class Server:
    """A LibreTranslate server."""

    def __init__(self, settings: TranslationSettings, remote: Remote) -> None:
        self._settings = settings
        self._remote = remote
        self._languages: frozenset[str] | None = None  # None: it has not answered yet

    async def refresh(self) -> None:
        """Ask which languages it has. An answer that does not come leaves what was known."""
        try:
            self._languages = await self._remote.languages(self._settings.language)
        except TranslateError as error:
            log.event(logger, "warning", "translation server", error=str(error))

    def languages(self) -> frozenset[str]:
        return self._languages or frozenset()

    def names(self, language: str) -> tuple[str, ...]:
        served = self._languages is None or language in self._languages
        return (f"libretranslate {self._settings.server}",) if served else ()

    def way(self, language: str) -> str:
        return json.dumps([self._settings.server, language, self._settings.language])

    async def outputs(self, wanted: Sequence[Wanted], language: str) -> Made:
        """Examined here as a package's are; what fails is asked for once more, in parts."""
        found = await self._asked(wanted, [(one.source,) for one in wanted], [()] * len(wanted), language)
        failed = [index for index, output in enumerate(found) if not is_good(wanted[index], output)]
        given = [lacking(wanted[index], found[index]) for index in failed]
        cut = [parts(pins.pin(wanted[i].source, terms)) for i, terms in zip(failed, given, strict=True)]
        again = await self._asked([wanted[index] for index in failed], cut, given, language)
        for index, output in zip(failed, again, strict=True):
            found[index] = insist(wanted[index], better(wanted[index], found[index], output))
        return Made(outputs=tuple(found), names=self.names(language), way=self.way(language))

    async def _asked(
        self,
        wanted: Sequence[Wanted],
        cut: Sequence[tuple[str, ...]],
        given: Sequence[tuple[Pinned, ...]],
        language: str,
    ) -> list[Output]:
        texts = [piece for pieces in cut for piece in pieces]
        target = self._settings.language
        answers = iter(await self._remote_outputs(texts, language, target))
        judged = []
        for one, pieces, terms in zip(wanted, cut, given, strict=True):
            whole = " ".join(next(answers).text for _ in pieces).strip()
            judged.append(judge(one, Rendering(whole, None), language, target, terms))
        return judged

    async def _remote_outputs(self, texts: Sequence[str], language: str, target: str) -> list[Output]:
        """A server that refuses us (a wrong key, a ban) may be mended: only a language it lacks is for good."""
        if not texts:
            return []
        try:
            return await self._remote.outputs(texts, language, target)
        except TranslateError as error:
            if error.permanent:
                await self.refresh()
            lacking = self._languages is not None and language not in self._languages
            raise TranslateError(str(error), permanent=lacking, retry_after=error.retry_after) from error


@asynccontextmanager
async def open_backend(config: Config, clock: Clock, workers: Workers, shelf: Shelf) -> AsyncIterator[Backend]:
    """What `[translation] backend` names."""
    if config.translation.backend == "local":
        yield Local(config.translation, workers, shelf)
        return
    async with connect(config, clock) as remote:
        server = Server(config.translation, remote)
        await server.refresh()
        yield server
