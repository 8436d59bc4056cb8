"""A message as the bytes of an e-mail."""

from __future__ import annotations

import re

import pytest
from alert_cases import HEADERS, NOON, decoded, message
from hypothesis import given, settings
from hypothesis import strategies as st
from sinks import folded

from monitor.alerts.mail import address, build
from monitor.models import Channel
from monitor.wording.clean import one_line


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_subject_leaves_the_headers_as_they_are(title: str) -> None:
    """Whatever the subject, the mail has the same headers, ASCII lines, and the subject's text."""
    channel = Channel(name="desk", kind="email", sender="m@example.org", to=("a@example.org",))
    raw = build(message(subject=title, text=title, html=title or "x"), channel, NOON)
    assert sorted(name for name, _ in folded(raw)) == sorted(HEADERS)
    assert decoded(dict(folded(raw))["Subject"]) == one_line(title, 200)
    assert not re.search(rb"[^\x20-\x7e\t\r\n]|\r(?!\n)|(?<!\r)\n", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("spelt", "bare"),
    [
        ("a@example.org", "a@example.org"),
        ("Desk <a@example.org>", "a@example.org"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@[127.0.0.1]", "a@[127.0.0.1]"),
        ("é@example.org", ""),
        ("a@example.org\r\nRCPT TO:<v@evil.example>", ""),
        ("a@example.org\r\nBcc: v@evil.example", ""),
        ("a@example.org, b@example.org", ""),
        ("a b@example.org", ""),
        ("a@", ""),
        ("a", ""),
        ("", ""),
    ],
)
def test_address_is_bare_ascii_or_nothing(spelt: str, bare: str) -> None:
    """An address is taken out of its spelling; what could carry a command or a header is none."""
    assert address(spelt) == bare
