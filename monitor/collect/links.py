"""Links as feeds and pages write them → absolute addresses we may keep."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from yarl import URL

MAX_LINK = 2048
"""Characters of a link; longer ones are refused."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?:)|feed:(?=//)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def absolute(raw: str | None, base: str | None = None) -> str | None:
    """`raw` resolved against `base`, as an encoded http(s) URL of at most 2,048 characters, or None.

    None too for other schemes (`javascript:`, `data:`, `file:`), for user names or passwords in the URL,
    and for backslashes, which programs read in different ways.
    """
    text = _CONTROLS.sub("", raw or "").strip()
    if _FEED_SCHEME.match(text):  # feed:https://…, and feed://… for https://…
        text = _FEED_SCHEME.sub("", text, count=1)
        text = f"https:{text}" if text.startswith("//") else text
    if not text or len(text) > MAX_LINK or "\\" in text:
        return None
    if base and not text.lower().startswith(("http://", "https://")):
        text = _joined(base, text)
    return _checked(text)


def _joined(base: str, text: str) -> str:
    try:
        return urljoin(base, text)
    except ValueError:  # an IPv6 host that is none
        return ""


def _checked(text: str) -> str | None:
    try:
        url = URL(text)
        if url.scheme not in ("http", "https") or not url.host or "%" in url.host or "@" in url.raw_authority:
            return None
        encoded = str(url)
    except ValueError:  # no host, or a port that is none
        return None
    return encoded if len(encoded) <= MAX_LINK else None


def is_absolute(text: str) -> bool:
    """Whether a link names its scheme."""
    return _SCHEME.match(text) is not None
