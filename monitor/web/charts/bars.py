"""Charts: pygal finds the scale and places every column, `drawing` writes them as SVG without script or style.

A chart is markup with everything in it: it stands in a page under the strict policy, in a report that is printed,
and without a style sheet at all. Colours are tokens of `static/site.css`; textures tell groups apart without them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import pygal
from markupsafe import Markup
from pygal.style import Style

from monitor.models import Chart
from monitor.web.charts.axis import in_order, long, steps
from monitor.web.charts.drawing import Column, columns, drawn, tiny
from monitor.web.charts.textures import TEXTURES
from monitor.wording.counts import count

# pygal puts itself between Python and every import, for maps we do not draw, in a way that Python warns of.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

OTHER = "other"  # the group of all that have no texture of their own
_WIDTH, _HEIGHT = 720, 300
_LABEL = 22  # units: room for labels as they are on a phone, where 720 units are 360 pixels
_GEOMETRY = {
    "js": (),
    "no_prefix": True,
    "explicit_size": False,
    "disable_xml_declaration": True,
    "show_legend": False,
    "value_formatter": lambda value: f"{value:,.0f}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Articles of one group (a language, an outlet) on one day; one for each of the two."""

    day: str  # "2026-11-23", "2026-11-23T14" for an hour, or any label
    group: str  # as people call it: "Arabic"
    articles: float
    url: str = ""  # where a click leads

    @property
    def time(self) -> str:
        """The day in a sentence or a table: "23 November 2026, 14:00"."""
        return long(self.day)


def bars(
    counts: Sequence[Bar],
    *,
    title: str,
    y_title: str = "Articles",
    x_title: str = "",
    days: Sequence[str] = (),
    printed: bool = False,
) -> Markup:
    """Days along the bottom, stacked columns by group, a legend below.

    `days`: labels in their order, those without articles too; without them, days and hours missing between the first
    and the last are filled in. At most six groups are told apart, the largest; the rest are "other". `printed`: made
    for paper, see `drawing.drawn`.
    """
    return _stacked(tuple(counts), title, y_title, x_title, tuple(days) or in_order(counts), printed)


# The same numbers make the same chart; ninety days in six languages take 40 ms to draw.
@lru_cache(maxsize=64)
def _stacked(
    counts: tuple[Bar, ...], title: str, y_title: str, x_title: str, labels: tuple[str, ...], printed: bool
) -> Markup:
    known = set(labels)
    shown = _grouped([bar for bar in counts if bar.day in known])
    chart = pygal.StackedBar(**_GEOMETRY, **_room(), **_scale(_tops(shown, labels), labels))
    return _chart(chart, shown, labels, title=title, y_title=y_title, x_title=x_title, printed=printed)


def expected(chart: Chart, *, came: str = "came", usual: str = "expected") -> Markup:
    """The chart of a notice: what came beside what was to be expected."""
    counts = against(chart, came=came, usual=usual)
    labels = tuple(dict.fromkeys(bar.day for bar in counts))
    top = max((*chart.values, *chart.expected), default=0.0)
    drawing = pygal.Bar(**_GEOMETRY, **_room(), **_scale(top, labels))
    return _chart(drawing, counts, labels, title=chart.title, y_title=chart.unit.capitalize(), x_title="")


def against(chart: Chart, *, came: str = "came", usual: str = "expected") -> tuple[Bar, ...]:
    """The numbers of a notice's chart, for its table."""
    labels = chart.labels or tuple(str(number) for number in range(1, len(chart.values) + 1))
    rows = ((came, chart.values), (usual, chart.expected))
    return tuple(
        Bar(day=day, group=group, articles=value)
        for group, values in rows
        for day, value in zip(labels, values, strict=False)
    )


@lru_cache(maxsize=512)
def sparkline(values: tuple[float, ...], *, label: str) -> Markup:
    """Small columns without axes, the oldest first; `label` says in words what they show."""
    chart = pygal.Bar(**_GEOMETRY, width=4 + 8 * max(1, len(values)), height=32, margin=2, spacing=0,
                      show_x_labels=False, show_y_labels=False, range=(0, max((1, *values))))  # fmt: skip
    chart.add("0", list(values))
    return tiny(chart.render_tree(), label=label)


def _chart(chart: pygal.graph.graph.Graph, counts: Sequence[Bar], labels: Sequence[str], **titles: Any) -> Markup:
    """Nothing counted, nothing drawn: what would be here is for the page to say."""
    if not counts:
        return Markup("")
    groups = list(dict.fromkeys(bar.group for bar in counts))
    found = {(bar.group, bar.day): bar for bar in counts}
    for number, group in enumerate(groups):
        # pygal sees numbers of ours alone: whatever a stranger calls himself never passes through it.
        chart.add(str(number), [_value(found, group, label) for label in labels])
    named = {
        (str(number), place): Column(words=_words(found[group, label]), url=found[group, label].url)
        for number, group in enumerate(groups)
        for place, label in enumerate(labels)
        if (group, label) in found
    }
    totals = {group: sum(bar.articles for bar in counts if bar.group == group) for group in groups}
    return drawn(columns(chart.render_tree()), named, labels=labels, totals=totals, **titles)


def _value(found: Mapping[tuple[str, str], Bar], group: str, label: str) -> float:
    bar = found.get((group, label))
    return bar.articles if bar else 0


def _words(bar: Bar) -> str:
    """ "Arabic, 23 November 2026: 5 articles": what a column is, to who hears it or points at it."""
    number = (
        count(int(bar.articles), "article") if bar.articles == int(bar.articles) else f"{bar.articles:,.1f} articles"
    )
    return f"{bar.group}, {long(bar.day)}: {number}"


def _grouped(counts: Sequence[Bar]) -> list[Bar]:
    """The largest groups first; beyond the textures there are, one group for the rest."""
    totals: dict[str, float] = {}
    for bar in counts:
        totals[bar.group] = totals.get(bar.group, 0) + bar.articles
    ranked = sorted(totals, key=lambda group: (-totals[group], group))
    if len(ranked) <= len(TEXTURES):
        return sorted(counts, key=lambda bar: ranked.index(bar.group))
    kept = ranked[: len(TEXTURES) - 1]
    rest: dict[str, float] = {}
    for bar in counts:
        if bar.group not in kept:
            rest[bar.day] = rest.get(bar.day, 0) + bar.articles
    others = [Bar(day=day, group=OTHER, articles=articles) for day, articles in rest.items()]
    return [*sorted((bar for bar in counts if bar.group in kept), key=lambda bar: kept.index(bar.group)), *others]


def _tops(counts: Sequence[Bar], labels: Sequence[str]) -> float:
    """The tallest stack."""
    stacks = dict.fromkeys(labels, 0.0)
    for bar in counts:
        stacks[bar.day] += bar.articles
    return max(stacks.values(), default=0.0)


def _room() -> dict[str, object]:
    return {"width": _WIDTH, "height": _HEIGHT, "margin": 8, "margin_top": 36, "margin_bottom": 44, "spacing": 8,
            "style": Style(label_font_size=_LABEL)}  # fmt: skip


def _scale(top: float, labels: Sequence[str]) -> dict[str, object]:
    """Whole numbers on the upright axis; the labels along the bottom are places, which `drawing` puts words to."""
    marks = steps(ceil(top))
    return {"y_labels": marks, "range": (0, marks[-1]), "x_labels": [str(place) for place in range(len(labels))]}
