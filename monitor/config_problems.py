"""What is wrong with a `config.toml`, all of it, each with its line and its remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from monitor.config_lines import Lines, Part
from monitor.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake (`fatal`) or something that had better be changed (not `fatal`)."""

    line: int | None  # from 1; None when it is about no line in particular
    key: str  # e.g. http.timeout_seconds, topics[2].query; "" for the file as a whole
    message: str
    remedy: str = ""
    fatal: bool = True

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        key = f"{self.key}: " if self.key else ""
        return f"{place}{key}{self.message} {self.remedy}".rstrip()


class ConfigProblems(ConfigError):  # noqa: N818 - it is all of them
    """A configuration that cannot be used; `problems` holds every reason, in the order of the file."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join((f"{path}: {count}", *(f"  {problem}" for problem in self.problems))))
        self.path = path


class Report:
    """Collects the problems of one text as it is read."""

    def __init__(self, text: str) -> None:
        self._lines = Lines(text)
        self._problems: list[Problem] = []

    def add(self, where: tuple[Part, ...], message: str, remedy: str = "", *, fatal: bool = True) -> None:
        """Note a problem with the key at `where`, e.g. `("topics", 0, "query")`."""
        self._problems.append(
            Problem(line=self.line(where), key=name(where), message=message, remedy=remedy, fatal=fatal)
        )

    def line(self, where: tuple[Part, ...]) -> int | None:
        return self._lines.of(*where)

    def problems(self) -> tuple[Problem, ...]:
        """All of them, in the order of the file."""
        return tuple(sorted(self._problems, key=lambda problem: problem.line or 0))


def name(where: tuple[Part, ...]) -> str:
    """`("topics", 0, "query")` as people write it: `topics[1].query`."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in where)
    return text.removeprefix(".")


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that was probably meant."""
    folded = {one.casefold().replace("_", "").replace("-", ""): one for one in known}
    close = get_close_matches(word.casefold().replace("_", "").replace("-", ""), folded, 1, 0.6)
    return folded[close[0]] if close else next((one for one in known if word and one.startswith(word)), None)


def suggestion(word: str, known: Collection[str]) -> str:
    """`Did you mean …?` where one is near, else the list."""
    near = nearest(word, known)
    if near:
        return f'Did you mean "{near}"?'
    return f"Known: {', '.join(sorted(known))}." if known else ""
