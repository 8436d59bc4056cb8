"""Getting translation packages: from a mirror on disk, or, when told to, from an index on the network."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from monitor.collect.guard import Guard
from monitor.collect.http import Client
from monitor.config import Config
from monitor.errors import PackageError
from monitor.models import Clock, Request
from monitor.run.downloading import Progress, Report, Sleep, fetch
from monitor.translate import index, mirror, packages, routes
from monitor.translate.index import Available, Offers
from monitor.translate.install import install
from monitor.translate.packages import Package

# The largest package of the index is about 300 MB; an hour is enough for it at 1 Mbit/s.
_PACKAGE_MB = 600.0
_SECONDS = 3600.0


def mirror_of(config: Config) -> Path | None:
    """The folder that `[translation] index_url` names; None when it names an address on the network."""
    place = config.translation.index_url
    return None if place.startswith(("https://", "http://")) else Path(place)


async def available(config: Config, clock: Clock, folder: Path | None = None) -> Offers:
    """What `folder`, or else the configured index, offers. Raises FetchError or PackageError."""
    if folder := folder or mirror_of(config):
        return await asyncio.to_thread(mirror.read, folder)
    async with _client(config, clock) as client:
        return await _asked(client, config)


async def download(
    config: Config,
    clock: Clock,
    names: Sequence[str],
    report: Report,
    *,
    folder: Path | None = None,
    sleep: Sleep = asyncio.sleep,
) -> tuple[Package, ...]:
    """Install what `names` ask for, from `folder` or else from the configured index.

    A name is a language (`fr`: what leads from it to the working language, directly or by way of another), a
    pair (`fr_en`) or a package (`translate-fr_en-1.9`). What is installed already, and intact, is not fetched.

    Raises PackageError naming what cannot be had; what came before it stays installed.
    """
    if folder := folder or mirror_of(config):
        offers = await asyncio.to_thread(mirror.read, folder)
        return tuple([await _take(config, offer, report) for offer in _chosen(config, offers, names)])
    async with _client(config, clock) as client:
        offers = await _asked(client, config)
        wanted = _chosen(config, offers, names)
        return tuple(
            [
                _present(config, offer, report) or await fetch(client, offer, _folder(config), report, sleep)
                for offer in wanted
            ]
        )


def choose(offers: Sequence[Available], name: str, target: str) -> tuple[Available, ...]:
    """The newest packages of a pair, the package of that name, or those that lead from a language to `target`.

    Raises PackageError that says what there is instead.
    """
    pair = name.replace("→", "_").replace("-", "_").replace(" ", "")
    named = [o for o in offers if name == o.name or pair == f"{o.source}_{o.target}".replace("-", "_")]
    if named:
        return routes.route(named, named[0].source, named[0].target)
    if found := routes.route(offers, name, target):
        return found
    if "_" in pair:
        there = ", ".join(sorted({f"{offer.source}_{offer.target}" for offer in offers})) or "nothing"
        raise PackageError(f"{name}: the index has no such package. It has: {there}.")
    codes = ", ".join(sorted(routes.translatable(offers, target))) or "nothing"
    raise PackageError(f"{name}: the index has no way from it to {target}. It has: {codes}.")


def _chosen(config: Config, offers: Offers, names: Sequence[str]) -> list[Available]:
    """Each package once, in order. What the mirror could not offer is said with what was not found."""
    try:
        wanted = [offer for name in names for offer in choose(offers.packages, name, config.translation.language)]
    except PackageError as error:
        raise PackageError(" ".join((error.message, *offers.problems))) from error
    return list(dict.fromkeys(wanted))


def _present(config: Config, offer: Available, report: Report) -> Package | None:
    """The package, if it is installed and intact, and no other file is meant."""
    package = packages.read(_folder(config) / offer.name, hashes=True)
    if package is None or not package.verified:
        return None
    known = packages.manifest_of(package)
    if offer.sha256 and known and known.archive != offer.sha256.strip().lower():
        return None
    report(Progress(package=package.name, source=str(package.path), phase="already installed"))
    return package


async def _take(config: Config, offer: Available, report: Report) -> Package:
    """Install a file of a mirror."""
    if offer.file is None:
        raise PackageError(f"{offer.name}: the mirror holds no file of it.")
    report(Progress(package=offer.name, source=str(offer.file), phase="installing"))
    pair = (offer.source, offer.target)
    return await asyncio.to_thread(install, offer.file, _folder(config), sha256=offer.sha256, pair=pair)


def _folder(config: Config) -> Path:
    return config.translation.packages


def _client(config: Config, clock: Clock) -> Client:
    """Packages are much larger than articles, hence limits of their own."""
    settings = replace(config.http, max_body_mb=_PACKAGE_MB, timeout_seconds=_SECONDS, host_delay_seconds=0.0)
    return Client(settings, clock, Guard(config.http.allow_private))


async def _asked(client: Client, config: Config) -> Offers:
    fetched = await client.get(Request(url=config.translation.index_url, max_bytes=mirror.MAX_INDEX))
    return Offers(packages=index.parse(fetched.body, fetched.url))
