"""What an alert says of a story, in words: its size, its news, its other articles; and why an article counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.models import AlertItem, Other, StoryNote
from monitor.wording import languages
from monitor.wording.clean import host, one_line, safe_url

SHOWN = 5  # other articles named
_REASONS = 2  # weightiest reasons for a score
_NAME, _TITLE = 100, 200  # most characters of an outlet, of a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """Another article of the story, in words."""

    source: str  # "ТАСС (Russian)"
    title: str
    url: str  # "" when the address is not fit to be followed


def relevance(item: AlertItem) -> str:
    """`Relevance 82 of 100: both sides meet in the title; 6 of 9 paragraphs`; "" when it was not judged."""
    reasons = "; ".join(one_line(reason.words, _NAME) for reason in item.reasons[:_REASONS])
    return f"Relevance {item.score} of 100: {reasons}" if item.score is not None and reasons else ""


def story(note: StoryNote | None, first_seen: str) -> str:
    """`Story 12: 14 articles from 9 outlets in 4 languages; first: Al-Wasat, Arabic, 12:03`; "" without a story."""
    if note is None:
        return ""
    if note.articles < 2:
        return f"Story {note.story_id}: no other report so far"
    size = [f"{note.articles:,} articles", _from(len(note.outlets))]
    if len(note.languages) > 1:
        size.append(f"in {len(note.languages)} languages")
    first = (one_line(note.first_outlet, _NAME), languages.name(note.first_language), first_seen)
    return f"Story {note.story_id}: {' '.join(filter(None, size))}; first: {', '.join(filter(None, first))}"


def _from(outlets: int) -> str:
    return "" if outlets == 0 else f"from {outlets:,} outlets" if outlets > 1 else "from 1 outlet"


def news(note: StoryNote | None) -> str:
    """`Update – new: 19 killed; first report in Russian`; "" the first time."""
    return f"Update – {'; '.join(one_line(one, _TITLE) for one in note.news)}" if note and note.news else ""


def others(note: StoryNote | None) -> tuple[Also, ...]:
    """Some of the story's other articles."""
    return tuple(_also(other) for other in (note.others if note else ())[:SHOWN])


def more(note: StoryNote | None) -> str:
    """How many there are beyond those named."""
    beyond = len(note.others) - SHOWN if note else 0
    return f"and {beyond:,} more" if beyond > 0 else ""


def _also(other: Other) -> Also:
    url = safe_url(other.url)
    name = one_line(other.outlet, _NAME) or host(url) or "?"
    language = languages.name(other.language)
    source = f"{name} ({language})" if language else name
    return Also(source=source, title=one_line(other.title, _TITLE) or "(no title)", url=url)


def how_to_mute(items: Sequence[AlertItem]) -> str:
    """The command that keeps a story quiet; "" where there is no story."""
    numbers = list(_numbers(items))
    if not numbers:
        return ""
    if len(items) == 1:
        return f"To hear no more of this story: monitor mute story {numbers[0]}"
    return "To hear no more of a story: monitor mute story NUMBER"


def _numbers(items: Sequence[AlertItem]) -> Iterator[int]:
    return (item.story.story_id for item in items if item.story)
