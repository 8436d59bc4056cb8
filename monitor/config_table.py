"""Reads one table of `config.toml` key by key: right type, right range, or a problem and the default."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from monitor.config_lines import Part
from monitor.config_problems import Report, nearest, suggestion

T = TypeVar("T")
Range = tuple[float, float]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # what even a text of several lines must not contain
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Table:
    """A table at `where`. Every reader returns the default after noting what is wrong with the value."""

    values: dict[str, Any]
    where: tuple[Part, ...]
    report: Report

    def problem(self, key: str, message: str, remedy: str = "", *, fatal: bool = True) -> None:
        self.report.add((*self.where, key), message, remedy, fatal=fatal)

    def only(self, known: Collection[str]) -> None:
        """Every other key is unknown."""
        for key in self.values:
            if key not in known:
                self.problem(key, "unknown key.", suggestion(key, known))

    def require(self, key: str, example: str) -> bool:
        """Whether the key is there; a problem if it is not, or is an empty text or list."""
        if self.values.get(key) in (None, "", []):
            self.problem(key, "is missing.", f"Write {key} = {example}")
            return False
        return True

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        return value if isinstance(value, bool) else self._wrong(key, "true or false", default)

    def whole(self, key: str, default: int, limits: Range) -> int:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            return self._wrong(key, f"a whole number {_span(limits)}", default)
        return value if self._within(key, value, limits, "a whole number") else default

    def number(self, key: str, default: float, limits: Range) -> float:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self._wrong(key, f"a number {_span(limits)}", default)
        return float(value) if self._within(key, value, limits, "a number") else default

    def _within(self, key: str, value: float, limits: Range, words: str) -> bool:
        if limits[0] <= value <= limits[1]:
            return True
        return self._refused(key, f"{value} is out of range.", f"Write {words} {_span(limits)}.", False)

    def text(self, key: str, default: str = "", *, lines: bool = False) -> str:
        """A text; of one line unless `lines`."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            return self._wrong(key, 'text in quotes, e.g. "…"', default)
        if (_LINES if lines else _CONTROLS).search(value):
            return self._refused(key, "contains a line break or control character.", "Write it on one line.", default)
        return value if lines else value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            return self._wrong(key, 'a list of texts, e.g. ["one", "two"]', ())
        return tuple(self._item(key, index, item) for index, item in enumerate(value))

    def _item(self, key: str, index: int, item: object) -> str:
        if isinstance(item, str) and item.strip() and not _CONTROLS.search(item):
            return item.strip()
        fault = "empty, or contains a line break" if isinstance(item, str) else f"{_shown(item)}, not text"
        self.report.add((*self.where, key, index), f"is {fault}.", "Write text in quotes, on one line.")
        return ""

    def choice(self, key: str, default: str, known: Sequence[str]) -> str:
        value = self.text(key, default)
        if value in known:
            return value
        choices, near = ", ".join(known), nearest(value, known)
        return self._refused(
            key,
            f'"{value}" is none of {choices}.',
            f'Did you mean "{near}"?' if near else "Write one of them.",
            default,
        )

    def path(self, key: str, default: Path, folder: Path) -> Path:
        """Absolute; relative paths start at `folder`, `~` is the home of the user who runs the program."""
        text = self.text(key, str(default))
        try:
            return folder / Path(text or default).expanduser()
        except RuntimeError:
            return self._refused(key, f'"{text}": no such user.', "Write the path out.", folder / default)

    def language(self, key: str, code: str) -> bool:
        """Whether `code`, a value or part of the value of `key`, looks like a language code."""
        if _LANGUAGE.fullmatch(code):
            return True
        return self._refused(key, f'"{code}" is no language code.', 'Write one like "ar", "fr" or "zh".', False)

    def address(self, key: str, example: str, schemes: tuple[str, ...] = ("http", "https")) -> str:
        """A web address with a host and without credentials; "" when there is none or it is no good."""
        value = self.text(key)
        if not value:
            return ""
        if not _is_address(value, schemes):
            message = f'"{_bare(value)}" is no {" or ".join(schemes)} address.'
            return self._refused(key, message, f'Write one like "{example}".', "")
        if urlsplit(value).username is not None:
            return self._refused(key, "contains a user name or password.", "Write the address without.", "")
        return value

    def _wrong(self, key: str, expected: str, default: T) -> T:
        found = _shown(self.values[key])
        return self._refused(key, f"expected {expected}, found {found}.", _example(default), default)

    def _refused(self, key: str, message: str, remedy: str, default: T) -> T:
        self.problem(key, message, remedy)
        return default


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'the text "{value[:60]}"'
        case list() | dict():
            return "a list" if isinstance(value, list) else "a table"
    return str(value)


def _span(limits: Range) -> str:
    return f"from {limits[0]:g} to {limits[1]:.10g}"


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", value)
    except ValueError:  # a port that is no number, or half an IPv6 address
        return False


def _example(default: object) -> str:
    if isinstance(default, bool):
        return f"The default is {str(default).lower()}."
    return f"The default is {default}." if isinstance(default, int | float) else ""


def _bare(address: str) -> str:
    """The address without what stands before an @: it may be a password."""
    return re.sub(r"(?<=//)[^/]*@", "***@", address)
