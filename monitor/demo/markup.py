"""The markup of the sample newsroom: pieces of HTML and XML kept in `newsroom/styles/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from html import escape
from string import Template
from typing import Any

from monitor.demo.sites import NEWSROOM


def style(name: str) -> dict[str, Any]:
    """The pieces of `styles/NAME.toml`, each a text for `fill`."""
    return tomllib.loads((NEWSROOM / "styles" / f"{name}.toml").read_text("utf-8"))


def fill(piece: str, text: Mapping[str, str], made: Mapping[str, str] | None = None) -> str:
    """`piece` with its $names replaced: `text` is escaped, `made` is markup already and wins."""
    return Template(piece).substitute({name: escape(value) for name, value in text.items()} | dict(made or {}))
