"""What a made archive is made of: feeds, topics, and the moments at which articles were first seen.

Languages, and what of each is published where, are round numbers; outlets and topics follow Zipf's law. Articles grow
by half over the three years, with fewer at night and at weekends.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from monitor.models import Feed, Topic
from monitor.topics.packs import Pack, load_packs

YEARS = 3
SHARES = {"en": 0.40, "fr": 0.14, "ru": 0.14, "ar": 0.12, "es": 0.12, "zh": 0.08}
COUNTRIES = {
    "en": ("GB", "US", "NG", "KE", "ZA", "IN", "MT"),
    "fr": ("FR", "DZ", "TN", "ML", "SN", "BE", "CM"),
    "ru": ("RU", "KZ", "BY"),
    "ar": ("EG", "LY", "QA", "SA", "TN", "DZ", "MA", "IQ"),
    "es": ("ES", "MX", "AR", "CO"),
    "zh": ("CN", "TW", "SG"),
}
TOPICS = 50
MATCHED = 0.18  # share of articles that a topic finds
NAMED = [
    "libya",
    "russia",
    "egypt",
    "turkey",
    "france",
    "china",
    "sudan",
    "niger",
    "mali",
    "chad",
    "tunisia",
    "algeria",
    "ukraine",
    "iran",
    "israel",
    "syria",
    "qatar",
    "italy",
    "ethiopia",
    "eritrea",
    "somalia",
    "yemen",
    "iraq",
    "germany",
]
HOURS = (2, 1, 1, 1, 2, 4, 7, 10, 12, 12, 12, 11, 11, 11, 12, 12, 12, 11, 10, 9, 8, 6, 5, 3)  # weight of each, UTC
WEEKEND = 0.6

Weighed = tuple[tuple[int, ...], tuple[float, ...]]  # numbers, and their weights added up


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Decided before a word is written; the same for one seed."""

    articles: int
    seed: int
    end: datetime
    feeds: tuple[Feed, ...]  # number 1 is the first
    feeds_of: Mapping[str, Weighed]  # by language
    topics: tuple[Topic, ...]
    actors: tuple[tuple[str, str], ...]  # the packs that each topic is about
    weights: tuple[float, ...]  # share of each topic of all matches
    packs: Mapping[str, Pack]
    seen: NDArray[np.int64]  # seconds since 1970, ascending; article 1 is the first


def plan(articles: int, seed: int, end: datetime | None = None) -> Plan:
    end = (end or datetime.now(UTC)).replace(microsecond=0)
    feeds, feeds_of = _feeds(min(2_000, max(20, articles // 100)), random.Random(seed))
    actors = tuple(itertools.islice(_pairs(), TOPICS))
    weights = [1 / (place + 2) ** 1.3 for place in range(TOPICS)]
    return Plan(
        articles=articles,
        seed=seed,
        end=end,
        feeds=feeds,
        feeds_of=feeds_of,
        topics=tuple(_topic(one, other) for one, other in actors),
        actors=actors,
        weights=tuple(weight / sum(weights) for weight in weights),
        packs=load_packs(),
        seen=_moments(articles, end),
    )


def _pairs() -> Sequence[tuple[str, str]]:
    """Neighbours in the list first, then those two apart, and so on."""
    return [(NAMED[at], NAMED[at + apart]) for apart in range(1, len(NAMED)) for at in range(len(NAMED) - apart)]


def _topic(one: str, other: str) -> Topic:
    title = f"{one.title()} and {other.title()}"
    return Topic(
        name=title, query=f'relation("{one}", "{other}")', description="Dealings between the two.", min_score=40
    )


def _feeds(number: int, chance: random.Random) -> tuple[tuple[Feed, ...], Mapping[str, Weighed]]:
    languages = list(SHARES)
    chosen = languages + chance.choices(languages, list(SHARES.values()), k=number - len(languages))
    feeds = tuple(_feed(at, language, chance) for at, language in enumerate(chosen, start=1))
    of: dict[str, Weighed] = {}
    for language in languages:
        numbers = tuple(at for at, each in enumerate(chosen, start=1) if each == language)
        of[language] = (numbers, tuple(itertools.accumulate(1 / (place + 4) for place in range(len(numbers)))))
    return feeds, of


def _feed(at: int, language: str, chance: random.Random) -> Feed:
    country = chance.choice(COUNTRIES[language])
    return Feed(
        url=f"https://outlet{at}.example/{language}/rss.xml",
        title=f"Outlet {at} {country}",
        tags=(country.lower(), chance.choice(("press", "agency", "blog", "broadcaster"))),
        country=country,
        tier=chance.choice((1, 2, 2, 2, 3)),
        language=language,
    )


def _moments(articles: int, end: datetime) -> NDArray[np.int64]:
    """Moments by the weight of their hour, the last a minute before the end."""
    last = int(end.timestamp()) - 60
    hours = YEARS * 365 * 24
    first = last - hours * 3600
    starts = first + 3600 * np.arange(hours)
    of_day = np.array(HOURS)[(starts // 3600) % 24]
    weekend = ((starts // 86400 + 3) % 7 >= 5).astype(float)  # 1 January 1970 was a Thursday; 0 is Monday
    weight = of_day * (1 - (1 - WEEKEND) * weekend) * np.linspace(1, 1.5, hours)
    reached = np.concatenate(([0.0], np.cumsum(weight)))
    shares = (np.arange(articles) + 1) / articles * reached[-1]
    return np.interp(shares, reached, np.concatenate((starts, [last]))).astype(np.int64)


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


def text(seconds: int) -> str:
    return moment(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


WEEK = timedelta(days=7)
