"""The address guard: what is refused, at which of its three looks, and what an operator can open."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_fakes import FakeNames

from monitor.collect.addresses import embedded, is_public, parse_address
from monitor.collect.guard import AddressRefusedError, Guard, Opening
from monitor.collect.lookup import SystemLookup
from monitor.collect.urls import MAX_URL, follow, parse_url, usual_port
from monitor.errors import BlockedError, ConfigError, NameError_

DATA = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[list[str]]:
    for line in (DATA / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def info(address: str, port: int = 80) -> tuple[object, ...]:
    """What a connector hands to its socket factory for `address`."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)


def opens(guard: Guard, address: str, port: int = 80) -> bool:
    try:
        guard.open_socket(info(address, port)).close()  # type: ignore[arg-type]
    except AddressRefusedError:
        return False
    return True


@pytest.mark.parametrize(("text", "verdict", "what"), rows("addresses.tsv"))
def test_address_table(text: str, verdict: str, what: str) -> None:
    """Every form of address is judged as the table says, by the predicate, a URL and the socket factory alike."""
    address = parse_address(text)
    assert address is not None
    assert is_public(address) is (verdict == "open"), what
    guard = Guard()
    assert opens(guard, text) is (verdict == "open")
    url = f"http://[{text.replace('%', '%25')}]/" if ":" in text else f"http://{text}/"
    if verdict == "open":
        guard.check_url(url)
    else:
        with pytest.raises(BlockedError):
            guard.check_url(url)


@pytest.mark.parametrize(("text", "verdict", "what"), rows("addresses.tsv"))
def test_address_table_through_names(text: str, verdict: str, what: str) -> None:
    """A name that leads to a closed address is refused, and one that leads to an open one is not."""
    guard = Guard(lookup=FakeNames({"news.example": [[text]]}))
    if verdict == "open":
        assert asyncio.run(guard.resolve("news.example", 443)) == [text]
    else:
        with pytest.raises(BlockedError, match=r"news\.example leads to"):
            asyncio.run(guard.resolve("news.example", 443))


@given(st.ip_addresses())
@settings(max_examples=300)
def test_public_is_stricter_than_the_standard_library(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """Nothing the standard library calls private, reserved or multicast is ever public here."""
    if is_public(address):
        assert address.is_global
        assert not any((address.is_private, address.is_reserved, address.is_multicast, address.is_loopback))


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("2002:7f00:1::", ["127.0.0.1"]),
        ("64:ff9b::7f00:1", ["127.0.0.1"]),
        ("::10.0.0.1", ["10.0.0.1"]),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", ["65.54.227.120", "192.0.2.45"]),
        ("::1", []),
        ("::", []),
        ("2606:4700::1", []),
        ("8.8.8.8", []),
    ],
)
def test_embedded_addresses(text: str, inside: list[str]) -> None:
    """The IPv4 addresses carried by 6to4, NAT64, compatible and Teredo addresses are found."""
    address = parse_address(text)
    assert address is not None
    assert [str(one) for one in embedded(address)] == inside


@pytest.mark.parametrize("row", list(rows("urls.tsv")), ids=lambda row: row[0])
def test_url_table(row: list[str]) -> None:
    """Every URL of the table is fetched in the form given, or refused for the reason given."""
    url, reason, form = (*row, "")[:3]
    if reason == '""':
        assert str(Guard().check_url(url)) == form
    else:
        with pytest.raises(BlockedError, match=reason) as caught:
            Guard().check_url(url)
        assert caught.value.permanent
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("bad", ["\n", "\r", "\t", "\x00", "\x7f", "\x85", "\\"])
def test_control_characters_are_refused_anywhere(bad: str) -> None:
    """No control character or backslash gets into a request, by URL or by Location."""
    with pytest.raises(BlockedError):
        Guard().check_url(f"http://example.org/a{bad}b")
    with pytest.raises(BlockedError):
        follow(parse_url("http://example.org/"), f"/a{bad}b")


