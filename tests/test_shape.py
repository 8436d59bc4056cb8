"""The source stays small: short files, short functions, nothing left undone, nothing of one machine's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
MAX_FILE, MAX_FUNCTION = 400, 60
CODE = sorted(path for folder in ("monitor", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
TEXTS = sorted(
    path
    for folder in ("monitor", "tests", "benchmarks", "deploy", "docs", ".ci")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.suffix in {".py", ".md", ".toml", ".html", ".css", ".js", ".yaml", ".service", ""}
    if "__pycache__" not in path.parts and path != Path(__file__) and "data" not in path.parts
)
UNDONE = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
HOME = re.compile(r"/(home|Users)/\w+/|/root/|/work/")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Name and number of lines of every function: from `def` to its last line, docstring left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


@pytest.mark.parametrize("path", CODE, ids=name)
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    """At most 400 lines a file, at most 60 a function."""
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= MAX_FILE
    assert [(function, length) for function, length in functions(source) if length > MAX_FUNCTION] == []


def test_most_files_and_functions_are_short() -> None:
    """Medians and the ninety per cent: files of about 150 lines, functions of 8, nine in ten within 25."""
    sources = [path.read_text(encoding="utf-8") for path in CODE if "monitor" in path.parts]
    files = [source.count("\n") for source in sources]
    lengths = sorted(length for source in sources for _, length in functions(source))
    ninety = lengths[int(len(lengths) * 0.9)]
    print(
        f"\n{len(files)} files, {sum(files)} lines, median {median(files):g}, longest {max(files)}; "
        f"{len(lengths)} functions, median {median(lengths):g}, 90 % within {ninety}, longest {lengths[-1]}"
    )
    assert median(files) <= 150
    assert median(lengths) <= 8
    assert ninety <= 25


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_nothing_is_left_undone(path: Path) -> None:
    """No marker of unfinished work, and no path of the machine it was written on."""
    text = path.read_text(encoding="utf-8")
    assert not UNDONE.search(text)
    assert not HOME.search(text)


def test_the_measure_itself() -> None:
    """A long function is seen as such, nested ones too, and its docstring does not count."""
    body = "\n".join("    x = 1" for _ in range(70))
    source = f'def outer():\n    """One.\n\n    Two.\n    """\n    def inner():\n        pass\n{body}\n'
    assert dict(functions(source)) == {"outer": 73, "inner": 2}
    assert UNDONE.search("# TODO: more")
    assert HOME.search("open('/home/me/x')")
