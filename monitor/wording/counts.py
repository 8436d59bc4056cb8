"""Numbers with their nouns."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """`1 article`, `1,200 stories`."""
    return f"{number:,} {plural(number, noun)}"


def percent(share: float) -> str:
    """`85 %` of 0.85."""
    return f"{share * 100:.0f} %"


def plural(number: int, noun: str) -> str:
    """`stories`, `copies`, `days`: the nouns of ours are regular."""
    if number == 1:
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeo" else f"{noun}s"
