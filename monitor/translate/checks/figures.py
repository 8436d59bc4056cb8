"""Numbers lost on the way, and numbers that the source has not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.models import Doubt
from monitor.translate.checks.calendar import months
from monitor.translate.checks.dates import NUMBERED, numeric
from monitor.translate.checks.digits import Figure, attached, cores, read
from monitor.translate.checks.links import LINK
from monitor.translate.checks.numberwords import read_words, spelled
from monitor.translate.checks.numerals import roman
from monitor.translate.checks.pair import Pair
from monitor.translate.checks.units import both, converted, unconverted

_PM = re.compile(r"\d\s?p\.?m\b|noon|night|evening|o['’]clock", re.IGNORECASE)
_PERCENT = re.compile(r"100\s?(?:%|per\s?cent)", re.IGNORECASE)
_READ = frozenset({"en", "zh", "zt", "ja"})  # languages whose number words are read in a target
_TRIVIAL = frozenset({"0", "1"})  # a text says these in a hundred ways


@dataclass(frozen=True, slots=True)
class _Side:
    """What one text offers for the numbers of the other: in digits, in words, and parts of both."""

    text: str
    figures: Sequence[Figure]
    words: set[str]
    cores: set[str]  # of the words
    pieces: set[str]


def figures(pair: Pair) -> Iterator[Doubt]:
    """A number of the source that is nowhere in the target, or the other way round; of 0 and 1 nothing is asked.

    Digits are compared, not values: 1 234,5 is 1,234.5. Where a word or sign multiplies (3100 millones), zeros at the
    end do not count. Numbers in words are read in English and Chinese characters and guessed at in other languages.
    """
    source, target = _without_links(pair.source), _without_links(pair.target)
    before, after = read(source, pair.source_language), read(target, pair.target_language)
    if not before and not after:
        return
    units = both(source, target)
    if lost := _lost(before, after, source, target, pair, units):
        yield Doubt(check="number", words=f"a number is missing: {lost}")
    elif invented := _invented(before, after, source, target, pair, units):
        yield Doubt(check="number", words=f"a number is not in the original: {invented}")


def _without_links(text: str) -> str:
    return LINK.sub(" ", text) if "." in text or "@" in text else text


def _lost(
    before: Sequence[Figure], after: Sequence[Figure], source: str, target: str, pair: Pair, units: frozenset[str]
) -> str | None:
    missing = [figure for figure in before if figure.whole not in _TRIVIAL and not _there(figure, after)]
    if not missing:
        return None
    there = _side(target, after, _words(target, source, pair.target_language))
    origin = {figure.whole for figure in before}
    quantities = _quantities(after, there.words) if units and not unconverted(target) else []
    for figure in missing:
        if pair.target_language not in _READ and len(figure.core) <= 2:
            continue
        if not _said(figure, there, origin) and not converted(figure.value, quantities, units):
            return figure.text
    return None


def _invented(
    before: Sequence[Figure], after: Sequence[Figure], source: str, target: str, pair: Pair, units: frozenset[str]
) -> str | None:
    extra = [figure for figure in after if figure.whole not in _TRIVIAL and not _there(figure, before)]
    if not extra:
        return None
    there = _side(source, before, spelled(source, pair.source_language) | {str(value) for value in roman(source)})
    origin = {figure.whole for figure in after}
    metric = _quantities(before, there.words) if units else []
    for figure in extra:
        if figure.whole == "100" and _PERCENT.search(target):  # as sure as can be
            continue
        if not _meant(figure, there, target, origin) and not any(
            converted(one, (figure.value,), units) for one in metric
        ):
            return figure.text
    return None


def _quantities(figures: Sequence[Figure], words: set[str]) -> list[float]:
    return [figure.value for figure in figures] + [float(word) for word in words - _TRIVIAL]


def _there(figure: Figure, others: Sequence[Figure]) -> bool:
    """Is it among the others, digit by digit or, if one of the two is multiplied, up to its zeros?"""
    for other in others:
        if figure.whole == other.whole:
            return True
        if (figure.scaled or other.scaled) and figure.core == other.core:
            return True
    return False


def _side(text: str, figures: Sequence[Figure], words: set[str]) -> _Side:
    pieces = {part for figure in figures for part in (*figure.pieces, figure.whole)}
    return _Side(text, figures, words, cores(words), pieces.union(words, attached(text)))


def _words(target: str, source: str, language: str) -> set[str]:
    """Numbers that words of the target stand for, and its months where the source writes them as numbers."""
    found = read_words(target, language) | {str(value) for value in roman(target)}
    if numeric(source) or NUMBERED.search(source):
        found |= {str(number) for number, _, _ in months(target.lower(), language)}
    return found


def _said(figure: Figure, there: _Side, origin: set[str]) -> bool:
    """Is it in the target in words, in parts (17.30 for 17:30), or as an hour after noon?"""
    return _common(figure, there, origin) or (
        _hour(figure.whole, there.pieces, there.text)
        or (bool(figure.pieces) and all(_hour(part, there.pieces, there.text) for part in figure.pieces))
        or any(_century(figure, other.whole, origin) for other in there.figures)
    )


def _meant(figure: Figure, there: _Side, target: str, origin: set[str]) -> bool:
    """Is it in the source in words, in parts, or as an hour of twenty-four?"""
    return _common(figure, there, origin) or (
        _later(figure.whole, there.pieces, target)
        or (bool(figure.pieces) and all(_later(part, there.pieces, target) for part in figure.pieces))
        or any(_of_century(figure.whole, other) for other in there.pieces - origin)
    )


def _common(figure: Figure, there: _Side, origin: set[str]) -> bool:
    """Is it there as it is, or as a decade or year of which two digits are left out?

    `origin` has the numbers of its own side: what is there on its own account stands for nothing else.
    """
    if figure.whole in there.pieces or (figure.scaled and figure.core in there.cores):
        return True
    return any(_decade(figure.whole, other) for other in there.pieces - origin)


def _hour(part: str, pieces: set[str], target: str) -> bool:
    """An hour of twenty-four, or a part that needs none, in a text of twelve: 17.30 is 5:30 p.m."""
    if part in pieces or part == "0":
        return True
    return len(part) == 2 and 12 <= int(part) <= 24 and str(int(part) - 12) in pieces and _PM.search(target) is not None


def _later(part: str, pieces: set[str], target: str) -> bool:
    if part in pieces or part == "0":
        return True
    return len(part) <= 2 and str(int(part) + 12) in pieces and _PM.search(target) is not None


def _decade(one: str, other: str) -> bool:
    """The 1990s are the 90s, and 2018/19 is 2018/2019."""
    long, short = (one, other) if len(one) == 4 else (other, one)
    return len(long) == 4 and len(short) == 2 and long.endswith(short) and long[0] in "12"


def _century(figure: Figure, other: str, origin: set[str]) -> bool:
    """The 20 or the 30 of "30s of the 20th century", which is 1930; or the 1800 of what is the 19th century."""
    if figure.scaled or other in origin:
        return False
    if len(figure.whole) == 4:
        return _of_century(other, figure.whole)
    return _of_century(other, figure.whole) and other[2:] in origin


def _of_century(one: str, other: str) -> bool:
    """Is one a year at the beginning of a decade, and the other the number of its century?"""
    long, short = (one, other) if len(one) == 4 else (other, one)
    return len(long) == 4 and len(short) == 2 and long[-1] == "0" and str(int(long[:2]) + 1) == short
