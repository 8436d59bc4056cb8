"""Everything else (Telegram, Matrix, ntfy, Signal, Teams, …) through the Apprise library.

`secret` holds one Apprise URL, or several separated by commas; github.com/caronc/apprise/wiki lists them.
Apprise says only whether all of them took the message, so when one of several fails, all get it again:
one URL per channel avoids that.
"""

from __future__ import annotations

import asyncio
import logging

from monitor.errors import DeliveryError
from monitor.models import Channel, Message, Receipt


class AppriseDeliverer:
    """Hands subject and text to Apprise."""

    min_interval = 0.0

    async def send(self, message: Message, channel: Channel) -> Receipt:
        outcome = await asyncio.to_thread(_notify, message, channel.secret or channel.url)
        if outcome is None:
            raise DeliveryError(
                f"Channel {channel.name!r}: Apprise does not know this URL. "
                "Its form is service://…; see github.com/caronc/apprise/wiki.",
                permanent=True,
            )
        if not outcome:
            raise DeliveryError(f"Channel {channel.name!r}: the service did not take it. It is tried again.")
        return Receipt(detail="sent by Apprise")


def _notify(message: Message, urls: str) -> bool | None:
    """True: all took it; False: not all; None: the URL is not one of Apprise's."""
    import apprise  # here, since it takes long to import and few use it

    # It logs a URL that it cannot read, and with it the token, as an error; what we need is in its answer.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    service = apprise.Apprise()
    if not service.add(urls):
        return None
    return bool(service.notify(title=message.subject, body=message.text, body_format=apprise.NotifyFormat.TEXT))
