"""Small charts in text: columns over the days, bars beside a table. They fit 80 characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 78
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_HEIGHT = 4  # lines of columns
_NOTHING = "·"  # below a day on which nothing was collected


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its height, and whether there was anything to count."""

    label: str
    value: float
    collected: bool = True


def columns(values: Sequence[Column], *, height: int = _HEIGHT) -> list[str]:
    """A column each, in as many lines, then the first and last label. Neighbours are added up where room is short."""
    shown = _joined(values, WIDTH)
    if not shown:
        return []
    width = 2 if 2 * len(shown) <= WIDTH else 1
    most = max(column.value for column in shown) or 1.0
    eighths = [max(round(8 * height * c.value / most), 1 if c.value else 0) for c in shown]
    lines = [
        "".join(_EIGHTHS[min(max(filled - 8 * line, 0), 8)].ljust(width) for filled in eighths).rstrip()
        for line in reversed(range(height))
    ]
    floor = "".join(("─" if column.collected else _NOTHING) * width for column in shown)
    return [*lines, floor, _ends(values[0].label, values[-1].label, len(floor))]


def _ends(first: str, last: str, width: int) -> str:
    """The first label at the left and the last at the right, if they are two."""
    return first if first == last else f"{first} {last:>{max(width - len(first) - 1, 0)}}"


def bar(value: float, most: float, width: int) -> str:
    """A bar to scale, never nothing for something."""
    eighths = max(round(8 * width * value / most), 1) if value and most else 0
    return "█" * (eighths // 8) + ("▏▎▍▌▋▊▉"[eighths % 8 - 1] if eighths % 8 else "")


def _joined(values: Sequence[Column], most: int) -> list[Column]:
    """As many columns as there is room for: days, or so many days together."""
    size = -(-len(values) // most) if values else 1
    groups = [values[at : at + size] for at in range(0, len(values), size)]
    return [
        Column(
            label=group[0].label,
            value=sum(column.value for column in group),
            collected=any(column.collected for column in group),
        )
        for group in groups
    ]
