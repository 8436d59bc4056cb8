"""The shelf of installed translation packages: what can be translated now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from monitor.config import TranslationSettings
from monitor.models import Clock, SystemClock
from monitor.translate import foreign, packages, refusals, routes
from monitor.translate.packages import Package
from monitor.translate.refusals import Refusal


class Shelf:
    """Installed packages, read again whenever the folders change: a new model needs no restart.

    `places` are the folders in which other programs keep Argos packages (`Config.package_folders`). The clock
    is the one that files are dated by.
    """

    def __init__(
        self, settings: TranslationSettings, places: Sequence[Path] = (), *, clock: Clock | None = None
    ) -> None:
        self.settings = settings
        self._places = tuple(places)
        self._clock = clock or SystemClock()
        self._stamp: object = None
        self._packages: tuple[Package, ...] = ()
        self._refusals = refusals.read(settings.packages)

    @property
    def packages(self) -> tuple[Package, ...]:
        """All of them, our own first; damaged and refused ones, with their `problem`, lead nowhere."""
        stamp = self._folder_stamp()
        if stamp != self._stamp:
            own = packages.installed(self.settings.packages)
            others = foreign.found(self._places, self.settings.packages, self._clock.now())
            self._packages = own + others
            settled = all(package.problem != foreign.UNSETTLED for package in others)
            self._stamp = self._folder_stamp() if settled else None
        return tuple(self._judged(package) for package in self._packages) if self._refusals else self._packages

    def _folder_stamp(self) -> object:
        folder = self.settings.packages
        own = folder.stat().st_mtime_ns if folder.is_dir() else 0
        return own, foreign.times(self._places, folder) if self._places else ()

    def _judged(self, package: Package) -> Package:
        refusal = next((refusal for refusal in self._refusals if refusal.holds(package)), None)
        return replace(package, verified=False, problem=refusal.why) if refusal else package

    def refuse(self, package_name: str, why: str = "was refused when it was to be loaded") -> bool:
        """Keep a package out of every route until something is done about it: files replaced, or installed again.

        `why` is what status and list say after the package's name, which it may begin with. Returns whether a
        package of that name is refused now; False when there is none.
        """
        package = next((p for p in self.packages if p.name == package_name and p.usable), None)
        if package is None:
            return package_name in self.refused
        known: list[Refusal] = [r for r in self._refusals if any(r.holds(p) for p in self._packages)]
        self._refusals = (*known, refusals.refusal(package, why.removeprefix(f"{package_name}: ").rstrip(".")))
        refusals.write(self.settings.packages, self._refusals)
        return True

    def forget(self) -> None:
        """Try everything again: at a start, and when the settings changed, which may be what a package wanted."""
        if self._refusals:
            self._refusals = ()
            refusals.write(self.settings.packages, ())

    @property
    def refused(self) -> tuple[str, ...]:
        """Names of the packages that are there and not used; their `problem` says why."""
        return tuple(package.name for package in self.packages if not package.usable)

    def route(self, language: str) -> tuple[Package, ...]:
        """The packages that lead from a language to the working language; () when there is no way."""
        return routes.route(self.packages, language, self.settings.language)

    def languages(self) -> frozenset[str]:
        """Languages that can be translated now."""
        return routes.translatable(self.packages, self.settings.language)

    def routes(self, language: str) -> tuple[tuple[Package, ...], ...]:
        """The same, and behind it another way round when there is one, for sentences the first fails at."""
        return routes.ways(self.packages, language, self.settings.language)
