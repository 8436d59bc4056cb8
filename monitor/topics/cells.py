"""Cells of languages and countries: how they are called, and what a notice on one is filed under. Pure."""

from __future__ import annotations

from monitor.topics.volumes import ANY, Cell
from monitor.wording import languages


def subject(topic: str, cell: Cell) -> str:
    """What a notice is filed under: topic/language/country."""
    return f"{topic}/{cell[0]}/{cell[1]}"


def parsed(text: str) -> tuple[str, Cell]:
    """The topic and the cell of a subject."""
    topic, language, country = text.rsplit("/", 2)
    return topic, (language, country)


def name(cell: Cell) -> str:
    """`Arabic (LY)`, `Arabic`, `LY`; "" for any language in any country."""
    language, country = cell
    words = languages.name(language) if language != ANY else ""
    place = "" if country == ANY else country or "country unknown"
    return f"{words} ({place})" if words and place else words or place
