"""Argos's package index: which packages exist. Reads bytes; fetching them is somebody else's work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from monitor.errors import PackageError
from monitor.translate.argos import AvailablePackage, argospm_package_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """A package that an index or a mirror offers."""

    name: str  # e.g. "translate-fr_en-1.9": what it is called once installed
    source: str
    target: str
    version: str
    source_name: str  # in English
    target_name: str
    links: tuple[str, ...] = ()  # http(s) addresses of the same file, best first
    file: Path | None = None  # or the file itself, in a mirror
    sha256: str | None = None  # what the file must hash to, where the index says so

    @property
    def usable(self) -> bool:
        """Nothing is known against it before it is installed."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """All that an index or a mirror offers, in its order, and why it does not offer the rest."""

    packages: tuple[Available, ...]
    problems: tuple[str, ...] = ()


def parse(body: bytes, base: str = "") -> tuple[Available, ...]:
    """The translation packages in an index, in its order. Entries we cannot use are left out.

    The format is Argos's `index.json`: a list of objects with `from_code`, `to_code`, `from_name`,
    `to_name`, `package_version`, `links` and, optionally, `type`. An index of one's own may add `sha256`, and
    its links may be relative to `base`, the address of the index.

    Raises PackageError when it is not such a list.
    """
    read = (_read(entry, base) for entry in _entries(body))
    return tuple(available for available in read if available is not None)


def hashes(body: bytes) -> dict[str, str]:
    """The SHA-256 that an index states, by name of file: what the index in a mirror is read for.

    Raises PackageError when it is no index.
    """
    found: dict[str, str] = {}
    for entry in _entries(body):
        if isinstance(entry, dict) and entry.get("sha256") is not None and isinstance(entry.get("links"), list):
            names = (PurePosixPath(unquote(urlsplit(str(link)).path)).name for link in entry["links"])
            found.update(dict.fromkeys(names, str(entry["sha256"])))
    return found


def _entries(body: bytes) -> list[object]:
    try:
        plain = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PackageError(f"The package index is not JSON ({error}). Check translation.index_url.") from error
    if not isinstance(plain, list):
        raise PackageError("The package index is not a list of packages. Check translation.index_url.")
    return plain


def _read(entry: object, base: str) -> Available | None:
    if not isinstance(entry, dict):
        return None
    try:
        argos = AvailablePackage(entry)
        addresses = (urljoin(base, str(link)) for link in argos.links)
        links = tuple(link for link in addresses if link.startswith(("https://", "http://")))
    except (TypeError, AttributeError, ValueError):
        return None
    texts = (argos.from_code, argos.to_code, argos.package_version, argos.from_name, argos.to_name)
    if argos.type != "translate" or not links or not all(isinstance(text, str) and text for text in texts):
        return None
    return Available(
        name=f"{argospm_package_name(argos)}-{argos.package_version}",
        source=argos.from_code,
        target=argos.to_code,
        version=argos.package_version,
        source_name=argos.from_name,
        target_name=argos.to_name,
        links=links,
        sha256=None if entry.get("sha256") is None else str(entry["sha256"]),
    )
