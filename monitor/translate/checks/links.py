"""Web and e-mail addresses: they must come through letter by letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.models import Doubt
from monitor.translate.checks.pair import Pair

LINK = re.compile(
    r"(?:https?://|www\.)[\w.~:/?#@!$&*+,;=%-]+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+"
    r"|(?<![\w.@-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|info|gov|edu|int)\b(?:/[\w./?=&%-]*)?",
    re.ASCII | re.IGNORECASE,
)
_MARKS = ("@", "://", "www.", ".com", ".org", ".net", ".info", ".gov", ".edu", ".int")


def links(pair: Pair) -> Iterator[Doubt]:
    """An address of the source that is not in the target, or one of the target that the source has not."""
    before, after = addresses(pair.source), addresses(pair.target)
    if lost := before - after:
        yield Doubt(check="link", words=f"an address is missing: {min(lost)}")
    elif invented := {link for link in after - before if not _within(link, pair.source.casefold())}:
        yield Doubt(check="link", words=f"an address is not in the original: {min(invented)}")


def _within(link: str, text: str) -> bool:
    """Is it there as a whole, if not parted from the words around it?"""
    return re.search(re.escape(link) + r"(?![\w.-]\w|\w)", text, re.ASCII) is not None


def addresses(text: str) -> set[str]:
    """All addresses, in small letters, without the sentence's own punctuation."""
    lowered = text.casefold()
    if not any(mark in lowered for mark in _MARKS):
        return set()
    return {link.rstrip(".,;:!?…") for link in LINK.findall(lowered)}
