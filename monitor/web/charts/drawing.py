"""From the places that pygal found to an SVG of our own: only elements written here, every word escaped.

What pygal itself writes holds a style sheet, a script, ids and descriptions that readers would be read out.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from monitor.web.charts.axis import labelled, short, unit
from monitor.web.charts.textures import TEXTURES, patterns
from monitor.wording.clean import one_line, safe_url

_NAME = 80  # characters of a group's name
_WIDEST = 64  # units that the columns of one day take: three days are no three walls
_EDGE = 40  # units: half a label, as large as on a phone
_BELOW = 64  # units under the columns: two lines of words as large as on a phone
_SHIFT = re.compile(r"translate\(([-\d.]+), ?([-\d.]+)\)")
_LOCAL = re.compile(r"[?#]|/(?![/\\])")
_TEXT = Markup('<text x="{x:.4g}" y="{y:.4g}" dy="{dy}" text-anchor="{anchor}" class="{kind}">{words}</text>')
_GUIDE = Markup('<path d="M{x:.4g} {y:.4g}h{width:.4g}" class="guide" stroke="#d9d5cb" stroke-width="1"/>')
_RECT = Markup(
    '<rect x="{x:.5g}" y="{y:.5g}" width="{width:.5g}" height="{height:.5g}" class="group-{group}"'
    ' fill="{fill}" stroke="{colour}" stroke-width="1"/>'
)
_PAINTED = Markup('<path d="{d}" class="group-{group}" fill="url(#{fill})"/>')
_LINK = Markup('<a href="{url}" aria-label="{words}" tabindex="-1"><title>{words}</title>{rect}</a>')
_SAID = Markup("<g><title>{words}</title>{rect}</g>")
_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="{role}" aria-label="{title}"'
    ' class="columns" font-family="system-ui, sans-serif" font-size="12" fill="#5c5a55">'
    "<defs>{patterns}</defs>{guides}{columns}{words}</svg>"
)
_LEGEND = Markup('<ul class="legend">{entries}</ul>')
_ENTRY = Markup(
    '<li><svg class="swatch" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
    '<rect x="1" y="1" width="14" height="14" class="group-{number}" fill="url(#{fill})" stroke="{colour}"/></svg>'
    " <bdi>{name}</bdi> <b>{total}</b></li>"
)
_TINY = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    ' role="img" aria-label="{label}" class="sparkline"><path d="M0 {base:.4g}h{width:g}" class="guide"'
    ' stroke="#d9d5cb"/>{columns}</svg>'
)
_TINY_RECT = Markup(
    '<rect x="{x:.4g}" y="{y:.4g}" width="{width:.4g}" height="{height:.4g}" class="{kind}" fill="#0b5563"/>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a column is in words, and where it leads; "": nowhere."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a group's, in the SVG's units."""

    group: str
    place: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """All that pygal worked out."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    rows: tuple[tuple[float, str], ...]  # upright axis: where, and the number
    middles: tuple[float, ...]  # of each place along the bottom
    boxes: tuple[Box, ...]

    def narrowed(self, box: Box) -> Box:
        """No wider than a column should be, about the middle of its day."""
        middle = self.middles[box.place]
        share = min(1.0, _WIDEST * len(self.middles) / (self.right - self.left))
        return replace(box, x=middle + (box.x - middle) * share, width=box.width * share)


def columns(tree: Any) -> Places:
    """The places in what pygal drew. `tree` is its element."""
    _, _, width, height = map(float, tree.get("viewBox").split())
    plot = next(_with_class(tree, "plot"))
    left, top = _shift(plot)
    frame = next(_with_class(plot, "background"))
    return Places(
        width=width,
        height=height,
        left=left,
        right=left + float(frame.get("width")),
        bottom=top + float(frame.get("height")),
        rows=tuple((_start(guide)[1] + top, text) for guide, text in _guides(plot, "y")),
        middles=tuple(_start(guide)[0] + left for guide, _ in _guides(plot, "x")),
        boxes=tuple(_boxes(plot, left, top)),
    )


def _boxes(plot: Any, left: float, top: float) -> Iterator[Box]:
    for series, group in enumerate(_with_class(plot, "series")):
        for place, rect in enumerate(_with_class(group, "rect")):
            x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
            if height > 0:  # a day without articles is a gap
                yield Box(str(series), place, x + left, y + top, width, height)


def _guides(plot: Any, axis: str) -> Iterator[tuple[Any, str]]:
    for found in _with_class(plot, f"axis {axis}"):
        for guides in _with_class(found, "guides"):
            yield guides.find("path"), guides.findtext("text") or ""


def _with_class(parent: Any, name: str) -> Iterator[Any]:
    wanted = set(name.split())
    return (node for node in parent.iter() if wanted <= set((node.get("class") or "").split()))


def _shift(node: Any) -> tuple[float, float]:
    found = _SHIFT.match(node.get("transform"))
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)


def _start(path: Any) -> tuple[float, float]:
    x, y, *_ = path.get("d").lstrip("M").split()
    return float(x), float(y)


def drawn(
    places: Places,
    named: Mapping[tuple[str, int], Column],
    *,
    labels: Sequence[str],
    totals: Mapping[str, float],
    title: str,
    y_title: str,
    x_title: str,
    printed: bool = False,
) -> Markup:
    """The chart and its legend. `named`: by group's number and place; `totals`: by group's name, in order.

    `printed`: each texture is painted once, under all the columns of its group. Chromium's PDF holds a picture of the
    whole chart for each thing that is painted with a texture: 4.9 MB for a week in six languages, 0.9 MB this way.
    """
    prefix = f"texture-{zlib.crc32(repr((title, labels, list(totals))).encode('utf-8', 'replace')):08x}"
    boxes = [box for box in map(places.narrowed, places.boxes) if (box.group, box.place) in named]
    svg = _SVG.format(
        width=places.width,
        height=places.bottom + _BELOW,
        # What holds links is a group: within an image no reader could reach them.
        role="group" if any(column.url for column in named.values()) else "img",
        title=one_line(title, 200),
        patterns=patterns(prefix, len(totals)),
        guides=Markup("").join(
            _GUIDE.format(x=places.left, y=y, width=places.right - places.left) for y, _ in places.rows
        ),
        columns=(_painted(boxes, prefix) if printed else Markup(""))
        + Markup("").join(
            _column(box, named[box.group, box.place], "transparent" if printed else f"url(#{prefix}-{box.group})")
            for box in boxes
        ),
        words=Markup("").join(_words(places, labels, y_title, x_title or unit(labels))),
    )
    return svg + legend(totals, prefix)


def _painted(boxes: Sequence[Box], prefix: str) -> Markup:
    """The textures of all columns, a path a group."""
    outlines: dict[str, str] = {}
    for box in boxes:
        outline = f"M{box.x:.5g} {box.y:.5g}h{box.width:.5g}v{box.height:.5g}h{-box.width:.5g}z"
        outlines[box.group] = outlines.get(box.group, "") + outline
    return Markup("").join(
        _PAINTED.format(d=outline, group=group, fill=f"{prefix}-{group}") for group, outline in outlines.items()
    )


def _column(box: Box, column: Column, fill: str) -> Markup:
    rect = _RECT.format(x=box.x, y=box.y, width=box.width, height=box.height, group=box.group,
                        fill=fill, colour=_colour(int(box.group)))  # fmt: skip
    words, url = one_line(column.words, 200), _followed(column.url)
    return _LINK.format(url=url, words=words, rect=rect) if url else _SAID.format(words=words, rect=rect)


def _followed(url: str) -> str:
    """A page of ours, or an address that a person may be sent to; "" for anything else."""
    return url if _LOCAL.match(url) else safe_url(url)


def _words(places: Places, labels: Sequence[str], y_title: str, x_title: str) -> Iterator[Markup]:
    for y, number in places.rows:
        yield _TEXT.format(x=places.left - 6, y=y, dy=".32em", anchor="end", kind="number", words=number)
    for place, everywhere in labelled(len(labels)).items():
        kind = "label" if everywhere else "label wide-only"
        middle = places.middles[place]
        last = middle > places.right - _EDGE  # written from the edge, or it would run over it
        yield _TEXT.format(x=places.right if last else middle, y=places.bottom, dy="1.3em",
                           anchor="end" if last else "middle", kind=kind, words=short(labels[place]))  # fmt: skip
    yield _TEXT.format(x=2, y=2, dy=".9em", anchor="start", kind="axis-title", words=y_title)
    if x_title:
        yield _TEXT.format(x=places.right, y=places.bottom, dy="2.5em", anchor="end", kind="axis-title",
                           words=x_title)  # fmt: skip


def legend(totals: Mapping[str, float], prefix: str) -> Markup:
    """Each group with its texture and its sum."""
    entries = Markup("").join(
        _ENTRY.format(number=number, fill=f"{prefix}-{number}", colour=_colour(number), name=one_line(group, _NAME),
                      total=f"{total:,.0f}")
        for number, (group, total) in enumerate(totals.items())
    )  # fmt: skip
    return _LEGEND.format(entries=entries)


def _colour(number: int) -> str:
    return TEXTURES[number][1]


def tiny(tree: Any, *, label: str) -> Markup:
    """A small chart without axes; the last column is set off, being the one that still grows."""
    _, _, width, height = map(float, tree.get("viewBox").split())
    plot = next(_with_class(tree, "plot"))
    boxes = list(_boxes(plot, *_shift(plot)))
    last = max((place for place, _ in enumerate(_with_class(plot, "rect"))), default=-1)
    rects = Markup("").join(
        _TINY_RECT.format(x=box.x, y=box.y, width=box.width, height=max(1.0, box.height),
                          kind="last" if box.place == last else "ink")
        for box in boxes
    )  # fmt: skip
    return _TINY.format(width=width, height=height, base=height - 1, label=one_line(label, 200), columns=rects)
