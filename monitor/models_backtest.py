"""The frozen values of a back-test: what a query would have found as a topic. Import them from `monitor.models`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.models_topic import Reason, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Articles of one day, language or source."""

    key: str
    met: int  # that the query finds
    relevant: float  # of these, so many: counted, or estimated from those that were judged
    words: str  # the same, fit to be shown: "12", "~120 ± 14"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An article as a topic sees it."""

    article_id: int
    first_seen: datetime
    language: str
    outlet: str
    title: str
    translated_title: str
    sentence: str
    translation: str
    score: int  # 0 … 100
    reasons: tuple[Reason, ...]
    verdict: str  # why nobody would be told; "" when somebody would


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """What a topic would have found lately. Numbers that are not counted say how far they may be off."""

    topic: Topic
    since: datetime  # articles first seen from then on were looked at
    reaches: datetime | None  # the oldest that was found and counted; None: nothing was found
    complete: bool  # False: there are older ones since `since`, which would have taken too long to count
    met: int  # articles that the query finds
    judged: int  # of these; the rest is estimated from them
    articles: str  # relevant ones, in words
    stories: str  # stories that hold a relevant one, in words
    alerts: str  # to expect, in a sentence
    days: tuple[Counted, ...]  # UTC, the oldest first, none left out
    stories_by_day: tuple[Counted, ...]  # a story counts on each day on which it has articles
    languages: tuple[Counted, ...]  # most relevant first
    sources: tuple[Counted, ...]
    samples: tuple[Tried, ...]  # relevant ones, newest first
    passed_over: tuple[Tried, ...]  # the best of those that are not
    seconds: float
