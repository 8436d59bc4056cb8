"""What the radar found, in words and a chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.models import Notice
from monitor.topics import cells, outlook, radar
from monitor.topics.radar import Finding, Reading, Rules
from monitor.topics.volumes import ANY, Board, Cell

_NAMED = 5  # outlets, and parts, that are named

When = Callable[[datetime], str]


def notice(board: Board, finding: Finding, rules: Rules, now: datetime, when: When) -> Notice:
    """A spike or a silence as it is told."""
    reading = finding.reading
    where = _where(reading.cell)
    return Notice(
        kind=finding.kind,
        subject=cells.subject(reading.topic, reading.cell),
        title=f"{finding.kind}{where}: {_articles(reading.articles)} in {reading.hours} hours, "
        f"{outlook.number(reading.expected)} expected",
        text="\n".join(filter(None, (_seen(finding, rules, when), _outlets(finding), _parts(board, reading, rules)))),
        raised_at=now,
        chart=outlook.chart(board, reading, rules),
    )


def _seen(finding: Finding, rules: Rules, when: When) -> str:
    reading = finding.reading
    until = when(outlook.moment(reading.end))
    usual = (
        f"{outlook.number(reading.expected)} were to be expected by up to {rules.weeks} weeks before, "
        "at this time of the week and given what was collected"
    )
    if finding.kind == "spike":
        many = f"{len(finding.outlets)} outlets"
        return f"{_articles(reading.articles)} from {many} in the {reading.hours} hours to {until}; {usual}."
    collected = f"{min(reading.share_collected, 9.99):.0%} of the usual articles of all topics were collected"
    return f"{_articles(reading.articles)} in the {reading.hours} hours to {until}; {usual}. {collected}."


def _outlets(finding: Finding) -> str:
    named = ", ".join(f"{outlet or 'unnamed'} {number}" for outlet, number in finding.outlets[:_NAMED])
    return f"{'Most' if finding.kind == 'spike' else 'Usually (in four weeks)'}: {named}." if named else ""


def _parts(board: Board, reading: Reading, rules: Rules) -> str:
    """The narrow cells in which most of it happened."""
    if ANY not in reading.cell:
        return ""
    leaves = [cell for cell in board.cells(reading.topic) if ANY not in cell and radar.related(cell, reading.cell)]
    found = [radar.read(board, reading.topic, cell, reading.end, reading.hours, rules) for cell in leaves]
    ranked = sorted((one for one in found if one), key=lambda one: -abs(one.articles - one.expected))
    named = [
        f"{cells.name(one.cell)} {one.articles} ({outlook.number(one.expected)} expected)"
        for one in ranked[:_NAMED]
        if one.articles or one.expected >= 1
    ]
    return f"By language and country: {', '.join(named)}." if len(named) > 1 else ""


def _where(cell: Cell) -> str:
    return "" if cell == (ANY, ANY) else f" in {cells.name(cell)}"


def _articles(number: int) -> str:
    return f"{number:,} article{'' if number == 1 else 's'}"
