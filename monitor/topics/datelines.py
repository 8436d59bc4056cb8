"""The dateline of an agency's report ("МОСКВА, 3 марта — ТАСС", "TRIPOLI (AFP) -"): where it was written."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.topics.occurrences import Hit

# Agencies as they sign, in the words of `script.words`; РИА Новости begins with РИА.
_LATIN = ("afp", "ap", "reuters", "dpa", "ansa", "efe", "tass", "xinhua", "interfax", "anadolu", "aa", "kyodo", "lusa")
_AGENCIES = frozenset((*_LATIN, "upi", "ukrinform", "тасс", "риа", "интерфакс", "рейтер", "укринформ"))
_BETWEEN = 3  # words of a date: "3 марта", "March 4, 2025"


def without_dateline(text: Sequence[str], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits of a sentence, without that of a place it begins with when a date and an agency, or a date and
    nothing, follow."""
    first = max((hit.end for hit in hits if hit.start == 0), default=0)
    if not first or not _signed(text[first:]):
        return tuple(hits)
    return tuple(hit for hit in hits if hit.start)


def _signed(rest: Sequence[str]) -> bool:
    at = next((at for at, word in enumerate(rest[: _BETWEEN + 1]) if word in _AGENCIES), None)
    if at is None:  # "Москва. 13 сентября." and "TRIPOLI, March 4." are sentences of their own
        return not rest or (len(rest) <= _BETWEEN and _dated(rest))
    return at == 0 or _dated(rest[:at])


def _dated(between: Sequence[str]) -> bool:
    return any(word.isdigit() for word in between)
