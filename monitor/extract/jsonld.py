"""JSON-LD: what a page tells search engines about its article (schema.org Article and kin)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import html

from monitor.extract.text import clean

_ARTICLE = re.compile(r"(Article|Posting|Report|Review)$")
_MARKUP = re.compile(r"</?(p|br|div|a|h[1-6]|em|strong|b|i|span|ul|ol|li|blockquote)\b[^>]*>", re.IGNORECASE)
_LINE = re.compile(r"</?(p|br|div|h[1-6]|ul|ol|li|blockquote)\b[^>]*>", re.IGNORECASE)
MAX_DEPTH = 20


def articles(tree: html.HtmlElement) -> list[dict[str, Any]]:
    """Every object of an article type in the page's JSON-LD, in document order. Broken blocks are skipped."""
    found = []
    for script in tree.iter("script"):
        if "ld+json" in script.get("type", ""):
            found += [item for item in _objects(_load(script.text or "")) if _is_article(item)]
    return found


def _load(source: str) -> Any:
    try:
        return json.loads(source.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)


def _is_article(item: dict[str, Any]) -> bool:
    kinds = item.get("@type")
    return any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in _as_list(kinds)) or "articleBody" in item


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def body(found: list[dict[str, Any]]) -> str:
    """The longest `articleBody`, as plain text with one paragraph a line; "" when there is none."""
    bodies = (item.get("articleBody") for item in found)
    return max((_plain(text) for text in bodies if isinstance(text, str)), key=len, default="")


def _plain(text: str) -> str:
    text = unescape(text)
    if _MARKUP.search(text):
        text = unescape(_MARKUP.sub("", _LINE.sub("\n", text)))
    return "\n".join(line for line in map(clean, text.splitlines()) if line)


def first(found: list[dict[str, Any]], name: str) -> str:
    """The first non-empty string under `name`; "" when there is none."""
    for item in found:
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            return clean(value)
    return ""


def names(found: list[dict[str, Any]], field: str) -> tuple[str, ...]:
    """Names under `field`, each given as a string, an object with a `name`, or a list of these."""
    for item in found:
        given = (one.get("name") if isinstance(one, dict) else one for one in _as_list(item.get(field)))
        flat = (name for entry in given for name in _as_list(entry))
        said = tuple(dict.fromkeys(clean(name) for name in flat if isinstance(name, str) and name.strip()))
        if said:
            return said
    return ()
