"""Who may import whom, where each outside library lives, and what is forbidden everywhere.

Read from the syntax tree, imports inside functions included.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "monitor"
SOURCES = {str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
TEMPLATES = [path for path in PACKAGE.rglob("*") if path.suffix in {".html", ".jinja", ".j2"}]

# The layer of a file: the first row that its path within monitor/ matches.
LAYERS: tuple[tuple[str, str], ...] = (
    (r"archive/schema(_\w+)?\.py", "schema"),
    (r"(collect|extract|translate|topics|alerts|archive|run|web)/.*", r"\1"),
    (r"(demo|commands)/.*|cli\.py|__main__\.py", "cli"),
    (r"config(_\w+)?\.py", "config"),
    (r"models(_\w+)?\.py", "models"),
    (r"(log|script|errors)\.py", r"\1"),
    (r"__init__\.py", "version"),
    (r"wording/.*", "wording"),
)

WORDS = {"models", "errors", "version"}
BASE = WORDS | {"config", "log", "script", "wording"}
ROOMS = {"collect", "extract", "translate", "topics", "alerts", "archive"}
ALLOWED: dict[str, set[str]] = {
    "version": set(),
    "models": {"models"},
    "errors": set(),
    "script": set(),
    "wording": {"wording", "script", *WORDS},  # facts are compared letter by letter
    "schema": {"schema"},  # migrations are frozen text
    "config": {"config", *WORDS},
    "log": {"config", *WORDS},
    **{room: {room, *BASE} for room in ROOMS},
    "archive": {"archive", "schema", *BASE},
    "run": {"run", *ROOMS, *BASE},
    "web": {"web", "archive", "topics", *BASE},
    "cli": {"cli", "run", "web", *ROOMS, *BASE},
}

# Each outside library has one home. Paths are those within monitor/.
HOMES: dict[str, str] = {
    "aiohttp": r"collect/http\.py|alerts/channels/http\.py",
    "apprise": r"alerts/channels/apprise\.py",
    "apscheduler": r"run/daemon\.py",
    "argostranslate": r"translate/.*",
    "babel": r"topics/.*",
    "charset_normalizer": r"collect/decode\.py|extract/page\.py",
    "click": r"cli\.py|commands/.*",
    "ctranslate2": r"translate/.*",
    "dask": r"run/workers\.py",
    "datasette": r"web/.*",
    "datasette_auth_passwords": r"web/access/passwords\.py",
    "distributed": r"run/workers\.py",
    "feedparser": r"collect/feeds\.py",
    "lxml": r"collect/.*|extract/.*",
    "protego": r"collect/robots\.py",
    "py3langid": r"extract/language\.py",
    "rich": r"cli\.py|commands/.*|demo/.*",
    "sentencepiece": r"translate/.*",
    "sentencex": r"translate/.*",
    "pyarrow": r"archive/exporting/.*",
    "pygal": r"web/charts/bars\.py",
    "smtplib": r"alerts/channels/.*",
    "sqlite3": r"archive/.*|web/.*|run/(daemon|pipeline|orders)\.py",  # run/: tells a broken archive from a bug
    "sqlite_utils": r"archive/.*",
    "trafilatura": r"extract/article\.py",
    "uvicorn": r"web/.*",
    "jinja2": r"web/report/document\.py",
    "markupsafe": r"web/.*",
    "warcio": r"archive/exporting/.*",
    "yarl": r"collect/.*|run/.*",
    "zstandard": r"archive/.*",
}

FORBIDDEN_MODULES = {"requests", "urllib.request", "pickle", "cPickle", "dill", "shelve", "marshal", "torch"}
SQL = re.compile(
    r"\b(SELECT\b.+\bFROM|INSERT\s+(OR\s+\w+\s+)?INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET|CREATE\s+TABLE)\b", re.S
)


IMPORTERS = {"import_module", "importlib.import_module", "__import__"}


def layer(path: str) -> str | None:
    for pattern, name in LAYERS:
        if found := re.fullmatch(pattern, path):
            return found.expand(name)
    return None


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every module imported anywhere, with its line. `from a import b` counts as `a` and as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{'.' * node.level}{node.module or ''}", node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in IMPORTERS:
            yield from ((str(name.value), node.lineno) for name in node.args if isinstance(name, ast.Constant))


def own_layer(module: str) -> str | None:
    """The layer that `monitor.x.y` names; None when it names a value in a module rather than a module."""
    path = module.removeprefix("monitor").removeprefix(".").replace(".", "/")
    return next((layer(file) for file in (f"{path}.py", f"{path}/__init__.py") if file in SOURCES), None)


def room_violations(path: str, source: str) -> list[str]:
    """Imports that point the wrong way."""
    mine = layer(path)
    if mine is None:
        return [f"{path}: belongs to no layer; name its room in LAYERS"]
    found = []
    for module, line in imports(ast.parse(source)):
        if module.startswith("."):
            found.append(f"{path}:{line}: relative import; write the module out")
        elif module.partition(".")[0] == "monitor" and module != "monitor":
            other = own_layer(module)
            if other and other not in ALLOWED[mine]:
                found.append(f"{path}:{line}: {mine} must not import {module} ({other})")
        elif mine in {"schema", "script", "models", "errors"} and not allowed_at_the_bottom(mine, module):
            found.append(f"{path}:{line}: {mine} uses the standard library only, not {module}")
    return found


def allowed_at_the_bottom(mine: str, module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top == "monitor" or (mine == "schema" and top == "sqlite_utils")


def home_violations(path: str, source: str) -> list[str]:
    """Outside libraries away from home."""
    return [
        f"{path}:{line}: {module} belongs into {HOMES[top]}"
        for module, line in imports(ast.parse(source))
        if (top := module.partition(".")[0]) in HOMES and not re.fullmatch(HOMES[top], path)
    ]


def forbidden(path: str, source: str) -> list[str]:
    """What must not be done anywhere, whoever imports what."""
    tree = ast.parse(source)
    found = [
        f"{path}:{line}: {module} is forbidden"
        for module, line in imports(tree)
        if module in FORBIDDEN_MODULES or module.partition(".")[0] in FORBIDDEN_MODULES
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Await) and is_call_of(node.value, "read"):
            found.append(f"{path}:{node.lineno}: await ….read() takes an answer of any size; read it in parts")
        if isinstance(node, ast.Call):
            found += [f"{path}:{node.lineno}: {reason}" for reason in forbidden_call(node)]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [f"{path}:{node.lineno}: {reason}" for reason in forbidden_text(path, node.value)]
    return found


def is_call_of(node: ast.AST, method: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method


def forbidden_call(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func)
    if name == "feedparser.parse" and not (node.args and re.match(r"(io\.)?BytesIO\(", ast.unparse(node.args[0]))):
        yield "feedparser.parse opens files and URLs unless it is handed a BytesIO"
    if name.endswith("fetch_url"):
        yield "pages are fetched by collect/http alone"
    if name.endswith(".extractall"):
        yield "extractall writes where an archive tells it to"


def forbidden_text(path: str, text: str) -> Iterator[str]:
    if re.search(r"\|\s*safe\b", text):
        yield "|safe lets markup of strangers through"
    if SQL.search(text) and layer(path) not in {"archive", "schema", "web"}:
        yield "SQL belongs into archive/"


@pytest.mark.parametrize("path", sorted(SOURCES))
def test_imports_point_right_and_libraries_stay_home(path: str) -> None:
    """The import rule, the homes of libraries and the forbidden things hold in this file."""
    source = SOURCES[path]
    assert room_violations(path, source) + home_violations(path, source) + forbidden(path, source) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_escape_everything(path: Path) -> None:
    """No template switches escaping off."""
    assert not re.search(r"\|\s*safe\b|autoescape\s+(false|off)", path.read_text(encoding="utf-8"))


def test_every_dependency_has_a_home() -> None:
    """A library that pyproject.toml brings in is either in the table of homes or never imported by name."""
    known = {*HOMES, *sys.stdlib_module_names, "monitor"}
    strangers = {
        module.partition(".")[0]
        for path, source in SOURCES.items()
        for module, _ in imports(ast.parse(source))
        if not module.startswith(".") and module.partition(".")[0] not in known
    }
    assert strangers == set()


PLANTED = {
    "a room imports another": ("collect/x.py", "from monitor.archive import feeds"),
    "inside a function": ("topics/x.py", "def f():\n    import monitor.alerts"),
    "by name": ("alerts/x.py", "import importlib\nimportlib.import_module('monitor.run.workers')"),
    "to the left": ("archive/x.py", "from monitor.run.workers import Workers"),
    "the run room from the web": ("web/x.py", "from monitor import run"),
    "a base module imports a room": ("log.py", "from monitor.collect import http"),
    "models import a library": ("models.py", "import yarl"),
    "errors import models": ("errors.py", "from monitor.models import Feed"),
    "a migration imports us": ("archive/schema.py", "from monitor.models import Feed"),
    "relative": ("collect/x.py", "from .http import Client"),
    "no layer": ("helpers/x.py", ""),
    "a library away from home": ("run/x.py", "import aiohttp"),
    "and in a function": ("collect/feeds.py", "def f():\n    from trafilatura import extract"),
    "requests": ("collect/http.py", "import requests"),
    "urllib.request": ("collect/http.py", "from urllib import request"),
    "pickle": ("run/codec.py", "from pickle import loads"),
    "torch": ("translate/x.py", "import torch.nn"),
    "feedparser of bytes": ("collect/feeds.py", "import feedparser\nfeedparser.parse(body)"),
    "feedparser of nothing": ("collect/feeds.py", "import feedparser\nfeedparser.parse()"),
    "fetch_url": ("extract/article.py", "import trafilatura\ntrafilatura.fetch_url('x')"),
    "whole answers": ("collect/http.py", "async def f(r):\n    return await r.read()"),
    "extractall": ("translate/x.py", "def f(z):\n    z.extractall('x')"),
    "safe": ("web/x.py", "T = '<b>{{ title | safe }}</b>'"),
    "SQL": ("run/x.py", "Q = 'select 1'\nR = 'SELECT a FROM b'"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_caught(name: str) -> None:
    """Each rule can fail: exactly one of the three checks objects, in one or more lines."""
    path, source = PLANTED[name]
    checks = (room_violations(path, source), home_violations(path, source), forbidden(path, source))
    assert sum(bool(found) for found in checks) == 1 + (name == "models import a library"), checks


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("run/x.py", "from monitor.collect import http\nfrom monitor.models import Feed"),
        ("collect/feeds.py", "import io, feedparser\nfeedparser.parse(io.BytesIO(body))"),
        ("web/x.py", "from monitor.archive.dictionary import TABLES\nQ = 'SELECT a FROM b'"),
        ("collect/http.py", "import aiohttp\nfrom monitor import __version__"),
        ("config_file.py", "from monitor.config import Config"),
    ],
)
def test_what_is_allowed_passes(path: str, source: str) -> None:
    """The checks object to nothing that the rules allow."""
    assert room_violations(path, source) + home_violations(path, source) + forbidden(path, source) == []
