"""Packages refused when they were to be loaded, kept so that other processes know, until the packages change.

Written to `.refused.json` in the folder of packages, by which `monitor status` knows what the daemon found out.
The daemon forgets them when it starts: a package is verified before it is loaded in any case. Where the folder
cannot be written to, the caller's memory has to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.translate import manifest
from monitor.translate.packages import Package

NAME = ".refused.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One package as it was when it was refused. `stamp` is that of `manifest.stamp`, with the digest before it."""

    name: str
    path: str
    stamp: str
    why: str

    def holds(self, package: Package) -> bool:
        """Whether it is this package, and nothing has been done about it since."""
        return self.path == str(package.path) and self.stamp == _stamp(package)


def refusal(package: Package, why: str) -> Refusal:
    """A refusal of the package as it is now."""
    return Refusal(name=package.name, path=str(package.path), stamp=_stamp(package), why=why)


def read(folder: Path) -> tuple[Refusal, ...]:
    """What was written last; () when that is nothing, or cannot be read."""
    try:
        return tuple(Refusal(**entry) for entry in json.loads((folder / NAME).read_text("utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return ()


def write(folder: Path, refusals: Iterable[Refusal]) -> None:
    """Keep these, and only these. Does nothing where the folder cannot be written to."""
    with suppress(OSError):
        new = folder / f"{NAME}.new"
        new.write_text(json.dumps([asdict(refusal) for refusal in refusals], indent=1) + "\n", "utf-8")
        new.replace(folder / NAME)


def _stamp(package: Package) -> str:
    known = manifest.read(package.path, package.manifest_path)
    return f"{known.digest if known else '-'} {manifest.stamp(package.path, package.manifest_path)}"
