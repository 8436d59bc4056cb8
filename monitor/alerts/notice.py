"""A notice as a message: a feed that fell silent, a spike, a silence, and the end of each. Pure.

The JSON form is that of an alert without articles (see `data.py`), and beside it

    "notice": {"kind", "subject", "title", "text", "raised_at", "healed_at" | null,
               "chart": {"title", "values", "expected", "labels", "unit"} | null}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from monitor.alerts import blocks, chart
from monitor.alerts.data import data
from monitor.alerts.wording import REPEAT, Sheet, footer
from monitor.models import Alert, Channel, Message, Notice
from monitor.wording.clean import one_line
from monitor.wording.coverage import coverage
from monitor.wording.times import stamp, when

SEVERAL = "several"  # kind of a notice that is made of some that fell due together
_SUBJECT, _TITLE, _LINE = 150, 200, 1200
_BODY = (
    "margin:0;padding:16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;"
    "-webkit-text-size-adjust:100%;overflow-wrap:anywhere"
)
_HEAD = "font-size:20px;line-height:1.3;margin:0 0 12px"
_PART = "margin:0 0 12px"
_SMALL = "font-size:14px;opacity:.8;margin:12px 0 0"


def together(notices: Sequence[Notice]) -> Notice:
    """Notices that fall due together, as one; a single one as it is. The first chart stays."""
    if len(notices) == 1:
        return notices[0]
    ends = [one.healed_at for one in notices]
    return Notice(
        kind=SEVERAL,
        subject=", ".join(one.subject for one in notices),
        title=_summary(notices),
        text="\n\n".join(f"{_title(one)}\n{one.text}" for one in notices),
        raised_at=min(one.raised_at for one in notices),
        healed_at=max(end for end in ends if end) if all(ends) else None,
        chart=next((one.chart for one in notices if one.chart), None),
    )


def _summary(notices: Sequence[Notice]) -> str:
    """`4 feeds are in trouble, 1 is well again`."""
    if not all(one.kind.startswith("feed ") for one in notices):
        return f"{len(notices)} notices: {', '.join(_title(one) for one in notices)}"
    well = sum(one.healed_at is not None for one in notices)
    ill = len(notices) - well
    if not ill:
        return f"{well} feeds are well again"
    first = f"{ill} {'feed is' if ill == 1 else 'feeds are'} in trouble"
    return f"{first}, {well} {'is' if well == 1 else 'are'} well again" if well else first


def _title(notice: Notice) -> str:
    """An end is told under the title of its beginning."""
    over = notice.healed_at is not None and notice.kind != SEVERAL
    return f"Over: {notice.title}" if over else notice.title


def compose(alert: Alert, channel: Channel, *, zone: ZoneInfo, repeat: bool = False) -> Message:
    """The message of an alert that carries a notice; times in `zone`. `repeat`: an earlier copy may have arrived."""
    notice = alert.notice or Notice(kind="", subject="", title="", text="", raised_at=alert.created)
    sheet = Sheet(
        subject=one_line(f"{one_line(alert.topic, 80)}: {_title(notice)}", _SUBJECT),
        topic=one_line(alert.topic, 100),
        cards=(),
        repeat=REPEAT if repeat else "",
        coverage=coverage(alert.coverage) if alert.coverage else "",
        footer=footer(alert, channel, zone),
    )
    lines = _lines(notice, zone)
    form = data(alert, sheet, repeat=repeat) | {"notice": _data(notice)}
    if channel.kind == "slack":
        form["blocks"] = list(_blocks(sheet, notice, lines))
    return Message(
        message_id=alert.alert_id,
        subject=sheet.subject,
        text="\n\n".join(_plain(sheet, notice, lines)) + "\n",
        html="\n".join(_html(sheet, notice, lines)) + "\n" if channel.kind == "email" else "",
        data=form,
        repeat=repeat,
    )


def _lines(notice: Notice, zone: ZoneInfo) -> list[list[str]]:
    """Paragraphs of lines. The end of a single notice says how long it lasted; what could be done is past."""
    if notice.healed_at is not None and notice.kind != SEVERAL:
        return [[f"From {when(notice.raised_at, zone)} to {when(notice.healed_at, zone)}: {_span(notice)}."]]
    return [[one_line(line, _LINE) for line in part.splitlines()] for part in notice.text.split("\n\n")]


def _span(notice: Notice) -> str:
    hours = ((notice.healed_at or notice.raised_at) - notice.raised_at).total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"


def _plain(sheet: Sheet, notice: Notice, lines: list[list[str]]) -> Iterator[str]:
    if sheet.repeat:
        yield sheet.repeat
    yield f"{sheet.topic}: {one_line(_title(notice), _TITLE)}"
    yield from ("\n".join(part) for part in lines)
    if notice.chart:
        yield chart.text(notice.chart)
    yield "\n".join(("-- ", *filter(None, (sheet.coverage, sheet.footer))))


def _blocks(sheet: Sheet, notice: Notice, lines: list[list[str]]) -> Iterator[blocks.Block]:
    """At most 50, whatever happens to two hundred feeds at once."""
    header = one_line(f"{sheet.topic}: {_title(notice)}", _SUBJECT).translate({ord("<"): "‹", ord(">"): "›"})
    yield {"type": "header", "text": {"type": "plain_text", "text": header, "emoji": False}}
    if sheet.repeat:
        yield _context(sheet.repeat)
    for part in lines[:40]:
        yield _section(blocks.escape("\n".join(part), 2900))
    if len(lines) > 40:
        yield _context(f"And {len(lines) - 40} more; `monitor status` lists them.")
    if notice.chart:
        yield _section(f"```{blocks.escape(chart.text(notice.chart), 2900)}```")
    for line in filter(None, (sheet.coverage, sheet.footer)):
        yield _context(line)


def _section(text: str) -> blocks.Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str) -> blocks.Block:
    mrkdwn = {"type": "mrkdwn", "text": blocks.escape(text, 1500), "verbatim": True}
    return {"type": "context", "elements": [mrkdwn]}


def _html(sheet: Sheet, notice: Notice, lines: list[list[str]]) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{escape(sheet.subject)}</title>\n</head>"
    yield f'<body style="{_BODY}">\n<div style="max-width:640px;margin:0 auto">'
    if sheet.repeat:
        yield f'<p style="{_PART}">{escape(sheet.repeat)}</p>'
    yield f'<h1 style="{_HEAD}" dir="auto">{escape(f"{sheet.topic}: {one_line(_title(notice), _TITLE)}")}</h1>'
    for part in lines:
        first, *rest = map(escape, part or [""])
        head = f"<strong>{first}</strong>" if notice.kind == SEVERAL else first
        yield f'<p style="{_PART}" dir="auto">{"<br>".join((head, *rest))}</p>'
    if notice.chart:
        yield chart.html(notice.chart)
    for line in filter(None, (sheet.coverage, sheet.footer)):
        yield f'<p style="{_SMALL}">{escape(line)}</p>'
    yield "</div>\n</body>\n</html>"


def _data(notice: Notice) -> dict[str, object]:
    return {
        "kind": notice.kind,
        "subject": notice.subject,
        "title": notice.title,
        "text": notice.text,
        "raised_at": _moment(notice.raised_at),
        "healed_at": _moment(notice.healed_at),
        "chart": asdict(notice.chart) if notice.chart else None,
    }


def _moment(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
