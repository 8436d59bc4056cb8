"""Months and days of the week: lost, or another one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.models import Doubt
from monitor.translate.checks.calendar import days, months
from monitor.translate.checks.pair import Pair

# 6月, 六月, 6월, tháng 6 name the month. 5/6/2018 has it among its numbers; the score 2-1 and 5.6 metres have not.
NUMBERED = re.compile(r"(\d{1,2})\s?[月월]|tháng\s(\d{1,2})|([一二三四五六七八九十]{1,2})月", re.IGNORECASE)
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?:(\d{1,2})([./-])(\d{1,2})\2\d{2,4}|\d{4}([./-])(\d{1,2})\4(\d{1,2})|(\d{1,2})/(\d{1,2})"
    r"|(\d{1,2})\.\s?(\d{1,2})\.)(?!\d)"
)
_HAN = {**{sign: value for value, sign in enumerate("一二三四五六七八九十", 1)}, "十一": 11, "十二": 12}
_BEHIND = re.compile(r"\d[\W_]{0,3}(?:de |of |d')?$")
_AHEAD = re.compile(r"\.?\s?(?:de |the )?\d")

_ENGLISH = re.compile(
    r"\b(?:(January|Jan\b)|(February|Feb\b)|(March|Mar\b)|(April|Apr\b)|(May)|(June?)|(July?)|(August|Aug\b)"
    r"|(September|Sept?\b)|(October|Oct\b)|(November|Nov\b)|(December|Dec\b))\b"
)
_WORDS_TOO = frozenset({3, 4, 5, 6, 8})  # March, April, May, June and August: words and given names as well
_DATED = re.compile(
    r"(?:\b(?:in|of|since|until|till|last|next|this|early|late|mid)[ -]|\d(?:st|nd|rd|th)? )$", re.IGNORECASE
)

Found = dict[int, tuple[str, bool]]
"""Months in a text: how it names each, and whether that can be nothing but a month."""


def dates(pair: Pair) -> Iterator[Doubt]:
    """A month of the source that is not in the target or the other way round; a day of the week that is another one."""
    after = _months(pair.target, pair.target_language)
    before = _months(pair.source, pair.source_language)
    if before or after:
        numbers = numeric(pair.source) | numeric(pair.target)
        if lost := _sure(before) - after.keys() - numbers:
            yield Doubt(check="date", words=f"a date is missing: {before[min(lost)][0]}")
        elif invented := _sure(after) - before.keys() - numbers:
            yield Doubt(check="date", words=f"a date is not in the original: {after[min(invented)][0]}")
    if changed := _changed_day(pair):
        yield Doubt(check="date", words=f"the day of the week is another one: {changed}")


def _sure(found: Found) -> set[int]:
    return {number for number, (_, sure) in found.items() if sure}


def _months(text: str, language: str) -> Found:
    found: Found = {}
    if language == "en":
        for match in _ENGLISH.finditer(text):
            _add(found, match.lastindex or 0, match[0], _english(match, text))
        return found
    for match in NUMBERED.finditer(text):
        number = int(match[1] or match[2] or _HAN.get(match[3], 0))
        _add(found, number, match[0], 1 <= number <= 12)
    folded = text.lower()
    for number, match, doubtful in months(folded, language):
        _add(found, number, match[0], not doubtful or _beside_a_number(match, folded))
    return found


def _add(found: Found, number: int, name: str, sure: bool) -> None:
    if number not in found or sure:
        found[number] = (name, sure)


def _beside_a_number(match: re.Match[str], text: str) -> bool:
    return bool(_AHEAD.match(text, match.end()) or _BEHIND.search(text[max(0, match.start() - 8) : match.start()]))


def _english(match: re.Match[str], text: str) -> bool:
    if match.lastindex not in _WORDS_TOO and len(match[0]) > 4:
        return True
    return bool(_DATED.search(text[max(0, match.start() - 12) : match.start()]) or _AHEAD.match(text, match.end()))


def numeric(text: str) -> set[int]:
    """What may be a month in dates written in numbers: of 5/6/2018 and 5.6. the 5 and the 6."""
    parts = [part for match in _NUMERIC.finditer(text) for part in match.groups() if part and part.isdecimal()]
    return {int(part) for part in parts if int(part) <= 12}


def _changed_day(pair: Pair) -> str | None:
    after = _days(pair.target, pair.target_language)
    if not after:
        return None
    before = _days(pair.source, pair.source_language)
    if pair.source_language != "en":
        before = {**_days(pair.source, "en"), **before}  # Saturday Night Live
    lost, invented = before.keys() - after.keys(), after.keys() - before.keys()
    return after[min(invented)] if lost and invented else None


def _days(text: str, language: str) -> dict[int, str]:
    return {number: match[0] for number, match, _ in days(text.lower(), language)}
