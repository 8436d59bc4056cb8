"""Textures that tell the groups of a chart apart where colours cannot: in print, in one's eyes, on a bad screen."""

from __future__ import annotations

from markupsafe import Markup

# (pattern's tile, colour where there is no style sheet). Darker ones first, so that neighbours in a stack differ.
_SOLID = Markup('<rect width="8" height="8" class="ink"/>')
_RISING = Markup('<path d="M-2 2l4 -4M0 8l8 -8M6 10l4 -4" class="line" stroke-width="2.4"/>')
_DOTS = Markup('<circle cx="2" cy="2" r="1.5" class="ink"/><circle cx="6" cy="6" r="1.5" class="ink"/>')
_LEVEL = Markup('<path d="M0 2h8M0 6h8" class="line" stroke-width="1.6"/>')
_NET = Markup('<path d="M0 4h8M4 0v8" class="line" stroke-width="1.4"/>')
_FALLING = Markup('<path d="M-2 6l4 4M0 0l8 8M6 -2l4 4" class="line" stroke-width="1"/>')
TEXTURES = (
    (_SOLID, "#0b5563"),
    (_RISING, "#a34a12"),
    (_DOTS, "#5b3f8c"),
    (_NET, "#3f6d1f"),
    (_LEVEL, "#9c2760"),
    (_FALLING, "#5c5a55"),
)

_PATTERN = Markup(
    '<pattern id="{id}" class="group-{number}" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' fill="{colour}" stroke="none">{tile}</pattern>'
)


def patterns(prefix: str, number: int) -> Markup:
    """The first `number` textures as patterns, called `prefix`-0 and on."""
    return Markup("").join(
        _PATTERN.format(id=f"{prefix}-{place}", number=place, colour=colour, tile=_inked(tile, colour))
        for place, (tile, colour) in enumerate(TEXTURES[:number])
    )


def _inked(tile: Markup, colour: str) -> Markup:
    """Lines drawn in the colour; a class lets a style sheet have the last word."""
    return tile.replace('class="line"', Markup('class="line" stroke="{}"').format(colour))
