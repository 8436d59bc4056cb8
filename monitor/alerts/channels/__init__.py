"""The ways a message can go: one file per channel, one interface.

To add one, write a file with a class that has `min_interval` and `send`, and name it in `_CHANNELS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from monitor.alerts.channels.apprise import AppriseDeliverer
from monitor.alerts.channels.console import ConsoleDeliverer
from monitor.alerts.channels.email import EmailDeliverer
from monitor.alerts.channels.slack import SlackDeliverer
from monitor.alerts.channels.webhook import WebhookDeliverer
from monitor.models import Channel, Message, Receipt


class Deliverer(Protocol):
    """Hands messages over. Holds no connection between two messages."""

    @property
    def min_interval(self) -> float:
        """Seconds to leave between two messages to one channel of this kind."""

    async def send(self, message: Message, channel: Channel) -> Receipt:
        """Returns once the far side has taken the message. Raises DeliveryError, which says whether trying
        again can help; its text never contains `channel.secret`."""


_CHANNELS: dict[str, Callable[[], Deliverer]] = {
    "email": EmailDeliverer,
    "slack": SlackDeliverer,
    "webhook": WebhookDeliverer,
    "apprise": AppriseDeliverer,
    "console": ConsoleDeliverer,
}

KINDS = tuple(_CHANNELS)
"""Names of the kinds of channel, as `config.toml` spells them."""


def deliverer(kind: str) -> Deliverer:
    """The deliverer of a kind of channel. Raises KeyError for a kind that is none of `KINDS`."""
    return _CHANNELS[kind]()
