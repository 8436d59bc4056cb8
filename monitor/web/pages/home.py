"""The front page: each topic with what is new in it, what was not covered, what needs attention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from datasette import Response

from monitor.archive import Reader
from monitor.models import Notice
from monitor.web.page import FORMATS, Page, respond
from monitor.web.reading import read
from monitor.wording.coverage import coverage

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """All of the front page."""

    coverage: str
    notices: tuple[Notice, ...]


async def home(datasette: Any, request: Any) -> Response:
    now = datasette.desk.clock.now()

    def work(reader: Reader) -> Home:
        return Home(
            coverage=coverage(reader.ledger.coverage(now - WINDOW)),
            notices=tuple(reader.notices.open()),
        )

    value = await read(datasette, work)
    return await respond(datasette, request, Page(template="home.html", title="Home", value=value, rows=value.notices))


ROUTES = ((r"^/$", home), (rf"^/home{FORMATS}$", home))
