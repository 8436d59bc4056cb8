"""Slack: against a real web server on loopback that answers as scripted."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert_cases import FixedClock, alert, item, message
from sinks import Answer, WebhookSink

from monitor.alerts import compose
from monitor.alerts.channels.slack import SlackDeliverer
from monitor.errors import DeliveryError
from monitor.models import Channel, Message, Receipt

TOKEN = "T0SECRET/B0SECRET/xyzzy"
PATH = f"/services/{TOKEN}"


def channel(sink: WebhookSink) -> Channel:
    return Channel(name="desk", kind="slack", secret=sink.url)


def composed(**more: Any) -> Message:
    return compose(alert(item(**more)), Channel(name="desk", kind="slack"), zone=ZoneInfo("UTC"))


def send(one: Message, to: Channel, timeout: float = 10.0) -> Receipt:
    return asyncio.run(SlackDeliverer(clock=FixedClock(), timeout=timeout).send(one, to))


def refusal(one: Message, sink: WebhookSink, timeout: float = 10.0) -> DeliveryError:
    """The error that sending ends with; the webhook's address is nowhere in it."""
    with pytest.raises(DeliveryError) as caught:
        send(one, channel(sink), timeout)
    error = caught.value
    said = f"{error} {error!r} {error.__cause__!r} {error.__context__!r} {vars(error)}"
    assert "desk" in str(error)
    assert TOKEN not in said
    assert "T0SECRET" not in said
    return error


def test_message_arrives_as_blocks_with_a_fallback() -> None:
    """Slack gets the blocks, the subject for notifications, and is told to fetch nothing."""
    one = composed()
    with WebhookSink(path=PATH) as sink:
        assert send(one, channel(sink)) == Receipt(detail="sent")
    [request] = sink.requests
    sent = json.loads(request.body)
    assert sent["blocks"] == one.data["blocks"]
    assert sent["text"] == one.subject
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)
    assert request.path == PATH
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert "cookie" not in request.headers


def test_body_holds_no_raw_markup_of_the_article() -> None:
    """Mentions and links that an article brings along are escaped everywhere in the body, fallback included."""
    attack = "<!channel> <@U1> <https://evil.example|bank> &lt;"
    with WebhookSink(path=PATH) as sink:
        send(composed(title=attack, translated_title=attack, outlet=attack), channel(sink))
    body = sink.requests[0].body.decode()
    for raw in ("<!", "<@", "<https://evil", "|bank>"):
        assert raw not in body
    assert "&lt;!channel&gt;" in body
    assert "&amp;lt;" in body


def test_message_without_blocks_goes_as_text() -> None:
    """A message that was not composed for Slack, such as a notice, is sent as its text."""
    with WebhookSink(path=PATH) as sink:
        send(message(text="a < b & c"), channel(sink))
    sent = json.loads(sink.requests[0].body)
    assert sent["text"] == "Libya: one article\n\na &lt; b &amp; c"
    assert sent["mrkdwn"] is False
    assert "blocks" not in sent


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30),
        ("0", 1),
        ("86400", 86_400),
        ("99999999999999999999", 86_400),
        (None, 60),
        ("soon", 60),
        ("-5", 60),
        ("Tue, 03 Mar 2026 12:07:00 GMT", 120),
        ("Tue, 03 Mar 2026 11:00:00 GMT", 1),
    ],
)
def test_retry_after_is_honoured(header: str | None, seconds: int) -> None:
    """429 waits as long as Slack says, a minute if it says nothing, between a second and a day."""
    headers = {"Retry-After": header} if header is not None else {}
    with WebhookSink([Answer(429, "rate_limited", headers)], path=PATH) as sink:
        error = refusal(composed(), sink)
    assert error.retry_after == timedelta(seconds=seconds)
    assert not error.permanent
    assert len(sink.requests) == 1


