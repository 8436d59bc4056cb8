"""A small chart that survives a mail program: no picture, no SVG, no style sheet, nothing to fetch.

In text and Slack two lines of block characters, in HTML a table whose cells have heights and colours (Outlook
honours both on cells, and on nothing else). Each column shows what came against what was to be expected:

    dark on top   more than expected         pale on top   expected, and did not come
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from monitor.models import Chart
from monitor.wording.clean import one_line

_BLOCKS = "▁▂▃▄▅▆▇█"
_HEIGHT, _WIDTH = 72, 22  # pixels of the tallest column, and of each
_CAME, _BEYOND, _MISSING = "#8aa4c8", "#b3261e", "#e0e0e0"
_FRAME = "border-collapse:collapse;margin:4px 0"
_SMALL = "font-size:12px;line-height:1.3;padding:2px 2px 0 0"


def spark(values: tuple[float, ...], top: float) -> str:
    """`values` as block characters, `top` being the full block: ▁▂▅█."""
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[max(0, min(steps, round(value / top * steps)))] if top > 0 else "▁" for value in values)


def text(chart: Chart) -> str:
    """Title, the columns, what was expected on the same scale, and where the columns begin and end."""
    top = max((*chart.values, *chart.expected), default=0.0)
    lines = [f"{chart.title}:", f"{spark(chart.values, top)}  {chart.unit}{_last(chart.values)}"]
    if chart.expected:
        lines.append(f"{spark(chart.expected, top)}  expected{_last(chart.expected)}")
    if chart.labels:
        lines.append(f"{chart.labels[0]} … {chart.labels[-1]}")
    return "\n".join(one_line(line, 200) for line in lines)


def _last(values: tuple[float, ...]) -> str:
    return f", {_figure(values[-1])} in the last" if values else ""


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def html(chart: Chart) -> str:
    """The same as a table; a reader that is read to hears the figures in words."""
    return "".join(_table(chart))


def _table(chart: Chart) -> Iterator[str]:
    top = max((*chart.values, *chart.expected), default=0.0) or 1.0
    spoken = ", ".join(map(_figure, chart.values))
    yield f'<p style="font-size:14px;margin:12px 0 0">{escape(chart.title)}</p>'
    yield f'<table role="img" aria-label="{escape(f"{chart.title}: {spoken}")}" cellpadding="0" cellspacing="0" '
    yield f'border="0" style="{_FRAME}"><tr>'
    expected = chart.expected or chart.values
    for value, usual in zip(chart.values, expected, strict=True):
        yield f'<td valign="bottom" style="vertical-align:bottom;padding:0 2px 0 0">{_column(value, usual, top)}</td>'
    yield "</tr>"
    if chart.labels:
        yield "<tr>" + "".join(map(_label, chart.labels)) + "</tr>"
    yield "</table>"
    if chart.expected:
        legend = f"{_figure(chart.values[-1])} {chart.unit} in the last column, {_figure(expected[-1])} expected."
        yield f'<p style="{_SMALL};opacity:.8;margin:0 0 8px">{escape(legend)} {_key(_BEYOND)} more than expected '
        yield f"{_key(_MISSING)} expected, did not come</p>"


def _column(value: float, usual: float, top: float) -> str:
    came, line = round(value / top * _HEIGHT), round(usual / top * _HEIGHT)
    parts = [(came - line, _BEYOND), (line, _CAME)] if came > line else [(line - came, _MISSING), (came, _CAME)]
    cells = "".join(_cell(height, colour) for height, colour in parts if height > 0) or _cell(1, _CAME)
    number = f'<tr><td align="center" style="font-size:11px;line-height:1.3">{_figure(value)}</td></tr>'
    return f'<table cellpadding="0" cellspacing="0" border="0" width="{_WIDTH}">{number}{cells}</table>'


def _cell(height: int, colour: str) -> str:
    style = f"height:{height}px;background:{colour};font-size:1px;line-height:1px"
    return f'<tr><td height="{height}" bgcolor="{colour}" style="{style}">&nbsp;</td></tr>'


def _label(label: str) -> str:
    return f'<td align="center" style="{_SMALL};font-size:10px;opacity:.8">{escape(label)}</td>'


def _key(colour: str) -> str:
    return f'<span style="background:{colour};padding:0 5px">&nbsp;</span>'
