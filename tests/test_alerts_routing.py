"""Which channels are told about a topic."""

from __future__ import annotations

import pytest

from monitor.alerts.routing import told
from monitor.models import Channel, Topic


def channel(name: str, *topics: str) -> Channel:
    return Channel(name=name, kind="console", topics=topics)


CHANNELS = (channel("desk"), channel("chief", "B"), channel("night"), channel("both", "A", "B"))


@pytest.mark.parametrize(
    ("topic", "channels", "heard"),
    [
        ("A", (), ["desk", "night", "both"]),
        ("B", (), ["desk", "chief", "night", "both"]),
        ("C", (), ["desk", "night"]),
        ("A", ("desk",), ["desk", "both"]),
        ("B", ("desk",), ["desk", "chief", "both"]),
        ("C", ("chief",), ["chief"]),
        ("C", ("chief", "night"), ["chief", "night"]),
    ],
)
def test_a_channel_hears_of_what_either_names(topic: str, channels: tuple[str, ...], heard: list[str]) -> None:
    """Either may name the other; what names nothing hears of what names nothing."""
    found = told(Topic(name=topic, query="q", channels=channels), CHANNELS)
    assert [one.name for one in found] == heard
