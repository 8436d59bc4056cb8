"""A webhook: the alert as JSON, signed.

A POST with `message.data` (its shape is in `monitor.alerts.data`) and these headers:

    Idempotency-Key       the message's id; every copy of a message carries the same
    X-Monitor-Timestamp   seconds since 1970, when this copy was sent
    X-Monitor-Signature   sha256=<hex>: HMAC-SHA256 over "<timestamp>.<body>", keyed with the channel's
                          secret; absent when the channel has no signing key

To verify, in any language: compute the HMAC over the timestamp, a full stop and the body as received,
compare it with the header in constant time, and refuse timestamps older than a few minutes:

    expected = hmac.new(key, timestamp + b"." + body, "sha256").hexdigest()
    hmac.compare_digest("sha256=" + expected, signature) and abs(time.time() - int(timestamp)) < 300

The address is `url`, and `secret` the signing key; an address that is itself a secret goes into `secret`
with `url` left empty, and is not signed.
"""

from __future__ import annotations

import hmac
import json

from monitor.alerts.channels.http import TIMEOUT, check, post
from monitor.models import Channel, Clock, Message, Receipt, SystemClock
from monitor.wording.clean import token


class WebhookDeliverer:
    """Posts a message's JSON form."""

    min_interval = 0.0

    def __init__(self, *, clock: Clock | None = None, timeout: float = TIMEOUT) -> None:
        self._clock = clock or SystemClock()
        self._timeout = timeout

    async def send(self, message: Message, channel: Channel) -> Receipt:
        body = payload(message)
        headers = self._headers(message, channel, body)
        answer = await post(channel.url or channel.secret, body, headers, channel, self._timeout)
        check(answer, channel, "the webhook", self._clock.now())
        return Receipt(detail=f"answered {answer.status}")

    def _headers(self, message: Message, channel: Channel, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": token(message.message_id),
            "X-Monitor-Timestamp": timestamp,
        }
        if channel.url and channel.secret:
            headers["X-Monitor-Signature"] = sign(channel.secret, timestamp, body)
        return headers


def payload(message: Message) -> bytes:
    """The body: the JSON form, or id, subject and text of a message that has none. UTF-8."""
    form = message.data or {"id": message.message_id, "subject": message.subject, "text": message.text}
    # A lone surrogate cannot be sent; "?" in its place leaves the offsets of the spans as they are.
    return json.dumps(form, ensure_ascii=False).encode("utf-8", "replace")


def sign(key: str, timestamp: str, body: bytes) -> str:
    """The value of `X-Monitor-Signature`."""
    return "sha256=" + hmac.new(key.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()
