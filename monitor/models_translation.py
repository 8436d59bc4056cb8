"""The frozen values of translation: what is asked for, what came of it. Import them from `monitor.models`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TranslationState(StrEnum):
    """Where an article stands on its way into the working language."""

    UNKNOWN = "unknown"  # language not identified yet
    NOT_NEEDED = "not needed"
    PENDING = "pending"
    WAITING = "waiting for a model"
    TRANSLATED = "translated"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the translator is handed: one article."""

    article_id: int
    language: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A term of the glossary found in a sentence: characters [start, end) of the source, and what they become."""

    start: int
    end: int
    target: str  # the term in the working language
    origin: str  # where the term comes from, e.g. "glossary.toml" or "pack libya"
    also: tuple[str, ...] = ()  # other words for it that a translation may use; * at the end: any word that begins so
    firm: bool = True  # a translation without it is unverified; False: only if it was asked for again, and lost again


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A sentence to be translated, with the terms of the glossary that stand in it, in order, not overlapping."""

    source: str
    pinned: tuple[Pinned, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One reason not to trust a translated sentence."""

    check: str  # empty | echo | loop | length | script | number | date | link | name | unknown | truncated | …
    words: str  # what is wrong, fit for an analyst: "a number is missing: 450"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What came of one sentence."""

    text: str  # "" when nothing came out
    score: float | None = None  # 0 … 1: the model's own probability per token; None: not asked
    doubts: tuple[Doubt, ...] = ()  # () when it passed every check
    pinned: tuple[Pinned, ...] = ()  # terms that are right only thanks to the glossary

    @property
    def unverified(self) -> str | None:
        """Why it cannot be trusted, in words; None when it can."""
        return "; ".join(doubt.words for doubt in self.doubts) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence beside its translation."""

    position: int  # 0, 1, 2, … through the article
    paragraph: int  # 0 is the title, 1 the first paragraph
    source: str
    target: str  # "" until translated
    unverified: str | None = None  # None: passed the checks; else why the output cannot be trusted
    checks: tuple[str, ...] = ()  # names of the checks it failed, see `Doubt`
    score: float | None = None  # 0 … 1: the model's own probability per token; None: no model was asked
    glossary: tuple[str, ...] = ()  # what the glossary changed, e.g. "ANL → LNA (pack libya)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An article in the working language."""

    article_id: int
    source_language: str
    target_language: str
    title: str
    text: str
    sentences: tuple[Sentence, ...]
    packages: tuple[str, ...]  # e.g. ("translate-fr_en-1.9",), two when pivoted
    complete: bool = True  # False: title and lead only; the other sentences have no target yet
    score: float | None = None  # 0 … 100, see `translate/score.py`; None: nothing to judge
    seconds: float = 0.0  # of the model's time, its share of the batch
