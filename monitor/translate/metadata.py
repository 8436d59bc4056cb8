"""What a package says it is: its `metadata.json`, read as the word of a stranger.

Codes and version become part of a folder's name and of addresses, so they are held to what the Argos index
has: ISO 639 codes, with a variant at most, and versions of numbers and dots.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import PackageError

NAME = "metadata.json"
MAX_BYTES = 1 << 20
MODEL = "model/model.bin"
TOKENIZERS = ("sentencepiece.model", "bpe.model")

_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Language codes and version of a translation package; names of languages are in English."""

    source: str
    target: str
    version: str
    source_name: str = ""
    target_name: str = ""

    @property
    def name(self) -> str:
        """What the package's folder is called once installed."""
        return f"translate-{self.source}_{self.target}-{self.version}"


def parse(name: str, body: bytes) -> Metadata:
    """`metadata.json` of the package called `name`. Raises PackageError saying what is wrong with it."""
    try:
        plain = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise unfit(name, f"its metadata.json cannot be read ({error})") from error
    if not isinstance(plain, dict):
        raise unfit(name, "its metadata.json is not an object")
    source, target, version = (plain.get(key) for key in ("from_code", "to_code", "package_version"))
    if plain.get("type", "translate") != "translate" or not _matches(_CODE, source, target):
        raise unfit(name, f"its metadata.json names no pair of languages (from {source!r} to {target!r})")
    if source == target or not _matches(_VERSION, version):
        raise unfit(name, f"its metadata.json is wrong (from {source!r} to {target!r}, version {version!r})")
    names = [str(plain.get(key) or "") for key in ("from_name", "to_name")]
    return Metadata(str(source), str(target), str(version), *names)


def read(name: str, folder: Path) -> Metadata:
    """The metadata of an unpacked package that has all its parts. Raises PackageError, or OSError."""
    if not any((folder / file).is_file() for file in TOKENIZERS) or not (folder / MODEL).is_file():
        raise unfit(name, "it lacks model/model.bin, or sentencepiece.model and bpe.model")
    path = folder / NAME
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise unfit(name, "it lacks a metadata.json")
    return parse(name, path.read_bytes())


def unfit(name: str, why: str) -> PackageError:
    """The error for a file or folder that is no translation package."""
    return PackageError(f"{name}: refused, {why}. Nothing was changed. Is it an Argos translation package?")


def _matches(pattern: re.Pattern[str], *values: object) -> bool:
    return all(isinstance(value, str) and pattern.fullmatch(value) for value in values)
