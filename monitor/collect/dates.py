"""Dates as feeds write them → UTC, or the knowledge that they cannot be believed.

Accepted: RFC 822 and its many spoilt forms, ISO 8601, asctime, JavaScript's, day-first dates with dots or
slashes, dates written out in eighteen languages, Chinese, Japanese and Korean dates, Unix time. A time
without a zone, or with one we do not know, is taken for UTC. Whatever lies before 1995 or more than a day
ahead is not a publication date, however well it is written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=24)
"""A clock may be wrong, or a zone missing, by less than a day."""

_MAX_LENGTH = 120

# First letters of month names, without accents, in English, French, German, Spanish, Portuguese, Italian,
# Dutch, Romanian, Polish, Russian, Ukrainian, Serbian, Turkish, Indonesian, Greek, Arabic (east and west).
_MONTHS = {
    stem: number
    for number, stems in enumerate(
        (
            "jan gen ene ian oca sty янв січ јан ιαν ينا جان",
            "feb fev sub lut фев лют феб φεβ فبر فيف",
            "mar maa mrt мар бер μαρ مار",
            "apr avr abr nis kwi апр кві απρ ابر افر",
            "may mai mag mei maj мая маи тра мај μαι ماي",
            "jun juin giu iun haz cze июн чер јун ιουν يون جوا",
            "jul juil lug iul tem lip июл лип јул ιουλ يول جوي",
            "aug aou ago agu sie авг сер ауг αυγ اغس اوت",
            "sep set eyl wrz сен вер сеп σεπ سبت",
            "oct okt ott out eki paz окт жов οκτ اكت",
            "nov noi noe kas lis ноя лис нов νοε نوف",
            "dec dez dic des ara gru дек гру дец δεκ ديس",
        ),
        1,
    )
    for stem in stems.split()
}
_ZONES = {  # hours from UTC; where two zones share a name, the one more newsrooms are in
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "MSD": 4, "TRT": 3, "EAT": 3, "CAT": 2, "WAT": 1, "SAST": 2, "GST": 4, "PKT": 5, "IST": 5.5, "ICT": 7,
    "WIB": 7, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "BRT": -3, "ART": -3,
}  # fmt: skip

_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm])?"
_ZONE = r"\s*(?P<zone>(?:GMT|UTC?)?\s*[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]{1,5}|[A-Za-z]+/[A-Za-z_]+)?(?:\s*\([^()]*\))?"
_MONTH = r"(?P<name>[^\W\d_]+)\.?"
_WEEKDAY = r"(?:[^\W\d_]+\.?(?:\s*[,،]\s*|\s+))?"
_GAP = r"(?:[\s,،T]|\s-\s)+(?:[^\W\d_]{3,}\s+)?"  # before the time; some put the weekday here
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[T\s]+{_TIME}{_ZONE})?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
        r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?" + _ZONE + ")?",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\.?(?:\s|-|de\s)*\s*{_MONTH}(?:\s|-|,|de\s)*"
        rf"(?P<year>\d{{4}}|\d{{2}})(?:\s*г\.)?(?:{_GAP}{_TIME}{_ZONE})?",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?:{_GAP}{_TIME}{_ZONE})?",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_TIME}(?:\s+(?P<zone>[A-Z]{{3,4}}|[+-]\d{{4}}))?\s+(?P<year>\d{{4}})",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?P<mark>[./-])(?P<month>\d{{1,2}})[./-](?P<year>\d{{4}})(?:{_GAP}{_TIME}{_ZONE})?",
    )
)
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]\s*")
_UNIX = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date a feed stated. `suspect`: one was stated, and could not be read or believed."""

    value: datetime | None = None
    suspect: bool = False


def parse(raw: str | None, now: datetime) -> Stated:
    """What `raw` says, if it can be believed at `now` (aware): from 1995 to a day ahead. Never raises."""
    text = " ".join((raw or "").split())
    if not text:
        return Stated()
    value = _read(text) if len(text) <= _MAX_LENGTH else None
    if value is None or not EARLIEST <= value <= now + AHEAD:
        return Stated(suspect=True)
    return Stated(value)


def _read(text: str) -> datetime | None:
    unix = _UNIX.fullmatch(text)
    if unix:
        return datetime.fromtimestamp(int(unix[1] or 0) or int(unix[2]) / 1000, UTC)
    text = _EAST_ASIAN.sub(r"\1-\2-\3 ", text).strip()
    for form in _FORMS:
        match = form.fullmatch(text)
        value = _built(match.groupdict()) if match else None
        if value:
            return value
    return None


def _built(part: dict[str, str | None]) -> datetime | None:
    """The moment the parts of a date name, or None when there is no such moment."""
    numbers = _day_and_month(part)
    offset = _offset(part.get("zone"))
    if numbers is None or offset is None:
        return None
    day, month = numbers
    minute, second = int(part.get("minute") or 0), int(part.get("second") or 0)
    if minute > 59 or second > 60:
        return None
    try:
        moment = datetime(_year(part["year"] or ""), month, day, tzinfo=timezone(offset))
        clock = timedelta(hours=_hour(part), minutes=minute, seconds=second)
        # 24:00 is the next day's midnight, and a leap second the next minute's first
        return (moment + clock).astimezone(UTC) if clock <= timedelta(days=1) else None
    except (ValueError, OverflowError):
        return None


def _day_and_month(part: dict[str, str | None]) -> tuple[int, int] | None:
    day = int(part["day"] or 0)
    if "name" in part:
        month = _month(part["name"] or "")
        return (day, month) if month else None
    month = int(part["month"] or 0)
    if part.get("mark") in ("/", "-"):
        if month > 12:  # 08/23/2021
            return month, day
        if day <= 12 and day != month:  # 08/09/2021: August or September?
            return None
    return day, month


def _month(name: str) -> int | None:
    letters = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return _MONTHS.get(letters[:4]) or _MONTHS.get(letters[:3])


def _year(digits: str) -> int:
    """Two digits as RFC 2822 reads them: 00–49 is 2000–2049."""
    year = int(digits)
    if len(digits) == 2:
        return year + (2000 if year < 50 else 1900)
    return year


def _hour(part: dict[str, str | None]) -> int:
    hour = int(part.get("hour") or 0)
    half = (part.get("half") or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0) if half else hour


def _offset(zone: str | None) -> timedelta | None:
    """Distance from UTC; None for one no place on Earth has."""
    name = (zone or "").strip().upper()
    sign = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", name)
    if not sign:
        return timedelta(hours=_ZONES.get(name, 0))
    offset = timedelta(hours=int(sign[2]), minutes=int(sign[3] or 0))
    if offset > timedelta(hours=14):
        return None
    return -offset if sign[1] == "-" else offset
