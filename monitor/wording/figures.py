"""Figures and dates in a text, with what they count. Pure.

    "Nineteen people were killed"         dead:19    19 killed
    "about 400,000 tonnes of wheat"       n:400000   400,000 tonnes of wheat (an approximation)
    "talks are set for 5 March"           d:03-05    5 March

What is no news by itself is left out: years, times of day, spans of time, ages, ranges and scores, numbers that
belong to a name (Su-35, Resolution 1701), and small counts that count no people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SPELLING = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"""
_UNITS, _TENS = _SPELLING.split()[:20], _SPELLING.split()[20:]
_WORDS = {word: number for number, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
# Words that multiply the figure before them, in the languages whose articles may come untranslated.
_SCALES = {
    **dict.fromkeys(("thousand", "mille", "mil", "тыс", "тысяч", "тысячи", "ألف", "bin", "千"), 10**3),
    **dict.fromkeys(("万", "萬"), 10**4),
    **dict.fromkeys(("million", "millions", "mln", "млн", "миллионов", "миллиона", "مليون", "milyon"), 10**6),
    **dict.fromkeys(("millones", "milioni", "Millionen", "m"), 10**6),
    **dict.fromkeys(("亿", "億"), 10**8),
    **dict.fromkeys(("billion", "billions", "bn", "млрд", "مليار", "milliards", "Milliarden", "milyar"), 10**9),
    "trillion": 10**12,
}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS) + "|sept"
_DATE = re.compile(
    rf"\b(?P<year>\d{{4}})-(?P<iso>\d\d)-(?P<isoday>\d\d)\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b\.?"
    rf"|\b(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)
_DIGITS = r"\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3}){1,5}(?!\d)(?:[.,]\d{1,6})?|\d{1,15}(?:[.,]\d{1,6})?"
_SPELT = rf"(?:{'|'.join((*_TENS, *reversed(_UNITS)))})"
_NUMBER = re.compile(
    rf"(?<![\w.,:/–-])(?P<digits>{_DIGITS})(?![\dA-Za-z_:/]|[–-]\d)"
    rf"|\b(?P<spelt>{_SPELT}(?:(?:[ -]| and )(?:{_SPELT}|hundred|thousand|million)){{0,8}})\b",
    re.IGNORECASE,
)
_CASUALTIES = {
    "dead": r"killed|kills|killing|dead|died|dies|deaths|death toll|lives|bodies",
    "hurt": r"injured|injuring|wounded|wounding|hurt",
    "held": r"arrested|detained|captured|hostages?|prisoners",
    "missing": r"missing",
}
_SAID = {"dead": "killed", "hurt": "injured", "held": "held", "missing": "missing"}
_CASUALTY = re.compile("|".join(rf"\b(?P<{kind}>{words})\b" for kind, words in _CASUALTIES.items()), re.IGNORECASE)
_ABOUT = re.compile(r"(?:about|around|some|nearly|almost|over|roughly|more than|at least|up to|as many as) $", re.I)
_SPAN = re.compile(r"\W*(?:-?\s?year-old|-?years?\b|-?hours?\b|-?minutes?\b|-?days?\b|-?weeks?\b|-?months?\b)", re.I)
_NAMED = re.compile(
    r"(?:[^\W\d_][\w'’]*-|\b(?:No|Nr|Article|Resolution|Chapter|Channel|Flight|Group|Unit|page|aged) )$"
)
_AFTER = re.compile(r"\s+([a-z][a-z-]{2,}|[A-Z][a-z]+(?=\s[a-z]))((?:\s+of)?\s+[a-z][a-z-]{2,})?")
_STOP_WORDS = "and the were was have has had are from with who that which for into during after before per"
_STOP = frozenset(_STOP_WORDS.split())
_REACH = 48  # characters between a number and the word that says what befell those it counts: seven or eight words
_SMALL = 10  # below this a bare count ("two countries", "three ships") is part of the telling, not news

Day = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that can be new. Two facts are the same when their keys are."""

    key: str  # kind:value
    words: str  # fit for a reader
    about: bool = False  # an approximation, which a told figure within a tenth of it makes no news


def figures(text: str, days: frozenset[Day] = frozenset()) -> Iterator[Fact]:
    """The figures and dates of a text, in order. `days` are (month, day) pairs that are no news."""
    text = _western(text)
    dated: list[int] = []
    for found in _DATE.finditer(text):
        dated += range(found.start(), found.end())
        if (fact := _date(found)) and fact[0] not in days:
            month, day = fact[0]
            yield Fact(f"d:{month:02}-{day:02}", fact[1])
    taken = frozenset(dated)
    for found in _NUMBER.finditer(text):
        if found.start() not in taken and (figure := _figure(found, text)):
            yield figure


def _western(text: str) -> str:
    """Digits of every script as 0-9, each in its place."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _date(found: re.Match[str]) -> tuple[Day, str] | None:
    month = found["month"] or found["month2"]
    number = int(found["iso"]) if found["iso"] else [name[:3] for name in _MONTHS].index(month[:3].lower()) + 1
    day = int(found["isoday"] or found["day"] or found["day2"])
    if month and not month[0].isupper():  # "may 5": a verb
        return None
    return ((number, day), found[0].strip(".")) if 1 <= number <= 12 and 1 <= day <= 31 else None


def _figure(found: re.Match[str], text: str) -> Fact | None:
    before, after = text[max(0, found.start() - _REACH) : found.start()], text[found.end() : found.end() + 2 * _REACH]
    value, scale = _value(found), _scale(after)
    if _SPAN.match(after) or _NAMED.search(before):
        return None
    kind = "pc" if re.match(r"\s?(?:%|per cent|percent)", after) else _kind(before, after)
    number = f"{value * scale:.12g}"
    about = bool(_ABOUT.search(before))
    if kind in _SAID:
        return Fact(f"{kind}:{number}", f"{found[0]} {_SAID[kind]}", about)
    if kind == "pc":
        return Fact(f"pc:{number}", f"{found[0]} %", about)
    if scale == 1 and (value < _SMALL or (1900 <= value < 2100 and re.fullmatch(r"\d{4}", found[0]))):
        return None
    return Fact(f"n:{number}", _said(found[0], after), about)


def _value(found: re.Match[str]) -> float:
    if found["spelt"]:
        return _spelt(found["spelt"])
    digits = re.sub(r"[ '\u00a0\u202f]|[.,](?=\d{3}(?!\d))", "", found["digits"])
    return float(digits.replace(",", "."))


def _spelt(words: str) -> float:
    """ "four hundred and fifty" → 450."""
    total = part = 0
    for word in re.split(r"[ -]", words.lower()):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0
        else:
            part += _WORDS.get(word, 0)
    return total + part


def _scale(after: str) -> int:
    found = re.match(r"\s?([^\W\d_]+)\.?(?!\w)", after)
    if found and found[1] in _SCALES:
        return _SCALES[found[1]]
    return _SCALES.get(after[:1], 1)


def _kind(before: str, after: str) -> str:
    """What befell those whom the number counts: the word after it if there is one near, else the word before."""
    clause = re.split(r"[.;:!?]|\d", after[:_REACH])[0]
    if found := _CASUALTY.search(clause):
        return str(found.lastgroup)
    clause = re.split(r"[.;:!?]|\d", before)[-1]
    last = None
    for last in _CASUALTY.finditer(clause):  # noqa: B007 - the last one counts
        pass
    return str(last.lastgroup) if last and "," not in clause[last.end() :] else "n"


def _said(number: str, after: str) -> str:
    found = _AFTER.match(after)
    words = [word for word in (found[1], found[2]) if word] if found else []
    if words and words[0] in _STOP:
        words = []
    if len(words) == 2 and words[1].split()[-1] in _STOP:
        words = words[:1]
    return " ".join([number, *(word.strip() for word in words)])
