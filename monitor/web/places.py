"""Names of countries, as people call them."""

from __future__ import annotations

from monitor.topics import territories, world


def country_name(code: str) -> str:
    """English name of a state given by its ISO 3166 code; the code itself where it is none."""
    return world.title(code) if code in territories.countries() else code
