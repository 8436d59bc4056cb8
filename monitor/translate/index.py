"""Argos's package index: which packages exist. Reads bytes; fetching them is somebody else's work."""

from __future__ import annotations

import json
from dataclasses import dataclass

from monitor.errors import PackageError
from monitor.translate.argos import AvailablePackage, argospm_package_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """A package that an index offers."""

    name: str  # e.g. "translate-fr_en-1.9": what it is called once installed
    source: str
    target: str
    version: str
    source_name: str  # in English
    target_name: str
    links: tuple[str, ...]  # http(s) addresses of the same file, best first

    @property
    def usable(self) -> bool:
        """Nothing is known against it before it is installed."""
        return True


def parse(body: bytes) -> tuple[Available, ...]:
    """The translation packages in an index, in its order. Entries we cannot use are left out.

    The format is Argos's `index.json`: a list of objects with `from_code`, `to_code`, `from_name`,
    `to_name`, `package_version`, `links` and, optionally, `type`.

    Raises PackageError when it is not such a list.
    """
    try:
        plain = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PackageError(f"The package index is not JSON ({error}). Check translation.index_url.") from error
    if not isinstance(plain, list):
        raise PackageError("The package index is not a list of packages. Check translation.index_url.")
    read = (_read(entry) for entry in plain)
    return tuple(available for available in read if available is not None)


def _read(entry: object) -> Available | None:
    if not isinstance(entry, dict):
        return None
    try:
        argos = AvailablePackage(entry)
        links = tuple(link for link in argos.links if str(link).startswith(("https://", "http://")))
    except (TypeError, AttributeError):
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
    )
