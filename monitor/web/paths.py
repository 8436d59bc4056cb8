"""Addresses that come from a visitor: where a form leads back to, and paths that lead elsewhere."""

from __future__ import annotations

import re
from urllib.parse import unquote

LONGEST = 2_000
# Printable ASCII, a slash first and nothing after it that a browser takes for another slash; what else is in an
# address is percent-encoded by browsers.
_OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


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
