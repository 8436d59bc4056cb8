"""The frozen values of topics: what is asked, and what an article answers. Import them from `monitor.models`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A named standing query."""

    name: str
    query: str
    channels: tuple[str, ...] = ()  # names of channels; () means every channel
    languages: tuple[str, ...] = ()  # () means every language
    description: str = ""
    min_score: int = 40  # 0 … 100: matches below are kept, but alert nobody
    within: str = "article"  # sentence | paragraph | article: where the parts of the query must meet
    exclude: tuple[str, ...] = ()  # names of noise packs: an article about one of these is no match worth telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters [start, end) of a text that a topic's terms cover."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The sentence a match rests on, in both languages, with the terms marked."""

    sentence: str
    spans: tuple[Span, ...] = ()
    translation: str = ""  # "" when there is none (yet), or none is needed
    translation_spans: tuple[Span, ...] = ()
    unverified: str | None = None  # why the translation of this sentence cannot be trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that raised or lowered a score."""

    kind: str  # title, lead, sentence, density, share, noise …: see `topics/relevance.py`
    points: int  # what it added (or took away)
    words: str  # fit for an analyst: "both sides meet in one sentence of the lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A topic met an article."""

    topic: str
    article_id: int
    side: str  # original | translation | both
    evidence: Evidence
    score: int = 100  # 0 … 100: how much the article is about the topic
    reasons: tuple[Reason, ...] = ()  # what the score is made of, weightiest first
    relevant: bool = True  # score and place are what the topic asks for: only then somebody is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a person said of an article a topic found, or should have found."""

    topic: str
    article_id: int
    accepted: bool  # it is what the topic is after
    at: datetime
    note: str = ""
    author: str = ""  # who said so, signed in; "": from the command line
