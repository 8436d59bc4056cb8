"""Which URLs can be fetched at all, before anyone asks where they lead. Pure."""

from __future__ import annotations

import re

from yarl import URL

from monitor.collect.addresses import Address, parse_address
from monitor.errors import BlockedError

MAX_URL = 2048  # characters; longer ones are traps, not articles

# Registered ports ≥ 1024 that never speak HTTP: the "bad ports" of the Fetch standard.
_BAD_PORTS = frozenset(
    (1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080)
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Names that never leave the local network: RFC 6761, RFC 6762, RFC 8375, ICANN's .internal.
_LOCAL = (".localhost", ".local", ".internal", ".home.arpa")


def parse_url(text: str) -> URL:
    """One library reads the URL for check and connection alike, so the two cannot disagree about the host."""
    shown = repr(text[:200])
    if len(text) > MAX_URL:
        raise BlockedError(f"{shown}… is not fetched: longer than {MAX_URL} characters.")
    if _CONTROL.search(text):
        raise BlockedError(f"{shown} is not fetched: it contains a backslash or a control character.")
    try:
        url = URL(text)
    except ValueError as error:
        raise BlockedError(f"{shown} is not fetched: {error}.") from error
    if url.scheme not in ("http", "https"):
        raise BlockedError(f"{shown} is not fetched: only http and https addresses are.")
    if "@" in url.raw_authority:
        raise BlockedError(f"The address at {url.host} is not fetched: it contains a user name or password.")
    if not url.raw_host or not (":" in url.raw_host or _HOST.fullmatch(url.raw_host)):
        raise BlockedError(f"{shown} is not fetched: its host name is missing or malformed.")
    return url


def follow(base: URL, location: str) -> str:
    """Where a `Location` header leads from `base`. Raises BlockedError when it cannot be read."""
    if _CONTROL.search(location):
        raise BlockedError(f"{base} redirects to an address with a backslash or a control character in it.")
    try:
        return str(base.join(URL(location)))
    except ValueError as error:
        raise BlockedError(f"{base} redirects to {location[:200]!r}, which is no address ({error}).") from error


def literal_address(url: URL) -> Address | None:
    """The address in place of a host name. Raises BlockedError for `2130706433`, `0x7f.1` and the like.

    A host that ends in a number is an address (WHATWG URL, "ends in a number"), so it must be a proper one.
    """
    host = (url.raw_host or "").rstrip(".")
    address = parse_address(host)
    if address is None and (":" in host or _NUMBER.fullmatch(host.rpartition(".")[2])):
        raise BlockedError(f"{url} is not fetched: {host} is neither a name nor a complete IP address.")
    return address


def is_local(host: str) -> bool:
    """True for a name that only means something inside a network: `intranet`, `printer.local`."""
    name = host.rstrip(".")
    return "." not in name or name.endswith(_LOCAL)


def usual_port(port: int) -> bool:
    """True for 80, 443 and everything from 1024 up that no other protocol claims.

    Below 1024 live SSH, SMTP and the like, which an attacker's redirect must not make us talk to. Feeds on
    ports such as 8000 or 8888 are real, so a list of four would refuse honest sources.
    """
    return port in (80, 443) or (1024 <= port <= 65535 and port not in _BAD_PORTS)
