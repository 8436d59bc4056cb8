"""What an HTTP status that carries no content means, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from monitor.errors import StatusError

REDIRECTS = frozenset((301, 302, 303, 307, 308))

_MEANING = {
    304: "it says nothing changed though we had not asked that; the next poll asks for everything",
    401: "it wants a sign-in, which monitor does not do",
    403: "it refuses us",
    404: "there is nothing at this address",
    410: "it says this address is gone for good",
    429: "it says we ask too often",
    451: "it withholds this for legal reasons",
}
# Client errors that may well be different tomorrow. Every other 4xx is meant.
_PASSING = frozenset((404, 408, 409, 421, 423, 425, 429))


def is_answer(status: int, *, conditional: bool) -> bool:
    """True for a status worth reading: 2xx, or 304 when we asked conditionally.

    206 is none: we never ask for a part, so what follows would be an article cut short.
    """
    return status == 304 if conditional and status == 304 else 200 <= status < 300 and status != 206


def explain_status(url: str, status: int, headers: Mapping[str, str], retry_after: timedelta | None) -> StatusError:
    """The error for `status`: what was answered, what it means, when to come back."""
    meaning = _MEANING.get(status, "")
    if headers.get("cf-mitigated", "").lower() == "challenge":
        meaning = "it lets in browsers only (Cloudflare challenge)"
    if retry_after and status in (429, 503):
        meaning += f"{'; ' if meaning else ''}it is asked again in {_minutes(retry_after)}"
    said = f"{url} answered {_named(status)}"
    return StatusError(
        f"{said}: {meaning}." if meaning else f"{said}.",
        status=status,
        retry_after=retry_after,
        permanent=400 <= status < 500 and status not in _PASSING,
    )


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _minutes(wait: timedelta) -> str:
    minutes = max(1, round(wait.total_seconds() / 60))
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
