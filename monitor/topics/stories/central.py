"""Which article speaks for a story: the one most like all the others."""

from __future__ import annotations

from monitor.topics.stories.likeness import likeness
from monitor.topics.stories.window import Window


def central(window: Window, story_id: int) -> int:
    """The article whose headline the story has: the most like the rest of its voices.

    One in the working language goes before one that is not, since its headline can be read; among equals the earliest.
    """
    voices = window.voices(story_id)
    if len(voices) == 1:
        return voices[0].article_id

    def rank(at: int) -> tuple[bool, float, float, int]:
        rest = voices[:at] + voices[at + 1 :]
        score = round(likeness(window, voices[at], rest).score, 3)
        return voices[at].side == window.working, score, -voices[at].when.timestamp(), -voices[at].article_id

    return voices[max(range(len(voices)), key=rank)].article_id
