"""Far too short or too long for these two languages, cut off, or a sentence missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log, sqrt

from monitor.models import Doubt
from monitor.translate.checks.pair import Pair

RATIOS = {
    "ar": 1.07, "bg": 0.91, "cs": 1.03, "de": 0.84, "el": 0.83, "en": 1.0, "es": 0.86, "fa": 1.02, "fr": 0.84,
    "he": 1.24, "hi": 0.95, "hu": 0.89, "id": 0.86, "it": 0.86, "ja": 2.35, "ko": 2.25, "nl": 0.85, "pl": 0.89,
    "pt": 0.90, "ro": 0.84, "ru": 0.90, "sv": 0.98, "th": 1.1, "tr": 0.94, "uk": 0.94, "vi": 0.91, "zh": 3.31,
    "zt": 3.31,
}  # fmt: skip
"""Characters of English for one character of the language, over the even lines of NTREX-128 (Federmann, Kocmi and
Xin, 2022).
For Chinese, Japanese and Korean: for one character of their own scripts, others counting once. th: a guess."""

SHORT, LONG = (0.44, 2.4), (0.27, 2.6)
"""How far, as a logarithm, a translation of n characters may be from what is expected: a + b / √n. One in a thousand of
the even lines of NTREX-128 is further."""
GUESSED = 0.25  # as much more for a language without a ratio
NOISE = {"ar": 1.2, "ja": 1.4, "ko": 1.4, "zh": 1.4, "zt": 1.4}  # how much less the lengths of these languages say
CUT_OFF, HEADLINE = 0.12, 0.36  # shorter by so much, and no full stop where the source has one
MISSING = 0.5  # shorter by so much, and fewer sentences
ADDED = 0.4  # longer by so much, and more sentences

_DENSE = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CLOSING = frozenset(".!?…:;。！？।؟։")
_QUOTES = " \t\u00a0\"'”’»“„‘›)]}」』）》*"
_OPEN = re.compile(
    r"(?:,|\b(?:a|an|the|of|to|and|or|but|in|on|at|by|for|with|from|as|that|which|who|his|her|its|their|our|my|was|were"
    r"|is|are|be|been|has|had|have|will|would|can|could|not|than|into|after|before|between|about|when|if|because|while"
    r"|this|these|said|very|more|most|no|so|such|through|over|under|against|during|where|whose|mr|mrs))\s*$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b(?:the|a|an|was|were|had|been|that)\b", re.IGNORECASE)
_SENTENCE = re.compile(
    r"(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bSt)(?<!\bRev)(?<!\bSen)(?<!\bGen)(?<!\bGov)(?<!\bRep)(?<!\bJr)"
    r"(?<=[^\W\d]{2})[.!?…։।؟][\"”»'’)\]]{0,3}\s+[\"“«„‘(\[]{0,3}(?=[^\W\d_a-z])|[。！？][\"”」』）]*+(?=\S)"
)


def length(pair: Pair) -> Iterator[Doubt]:
    """At most one doubt: what the lengths, the ends and the number of sentences say together."""
    before = _english(pair.source, pair.source_language)
    after = _english(pair.target, pair.target_language)
    if before < 10:  # a word or two: anything goes, but not a flood
        if after > 60 + 4 * before:
            yield Doubt(check="length", words="much longer than the original: something may be invented")
        return
    guessed = GUESSED * sum(code not in RATIOS for code in (pair.source_language, pair.target_language))
    off = log(max(after, 0.5) / before)
    noise = max(NOISE.get(code, 1.0) for code in (pair.source_language, pair.target_language))
    if off < -noise * _allowed(SHORT, before) - guessed:
        yield Doubt(check="length", words="much shorter than the original: something may be missing")
    elif off > noise * _allowed(LONG, before) + guessed:
        yield Doubt(check="length", words="much longer than the original: something may be invented")
    elif _breaks_off(pair, off + guessed):
        yield Doubt(check="truncated", words="breaks off: the end may be missing")
    elif off > noise * ADDED + guessed and _sentences(pair.target) > _sentences(pair.source):
        yield Doubt(check="length", words="has more sentences than the original: one may be invented")
    elif off < -MISSING - guessed and _sentences(pair.target) < _sentences(pair.source):
        yield Doubt(check="truncated", words="has fewer sentences than the original: one may be missing")


def _breaks_off(pair: Pair, off: float) -> bool:
    """Has the source a full stop and the target none, and is it short, or its last word one that never is the last?"""
    if _closed(pair.target) or not _closed(pair.source):
        return False
    if pair.target_language == "en" and _OPEN.search(pair.target):
        return True
    # Headlines do without a full stop, and without articles.
    headline = pair.target_language == "en" and not _ARTICLE.search(pair.target)
    return off < -(HEADLINE if headline else CUT_OFF)


def _closed(text: str) -> bool:
    return text.rstrip(_QUOTES)[-1:] in _CLOSING


def _english(text: str, language: str) -> float:
    """Characters that an English text saying the same would have."""
    ratio = RATIOS.get(language, 1.0)
    if ratio < 2:
        return ratio * len(text)
    dense = len(_DENSE.findall(text))
    return ratio * dense + len(text) - dense


def _allowed(bounds: tuple[float, float], expected: float) -> float:
    return bounds[0] + bounds[1] / sqrt(expected)


def _sentences(text: str) -> int:
    return len(_SENTENCE.findall(text)) + 1
