"""Numbers in digits, as a text writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.translate.checks.numerals import SCALE

# 1 234 567,8 and 1,234,567.8 are one figure each, as is 31.12.2018; 2-1 is two. B52 and W3C are names.
_FIGURE = re.compile(r"(?:(?<![A-Za-z\d])|(?<=\dh))\d+(?:[.,'’٬،\u00a0\u202f\u2009 ]\d{3}(?!\d))*(?:[.,٫·]\d+)*")
_APART = re.compile(r"\d{1,2}[.,]\d{2}|\d{1,2}[.,]\d{1,2}[.,](?:\d{2}|\d{4})|\d{4}[.,]\d{1,2}[.,]\d{1,2}")
_ATTACHED = re.compile(r"(?<=[A-Za-z])\d+")
_DIGITS = re.compile(r"\d+")
_EAST = frozenset({"ja", "ko", "zh", "zt"})
_SIGNS = "十百千万萬億亿兆십백천만억조"
_COMPOSED = re.compile(rf"\d[\d,.]{{0,20}}[\s{_SIGNS}여多余約餘]{{0,5}}[{_SIGNS}][\d,.\s{_SIGNS}]{{0,30}}")
_STEP = re.compile(rf"(\d[\d,.]*)?\s*([{_SIGNS}])|(\d[\d,.]*)")
_SCALES = {
    **dict.fromkeys("十십", 10), **dict.fromkeys("百백", 100), **dict.fromkeys("千천", 1000),
    **dict.fromkeys("万萬만", 10**4), **dict.fromkeys("億亿억", 10**8), **dict.fromkeys("兆조", 10**12),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in digits."""

    text: str  # as written
    whole: str  # all its digits: 1 234,5 is "12345", 007 is "7"
    parts: tuple[str, ...]  # between its marks
    scaled: bool  # a word multiplies it: 3 million

    @property
    def pieces(self) -> tuple[str, ...]:
        """What may stand by itself elsewhere: the parts of an hour (17.30) or a date (5.9.2018), not those of 7.5."""
        return self.parts if _APART.fullmatch(self.text) else ()

    @property
    def core(self) -> str:
        """Its digits up to the zeros at the end: what 3.1 billion and 3100 million share."""
        return self.whole.rstrip("0") or "0"

    @property
    def value(self) -> float:
        """As a quantity; what may be the mark of thousands or of decimals is taken for the latter."""
        return float(f"{self.parts[0]}.{self.parts[1]}") if len(self.parts) == 2 else float(self.whole)


def read(text: str, language: str) -> list[Figure]:
    """All figures of a text, in order."""
    if language in _EAST:
        text = _COMPOSED.sub(_composed, text)
    return [_figure(match, text) for match in _FIGURE.finditer(text)]


def attached(text: str) -> list[str]:
    """Digits within names: the 125 of F125, the 3 of W3C."""
    return _ATTACHED.findall(text)


def cores(words: Sequence[str] | set[str]) -> set[str]:
    """Digits of numbers up to the zeros at their ends."""
    return {word.rstrip("0") for word in words}


def _figure(match: re.Match[str], text: str) -> Figure:
    parts = _DIGITS.findall(match[0])
    return Figure(
        match[0], _short("".join(parts)), tuple(map(_short, parts)), SCALE.match(text, match.end()) is not None
    )


def _short(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _composed(match: re.Match[str]) -> str:
    """1億2,500万 as 125000000."""
    total = section = 0.0
    for number, scale, last in _STEP.findall(match[0]):
        value = _number(number or last)
        factor = _SCALES.get(scale, 1)
        if factor < 10**4:
            section += (value or 1) * factor
        else:
            total, section = total + ((section + value) or 1) * factor, 0
    return f" {min(total + section, 10.0**18):.0f} "


def _number(text: str) -> float:
    whole, _, decimals = text.replace(",", "").strip(".").partition(".")
    return float(f"{whole or 0}.{decimals.replace('.', '') or 0}"[:30])