@pytest.mark.parametrize(
    ("answer", "permanent", "words"),
    [
        (Answer(403, "invalid_token"), True, "403 (invalid_token)"),
        (Answer(404, "no_service"), True, "404 (no_service)"),
        (Answer(410, "channel_is_archived"), True, "410 (channel_is_archived)"),
        (Answer(500, "rollup_error"), False, "500 (rollup_error)"),
        (Answer(502, "<html>" + "x" * 9000), False, "502"),
        (Answer(503, ""), False, "503."),
        (Answer(302, "", {"Location": "http://127.0.0.1:1/"}), False, "Redirects are not followed"),
        (Answer(307, "", {"Location": "http://127.0.0.1:1/"}), False, "Redirects are not followed"),
        (Answer(200, "no_text"), False, 'without its "ok"'),
        (Answer(200, "<html>Sign in</html>"), False, 'without its "ok"'),
        (Answer(200, ""), False, 'without its "ok"'),
        (Answer(0), False, "connection broke"),
    ],
)
def test_each_answer_is_transient_or_permanent(answer: Answer, permanent: bool, words: str) -> None:
    """What Slack will refuse again is permanent, what may pass is not, and one request decides it."""
    with WebhookSink([answer], path=PATH) as sink:
        error = refusal(composed(), sink)
    assert error.permanent is permanent
    assert words in str(error)
    assert len(str(error)) < 400
    assert len(sink.requests) == 1


@pytest.mark.parametrize(
    ("answer", "uncertain"),
    [
        (Answer(404, "no_service"), False),
        (Answer(429, ""), False),
        (Answer(500, "rollup_error"), False),
        (Answer(502, ""), True),
        (Answer(504, ""), True),
        (Answer(200, "who knows"), True),
        (Answer(0), True),
        (Answer(wait=True), True),
    ],
)
def test_lost_answer_is_marked(answer: Answer, uncertain: bool) -> None:
    """An error says whether the message may have arrived all the same."""
    with WebhookSink([answer], path=PATH) as sink:
        error = refusal(composed(), sink, timeout=0.3 if answer.wait else 10.0)
    assert error.uncertain is uncertain


def test_silence_is_transient() -> None:
    """An answer that does not come in time is tried again later."""
    with WebhookSink([Answer(wait=True)], path=PATH) as sink:
        error = refusal(composed(), sink, timeout=0.2)
    assert "no answer in time" in str(error)
    assert not error.permanent


def test_refused_blocks_are_sent_once_as_text() -> None:
    """400 invalid_payload: one more try as plain text, which is taken, and the receipt says so."""
    with WebhookSink([Answer(400, "invalid_blocks"), Answer(200, "ok")], path=PATH) as sink:
        receipt = send(composed(), channel(sink))
    first, second = (json.loads(request.body) for request in sink.requests)
    assert "blocks" in first
    assert "blocks" not in second
    assert "A [Libyan] delegation" in second["text"]
    assert "(invalid_blocks)" in receipt.detail


def test_refused_text_is_permanent() -> None:
    """400 for the plain text as well: it is given up after two requests."""
    with WebhookSink([Answer(400, "invalid_payload")], path=PATH) as sink:
        error = refusal(composed(), sink)
    assert error.permanent
    assert len(sink.requests) == 2


def test_busy_after_refused_blocks_is_transient() -> None:
    """400 and then 429: the wait is honoured."""
    answers = [Answer(400, "invalid_blocks"), Answer(429, "", {"Retry-After": "7"})]
    with WebhookSink(answers, path=PATH) as sink:
        error = refusal(composed(), sink)
    assert error.retry_after == timedelta(seconds=7)


def test_answer_that_repeats_the_address_does_not_leak_it() -> None:
    """A proxy's error page with the webhook's address in it is repeated without the address."""
    with WebhookSink(path=PATH) as sink:
        sink.answer_next(Answer(404, f"no such page: {sink.url}"))
        error = refusal(composed(), sink)
    assert "no such page: ***" in str(error)


def test_nobody_listening_is_transient() -> None:
    """A refused connection is tried again, and the address stays out of the error."""
    with WebhookSink(path=PATH) as sink:
        pass
    error = refusal(composed(), sink)
    assert "no connection" in str(error)
    assert (error.permanent, error.uncertain) == (False, False)


@pytest.mark.parametrize("address", ["", "no address", "ftp://slack.example/T0SECRET", "http://[::1/T0SECRET"])
def test_unusable_address_is_permanent_and_secret(address: str) -> None:
    """Something that is no http(s) URL can never work, and is still not shown."""
    with pytest.raises(DeliveryError) as caught:
        send(composed(), Channel(name="desk", kind="slack", secret=address))
    assert caught.value.permanent
    assert "T0SECRET" not in f"{caught.value} {caught.value.__context__!r} {caught.value.__cause__!r}"


