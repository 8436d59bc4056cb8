"""Which channels are told about a topic. Pure.

A topic may name channels, a channel may name topics; either is enough. A channel that names none hears of every
topic that names none:

                               topic A (no channels)   topic B (channels = ["desk"])
    desk   (no topics)                 yes                          yes
    chief  (topics = ["B"])            no                           yes
    night  (no topics)                 yes                          no
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.models import Channel, Topic


def told(topic: Topic, channels: Iterable[Channel]) -> tuple[Channel, ...]:
    """The channels that are told about a topic, in the order they were declared."""
    return tuple(channel for channel in channels if _hears(topic, channel))


def _hears(topic: Topic, channel: Channel) -> bool:
    if topic.name in channel.topics or channel.name in topic.channels:
        return True
    return not channel.topics and not topic.channels
