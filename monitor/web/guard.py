"""What stands before every page: headers that keep a browser from loading, framing or running anything else."""

from __future__ import annotations

from typing import Any

from datasette import Response

_HEADERS = {
    # No framing, no sniffing, no referrer: outlets need not learn who reads them here.
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": b"default-src 'self'; script-src 'self' 'unsafe-inline'; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    b"form-action 'self'",
}


def guarded(app: Any) -> Any:
    """Only reading is answered, and every answer carries our headers."""

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(event: Any) -> None:
            if event["type"] == "http.response.start":
                # Replaced, not added to: Datasette sends a Referrer-Policy of its own with some pages.
                others = [pair for pair in event.get("headers", []) if pair[0].lower() not in _HEADERS]
                event = {**event, "headers": [*others, *_HEADERS.items()]}
            await send(event)

        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            refusal = Response.text("The archive is read-only.", status=405, headers={"allow": "GET, HEAD"})
            await refusal.asgi_send(with_headers)
        else:
            await app(scope, receive, with_headers)

    return guard
