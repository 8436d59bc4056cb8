"""The frozen values of stories: articles about one event, across languages. Import them from `monitor.models`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles about one event. Its id never changes and never comes back."""

    id: int
    headline: str  # in the working language where there is a translation
    headline_article_id: int  # the most central article
    first_article_id: int
    first_seen: datetime  # of that article
    last_seen: datetime  # of its latest article
    articles: int
    outlets: tuple[str, ...]  # in the order they came
    languages: tuple[str, ...]  # in the order they came
    merged_into: int | None = None  # the story that took it in


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article in a story."""

    story_id: int
    article_id: int
    joined_at: datetime
    similarity: float  # 0 … 1, to the story as it was; 1 for its first article
    reason: str  # in words: "same names: Haftar, Moscow; same figures: 450"
    copy_of: int | None = None  # the article that this one repeats (wire copy, reprint)
    outlet: str = ""
    language: str = ""
    title: str = ""  # original
    translated_title: str = ""
    url: str = ""
    first_seen: datetime | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An article put into a story, with what it is recognised by."""

    article_id: int
    story_id: int
    similarity: float  # 0 … 1; 1 for the first of a story
    reason: str
    seen_at: datetime  # what counts as its time in the window: published, else first seen
    copy_of: int | None = None
    fingerprint: str = ""  # as `topics/stories/fingerprint.py` writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChange:
    """Stories merged or split."""

    at: datetime
    kind: str  # merge: the other went into the story; split: articles of the story went to the other
    story_id: int
    other_story_id: int
    articles: tuple[int, ...]  # that moved
    reason: str
