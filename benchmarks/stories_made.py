"""Fingerprints out of a hat, for measuring speed at a size: Zipf-distributed words and names, some events shared."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.topics.stories.fingerprint import WEIGHT, Fingerprint

WORDS, NAMES = 60_000, 40_000
HOURS = 95  # over which they arrive


def made(count: int, start: datetime) -> Iterator[Fingerprint]:
    """Six in ten are about an event of the latest 2,000."""
    rng = random.Random(1)
    for number in range(count):
        about = rng.randrange(max(0, number // 3 - 2000), number // 3 + 1) if rng.random() < 0.6 else 10**7 + number
        features = _features(random.Random(about), rng)
        yield Fingerprint(
            article_id=number + 1,
            when=start + timedelta(hours=HOURS * number / count),
            outlet="Outlet",
            language="en",
            side="en",
            features=features,
            weights=bytes([WEIGHT] * len(features)),
            sketch=struct.pack("<64I", *sorted(rng.randrange(2**32) for _ in range(64))),
        )


def _features(event: random.Random, rng: random.Random) -> tuple[str, ...]:
    core = [*_drawn(event, "w", WORDS, 30), *_drawn(event, "n", NAMES, 12)]
    own = [*_drawn(rng, "w", WORDS, 28), *_drawn(rng, "n", NAMES, 12)]
    features = dict.fromkeys([*(feature for feature in core if rng.random() < 0.6), *own])
    sounds = dict.fromkeys(f"s:{feature[2:]}" for feature in features if feature[0] == "n")
    return (*features, *sounds)


def _drawn(rng: random.Random, kind: str, most: int, count: int) -> list[str]:
    return [f"{kind}:{min(most - 1, int(most ** rng.random()))}" for _ in range(count)]
