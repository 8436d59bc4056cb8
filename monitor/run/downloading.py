"""One package from the network: streamed to a hidden file beside the packages, tried again, installed.

A download that breaks off starts over, at the next address if the index names several: nothing half fetched
is ever looked at. Addresses that answer for good that they have no such file are not asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TypeAlias

from monitor.collect.http import Client, Keep
from monitor.errors import FetchError, MonitorError, PackageError
from monitor.models import Request
from monitor.translate.index import Available
from monitor.translate.install import install
from monitor.translate.lock import download
from monitor.translate.packages import Package

PAUSES = (2.0, 15.0)  # seconds before the second and the third round over the addresses
LONGEST_WAIT = 120.0  # seconds; a server that says "later" than that is left to a later command

Sleep: TypeAlias = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a package is. `total` is None where the server does not say; `phase` is a word for people."""

    package: str
    source: str  # an address or a path
    phase: str = "downloading"  # then "installing"; or "already installed"
    done: int = 0  # bytes
    total: int | None = None


Report: TypeAlias = Callable[[Progress], None]


async def fetch(client: Client, offer: Available, folder: Path, report: Report, sleep: Sleep) -> Package:
    """Download and install what an index offers: three rounds over its addresses at most.

    Raises PackageError: at once when the disk fails, else when no address gave a usable file.
    """
    links, failures = list(offer.links), dict[str, MonitorError]()  # of each address, the last one
    for pause in (*PAUSES, None):
        for url in links:
            try:
                return await _attempt(client, url, offer, folder, report)
            except FetchError as error:
                failures[url] = error
            except PackageError as error:
                if not error.permanent:  # the disk, not the file
                    raise
                failures[url] = error
        links = [url for url in links if _may_help(failures[url], first=pause == PAUSES[0])]
        wait = min((_wait(failures[url], pause) for url in links), default=None)
        if pause is None or wait is None or wait > LONGEST_WAIT:
            break
        await sleep(wait)
    raise _given_up(offer, failures)


def _may_help(error: MonitorError, *, first: bool) -> bool:
    """Whether to ask an address again: a file that is no package may have been garbled on its way, but not twice."""
    return not error.permanent or (first and isinstance(error, PackageError))


def _wait(error: MonitorError, pause: float | None) -> float:
    return error.retry_after.total_seconds() if error.retry_after else pause or 0.0


def _given_up(offer: Available, failures: Mapping[str, MonitorError]) -> PackageError:
    why = " ".join(error.message for error in failures.values()) or "The index names no address for it."
    return PackageError(
        f"{offer.name}: could not be downloaded; packages installed before are as they were. {why} "
        "Try again later, or get the file another way: monitor models install FILE.",
        permanent=all(error.permanent for error in failures.values()),
        retry_after=min((error.retry_after for error in failures.values() if error.retry_after), default=None),
    )


async def _attempt(client: Client, url: str, offer: Available, folder: Path, report: Report) -> Package:
    """One download from its first byte, installed. Raises FetchError or PackageError."""
    progress = Progress(package=offer.name, source=url)
    report(progress)
    with download(folder) as (path, stream):
        await client.save(Request(url=url), _keeper(stream, path.parent, progress, report))
        stream.flush()
        report(replace(progress, phase="installing"))
        return await asyncio.to_thread(  # hashing and unpacking 300 MB must not stop a daemon
            install,
            path,
            folder,
            sha256=offer.sha256,
            pair=(offer.source, offer.target),
            name=f"{offer.name} from {url}",
        )


def _keeper(stream: IO[bytes], folder: Path, progress: Progress, report: Report) -> Keep:
    """Writes pieces of a download, and says how far it is. Raises PackageError when the disk does not take them."""

    def keep(piece: bytes, total: int | None) -> None:
        try:
            stream.write(piece)
        except OSError as error:
            raise PackageError(
                f"{progress.package}: not downloaded, {error.strerror or error}. Nothing was changed. "
                f"Check the space and the rights in {folder}, then try again.",
                permanent=False,
            ) from error
        report(replace(progress, done=stream.tell(), total=total))

    return keep
