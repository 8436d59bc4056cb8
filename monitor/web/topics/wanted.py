"""What a reader of a topic asked for in the address: how far back, which days, languages and outlets, from where on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from monitor.archive.timelines import Find, place
from monitor.web.paths import whole_number
from monitor.web.periods import Period

DAYS = (7, 30, 90, 365)
SHOWN, MOST = 20, 500  # stories on a page; `limit` may ask for more
_DEFAULT_DAYS = 30
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """ "" and 0: not asked for."""

    days: int = _DEFAULT_DAYS
    day: str = ""  # first day of a period of the timeline: "2026-11-23"
    language: str = ""
    outlet: str = ""
    passed: bool = False  # what was passed over, instead of what was found
    before: int = 0  # number of an article: stories whose newest one is older
    limit: int = SHOWN

    def url(self, path: str, **changes: Any) -> str:
        """The page with something else asked for. Who changes what is listed begins again at the newest."""
        wanted = replace(self, **{"before": 0, **changes})
        asked = {name: int(value) if name == "passed" else value for name, value in asdict(wanted).items()}
        usual = {name: getattr(Wanted(), name) for name in asked}
        query = urlencode({name: value for name, value in asked.items() if value != usual[name]})
        return f"{path}?{query}" if query else path

    def narrow(
        self, finds: Sequence[Find], starts: Sequence[int], there: int | None, *, but: str = ""
    ) -> Sequence[Find]:
        """The finds that were asked for. `there`: which period; `but`: a question that is left out."""
        if self.language and but != "language":
            finds = [find for find in finds if find.language == self.language]
        if self.outlet and but != "outlet":
            finds = [find for find in finds if find.outlet == self.outlet]
        if there is not None and but != "day":
            finds = [find for find in finds if place(find.article_id, starts) == there]
        return finds

    def place_among(self, periods: Sequence[Period]) -> int | None:
        """Which period holds the day asked for; None: any."""
        if not self.day or not periods or self.day < periods[0].label:
            return None
        return max(number for number, period in enumerate(periods) if period.label <= self.day)


def wanted(arguments: Mapping[str, str]) -> Wanted:
    """From the query of an address. What cannot be understood is left out, as if it had not been asked for."""
    days, limit = (whole_number(arguments.get(name)) for name in ("days", "limit"))
    day = arguments.get("day") or ""
    return Wanted(
        days=days if days in DAYS else _DEFAULT_DAYS,
        day=day if _DATE.fullmatch(day) else "",
        language=(arguments.get("language") or "")[:20],
        outlet=(arguments.get("outlet") or "")[:500],
        passed=whole_number(arguments.get("passed")) > 0,
        before=whole_number(arguments.get("before")),
        limit=min(limit, MOST) or SHOWN,
    )
