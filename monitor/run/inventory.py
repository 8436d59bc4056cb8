"""What `monitor models list` shows: packages that are here, languages that lack one, packages to be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.archive import Reader
from monitor.config import Config
from monitor.errors import PackageError
from monitor.models import Clock
from monitor.run.installing import available, mirror_of
from monitor.run.models import Shelf
from monitor.translate import packages, routes
from monitor.translate.index import Available, Offers
from monitor.translate.packages import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A package that is here. `state` is verified, unread (nothing looks wrong, but nothing was hashed) or refused."""

    name: str
    source: str
    target: str
    version: str
    size_bytes: int
    path: str
    foreign: bool  # another program installed it
    state: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLanguage:
    """A language of the archive from which nothing here leads to the working language.

    `offered` says whether the index has something: None when it was not asked.
    """

    language: str
    articles: int
    command: str
    offered: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """`available` is None when the index was not asked."""

    installed: tuple[Installed, ...]
    wanted: tuple[WantedLanguage, ...]
    available: tuple[Available, ...] | None = None
    problems: tuple[str, ...] = ()  # files of a mirror that are no packages, or why there is no mirror


async def take(config: Config, clock: Clock, *, ask: bool, hashes: bool) -> Inventory:
    """Everything about packages. A local mirror is always read, an index on the network only if told to `ask`.

    Raises FetchError or PackageError when the index that was asked cannot be had, ArchiveError when the archive
    cannot be read.
    """
    shelf = Shelf(config.translation, config.package_folders)
    offers, problems = None, tuple[str, ...]()
    try:
        if ask or mirror_of(config):
            offers = await available(config, clock)
            problems = offers.problems
    except PackageError as error:  # the stick is not there: no reason to hide the rest
        if ask:
            raise
        problems = (error.message,)
    return Inventory(
        installed=tuple(_installed(package, hashes=hashes) for package in shelf.packages),
        wanted=_wanted(config, shelf, offers),
        available=_useful(offers.packages, config.translation.language) if offers else None,
        problems=problems,
    )


def _installed(package: Package, *, hashes: bool) -> Installed:
    problem = package.problem
    if hashes and package.usable:
        problem = next((f"{p.file} {p.what}" for p in packages.differences(package, hashes=True)), "")
    return Installed(
        name=package.name,
        source=package.source,
        target=package.target,
        version=package.version,
        size_bytes=package.size_bytes,
        path=str(package.path),
        foreign=package.foreign,
        state="refused" if problem else "verified" if hashes else "unread",
        problem=problem,
    )


def _wanted(config: Config, shelf: Shelf, offers: Offers | None) -> tuple[WantedLanguage, ...]:
    if not config.archive.path.exists():
        return ()
    language = config.translation.language
    with Reader.open(config.archive.path) as reader:
        counts = reader.ledger.article_languages()
    return tuple(
        WantedLanguage(
            language=code,
            articles=count,
            command=f"monitor models install {code}",
            offered=bool(routes.route(offers.packages, code, language)) if offers else None,
        )
        for code, count in counts.items()
        if code not in (language, "und") and not shelf.route(code)
    )


def _useful(offers: Sequence[Available], language: str) -> tuple[Available, ...]:
    """Packages on a way to the working language, by name: the rest of the index is not for us."""
    ways = (routes.route(offers, code, language) for code in routes.translatable(offers, language))
    return tuple(sorted({offer for way in ways for offer in way}, key=lambda offer: offer.name))
