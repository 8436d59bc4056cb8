"""Answers that say how to ask for them again: 304 to who has them already (RFC 9110, 13)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from datasette import Response


def conditional(request: Any, body: bytes, content_type: str, modified: datetime) -> Response:
    """`body` under a strong ETag, or 304 without it. `modified`: to the second.

    A tag is compared when there is one; a date only without (13.1.3), since a translation that came late changes
    a text without being news.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "etag": tag,
        "last-modified": format_datetime(modified.astimezone(UTC), usegmt=True),
        "cache-control": "private, no-cache",  # kept, and asked for each time: it may need a sign-in
    }
    if _known(request, tag, modified):
        return Response(b"", status=304, headers=headers)
    return Response(body, headers=headers, content_type=content_type)


def _known(request: Any, tag: str, modified: datetime) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        # Compared weakly (8.8.3.2): a proxy that compresses marks our tag as weak.
        return tags.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in tags.split(","))
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return modified.replace(microsecond=0) <= (since if since.tzinfo else since.replace(tzinfo=UTC))
