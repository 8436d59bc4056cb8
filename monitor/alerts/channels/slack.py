"""Slack, through an incoming webhook.

The webhook's URL is the channel's secret: whoever has it can post. Slack takes one message a second from
a webhook, and says "ok" in the body when it has one (api.slack.com/messaging/webhooks).
"""

from __future__ import annotations

import json

from monitor.alerts.blocks import escape
from monitor.alerts.channels.http import TIMEOUT, Answer, check, excerpt, post
from monitor.errors import DeliveryError
from monitor.models import Channel, Clock, Message, Receipt, SystemClock

_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
_SUBJECT = 1000
_TEXT = 3000  # Slack cuts at 40,000, people long before


class SlackDeliverer:
    """Posts a message's blocks; where Slack cannot read them, once more as plain text."""

    min_interval = 1.0

    def __init__(self, *, clock: Clock | None = None, timeout: float = TIMEOUT) -> None:
        self._clock = clock or SystemClock()
        self._timeout = timeout

    async def send(self, message: Message, channel: Channel) -> Receipt:
        answer = await self._post(_payload(message), channel)
        detail = "sent"
        if answer.status == 400:
            reason = excerpt(answer, channel)
            answer = await self._post(_plain(message), channel)
            detail = f"sent as plain text, since Slack refused the blocks{reason}"
        check(answer, channel, "Slack", self._clock.now())
        if answer.body.strip() != "ok":
            raise DeliveryError(
                f'Channel {channel.name!r}: Slack answered {answer.status} without its "ok"'
                f"{excerpt(answer, channel)}. Something else may be answering; it is tried again.",
                uncertain=True,
            )
        return Receipt(detail=detail)

    async def _post(self, payload: dict[str, object], channel: Channel) -> Answer:
        body = json.dumps(payload).encode("ascii")
        return await post(channel.secret or channel.url, body, _HEADERS, channel, self._timeout)


def _payload(message: Message) -> dict[str, object]:
    """The blocks, and the subject for notifications. Links are not unfurled: Slack would fetch them."""
    blocks = message.data.get("blocks")
    if not blocks:
        return _plain(message)
    return {
        "text": escape(message.subject, _SUBJECT),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _plain(message: Message) -> dict[str, object]:
    return {
        "text": escape(f"{message.subject}\n\n{message.text}", _TEXT),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
