"""Addresses that come from a visitor: where a form leads back to, paths that lead elsewhere, numbers in them."""

from __future__ import annotations

import re
from urllib.parse import unquote

LONGEST = 2_000
# Printable ASCII, a slash first and nothing after it that a browser takes for another slash; what else is in an
# address is percent-encoded by browsers.
_OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


_NUMBER = re.compile(r"[0-9]{1,18}")  # what SQLite holds as a number, whatever the digits


def whole_number(text: str | None, otherwise: int = 0) -> int:
    """A number in an address; `otherwise` for what is none, or too long to be one of ours."""
    return int(text) if text and _NUMBER.fullmatch(text) else otherwise


def safe_back(text: str) -> str:
    """`text` when it is a path of ours, else the front page: no scheme, no host, however it is written."""
    return text if len(text) <= LONGEST and _OURS.fullmatch(text) and not elsewhere(text) else "/"


def elsewhere(path: str) -> bool:
    """Whether a browser, or a redirect made of it, could take this path for the address of another host."""
    start = path.partition("?")[0].partition("#")[0]
    for _ in range(3):  # %252f is %2f to whoever decodes it twice
        if start[:2] in ("//", "/\\") or "\\" in start:
            return True
        start = unquote(start)
    return False
