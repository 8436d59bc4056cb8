"""The same again and again: the commonest way in which a translation model fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.models import Doubt
from monitor.translate.checks.pair import Pair

WORDS, WORDS_TIMES = 12, 3  # a phrase of up to so many words, so many times in a row
LETTERS, LETTERS_TIMES, LETTERS_LEAST = 12, 5, 20  # the same of letters, and so many letters in all
AGAIN = 6  # so many words in the same order a second time, anywhere

_TOKEN = re.compile(r"\w+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")


def loop(pair: Pair) -> Iterator[Doubt]:
    """A word, a phrase or a few letters over and over, or a long phrase twice, where the source has none of it.

    What the source itself repeats ("never, never, never") may be repeated, up to twice as long.
    """
    target = pair.target.casefold()
    words = _TOKEN.findall(target)
    excess = max(_repeated(words), _letters(target))
    if excess and excess > 2 * _repeated_source(pair):
        yield Doubt(check="loop", words="repeats itself")
    elif _again(words, pair.source):
        yield Doubt(check="loop", words="says the same twice")


def _repeated_source(pair: Pair) -> int:
    source = pair.source.casefold()
    return max(_repeated(_TOKEN.findall(source)), _letters(source))


def _repeated(words: Sequence[str]) -> int:
    """Length of the longest phrase repeated in a row, in words; 0 when none is."""
    if len(set(words)) > len(words) - WORDS_TIMES + 1:  # a phrase three times leaves two words to spare
        return 0
    return _periodic(words, WORDS, WORDS_TIMES, 3)


def _letters(text: str) -> int:
    letters = _NOT_LETTERS.sub("", text)
    if len(letters) < LETTERS_LEAST or not _STUTTER.search(letters):
        return 0
    return _periodic(letters, LETTERS, LETTERS_TIMES, LETTERS_LEAST)


_TWICE = re.compile(r"(\w{4,})\b.*?\b\1|([\u3041-\uffef]{4,}).*\2", re.S)  # the source says something twice, too
_STUTTER = re.compile(rf"(.{{1,{LETTERS}}}?)\1{{{LETTERS_TIMES - 1}}}")


def _periodic(items: Sequence[str], periods: int, times: int, least: int) -> int:
    """The longest stretch that repeats itself with a period of up to `periods` items, `times` in a row or more.

    Its length in items, at least `least`; 0 when there is none.
    """
    longest = 0
    for period in range(1, min(periods, len(items) // times) + 1):
        needed = max(times * period, least) - period
        run = best = 0
        for before, after in zip(items, items[period:], strict=False):
            run = run + 1 if before == after else 0
            best = max(best, run)
        if best >= needed:
            longest = max(longest, best + period)
    return longest


def _again(words: Sequence[str], source: str) -> bool:
    """Is the whole said twice, or do `AGAIN` words in a row come a second time where the source repeats no word?"""
    middle = len(words) // 2
    if len(words) >= 6 and len(words) % 2 == 0 and words[:middle] == words[middle:]:
        tokens = _TOKEN.findall(source.casefold())
        half = len(tokens) // 2
        return not tokens or tokens[:half] != tokens[half:]
    if len(words) < 2 * AGAIN or len(set(words)) > len(words) - AGAIN:
        return False
    grams = [tuple(words[at : at + AGAIN]) for at in range(len(words) - AGAIN + 1)]
    return len(set(grams)) < len(grams) and not _TWICE.search(source[:1000].casefold())
