"""Which addresses may be reached.

The decision is taken three times, each on what is known then:

1. `check_url` before anything happens: scheme, port, user name, an address written out as such.
2. `resolve`, on every answer for a name: one private answer refuses the name altogether.
3. `open_socket`, on the address really connected to. This one nothing gets around: it sees literals, names,
   redirects and whatever a resolver answers the second time.

With a proxy, names are resolved by the proxy. Then 1 also refuses names that can only be local, 2 and 3 let
nothing through but the proxy itself, and refusing the rest of the inside network is the proxy's task.

A server of the operator's own may live inside. A client made for it has a guard of its own (`own`), which lets
that host at that port through all three looks.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, TypeAlias

from yarl import URL

from monitor.collect.addresses import Address, Network, embedded, is_public, parse_address
from monitor.collect.lookup import SystemLookup
from monitor.collect.urls import is_local, literal_address, parse_url, usual_port
from monitor.errors import BlockedError, ConfigError, NameError_

Lookup: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
AddressInfo: TypeAlias = tuple[Any, Any, int, str, tuple[Any, ...]]  # an answer of socket.getaddrinfo


class AddressRefusedError(OSError):
    """Raised while a socket is made, where only an OSError travels well through a connector."""


@dataclass(frozen=True, slots=True)
class Opening:
    """An entry of `http.allow_private`: a network, and a port when only that one is meant."""

    network: Network
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> Opening:
        """Reads `10.0.0.5`, `10.0.0.0/8`, `127.0.0.1:8080`, `fd00::/8`, `[::1]:8080`.

        Raises ConfigError when it is none of these.
        """
        match = re.fullmatch(r"\[(.+)\](?::(\d+))?|([^:]+):(\d+)|(.+)", text.strip())
        parts = match.groups() if match else (None,) * 5
        network, port = parts[0] or parts[2] or parts[4] or "", parts[1] or parts[3]
        try:
            return cls(ip_network(network, strict=False), int(port) if port else None)
        except ValueError as error:
            raise ConfigError(
                f'http.allow_private: "{text}" is no address or network. Write one like "10.0.0.5", '
                f'"10.0.0.0/8" or "127.0.0.1:8080".'
            ) from error

    def admits(self, address: Address, port: int) -> bool:
        """True when this entry opens `address` at `port`. Without a port it opens the usual ones."""
        if address.version != self.network.version or address not in self.network:
            return False
        return usual_port(port) if self.port is None else port == self.port


class Named:
    """A server that the configuration names: the host and port as written, and the addresses it was found at."""

    def __init__(self, host: str, port: int, addresses: Iterable[Address] = ()) -> None:
        self.place, self.addresses = (host, port), set(addresses)

    @classmethod
    def parse(cls, text: str) -> Named:
        url = URL(text)
        literal = parse_address(url.host or "")
        return cls(url.raw_host or "", url.port or 0, (literal,) if literal else ())

    def lives_at(self, address: Address, port: int) -> bool:
        """True for an address it was found at, at its own port."""
        return address in self.addresses and port == self.place[1]


class Guard:
    """The address policy. `lookup` (name, port → addresses) is replaceable for tests.

    `own` is the address of a server of the operator's own, e.g. `http://libretranslate:5000`: that host at that
    port is reached wherever it leads, and nothing else is any more open for it.
    """

    def __init__(
        self, allow_private: Iterable[str] = (), *, proxy: str = "", own: str = "", lookup: Lookup | None = None
    ) -> None:
        self._openings = tuple(Opening.parse(text) for text in allow_private)
        self._proxy = Named.parse(proxy) if proxy else None
        self._own = Named.parse(own) if own else None
        self._lookup = lookup or SystemLookup()

    def behind(self, proxy: str) -> Guard:
        """This guard for a client that goes through `proxy`; itself when `proxy` is ""."""
        if not proxy:
            return self
        guard = Guard(proxy=proxy, lookup=self._lookup)
        guard._openings = self._openings
        return guard

    def check_url(self, text: str) -> URL:
        """The URL to ask for, without its fragment. Raises BlockedError, saying what is wrong with it."""
        url = parse_url(text)
        host, port = url.raw_host or "", url.port or 0
        if self._own and self._own.place == (host, port):
            return url.with_fragment(None)
        if not usual_port(port) and port not in {opening.port for opening in self._openings}:
            raise BlockedError(
                f"{url} is not fetched: port {port} is not one for the web. Allowed are 80, 443 and most from "
                f"1024 up; http.allow_private can open others."
            )
        address = literal_address(url)
        if address:
            self.check_address(address, port, host)
        elif self._proxy and is_local(host):
            raise BlockedError(f"{url} is not fetched: {host} is a name of the local network.")
        return url.with_fragment(None)

    def check_address(self, address: Address, port: int, host: str = "") -> None:
        """Raises BlockedError unless `address`, and any IPv4 address inside it, may be reached at `port`."""
        for one in (address, *embedded(address)):
            if not self._admits(one, port):
                raise BlockedError(_refusal(one, port, host))

    def _admits(self, address: Address, port: int) -> bool:
        if is_public(address) and usual_port(port):
            return True
        return any(opening.admits(address, port) for opening in self._openings)

    async def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, all of them allowed.

        Raises NameError_ when there are none, BlockedError when even one may not be reached: a name that
        answers with a public and a private address is an attack, or might become one.
        """
        answers = await self._answers(host, port)
        for text in answers:
            address = parse_address(text)
            if address is None:
                raise NameError_(f"{host} resolves to {text!r}, which is no address.")
            if named := self._named(host, port):
                named.addresses.add(address)
            else:
                self.check_address(address, port, host)
        return answers

    async def _answers(self, host: str, port: int) -> list[str]:
        try:
            answers = list(await self._lookup(host, port))
        except (OSError, UnicodeError) as error:  # UnicodeError: a label the name system cannot spell
            raise NameError_(f"{host} could not be found: {_reason(error)}.") from error
        if not answers:
            raise NameError_(f"{host} could not be found: the name has no address.")
        return answers

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """A socket for the address in `info`, or AddressRefusedError. Made for `TCPConnector(socket_factory=)`."""
        family, kind, protocol, _, destination = info
        address, port = parse_address(str(destination[0])), int(destination[1])
        if address is None:
            raise AddressRefusedError(f"{destination[0]!r} is no address")
        if not any(one.lives_at(address, port) for one in (self._proxy, self._own) if one):
            try:
                self.check_address(address, port)
            except BlockedError as error:
                raise AddressRefusedError(str(error)) from error
        opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        return opened

    def _named(self, host: str, port: int) -> Named | None:
        return next((one for one in (self._proxy, self._own) if one and one.place == (host, port)), None)


def _refusal(address: Address, port: int, host: str) -> str:
    named = f"{host} leads to {address}" if host and host != str(address) else f"{address}"
    if is_public(address):
        return f"{named} is not connected to: port {port} is not one for the web."
    return (
        f"{named} is not connected to: the address is private or reserved. If it is a server of your own, add "
        f'"{address}" to http.allow_private.'
    )


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