def test_long_url_is_refused() -> None:
    """A URL of 2,048 characters is fetched, one more is not."""
    start = "http://example.org/"
    Guard().check_url(start + "a" * (MAX_URL - len(start)))
    with pytest.raises(BlockedError, match="longer than"):
        Guard().check_url(start + "a" * (MAX_URL + 1 - len(start)))


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text_is_a_url_or_blocked(text: str) -> None:
    """Whatever a feed or a Location header holds, the outcome is a URL or BlockedError, nothing else."""
    for url in (text, f"http://{text}", f"http://example.org/{text}"):
        try:
            checked = Guard().check_url(url)
        except BlockedError:
            continue
        assert checked.scheme in ("http", "https")
        assert checked.raw_host


@pytest.mark.parametrize("answers", [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["2606:4700::1", "::1"]])
def test_mixed_answers_refuse_the_name(answers: list[str]) -> None:
    """A12: one private address among the answers refuses the name altogether."""
    guard = Guard(lookup=FakeNames({"mixed.example": [answers]}))
    with pytest.raises(BlockedError, match=r"mixed\.example leads to"):
        asyncio.run(guard.resolve("mixed.example", 80))


def test_names_without_answer() -> None:
    """A14: a name that does not exist, cannot be spelt, or has no or nonsense addresses is a name error."""
    guard = Guard(lookup=FakeNames({"empty.example": [[]], "odd.example": [["not-an-address"]]}))
    for host in ("missing.example", "empty.example", "odd.example"):
        with pytest.raises(NameError_, match=host) as caught:
            asyncio.run(guard.resolve(host, 80))
        assert not caught.value.permanent
    with pytest.raises(NameError_):
        asyncio.run(Guard(lookup=SystemLookup(threads=1)).resolve("a" * 64 + ".example", 80))


def test_system_lookup_answers() -> None:
    """The machine's resolver is asked for real: a literal comes back as itself, once."""
    assert asyncio.run(SystemLookup(threads=1)("127.0.0.1", 80)) == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("entry", "admitted", "refused"),
    [
        ("10.0.0.5", [("10.0.0.5", 80), ("10.0.0.5", 8080)], [("10.0.0.6", 80), ("10.0.0.5", 22)]),
        ("10.0.0.0/8", [("10.9.9.9", 443)], [("11.0.0.1", 22), ("192.168.0.1", 80)]),
        ("127.0.0.1:81", [("127.0.0.1", 81)], [("127.0.0.1", 80), ("127.0.0.2", 81)]),
        ("10.0.0.0/8:81", [("10.1.1.1", 81)], [("10.1.1.1", 80)]),
        ("fd00::/8", [("fd00::1", 80)], [("fe80::1", 80)]),
        ("::1", [("::1", 80)], [("::2", 80), ("127.0.0.1", 80)]),
        ("[::1]:8080", [("::1", 8080)], [("::1", 80)]),
        (" 10.0.0.5 ", [("::ffff:10.0.0.5", 80)], [("::ffff:10.0.0.6", 80)]),
    ],
)
def test_openings(entry: str, admitted: list[tuple[str, int]], refused: list[tuple[str, int]]) -> None:
    """An entry of http.allow_private opens its network, at its port if it names one, and nothing else."""
    guard = Guard([entry])
    assert [one for one in admitted if not opens(guard, *one)] == []
    assert [one for one in refused if opens(guard, *one)] == []


def test_nat64_prefix_opened_still_guards_what_is_behind() -> None:
    """With the NAT64 prefix opened, public addresses behind it are reached and private ones are not."""
    guard = Guard(["64:ff9b::/96"])
    assert opens(guard, "64:ff9b::8.8.8.8")
    assert not opens(guard, "64:ff9b::7f00:1")
    assert not opens(guard, "64:ff9b::10.0.0.1")


@pytest.mark.parametrize("entry", ["", "localhost", "10.0.0.300", "10.0.0.0/33", "10.0.0.5:x", "[::1", "::1]:80"])
def test_bad_opening_is_a_config_error(entry: str) -> None:
    """An entry that is no address is refused with the forms that are understood."""
    with pytest.raises(ConfigError, match=r"http\.allow_private"):
        Opening.parse(entry)


