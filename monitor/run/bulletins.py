"""What the radar found, in words and a chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from monitor.models import Chart, Notice
from monitor.topics import radar
from monitor.topics.radar import Finding, Reading, Rules
from monitor.topics.volumes import ANY, Board, Cell
from monitor.wording import languages

KINDS = ("spike", "silence")
_COLUMNS = {24: 14, 6: 16}  # windows in a chart: a fortnight, four days
_NAMED = 5  # outlets, and parts, that are named
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

When = Callable[[datetime], str]


def subject(topic: str, cell: Cell) -> str:
    """What a notice is filed under: topic/language/country."""
    return f"{topic}/{cell[0]}/{cell[1]}"


def parsed(text: str) -> tuple[str, Cell]:
    """The topic and the cell of a subject."""
    topic, language, country = text.rsplit("/", 2)
    return topic, (language, country)


def notice(board: Board, finding: Finding, rules: Rules, now: datetime, when: When) -> Notice:
    """A spike or a silence as it is told."""
    reading = finding.reading
    where = _where(reading.cell)
    return Notice(
        kind=finding.kind,
        subject=subject(reading.topic, reading.cell),
        title=f"{finding.kind}{where}: {_articles(reading.articles)} in {reading.hours} hours, "
        f"{_number(reading.expected)} expected",
        text="\n".join(filter(None, (_seen(finding, rules, when), _outlets(finding), _parts(board, reading, rules)))),
        raised_at=now,
        chart=chart(board, reading, rules),
    )


def _seen(finding: Finding, rules: Rules, when: When) -> str:
    reading = finding.reading
    until = when(moment(reading.end))
    usual = (
        f"{_number(reading.expected)} were to be expected by up to {rules.weeks} weeks before, "
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
        f"{_name(one.cell)} {one.articles} ({_number(one.expected)} expected)"
        for one in ranked[:_NAMED]
        if one.articles or one.expected >= 1
    ]
    return f"By language and country: {', '.join(named)}." if len(named) > 1 else ""


def chart(board: Board, reading: Reading, rules: Rules) -> Chart:
    """The windows up to the one that was judged, each with what was to be expected."""
    ends = [reading.end - reading.hours * step for step in reversed(range(_COLUMNS[reading.hours]))]
    past = [radar.read(board, reading.topic, reading.cell, end, reading.hours, rules) for end in ends]
    return Chart(
        title="Articles in 24 hours" if reading.hours == 24 else f"Articles in {reading.hours} hours",
        values=tuple(float(board.window(reading.topic, reading.cell, end, reading.hours)) for end in ends),
        expected=tuple(round(one.expected, 1) if one else 0.0 for one in past),
        labels=tuple(_label(end, reading.hours) for end in ends),
    )


def _label(end: int, hours: int) -> str:
    at = moment(end)
    day = _DAYS[(at - timedelta(hours=hours / 2)).weekday()]
    return day if hours == 24 else f"{day} {at:%H}"


def moment(hour: int) -> datetime:
    """The moment at which an hour begins."""
    return datetime.fromtimestamp(hour * 3600, UTC)


def _where(cell: Cell) -> str:
    return "" if cell == (ANY, ANY) else f" in {_name(cell)}"


def _name(cell: Cell) -> str:
    language, country = cell
    words = languages.name(language) if language != ANY else ""
    place = "" if country == ANY else country or "country unknown"
    return f"{words} ({place})" if words and place else words or place


def _articles(number: int) -> str:
    return f"{number:,} article{'' if number == 1 else 's'}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
