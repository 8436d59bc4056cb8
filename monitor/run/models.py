"""The shelf of installed translation packages: what can be translated now."""

from __future__ import annotations

from monitor.config import TranslationSettings
from monitor.translate import packages, routes
from monitor.translate.packages import Package


class Shelf:
    """Installed packages, read again whenever the folder changes: a new model needs no restart."""

    def __init__(self, settings: TranslationSettings) -> None:
        self.settings = settings
        self._stamp: int | None = None
        self._packages: tuple[Package, ...] = ()

    @property
    def packages(self) -> tuple[Package, ...]:
        """All of them; damaged ones lead nowhere, and `monitor models verify` names them."""
        stamp = self._folder_stamp()
        if stamp != self._stamp:
            self._packages = packages.installed(self.settings.packages)
            self._stamp = stamp
        return self._packages

    def _folder_stamp(self) -> int:
        folder = self.settings.packages
        return folder.stat().st_mtime_ns if folder.is_dir() else 0

    def route(self, language: str) -> tuple[Package, ...]:
        """The packages that lead from a language to the working language; () when there is no way."""
        return routes.route(self.packages, language, self.settings.language)

    def languages(self) -> frozenset[str]:
        """Languages that can be translated now."""
        return routes.translatable(self.packages, self.settings.language)

    def routes(self, language: str) -> tuple[tuple[Package, ...], ...]:
        """The same, and behind it another way round when there is one, for sentences the first fails at."""
        return (self.route(language),)

    def refuse(self, package: str) -> bool:
        return False
