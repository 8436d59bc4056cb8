"""A conversation with an SMTP server, and what its answers mean (RFC 5321, 4.2.1).

4yz, no answer, a broken connection       tried again
5yz to a recipient                        refused for good; the other recipients get the message
5yz to the sender or the message          permanent
log-in, TLS, certificate or greeting      tried again: the server's set-up is at fault, not the message
refused                                   (as Postfix's smtp_skip_5xx_greeting and sasl_auth_soft_bounce)
500 for a reply too long to read          tried again; smtplib makes up this code itself
"""

from __future__ import annotations

import base64
import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.errors import DeliveryError
from monitor.models import Channel
from monitor.wording.clean import one_line, redact

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_PARTING = 5.0  # seconds for the answer to QUIT, when the message is already taken
_EXCERPT = 200  # characters of a server's answer that an error repeats

Refusals = Mapping[str, tuple[int, bytes]]


class AnswerLost(smtplib.SMTPServerDisconnected):
    """The message has left, and whether it was taken is not known."""


class _Server(smtplib.SMTP):
    """Remembers whether it has begun to hand the message over."""

    left = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.left = True
        return super().data(msg)


class _TlsServer(_Server, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


@contextlib.contextmanager
def session(channel: Channel, context: ssl.SSLContext, timeout: float) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted and signed in as the channel asks."""
    server = _connect(channel, context, timeout)
    try:
        if channel.security == "starttls":
            _encrypt(server, channel, context)
        if channel.username:
            _sign_in(server, channel)
        yield server
        _part(server)
    except smtplib.SMTPDataError:
        raise  # an answer, and a plain one
    except (smtplib.SMTPException, OSError) as error:
        if server.left:
            raise AnswerLost(*error.args[-1:]) from error
        raise
    finally:
        server.close()


def _connect(channel: Channel, context: ssl.SSLContext, timeout: float) -> _Server:
    port = channel.port or _PORTS[channel.security]
    if channel.security == "tls":
        return _TlsServer(channel.host, port, timeout=timeout, context=context)
    return _Server(channel.host, port, timeout=timeout)


def _encrypt(server: smtplib.SMTP, channel: Channel, context: ssl.SSLContext) -> None:
    server.ehlo_or_helo_if_needed()
    if not server.has_extn("starttls"):
        raise DeliveryError(
            f"Channel {channel.name!r}: {channel.host} offers no STARTTLS, and nothing is sent in clear text. "
            'Use another port, security = "tls", or security = "none" if the network is trusted.'
        )
    server.starttls(context=context)
    server.ehlo()


def _sign_in(server: smtplib.SMTP, channel: Channel) -> None:
    try:
        server.login(channel.username, channel.secret)
    except smtplib.SMTPServerDisconnected:
        raise
    except UnicodeError:
        cause = "user name and password may hold ASCII characters only"
    except smtplib.SMTPResponseException as error:
        cause = _said(error.smtp_code, error.smtp_error, channel)
    except smtplib.SMTPException as error:
        cause = _clean(str(error), channel)
    else:
        return
    raise DeliveryError(
        f"Channel {channel.name!r}: {channel.host} refused the log-in of {channel.username!r}: {cause}. "
        "Check user name and password."
    )


def _part(server: smtplib.SMTP) -> None:
    # The message is taken; a server that stumbles over QUIT must not make us send it twice.
    with contextlib.suppress(smtplib.SMTPException, OSError):
        if server.sock is not None:
            server.sock.settimeout(_PARTING)
        server.quit()


def refused(refusals: Refusals) -> tuple[str, ...]:
    """Recipients refused for good (5yz)."""
    return tuple(recipient for recipient, (code, _) in refusals.items() if 500 <= code <= 599)


def failure(error: Exception, channel: Channel, recipients: Mapping[str, str]) -> DeliveryError:
    """What went wrong, as a DeliveryError without secrets. `recipients`: bare address → as spelt."""
    permanent = False
    for_good: tuple[str, ...] = ()
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        for_good = tuple(recipients[bare] for bare in refused(error.recipients))
        permanent = len(for_good) == len(recipients)
    elif isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        permanent = 500 <= error.smtp_code <= 599
    hint = "Trying again will not help." if permanent else "It is tried again."
    text = f"Channel {channel.name!r}: {_cause(error, channel)}. {hint}"
    lost = isinstance(error, AnswerLost)
    return DeliveryError(text, permanent=permanent, refused=for_good, uncertain=lost)


def _cause(error: Exception, channel: Channel) -> str:
    match error:
        case smtplib.SMTPRecipientsRefused():
            answers = (f"{one} ({_said(*answer, channel)})" for one, answer in error.recipients.items())
            return f"{channel.host} took no recipient: {one_line(', '.join(answers), 3 * _EXCERPT)}"
        case smtplib.SMTPSenderRefused():
            said = _said(error.smtp_code, error.smtp_error, channel)
            return f"{channel.host} refused the sender {channel.sender}: {said}"
        case smtplib.SMTPDataError():
            return f"{channel.host} refused the message: {_said(error.smtp_code, error.smtp_error, channel)}"
        case AnswerLost():
            said = _clean(str(error), channel).rstrip(".")
            return f"{channel.host} broke off before it said whether it took the message ({said})"
        case smtplib.SMTPResponseException():
            return f"{channel.host} answered {_said(error.smtp_code, error.smtp_error, channel)}"
        case smtplib.SMTPException():
            return f"the connection to {channel.host} broke ({_clean(str(error), channel)})"
        case ssl.SSLCertVerificationError():
            return f"the certificate of {channel.host} is not valid ({error.verify_message})"
        case TimeoutError():
            return f"{channel.host} did not answer in time"
        case socket.gaierror():
            return f"the host name {channel.host} does not resolve"
        case OSError():
            return f"no connection to {channel.host} ({error.strerror or type(error).__name__})"
    return f"{channel.host} cannot be talked to ({type(error).__name__})"


def _said(code: int, answer: bytes | str, channel: Channel) -> str:
    text = answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
    return f"{code} {_clean(text, channel)}".strip().rstrip(".")


def _clean(text: str, channel: Channel) -> str:
    """A server's words, on one line, without the password: some servers repeat what they were sent."""
    plain = f"\0{channel.username}\0{channel.secret}".encode()
    encoded = (base64.b64encode(value).decode() for value in (plain, channel.secret.encode()) if channel.secret)
    return one_line(redact(text, channel.secret, *encoded), _EXCERPT)
