"""One POST to a far server, and what its answer means. Used by `slack` and `webhook`.

No proxy from the environment, no redirects (a redirected POST would hand the message to another host), no
cookies, 30 s in all. Nothing raised here contains the address: a webhook's URL is its password, and
aiohttp writes URLs into its errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from monitor.errors import DeliveryError
from monitor.models import Channel
from monitor.wording.clean import one_line, redact

TIMEOUT = 30.0  # seconds
_ANSWER = 2048  # bytes of an answer worth reading, where it is only repeated in an error
_AGENT = "monitor (alerts)"
_PATIENCE = timedelta(days=1)  # the longest Retry-After we believe
_GATEWAY = (502, 504)  # said by a server in between, which does not know how far the message came
_DEFAULT_PAUSE = timedelta(seconds=60)  # after a 429 that names none


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: str  # its beginning
    retry_after: str | None = None  # the header as sent


async def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    channel: Channel,
    timeout: float = TIMEOUT,
    most: int = _ANSWER,
) -> Answer:
    """POSTs `body`, reads at most `most` bytes of the answer. Raises DeliveryError when none comes."""
    try:
        return await _post(address, body, headers, timeout, most)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        failure = _failure(error, channel)
    raise failure  # outside the handler, so that the error with the address in it is not attached


async def _post(address: str, body: bytes, headers: Mapping[str, str], timeout: float, most: int) -> Answer:
    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"},
    )
    async with session, session.post(address, data=body, headers=headers, allow_redirects=False) as answer:
        content = b""
        async for chunk in answer.content.iter_chunked(_ANSWER):
            content += chunk
            if len(content) >= most:
                break
        text = content[:most].decode("utf-8", "replace")
        return Answer(status=answer.status, body=text, retry_after=answer.headers.get("Retry-After"))


def _failure(error: Exception, channel: Channel) -> DeliveryError:
    uncertain = False  # True: the message may have left before things went wrong
    match error:
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            text = "its address is not an http(s) URL. Correct it in config.toml"
            return DeliveryError(f"Channel {channel.name!r}: {text}.", permanent=True)
        case aiohttp.ConnectionTimeoutError():
            cause = "no connection in time"
        case TimeoutError():
            cause, uncertain = "no answer in time", True
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            cause = "the server's certificate is not valid"
        case aiohttp.ClientConnectorDNSError():
            cause = "its host name does not resolve"
        case aiohttp.ClientConnectorError():
            cause = f"no connection ({error.strerror or 'refused'})"
        case _:
            cause, uncertain = f"the connection broke ({type(error).__name__})", True
    return DeliveryError(f"Channel {channel.name!r}: {cause}. It is tried again.", uncertain=uncertain)


def check(answer: Answer, channel: Channel, service: str, now: datetime) -> None:
    """Nothing for a 2xx; otherwise DeliveryError: permanent for what the far side will refuse again."""
    if 200 <= answer.status < 300:
        return
    said = f"Channel {channel.name!r}: {service} answered {answer.status}{excerpt(answer, channel)}."
    if 300 <= answer.status < 400:
        # Usually a sign-in page in between, or an address that has moved; both pass or are put right.
        raise DeliveryError(f"{said} Redirects are not followed: give the final address.")
    if answer.status in (408, 425, 429) or answer.status >= 500:
        pause, uncertain = _pause(answer, now), answer.status in _GATEWAY
        raise DeliveryError(f"{said} It is tried again.", retry_after=pause, uncertain=uncertain)
    raise DeliveryError(f"{said} Trying again will not help: check the address.", permanent=True)


def excerpt(answer: Answer, channel: Channel) -> str:
    """The beginning of the answer in brackets, without the channel's secrets; "" when it is empty."""
    text = one_line(redact(answer.body, channel.secret, channel.url), 120)
    return f" ({text})" if text else ""


def _pause(answer: Answer, now: datetime) -> timedelta | None:
    """Retry-After in seconds or as a date (RFC 9110, 10.2.3), between one second and a day."""
    stated = (answer.retry_after or "").strip()
    pause = timedelta(seconds=min(int(stated), 10**6)) if stated.isascii() and stated.isdigit() else None
    if pause is None and stated:
        pause = _until(stated, now)
    if pause is None:
        return _DEFAULT_PAUSE if answer.status == 429 else None
    return min(max(pause, timedelta(seconds=1)), _PATIENCE)


def _until(stated: str, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(stated)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
