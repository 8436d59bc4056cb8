"""One story for one channel: the articles due, what the channel knows of it, and the item that tells the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.alerts.followup import Report, Verdict, day
from monitor.archive.due import DueArticle
from monitor.models import AlertItem, Other, Story, StoryNote, Thread, TranslationState
from monitor.wording.facts import MAX_FACTS, Text, news_in, told_by

BODY = 50_000  # characters of an article whose facts count as told; nobody reads further


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Articles due of one story, the newest first. Without a story there is one, which stands for itself."""

    story: Story | None
    articles: tuple[DueArticle, ...]

    @property
    def alert_ids(self) -> tuple[int, ...]:
        return tuple(article.alert_id for article in self.articles)

    @property
    def outlets(self) -> tuple[str, ...]:
        return self.story.outlets if self.story else ()


def reports(bundle: Bundle) -> tuple[Report, ...]:
    """The articles due as `followup.decide` sees them."""
    return tuple(
        Report(
            outlet=article.item.outlet,
            language=article.item.language,
            tier=article.tier,
            facts=news_in(_text(article), bundle.outlets),
        )
        for article in bundle.articles
    )


def item(bundle: Bundle, verdict: Verdict) -> AlertItem:
    """The article that stands for the story: the one with the news, else the most central, else the weightiest."""
    lead = bundle.articles[verdict.bearer] if verdict.bearer is not None else _lead(bundle)
    if bundle.story is None:
        return lead.item
    others = tuple(_other(article) for article in bundle.articles if article is not lead)
    return replace(lead.item, story=_note(bundle.story, verdict.news, others))


def _lead(bundle: Bundle) -> DueArticle:
    central = bundle.story.headline_article_id if bundle.story else 0
    return max(
        bundle.articles,
        key=lambda article: (article.item.article_id == central, article.item.score or 0, -article.tier),
    )


def _note(story: Story, news: tuple[str, ...], others: tuple[Other, ...]) -> StoryNote:
    return StoryNote(
        story_id=story.id,
        articles=story.articles,
        outlets=story.outlets,
        languages=story.languages,
        first_outlet=next(iter(story.outlets), ""),
        first_language=next(iter(story.languages), ""),
        first_seen=story.first_seen,
        news=news,
        others=others,
    )


def _other(article: DueArticle) -> Other:
    item = article.item
    return Other(outlet=item.outlet, language=item.language, title=item.translated_title or item.title, url=item.url)


def known(articles: Sequence[DueArticle], thread: Thread) -> Thread:
    """The thread with all that these articles say counted as told."""
    facts = dict.fromkeys(thread.facts)
    for article in articles:
        facts |= dict.fromkeys(sorted(told_by(_text(article))))
    return replace(
        thread,
        outlets=_union(thread.outlets, (article.item.outlet for article in articles)),
        languages=_union(thread.languages, (article.item.language for article in articles)),
        tier=min(thread.tier, *(article.tier for article in articles)),
        facts=tuple(facts)[:MAX_FACTS],
    )


def _union(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*old, *new]))


def next_thread(
    bundle: Bundle, thread: Thread | None, message_id: str, subject: str, now: datetime, zone: ZoneInfo
) -> Thread:
    """What the channel knows once this message is sent. `subject` is "" in a digest.

    The first message that is about this story alone is the one that later messages answer; until there is one,
    the digest that told of it is remembered.
    """
    today = day(now, zone)
    if thread is None:
        begun = Thread(message_id=message_id, subject=subject, started_at=now, last_at=now, tier=3, day=today)
    else:
        followed = 1 + (thread.day_messages if thread.day == today else 0)
        begun = replace(thread, last_at=now, messages=thread.messages + 1, day=today, day_messages=followed)
        if not thread.subject and subject:
            begun = replace(begun, message_id=message_id, subject=subject, started_at=now)
    told = known(bundle.articles, begun)
    articles = bundle.story.articles if bundle.story else len(bundle.articles)
    return replace(told, articles=articles, outlets=_union(bundle.outlets, told.outlets))


def _text(article: DueArticle) -> Text:
    """The side that a reader of the alert reads; what could not be verified there is no ground for news."""
    item, evidence = article.item, article.item.evidence
    translated = bool(item.translated_title or article.translated_text)
    sentence = "" if evidence.unverified else evidence.translation
    title = "" if item.title_unverified else item.translated_title
    return Text(
        title=title if translated else item.title,
        body=(article.translated_text if translated else article.text)[:BODY],
        sentence=sentence if translated else evidence.sentence,
        readable=translated or item.translation_state is TranslationState.NOT_NEEDED,
        outlet=item.outlet,
        published=item.published or item.first_seen,
    )
