"""What a field of an entry may hold: the cleaning and the caps that every feed format shares."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import timedelta

from monitor.collect import plain

MAX_TITLE = 1_000
MAX_TEXT = 200_000
"""Characters of a summary or content each: some feeds put the whole article into either."""
MAX_NAME = 200
MAX_NAMES = 20
"""Authors, and categories, of one entry."""
MAX_GUID = 2_048
MAX_TTL = timedelta(days=30)

_MARKUP_CAP = 8  # characters of markup read for each character of text kept
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")


def title(raw: object) -> str:
    """A title as one line of at most 1,000 characters."""
    return plain.to_line(_text(raw)[: MAX_TITLE * _MARKUP_CAP])[:MAX_TITLE]


def text(raw: object) -> str:
    """A summary or the full content as plain text of at most 200,000 characters."""
    return plain.to_text(_text(raw)[: MAX_TEXT * _MARKUP_CAP])[:MAX_TEXT]


def names(raw: Iterable[object]) -> tuple[str, ...]:
    """Names of authors or categories, each once: at most 20, of at most 200 characters."""
    lines = (plain.to_line(_text(name)[: MAX_NAME * _MARKUP_CAP])[:MAX_NAME] for name in raw)
    return tuple(dict.fromkeys(line for line in lines if line))[:MAX_NAMES]


def guid(raw: object) -> str | None:
    """An identifier as stated; one over 2,048 characters is replaced by its digest."""
    text = plain.clean(_text(raw)).strip().replace("&amp;", "&")  # escaped twice, or mended inside CDATA
    if len(text) > MAX_GUID:
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    return text or None


def language(*candidates: object) -> str | None:
    """The first candidate that is a language tag: lower case, `-` between its parts (`pt-br`)."""
    for candidate in candidates:
        tag = _text(candidate).strip().lower().replace("_", "-")
        if _LANGUAGE.fullmatch(tag) and tag.split("-")[0] not in ("und", "mul", "zxx"):
            return tag
    return None


def minutes(raw: object) -> timedelta | None:
    """A number of minutes, at most 30 days; None when it is none, zero or negative."""
    try:
        number = int(_text(raw).strip()[:9])
    except ValueError:
        return None
    return min(timedelta(minutes=number), MAX_TTL) if number > 0 else None


def _text(raw: object) -> str:
    return raw if isinstance(raw, str) else str(raw) if isinstance(raw, int | float) else ""
