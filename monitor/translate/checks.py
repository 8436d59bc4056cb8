"""Is this translation sane? Pure questions about one sentence and its translation.

Each check returns what is wrong in words fit for an analyst, or None. They are built to be quiet: a good
translation must pass. What they cannot see is a fluent sentence that says something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from monitor.models import Doubt

Check = Callable[[str, str, str, str], str | None]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_URL = re.compile(
    r"(?:https?://|www\.)[\w.~:/?#@!$&*+,;=%-]+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+", re.ASCII | re.IGNORECASE
)
_TOKEN = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MONTH = re.compile(r"\d{1,2}\s?[月월]")  # becomes the name of the month
_PM = re.compile(r"\b[ap]\.?m\b|noon|night", re.IGNORECASE)
_NUMBER_WORD = re.compile(
    r"\b(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|"
    r"fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|dozens?|decades?|centur(?:y|ies)|half|quarter|teen\w*)\b",
    re.IGNORECASE,
)
_UNKNOWN = "⁇"  # what SentencePiece writes for a piece it has no text for


def examine(
    source: str, target: str, source_language: str, target_language: str, *, known: Sequence[tuple[str, str]] = ()
) -> tuple[Doubt, ...]:
    """Everything that is wrong with `target` as a translation of `source`; () when nothing was found.

    Languages are Argos codes ("fr", "zh").
    """
    if not target.strip():
        return (Doubt(check="empty", words="nothing came out"),)
    found = ((check.__name__, check(source, target, source_language, target_language)) for check in CHECKS)
    return tuple(Doubt(check=name, words=wrong) for name, wrong in found if wrong)


def echo(source: str, target: str, source_language: str, target_language: str) -> str | None:
    """The source again. Four words or more, since short lines of names are the same in many languages."""
    before, after = (_WORD.findall(text.casefold()) for text in (source, target))
    if len(before) < 4 or source_language == target_language:
        return None
    kept = sum(map(set(after).__contains__, before))
    return "left in the original language" if kept > 0.8 * len(before) else None


def loop(source: str, target: str, source_language: str, target_language: str) -> str | None:
    """A phrase over and over: the commonest way in which a translation model fails."""
    return "repeats itself" if _repeats(target) and not _repeats(source) else None


def length(source: str, target: str, source_language: str, target_language: str) -> str | None:
    """Far shorter or longer than the source.

    Of 49,925 human translations into English (NTREX-128, 25 languages) one is longer and 24 are shorter.
    """
    before, after = _weight(source), _weight(target)
    if after < 0.5 * before - 10:
        return "much shorter than the original: something may be missing"
    if after > 2.0 * before + 30:
        return "much longer than the original: something may be invented"
    return None


def script(source: str, target: str, source_language: str, target_language: str) -> str | None:
    """Letters of a script that the target language is not written in."""
    letters = [character for character in target if character.isalpha()]
    foreign = sum(_script(character) not in _written_in(target_language) for character in letters)
    return "partly in another script" if foreign > max(2, 0.2 * len(letters)) else None


def numbers(source: str, target: str, source_language: str, target_language: str) -> str | None:
    """A number of the source that is nowhere in the target.

    Digits are compared in runs, since 1 234,5 becomes 1,234.5, and without the zeros at their ends, since
    3100 millones becomes 3.1 billion. One-digit numbers may well become words, and are not looked for.
    """
    there = _runs(target)
    lost = [
        run for run in _runs(_MONTH.sub(" ", _URL.sub(" ", source))) if len(run) > 1 and not _kept(run, there, target)
    ]
    return f"a number is missing: {lost[0]}" if lost else None


def links(source: str, target: str, source_language: str, target_language: str) -> str | None:
    """A web or e-mail address that did not come through letter by letter."""
    there = target.casefold()
    lost = [url for url in map(_trimmed, _URL.findall(source)) if url.casefold() not in there]
    return f"an address is missing: {lost[0]}" if lost else None


def unknown(source: str, target: str, source_language: str, target_language: str) -> str | None:
    """Characters the package has no way to write."""
    return "has characters the model could not write" if _UNKNOWN in target and _UNKNOWN not in source else None


CHECKS: Sequence[Check] = (echo, loop, length, script, numbers, links, unknown)


def _trimmed(url: str) -> str:
    return url.rstrip(".,;:!?…")


def _runs(text: str) -> list[str]:
    """Runs of digits in any script, as 0–9, without leading zeros."""
    runs = _DIGITS.findall(unicodedata.normalize("NFKC", text))
    return ["".join(str(unicodedata.decimal(digit)) for digit in run).lstrip("0") for run in runs]


def _kept(run: str, there: Sequence[str], target: str) -> bool:
    """Is the number there as digits, as an English word, or as an hour after noon?"""
    if run.rstrip("0") in "".join(there):
        return True
    if len(run) == 2 and _PM.search(target) and str(int(run) - 12) in there:
        return True
    return len(run.rstrip("0")) <= 2 and _NUMBER_WORD.search(target) is not None


def _weight(text: str) -> int:
    """Characters, those of dense scripts three times: about what an alphabet would need."""
    return len(text) + 2 * len(_DENSE.findall(text))


def _repeats(text: str) -> bool:
    words = _TOKEN.findall(text.casefold())
    letters = [character for character in text.casefold() if character.isalpha()]
    return _periodic(words, periods=8, times=3, least=3) or _periodic(letters, periods=12, times=5, least=20)


def _periodic(items: Sequence[str], *, periods: int, times: int, least: int) -> bool:
    """Does some stretch of up to `periods` items come `times` in a row, `least` items in all?"""
    for period in range(1, periods + 1):
        needed = max(times * period, least) - period
        run = 0
        for before, after in zip(items, items[period:], strict=False):
            run = run + 1 if before == after else 0
            if run >= needed:
                return True
    return False


# Unicode script names as they begin the names of letters. What is not listed is written in Latin letters.
_SCRIPTS = {
    **dict.fromkeys(("ar", "fa", "ps", "ug", "ur"), ("ARABIC",)),
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "ru", "tg", "uk"), ("CYRILLIC",)),
    **dict.fromkeys(("hi", "mr", "ne"), ("DEVANAGARI",)),
    **dict.fromkeys(("zh", "zt"), ("CJK",)),
    "am": ("ETHIOPIC",),
    "bn": ("BENGALI",),
    "el": ("GREEK",),
    "he": ("HEBREW",),
    "hy": ("ARMENIAN",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
    "ka": ("GEORGIAN",),
    "km": ("KHMER",),
    "ko": ("HANGUL", "CJK"),
    "lo": ("LAO",),
    "my": ("MYANMAR",),
    "sr": ("CYRILLIC", "LATIN"),
    "ta": ("TAMIL",),
    "te": ("TELUGU",),
    "th": ("THAI",),
}
_SHARED = ("LATIN", "FEMININE", "MASCULINE", "MICRO", "MODIFIER", "FULLWIDTH")


def _written_in(language: str) -> tuple[str, ...]:
    """Latin letters are at home in every language: names, acronyms and addresses keep them."""
    return (*_SCRIPTS.get(language, ()), *_SHARED)


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN").split(" ")[0]
