"""What a topic found, story by story: an article that stands alone is one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.archive import Reader
from monitor.archive.headlines import Headline, Key, key_of
from monitor.archive.timelines import Find
from monitor.models import Match, Mute, Reason, Span
from monitor.web.topics.wanted import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A story, or an article in none, and the best that the topic found in it. Flat, so that it is a row of a table."""

    url: str
    story_id: int | None
    title: str  # in the working language where there is a translation
    original: str  # the title as published, where it differs
    language: str  # of the original
    doubt: str | None  # why the translated title cannot be trusted
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    articles: int  # of the story
    first_seen: datetime
    last_seen: datetime
    found: int  # of these, what the topic found and the filters leave
    article_id: int  # the one with the best score: of it speaks all that follows
    article_outlet: str
    article_language: str
    score: int  # 0 … 100
    reasons: tuple[Reason, ...]
    sentence: str
    spans: tuple[Span, ...]
    translation: str
    translation_spans: tuple[Span, ...]
    unverified: str | None  # why the sentence's translation cannot be trusted
    verdict: str  # accepted | rejected | ""
    muted: bool
    muted_until: datetime | None  # None: for good, or not at all


def found(
    reader: Reader, topic: str, finds: Sequence[Find], asked: Wanted, now: datetime
) -> tuple[tuple[Found, ...], int]:
    """The stories asked for, the newest first, and the number before which the rest begins (0: there is none).

    `finds`: the newest first. A story stands where its newest find does, so none comes twice on leafing through.
    """
    groups: dict[Key, list[Find]] = {}
    for find in finds:
        groups.setdefault(key_of(find.article_id, find.story_id), []).append(find)
    rest = [(key, group) for key, group in groups.items() if not asked.before or group[0].article_id < asked.before]
    page = rest[: asked.limit]
    following = page[-1][1][0].article_id if len(rest) > len(page) else 0
    return _whole(reader, topic, page, now), following


def _whole(reader: Reader, topic: str, page: Sequence[tuple[Key, list[Find]]], now: datetime) -> tuple[Found, ...]:
    """With all that a list shows of them. What is gone meanwhile is left out."""
    best = {key: max(group, key=lambda find: (find.score, find.article_id)) for key, group in page}
    numbers = [find.article_id for find in best.values()]
    matches, verdicts = reader.headlines.matches(topic, numbers), reader.headlines.verdicts(topic, numbers)
    headlines = reader.headlines.of(best)
    mutes = muted(reader.mutes.holding(now), topic)
    return tuple(
        _found(headlines[key], group, best[key], matches[best[key].article_id], verdicts.get(best[key].article_id, ""),
               mutes.get(key[0]))
        for key, group in page
        if key in headlines and best[key].article_id in matches
    )  # fmt: skip


def muted(mutes: Sequence[Mute], topic: str) -> dict[int, Mute]:
    """Story → what keeps it silent under a topic. `mutes`: those that hold."""
    stories = (mute for mute in mutes if mute.kind == "story" and mute.subject.isdigit())
    return {int(mute.subject): mute for mute in stories if mute.topic in ("", topic)}


def _found(
    headline: Headline, group: Sequence[Find], best: Find, match: Match, verdict: str, mute: Mute | None
) -> Found:
    evidence = match.evidence
    return Found(
        url=headline.url,
        story_id=headline.story_id,
        title=headline.title,
        original=headline.original,
        language=headline.language,
        doubt=headline.doubt,
        outlets=headline.outlets,
        languages=headline.languages,
        articles=headline.articles,
        first_seen=headline.first_seen,
        last_seen=headline.last_seen,
        found=len(group),
        article_id=best.article_id,
        article_outlet=best.outlet,
        article_language=best.language,
        score=match.score,
        reasons=match.reasons,
        sentence=evidence.sentence,
        spans=evidence.spans,
        translation=evidence.translation,
        translation_spans=evidence.translation_spans,
        unverified=evidence.unverified,
        verdict=verdict,
        muted=mute is not None,
        muted_until=mute.until if mute else None,
    )
