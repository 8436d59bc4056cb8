"""What all channels share, and the two small ones: console and Apprise."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert_cases import alert, message
from sinks import Answer, WebhookSink

from monitor.alerts import compose
from monitor.alerts.channels import KINDS, deliverer
from monitor.alerts.channels.apprise import AppriseDeliverer
from monitor.alerts.channels.console import ConsoleDeliverer
from monitor.errors import DeliveryError
from monitor.models import Channel, Receipt


def channel(kind: str, **more: Any) -> Channel:
    return Channel(name="desk", kind=kind, **more)


def test_every_kind_has_a_deliverer() -> None:
    """The five kinds that the configuration knows can each be asked for, and state their pace."""
    assert KINDS == ("email", "slack", "webhook", "apprise", "console")
    assert {kind: deliverer(kind).min_interval for kind in KINDS} == {
        "email": 0.0,
        "slack": 1.0,
        "webhook": 0.0,
        "apprise": 0.0,
        "console": 0.0,
    }


def test_unknown_kind_is_refused() -> None:
    """A kind that is none of the five is a mistake of the caller's."""
    with pytest.raises(KeyError):
        deliverer("pigeon")


@pytest.mark.parametrize("kind", ["slack", "webhook", "apprise"])
def test_channel_that_is_not_set_up_is_a_permanent_error(kind: str) -> None:
    """Without an address there is nothing to try, and the error names the channel."""
    with pytest.raises(DeliveryError, match="'desk'") as caught:
        asyncio.run(deliverer(kind).send(message(), channel(kind)))
    assert caught.value.permanent


def test_console_writes_the_text() -> None:
    """The text form arrives on the stream, with a blank line after it."""
    stream = io.StringIO()
    composed = compose(alert(), channel("console"), zone=ZoneInfo("UTC"))
    receipt = asyncio.run(ConsoleDeliverer(stream).send(composed, channel("console")))
    assert stream.getvalue() == composed.text + "\n"
    assert receipt == Receipt(detail="written")


def test_console_uses_standard_output_of_the_moment(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a stream of its own it writes to standard output."""
    asyncio.run(deliverer("console").send(message(), channel("console")))
    assert capsys.readouterr().out == "One article.\n\n"


def test_console_writes_no_escape_sequences() -> None:
    """A message that was not composed cannot clear the screen or set the window's title."""
    stream = io.StringIO()
    asyncio.run(ConsoleDeliverer(stream).send(message(text="a\x1b[2J\x07\x9b1mb\rc"), channel("console")))
    assert stream.getvalue() == "a[2J1mb\nc\n\n"


def test_console_survives_a_narrow_encoding() -> None:
    """On a terminal that knows ASCII alone, other letters become question marks instead of an error."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    asyncio.run(ConsoleDeliverer(stream).send(message(text="Ливия"), channel("console")))
    assert raw.getvalue() == b"?????\n\n"


def test_closed_output_is_transient() -> None:
    """Output that has gone away is a DeliveryError like any other."""
    stream = io.StringIO()
    stream.close()
    with pytest.raises(DeliveryError) as caught:
        asyncio.run(ConsoleDeliverer(stream).send(message(), channel("console")))
    assert not caught.value.permanent


def apprise_url(sink: WebhookSink) -> str:
    return sink.url.replace("http://", "json://")


def test_apprise_hands_over_subject_and_text(caplog: pytest.LogCaptureFixture) -> None:
    """A service that Apprise knows gets title and text; Apprise logs no URL even at the lowest level."""
    caplog.set_level(logging.DEBUG)
    with WebhookSink(path="/T0SECRET") as sink:
        receipt = asyncio.run(AppriseDeliverer().send(message(), channel("apprise", secret=apprise_url(sink))))
    sent = json.loads(sink.requests[0].body)
    assert sent["title"] == "Libya: one article"
    assert sent["message"].strip() == "One article."
    assert receipt.detail == "sent by Apprise"
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("apprise", "monitor"))]
    assert "T0SECRET" not in " ".join(ours)


def test_apprise_refusal_is_transient() -> None:
    """A service that does not take the message is tried again; its URL is not in the error."""
    with (
        WebhookSink([Answer(500, "no")], path="/T0SECRET") as sink,
        pytest.raises(DeliveryError, match="'desk'") as caught,
    ):
        asyncio.run(AppriseDeliverer().send(message(), channel("apprise", secret=apprise_url(sink))))
    assert not caught.value.permanent
    assert "T0SECRET" not in str(caught.value)


@pytest.mark.parametrize("url", ["nosuchservice://T0SECRET/x", "T0SECRET"])
def test_apprise_url_of_no_service_is_permanent(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """A URL that Apprise cannot read is reported as such, without the URL."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DeliveryError, match="service://") as caught:
        asyncio.run(AppriseDeliverer().send(message(), channel("apprise", secret=url)))
    assert caught.value.permanent
    assert "T0SECRET" not in str(caught.value)
    assert "T0SECRET" not in caplog.text
