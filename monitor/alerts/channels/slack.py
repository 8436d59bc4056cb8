"""Slack, through an incoming webhook or as a bot.

A webhook's URL is the channel's secret: whoever has it can post. It says "ok" in the body when it has a message
(api.slack.com/messaging/webhooks), and not what the message is called: nothing can be posted in its thread. A bot
(`secret` is its token, xoxb-…; scope chat:write) posts with chat.postMessage to the one channel in `to`, learns the
message's time stamp, and posts what follows under it (docs.slack.dev/reference/methods/chat.postMessage). Both take
one message a second. `url` of a bot is the API's address when it is not https://slack.com/api.
"""

from __future__ import annotations

import json

from monitor.alerts.blocks import escape
from monitor.alerts.channels.http import TIMEOUT, Answer, check, excerpt, post
from monitor.errors import DeliveryError
from monitor.models import Channel, Clock, Message, Receipt, SystemClock
from monitor.wording.clean import one_line

API = "https://slack.com/api"
TOKEN = "xoxb-"  # noqa: S105 - how the token of a bot begins
_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
_SUBJECT = 1000
_TEXT = 3000  # Slack cuts at 40,000, people long before
_ANSWER = 1_000_000  # bytes: a bot is told the whole message back
# What chat.postMessage says of a message that it will never take; all else may pass, or can be put right.
_FOR_GOOD = frozenset(("msg_too_long", "no_text", "invalid_blocks", "invalid_arguments", "is_archived"))
_NO_THREAD = frozenset(("thread_not_found", "invalid_thread_ts", "cannot_reply_to_message"))
_REMEDIES = {
    "not_in_channel": "Invite the bot to the channel",
    "channel_not_found": "Correct `to`, or invite the bot to the channel",
    "missing_scope": "Give the bot the scope chat:write",
}


class SlackDeliverer:
    """Posts a message's blocks; where Slack cannot read them, once more as plain text."""

    min_interval = 1.0

    def __init__(self, *, clock: Clock | None = None, timeout: float = TIMEOUT) -> None:
        self._clock = clock or SystemClock()
        self._timeout = timeout

    async def send(self, message: Message, channel: Channel) -> Receipt:
        """`Receipt.handle` is the message's time stamp, where a bot posted it."""
        if channel.secret.startswith(TOKEN):
            return await self._send_as_bot(message, channel)
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

    async def _send_as_bot(self, message: Message, channel: Channel) -> Receipt:
        place: dict[str, object] = {"channel": channel.to[0] if channel.to else ""}
        thread: dict[str, object] = {"thread_ts": message.handle} if message.handle else {}
        said = await self._call(_payload(message) | place | thread, channel)
        detail = "sent"
        if thread and said.get("error") in _NO_THREAD:  # somebody removed the first message
            said, thread, detail = await self._call(_payload(message) | place, channel), {}, "sent outside its thread"
        if said.get("error") == "invalid_blocks":
            said = await self._call(_plain(message) | place | thread, channel)
            detail = "sent as plain text, since Slack refused the blocks"
        _understood(said, channel)
        return Receipt(detail=detail, handle=str(said.get("ts") or ""))

    async def _call(self, payload: dict[str, object], channel: Channel) -> dict[str, object]:
        """What chat.postMessage answered. Raises DeliveryError when that is no answer of Slack's."""
        address = f"{(channel.url or API).rstrip('/')}/chat.postMessage"
        headers = _HEADERS | {"Authorization": f"Bearer {channel.secret}"}
        body = json.dumps(payload).encode("ascii")
        answer = await post(address, body, headers, channel, self._timeout, _ANSWER)
        check(answer, channel, "Slack", self._clock.now())
        try:
            said = json.loads(answer.body)
        except ValueError:
            said = None
        if not isinstance(said, dict) or not isinstance(said.get("ok"), bool):
            raise DeliveryError(
                f"Channel {channel.name!r}: Slack answered {answer.status} with something else than JSON"
                f"{excerpt(answer, channel)}. Something else may be answering; it is tried again.",
                uncertain=True,
            )
        return said


def _understood(said: dict[str, object], channel: Channel) -> None:
    """Nothing when it was posted; otherwise DeliveryError: what a person can put right is tried again."""
    if said["ok"]:
        return
    error = one_line(str(said.get("error")), 80)
    permanent = error in _FOR_GOOD
    remedy = "Trying again will not help" if permanent else _REMEDIES.get(error, "It is tried again")
    raise DeliveryError(f"Channel {channel.name!r}: Slack refused the message: {error}. {remedy}.", permanent=permanent)


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
