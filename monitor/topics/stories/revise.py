"""Second thoughts: two stories that turn out to be one, and articles that turn out not to belong.

Looked at when a story grows, never at what is still to come. Stories merge at a likeness well above the one that
lets an article in, and an article leaves at one well below (hysteresis): nothing goes to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.topics.stories.grouping import Rules, in_words
from monitor.topics.stories.likeness import Likeness, likeness
from monitor.topics.stories.window import LATEST, Window

CHECKED = (4, 8, LATEST)  # a story is looked through when it has so many voices


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two stories are one. The older stays."""

    story_id: int
    other_story_id: int  # goes into the first
    similarity: float
    reason: str


def merge(window: Window, story_id: int, also: tuple[int, ...], rules: Rules) -> Merge | None:
    """Whether one of the stories that the newest article of `story_id` could have joined is the same story."""
    for other in also:
        if other != story_id and other in window.stories and _short_enough(window, story_id, other, rules):
            found = _between(window, story_id, other)
            if not found.across and found.score >= rules.merge:
                return Merge(
                    story_id=min(story_id, other),
                    other_story_id=max(story_id, other),
                    similarity=round(found.score, 3),
                    reason=in_words(found),
                )
    return None


def _short_enough(window: Window, one: int, other: int, rules: Rules) -> bool:
    keys = [*window.stories[one], *window.stories[other]]
    return max(keys)[0] - min(keys)[0] <= rules.longest


def _between(window: Window, one: int, other: int) -> Likeness:
    """Two stories: how like the other the voices of one are on average, those in the working language if any."""
    voices = window.voices(one)
    read = [voice for voice in voices if voice.side == window.working] or voices
    found = [likeness(window, voice, window.voices(other)) for voice in read]
    best = max(found, key=lambda each: each.score)
    return replace(best, score=sum(each.score for each in found) / len(found))


def strays(window: Window, story_id: int, rules: Rules) -> list[int]:
    """Articles whose story has gone another way: what is left of it is hardly like them. Looked for at CHECKED."""
    voices = window.voices(story_id)
    if len(voices) not in CHECKED:
        return []
    found = []
    for voice in voices:
        rest = [other for other in voices if other is not voice]
        how = likeness(window, voice, rest)
        if not how.across and how.score < rules.leave:
            found.append(voice.article_id)
    return sorted(found) if 2 * len(found) < len(voices) else []
