"""E-mail, through the SMTP server that the channel names.

TLS is required and certificates are checked unless the channel says `security = "none"`; a server that
offers no STARTTLS gets neither message nor password. A private certificate authority is trusted when
SSL_CERT_FILE names it, as in every program that uses OpenSSL. What the server's answers mean is in
`monitor.alerts.channels.smtp`.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Mapping

from monitor.alerts.channels.smtp import Refusals, failure, refused, session
from monitor.alerts.mail import address, build
from monitor.errors import DeliveryError
from monitor.models import Channel, Clock, Message, Receipt, SystemClock

TIMEOUT = 60.0  # seconds for each answer of the server
_TOO_LARGE = 552


class EmailDeliverer:
    """Sends one mail to all recipients of the channel, in a thread since smtplib blocks."""

    min_interval = 0.0

    def __init__(
        self, *, clock: Clock | None = None, tls: ssl.SSLContext | None = None, timeout: float = TIMEOUT
    ) -> None:
        self._clock = clock or SystemClock()
        self._tls = tls
        self._timeout = timeout

    async def send(self, message: Message, channel: Channel) -> Receipt:
        """`Receipt.refused` and `.deferred` hold recipients as `channel.to` spells them. To try the deferred
        ones again, send the message to `replace(channel, to=receipt.deferred)`."""
        return await asyncio.to_thread(self._send, message, channel)

    def _send(self, message: Message, channel: Channel) -> Receipt:
        recipients = _recipients(channel)
        try:
            refusals = self._deliver(message, channel, tuple(recipients))
        except (smtplib.SMTPException, OSError, ValueError) as error:
            problem = failure(error, channel, recipients)
        else:
            return _receipt(channel, recipients, refusals)
        raise problem  # outside the handler: smtplib's own errors can hold the password

    def _deliver(self, message: Message, channel: Channel, recipients: tuple[str, ...]) -> Refusals:
        try:
            return self._hand_over(message, channel, recipients, html=True)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            if error.smtp_code != _TOO_LARGE or not message.html:
                raise
        return self._hand_over(message, channel, recipients, html=False)

    def _hand_over(self, message: Message, channel: Channel, recipients: tuple[str, ...], *, html: bool) -> Refusals:
        mail = build(message, channel, self._clock.now(), html=html)
        context = self._tls or ssl.create_default_context()
        with session(channel, context, self._timeout) as server:
            return server.sendmail(address(channel.sender), recipients, mail)


def _recipients(channel: Channel) -> dict[str, str]:
    """Bare address → as the channel spells it. Raises DeliveryError when nothing can be sent."""
    for key, good, example in (
        ("host", channel.host, "mail.example.org"),
        ("sender", address(channel.sender), "monitor@example.org"),
    ):
        if not good:
            raise DeliveryError(
                f"Channel {channel.name!r}: it has no usable {key}. "
                f'Set {key} = "{example}" or the like in config.toml.',
                permanent=True,
            )
    recipients = {address(spelt): spelt for spelt in channel.to if address(spelt)}
    if not recipients:
        raise DeliveryError(
            f"Channel {channel.name!r}: none of its recipients is an e-mail address. Correct `to`.",
            permanent=True,
            refused=channel.to,
        )
    return recipients


def _receipt(channel: Channel, recipients: Mapping[str, str], refusals: Refusals) -> Receipt:
    unfit = tuple(spelt for spelt in channel.to if not address(spelt))
    for_good = refused(refusals)
    return Receipt(
        detail=f"{len(recipients) - len(refusals)} of {len(set(channel.to))} recipients",
        refused=unfit + tuple(recipients[bare] for bare in for_good),
        deferred=tuple(recipients[bare] for bare in refusals if bare not in for_good),
    )
