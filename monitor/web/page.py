"""A page for people, and the same as data: each is one frozen value, shown as HTML, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from datasette import Response
from datasette.utils import tilde_encode

from monitor.archive.rows import to_text
from monitor.web.charts.bars import against, bars, expected, sparkline
from monitor.wording import languages
from monitor.wording.clean import host, one_line, safe_url
from monitor.wording.counts import count
from monitor.wording.marks import mark
from monitor.wording.times import when

FORMATS = r"(?:\.(?P<format>json|csv))?"  # the end of a page's address: HTML without


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`value`: a frozen dataclass, `page` in the template and the whole of the JSON; `rows`: the CSV's."""

    template: str  # below templates/pages/
    title: str
    value: Any
    rows: Sequence[Any] = ()  # frozen dataclasses of one kind: the page's main table
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why there is no page."""

    message: str


async def respond(datasette: Any, request: Any, page: Page) -> Response:
    """The page in the form its address asks for."""
    match request.url_vars.get("format"):
        case "json":
            return Response(
                json.dumps(plain(page.value), ensure_ascii=False, indent=1),
                status=page.status,
                content_type="application/json; charset=utf-8",
            )
        case "csv":
            return Response(as_csv(page.rows), status=page.status, content_type="text/csv; charset=utf-8")
    html = await datasette.render_template(
        f"pages/{page.template}", {"page": page.value, "title": page.title, **_tools(datasette, request)}, request
    )
    return Response.html(html, status=page.status)


def _tools(datasette: Any, request: Any) -> dict[str, Any]:
    """What every template may call."""
    desk = datasette.desk
    return {
        "when": lambda moment: when(moment, desk.zone),
        "iso": to_text,
        "language": languages.called,
        "direction": languages.direction,
        "tag": languages.tag,
        "count": count,
        "one_line": one_line,
        "safe_url": safe_url,
        "host": lambda url: host(safe_url(url)),
        "topic_url": topic_url,
        "mark": mark,
        "bars": bars,
        "against": against,
        "expected": expected,
        "sparkline": sparkline,
        "data_url": lambda form: data_url(request, form),
        "zone": desk.zone.key,
        "database": desk.database,
        "working": desk.language,
    }


def topic_url(name: str) -> str:
    """The page of a topic; its name can hold anything."""
    return f"/topics/{tilde_encode(name)}"


def data_url(request: Any, form: str) -> str:
    """This very page, as `json`, `csv` or `atom`."""
    query = f"?{request.query_string}" if request.query_string else ""
    path = request.path if request.path != "/" else "/home"
    return f"{path}.{form}{query}"


def plain(value: Any) -> Any:
    """JSON-ready: dataclasses as objects, times in ISO 8601, UTC."""
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return plain(asdict(value)) if is_dataclass(value) and not isinstance(value, type) else value


def as_csv(rows: Sequence[Any]) -> str:
    """A line for each, under the names of the fields; what is no plain value is JSON in its cell."""
    out = io.StringIO()
    writer = csv.writer(out)
    if rows:
        names = [field.name for field in fields(rows[0])]
        writer.writerow(names)
        writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    value = plain(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    # A cell that begins so is run as a formula by spreadsheets (OWASP, "CSV injection").
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
