"""Stand-in until the glossary is merged."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.models import Pinned


def pin(sentence: str, found: Sequence[Pinned]) -> str:
    return sentence


def settle(source: str, text: str, found: Sequence[Pinned]) -> tuple[str, tuple[Pinned, ...]]:
    return text, ()


def changes(source: str, pinned: Sequence[Pinned]) -> tuple[str, ...]:
    return ()


class Glossary:
    def find(self, sentence: str, language: str, topics: frozenset[str] = frozenset()) -> tuple[Pinned, ...]:
        return ()
