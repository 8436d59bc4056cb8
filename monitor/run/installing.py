"""Getting translation packages: from a file, or, when told to, from the Argos index."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from monitor.collect.guard import Guard
from monitor.collect.http import Client
from monitor.config import Config
from monitor.errors import FetchError, PackageError
from monitor.models import Clock, Request
from monitor.translate import index, routes
from monitor.translate.index import Available
from monitor.translate.install import install
from monitor.translate.packages import Package

# The largest package of the index is about 300 MB; a download is given ten minutes.
_PACKAGE_MB = 600.0
_SECONDS = 600.0


def _client(config: Config, clock: Clock) -> Client:
    """Packages are much larger than articles, hence limits of their own."""
    settings = replace(config.http, max_body_mb=_PACKAGE_MB, timeout_seconds=_SECONDS, host_delay_seconds=0.0)
    return Client(settings, clock, Guard(config.http.allow_private))


async def available(config: Config, clock: Clock) -> tuple[Available, ...]:
    """What the index offers. Raises FetchError or PackageError."""
    async with _client(config, clock) as client:
        return await _available(client, config)


async def _available(client: Client, config: Config) -> tuple[Available, ...]:
    fetched = await client.get(Request(url=config.translation.index_url))
    return index.parse(fetched.body)


async def download(
    config: Config, clock: Clock, languages: Sequence[str], report: Callable[[str], None]
) -> tuple[Package, ...]:
    """Install the packages that lead from these languages to the working language, directly or by way of English.

    Raises PackageError naming the language that the index cannot serve.
    """
    async with _client(config, clock) as client:
        offers = await _available(client, config)
        wanted = [offer for code in languages for offer in choose(offers, code, config.translation.language)]
        return tuple([await _fetch(client, config, offer, report) for offer in dict.fromkeys(wanted)])


def choose(offers: Sequence[Available], source: str, target: str) -> tuple[Available, ...]:
    """The newest packages that lead from one language to the other, as articles will be routed."""
    found = routes.route(offers, source, target)
    if not found:
        codes = ", ".join(sorted(routes.translatable(offers, target)))
        raise PackageError(f"{source}: the index has no way from it to {target}. It has: {codes}.")
    return found


async def _fetch(client: Client, config: Config, offer: Available, report: Callable[[str], None]) -> Package:
    folder = config.translation.packages
    folder.mkdir(parents=True, exist_ok=True)
    error: FetchError | None = None
    for url in offer.links:
        report(f"{offer.name}: downloading {url}")
        try:
            fetched = await client.get(Request(url=url))
        except FetchError as failure:
            error = failure
            continue
        return _install(folder, fetched.body)
    raise PackageError(f"{offer.name}: could not be downloaded: {error or 'the index names no address'}. Try later.")


def _install(folder: Path, body: bytes) -> Package:
    handle, name = tempfile.mkstemp(suffix=".argosmodel", dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    try:
        return install(Path(name), folder)
    finally:
        Path(name).unlink()
