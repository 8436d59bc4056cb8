"""The signed webhook, against a real web server on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert_cases import NOON, FixedClock, alert, item, message
from sinks import Answer, WebhookSink

from monitor.alerts import compose
from monitor.alerts.channels.webhook import WebhookDeliverer, payload, sign
from monitor.errors import DeliveryError
from monitor.models import Channel, Evidence, Message, Receipt, Span

KEY = "a key that nobody guesses"


def channel(sink: WebhookSink, **more: Any) -> Channel:
    values: dict[str, Any] = {"name": "desk", "kind": "webhook", "url": sink.url, "secret": KEY}
    return Channel(**values | more)


def composed(**more: Any) -> Message:
    return compose(alert(item(**more)), Channel(name="desk", kind="webhook"), zone=ZoneInfo("UTC"))


def send(one: Message, to: Channel) -> Receipt:
    return asyncio.run(WebhookDeliverer(clock=FixedClock(), timeout=10).send(one, to))


def test_alert_arrives_as_its_json_form() -> None:
    """The body is the message's JSON form, in UTF-8 and readable as it is."""
    one = composed()
    with WebhookSink([Answer(204, "")]) as sink:
        assert send(one, channel(sink)).detail == "answered 204"
    [request] = sink.requests
    assert json.loads(request.body) == one.data
    assert "Une délégation libyenne" in request.body.decode("utf-8")
    assert request.headers["content-type"] == "application/json; charset=utf-8"


def test_signature_verifies_as_documented() -> None:
    """A receiver that follows the module's description accepts the message and refuses a changed one."""
    with WebhookSink() as sink:
        send(composed(), channel(sink))
    [request] = sink.requests
    timestamp = request.headers["x-monitor-timestamp"]
    assert int(timestamp) == NOON.timestamp()

    def expected(body: bytes, at: str = timestamp) -> str:
        return "sha256=" + hmac.new(KEY.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()

    signature = request.headers["x-monitor-signature"]
    assert hmac.compare_digest(expected(request.body), signature)
    assert expected(request.body + b" ") != signature
    assert expected(request.body, str(int(timestamp) + 1)) != signature


def test_signature_is_a_known_one() -> None:
    """The signature of a fixed body never changes: receivers depend on it.

    `printf '1772539500.{}' | openssl dgst -sha256 -hmac key` gives the same digits.
    """
    assert sign("key", "1772539500", b"{}") == "sha256=6ab4eeacef7aba52cab9203afbd49bac9645a575ef5ec15340fd15c65886a1cb"


def test_every_copy_has_the_same_idempotency_key() -> None:
    """First and repeated copy carry one key, so a receiver can drop the second."""
    with WebhookSink() as sink:
        for repeat in (False, True):
            send(compose(alert(), channel(sink), zone=ZoneInfo("UTC"), repeat=repeat), channel(sink))
    assert [request.headers["idempotency-key"] for request in sink.requests] == ["4f2a9c", "4f2a9c"]
    assert [json.loads(request.body)["repeat"] for request in sink.requests] == [False, True]


def test_strange_id_is_no_header_injection() -> None:
    """An id with line breaks becomes a plain key."""
    with WebhookSink() as sink:
        send(message(message_id="a\r\nX-Evil: 1"), channel(sink))
    [request] = sink.requests
    assert "x-evil" not in request.headers
    assert request.headers["idempotency-key"].isalnum()


def test_without_a_key_nothing_is_signed() -> None:
    """A channel without a secret sends no signature rather than one that anybody can make."""
    with WebhookSink() as sink:
        send(composed(), channel(sink, secret=""))
    assert "x-monitor-signature" not in sink.requests[0].headers


def test_secret_address_is_used_and_not_shown() -> None:
    """An address kept in `secret` is posted to, unsigned, and appears in no error."""
    with WebhookSink([Answer(), Answer(404, "gone")], path="/T0SECRET") as sink:
        send(composed(), channel(sink, url="", secret=sink.url))
        with pytest.raises(DeliveryError) as caught:
            send(composed(), channel(sink, url="", secret=sink.url))
    assert sink.requests[0].path == "/T0SECRET"
    assert "x-monitor-signature" not in sink.requests[0].headers
    assert "T0SECRET" not in str(caught.value)


def test_notice_without_json_form_sends_id_subject_and_text() -> None:
    """A message that was not composed from an alert still arrives as JSON."""
    with WebhookSink() as sink:
        send(message(), channel(sink))
    assert json.loads(sink.requests[0].body) == {
        "id": "4f2a9c",
        "subject": "Libya: one article",
        "text": "One article.\n",
    }


def test_broken_characters_keep_the_offsets() -> None:
    """A lone surrogate cannot be sent; what replaces it is one character too, so spans still fit."""
    evidence = Evidence(sentence="\ud800 Libya", spans=(Span(start=2, end=7),))
    sent = json.loads(payload(composed(evidence=evidence)))["articles"][0]["evidence"]
    [[start, end]] = sent["spans"]
    assert sent["sentence"][start:end] == "Libya"


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        *((status, False) for status in (301, 302, 308, 408, 425, 429, 500, 502, 503, 504)),
        *((status, True) for status in (400, 401, 403, 404, 405, 410, 413, 422)),
    ],
)
def test_each_status_is_transient_or_permanent(status: int, permanent: bool) -> None:
    """Refusals that will be repeated are permanent, troubles that pass are not; nothing is sent twice."""
    with WebhookSink([Answer(status, "no", {"Location": "/elsewhere"})]) as sink:
        with pytest.raises(DeliveryError, match=f"'desk': the webhook answered {status} \\(no\\)") as caught:
            send(composed(), channel(sink))
        assert len(sink.requests) == 1
    assert caught.value.permanent is permanent
    assert KEY not in str(caught.value)


def test_service_unavailable_with_retry_after() -> None:
    """503 with Retry-After waits as told; without it, the usual back-off applies."""
    with WebhookSink([Answer(503, "", {"Retry-After": "90"}), Answer(503, "")]) as sink:
        waits = []
        for _ in range(2):
            with pytest.raises(DeliveryError) as caught:
                send(composed(), channel(sink))
            waits.append(caught.value.retry_after)
    assert waits[0] is not None
    assert waits[0].total_seconds() == 90
    assert waits[1] is None


def test_endless_answer_is_cut() -> None:
    """Only the beginning of an answer is read, whatever its size."""
    with WebhookSink([Answer(500, b"\xff" + b"x" * 5_000_000)]) as sink, pytest.raises(DeliveryError) as caught:
        send(composed(), channel(sink))
    assert len(str(caught.value)) < 300
