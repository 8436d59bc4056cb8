"""Charts, drawn on the server by pygal: SVG without script or style of its own, so that a strict policy, a printer
and a mail can show it. Colours and textures are those of `static/site.css`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

import pygal
from markupsafe import Markup

_OURS = {"explicit_size": False, "js": (), "disable_xml_declaration": True, "show_legend": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Articles of one group (a language, an outlet) on one day."""

    day: str  # "2026-11-23"
    group: str  # as people call it: "Arabic"
    articles: int
    url: str = ""  # where a click leads


def bars(counts: Sequence[Bar], *, title: str, y_title: str = "Articles") -> Markup:
    """Days along the bottom, stacked bars by group."""
    days = sorted({bar.day for bar in counts})
    chart = pygal.StackedBar(**_OURS, title=title, x_title="Day", y_title=y_title, x_labels=days)
    for group in dict.fromkeys(bar.group for bar in counts):
        of_day = {bar.day: bar for bar in counts if bar.group == group}
        chart.add(group, [_value(of_day.get(day)) for day in days])
    return _svg(chart)


def _value(bar: Bar | None) -> dict[str, object] | None:
    if bar is None:
        return None
    value: dict[str, object] = {"value": bar.articles, "label": f"{bar.group}, {bar.day}"}
    return value | {"xlink": {"href": bar.url, "target": "_self"}} if bar.url else value


def _svg(chart: pygal.graph.graph.Graph) -> Markup:
    """Without pygal's own style and script."""
    root = chart.render_tree()
    for parent in list(root.iter()):
        for child in list(parent):
            if str(child.tag).rpartition("}")[2] in ("style", "script"):
                parent.remove(child)
    return Markup(ElementTree.tostring(root, encoding="unicode"))  # noqa: S704  # built from values, escaped by ElementTree
