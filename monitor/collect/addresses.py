"""Which IP addresses are public. Pure.

`ipaddress.is_global` alone is not enough: on CPython 3.11 it calls the NAT64 and 6to4 forms of 127.0.0.1,
multicast and site-local addresses global. So the registries' special-purpose networks stand here in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

# IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and later entries), with what they leave out:
# multicast, 6to4 relays (RFC 7526), deprecated site-local, IPv4-compatible, and Azure's 168.63.129.16.
_CLOSED: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
        *("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_COMPATIBLE = (ip_network("::/96"), ip_network("::ffff:0:0:0/96"))


def parse_address(text: str) -> Address | None:
    """The address `text` writes, its `%zone` dropped and IPv4-mapped form undone; None if it is a name."""
    try:
        address = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_public(address: Address) -> bool:
    """True for an address anyone on the internet may reach."""
    if any(address in network for network in _CLOSED if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def embedded(address: Address) -> Iterator[Address]:
    """The IPv4 addresses that an IPv6 address carries: 6to4, Teredo, NAT64, IPv4-compatible.

    They matter when an operator opens such a network (a site with NAT64): what lies behind must be
    allowed as well.
    """
    if isinstance(address, IPv4Address):
        return
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    plain = address.is_loopback or address.is_unspecified  # ::1 and :: carry nothing
    if not plain and any(address in network for network in (*_NAT64, *_COMPATIBLE)):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