def test_ports() -> None:
    """The web's ports and most high ones are usual; those of other protocols are not."""
    assert all(map(usual_port, (80, 443, 1024, 3000, 8000, 8080, 8443, 8888, 65535)))
    assert not any(map(usual_port, (0, 1, 22, 25, 81, 110, 143, 587, 1023, 2049, 5060, 6000, 6667, 65536)))


def test_refusal_says_how_to_open() -> None:
    """The message for a private address names what to write in the configuration."""
    with pytest.raises(BlockedError, match=r'add "10\.0\.0\.5" to http\.allow_private'):
        Guard().check_url("http://10.0.0.5/feed")


def test_proxy_address_is_the_only_one_opened() -> None:
    """With a proxy, sockets go to the proxy's own addresses and port, however private, and nowhere else private."""
    guard = Guard(proxy="http://proxy.example:3128", lookup=FakeNames({"proxy.example": [["10.0.0.9"]]}))
    assert not opens(guard, "10.0.0.9", 3128)
    assert asyncio.run(guard.resolve("proxy.example", 3128)) == ["10.0.0.9"]
    assert opens(guard, "10.0.0.9", 3128)
    assert not opens(guard, "10.0.0.9", 80)
    assert not opens(guard, "10.0.0.8", 3128)
    assert opens(Guard(proxy="http://127.0.0.1:3128"), "127.0.0.1", 3128)


@pytest.mark.parametrize(
    "host", ["localhost", "intranet", "db.internal", "printer.local", "x.home.arpa", "a.localhost"]
)
def test_proxy_refuses_local_names_and_literals(host: str) -> None:
    """Through a proxy we cannot see where a name leads: names that can only be local are refused, as are literals."""
    guard = Guard(proxy="http://proxy.example:3128")
    with pytest.raises(BlockedError, match="local network"):
        guard.check_url(f"http://{host}/")
    with pytest.raises(BlockedError):
        guard.check_url("http://10.0.0.1/")
    guard.check_url("http://example.org/")
    assert str(Guard().check_url(f"http://{host}/")) == f"http://{host}/"  # without a proxy the answer decides


def test_a_server_of_ones_own_is_opened_alone() -> None:
    """By name: its addresses at its port, and only when asked for by that name. Nothing beside it."""
    names = {"translate": [["10.0.0.9", "fd00::9"]], "evil.example": [["10.0.0.9"]]}
    guard = Guard(own="http://Translate:5000/lt", lookup=FakeNames(names))
    assert not opens(guard, "10.0.0.9", 5000)
    assert str(guard.check_url("http://translate:5000/lt/languages")) == "http://translate:5000/lt/languages"
    assert asyncio.run(guard.resolve("translate", 5000)) == ["10.0.0.9", "fd00::9"]
    assert opens(guard, "10.0.0.9", 5000)
    assert opens(guard, "fd00::9", 5000)
    assert not opens(guard, "10.0.0.9", 80)
    assert not opens(guard, "10.0.0.8", 5000)
    for host, port in (("evil.example", 5000), ("translate", 80)):
        with pytest.raises(BlockedError, match=f"{host} leads to"):
            asyncio.run(guard.resolve(host, port))
    with pytest.raises(BlockedError):
        guard.check_url("http://10.0.0.9:5000/")


def test_a_server_of_ones_own_by_address() -> None:
    """By address, loopback or an unusual port included: that address and port, and no other."""
    guard = Guard(own="http://127.0.0.1:81")
    guard.check_url("http://127.0.0.1:81/translate")
    assert opens(guard, "127.0.0.1", 81)
    assert not any(opens(guard, *place) for place in (("127.0.0.1", 80), ("127.0.0.2", 81), ("::1", 81)))
    for url in ("http://127.0.0.1/", "http://127.0.0.2:81/", "http://[::1]:81/", "http://8.8.8.8:81/"):
        with pytest.raises(BlockedError):
            guard.check_url(url)
    assert opens(Guard(own="http://[::1]:5000"), "::1", 5000)


def test_a_proxy_is_no_place_to_fetch_from() -> None:
    """The proxy's own address stays closed to what is fetched, as it was."""
    with pytest.raises(BlockedError):
        Guard(proxy="http://10.0.0.9:3128").check_url("http://10.0.0.9:3128/")