def test_proxy_of_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment would see the address; the message goes straight."""
    with WebhookSink(path="/proxy") as proxy, WebhookSink(path=PATH) as sink:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        send(composed(), channel(sink))
    assert (len(proxy.requests), len(sink.requests)) == (0, 1)


def test_address_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at its most talkative, neither success nor failure writes the address."""
    caplog.set_level(logging.DEBUG)
    with WebhookSink([Answer(), Answer(404, "no_service"), Answer(0)], path=PATH) as sink:
        send(composed(), channel(sink))
        refusal(composed(), sink)
        refusal(composed(), sink)
    refusal(composed(), sink)
    assert "T0SECRET" not in caplog.text
    assert "T0SECRET" not in repr(channel(sink))


def test_pace_is_one_message_a_second() -> None:
    """Slack's limit for incoming webhooks is stated for the loop that sends."""
    assert SlackDeliverer().min_interval == 1.0


def bot(sink: WebhookSink) -> Channel:
    return Channel(name="desk", kind="slack", secret="xoxb-T0SECRET", to=("#desk",), url=sink.url)


def said(**answer: Any) -> Answer:
    return Answer(200, json.dumps(answer))


def test_a_bots_receipt_names_the_message() -> None:
    """What Slack calls the message comes back, for what follows to be posted under it."""
    with WebhookSink([said(ok=True, ts="1503435956.000247")], path="/api") as sink:
        assert send(composed(), bot(sink)) == Receipt(detail="sent", handle="1503435956.000247")
    assert sink.requests[0].path == "/api/chat.postMessage"


def test_a_thread_that_is_gone_is_left() -> None:
    """Somebody removed the first message: the follow-up is posted all the same, in the open."""
    with WebhookSink([said(ok=False, error="thread_not_found"), said(ok=True, ts="2.1")], path="/api") as sink:
        receipt = send(replace(composed(), handle="1.1"), bot(sink))
    first, second = (json.loads(request.body) for request in sink.requests)
    assert (first["thread_ts"], "thread_ts" in second) == ("1.1", False)
    assert receipt == Receipt(detail="sent outside its thread", handle="2.1")


def test_a_bots_refused_blocks_are_sent_once_as_text() -> None:
    """One more try as plain text, in the same thread."""
    with WebhookSink([said(ok=False, error="invalid_blocks"), said(ok=True, ts="2.1")], path="/api") as sink:
        receipt = send(replace(composed(), handle="1.1"), bot(sink))
    second = json.loads(sink.requests[1].body)
    assert ("blocks" in second, second["thread_ts"], second["channel"]) == (False, "1.1", "#desk")
    assert "plain text" in receipt.detail


@pytest.mark.parametrize(
    ("answer", "permanent", "uncertain", "words"),
    [
        (said(ok=False, error="not_in_channel"), False, False, "Invite the bot"),
        (said(ok=False, error="channel_not_found"), False, False, "Correct `to`"),
        (said(ok=False, error="invalid_auth"), False, False, "invalid_auth. It is tried again"),
        (said(ok=False, error="is_archived"), True, False, "Trying again will not help"),
        (said(ok=False, error="msg_too_long"), True, False, "Trying again will not help"),
        (said(ok=False), False, False, "None"),
        (Answer(200, "<html>Sign in</html>"), False, True, "something else than JSON"),
        (Answer(200, "[]"), False, True, "something else than JSON"),
        (Answer(503, ""), False, False, "503"),
        (Answer(429, "", {"Retry-After": "30"}), False, False, "429"),
    ],
)
def test_each_answer_to_a_bot_has_its_meaning(answer: Answer, permanent: bool, uncertain: bool, words: str) -> None:
    """What a person can put right is tried again; the token is in no error."""
    with WebhookSink([answer], path="/api") as sink, pytest.raises(DeliveryError) as caught:
        send(composed(), bot(sink))
    assert (caught.value.permanent, caught.value.uncertain) == (permanent, uncertain)
    assert words in str(caught.value)
    assert "T0SECRET" not in f"{caught.value} {vars(caught.value)}"
