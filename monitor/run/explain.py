"""`monitor explain`: one article through every stage, and what each decided and why. Records nothing.

Takes an article's id, an address or a file. An article in the archive is explained from what is stored
(its page, its feed's words); anything else is fetched or read now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from monitor.archive.outbox import Told
from monitor.archive.pages import Page
from monitor.collect import identity
from monitor.errors import MonitorError
from monitor.models import (
    Article,
    Document,
    Entry,
    Extracted,
    Fetched,
    Language,
    Match,
    Sentence,
    TranslationState,
)
from monitor.run import matching, reading
from monitor.run.context import Context
from monitor.run.ingest import read
from monitor.run.translator import Task
from monitor.topics.evidence import NearMiss, near_miss
from monitor.topics.matcher import match


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Stage by stage. A stage that failed leaves its error and ends the walk."""

    source: str
    archived: bool
    article: Article
    page_url: str | None = None
    page_bytes: int = 0
    content_type: str | None = None
    extracted: Extracted | None = None
    language: Language | None = None
    route: tuple[str, ...] = ()
    translation_score: float | None = None  # 0 … 100
    sentences: tuple[Sentence, ...] = ()
    translation_state: TranslationState = TranslationState.UNKNOWN
    matches: tuple[Match, ...] = ()  # those passed over, too
    asked: Mapping[str, int] = field(default_factory=dict)  # topic → its min_score
    near_misses: tuple[tuple[str, NearMiss], ...] = ()
    told: tuple[Told, ...] = ()
    error: str | None = None


async def explain(context: Context, source: str) -> Explanation:
    """Walk one article through the pipeline as it is configured now."""
    article, page = await _find(context, source)
    explanation = Explanation(
        source=source,
        archived=article.id > 0,
        article=article,
        told=tuple(context.archive.outbox.of_article(article.id)),
    )
    if page is not None:
        explanation = replace(explanation, page_url=page.url, page_bytes=len(page.body), content_type=page.content_type)
    try:
        return await _walk(context, explanation, page)
    except MonitorError as error:
        return replace(explanation, error=str(error))


async def _find(context: Context, source: str) -> tuple[Article, Page | None]:
    """From the archive if it is there (by id or address), else read or fetched now."""
    stored = context.archive.articles.get(int(source)) if source.isdigit() else None
    if source.isdigit() and stored is None:
        raise MonitorError(f"Article {source}: there is none of that id. `monitor search` shows ids.", permanent=True)
    if stored is None and source.startswith("http"):
        stored = context.archive.articles.by_url(source, identity.canonical_url(source))
    if stored is not None:
        return stored, context.archive.pages.get(stored.id)
    fetched = await read(context, source)
    return _unarchived(fetched), Page(url=fetched.url, body=fetched.body, content_type=fetched.content_type, sha256="")


def _unarchived(fetched: Fetched) -> Article:
    return Article(id=0, feed_id=None, url=fetched.url, canonical_url=fetched.url, entry=Entry())


async def _walk(context: Context, explanation: Explanation, page: Page | None) -> Explanation:
    found = await reading.extract(context, explanation.article, page)
    kept = reading.without_furniture(context, explanation.article, found, page)
    article = replace(explanation.article, title=kept.title or explanation.article.title, text=kept.text)
    explanation = replace(explanation, extracted=kept, article=article)

    language = await reading.identify(context, article)
    state = reading.translation_state(context, language)
    article = replace(article, language=language.code, translation_state=state)
    explanation = replace(explanation, language=language, article=article, translation_state=state)

    if state is TranslationState.PENDING:
        explanation = await _translate(context, explanation)
    return _match(context, explanation)


async def _translate(context: Context, explanation: Explanation) -> Explanation:
    article = explanation.article
    document = Document(
        article_id=article.id, language=article.language or "und", title=article.title, text=article.text
    )
    topics = frozenset(match.topic for match in context.archive.matches.of_article(article.id))
    (translation,) = await context.translator.translate([Task(document=document, topics=topics)])
    return replace(
        explanation,
        route=translation.packages,
        translation_score=translation.score,
        sentences=translation.sentences,
        translation_state=TranslationState.TRANSLATED,
        article=replace(
            article,
            translated_title=translation.title,
            translated_text=translation.text,
            translation_state=TranslationState.TRANSLATED,
        ),
    )


def _match(context: Context, explanation: Explanation) -> Explanation:
    article = explanation.article
    hits = matching.find(context, [article])
    met = {compiled.topic.name for compiled, _ in hits}
    return replace(
        explanation,
        matches=tuple(match(compiled, article, explanation.sentences) for compiled, _ in hits),
        asked={compiled.topic.name: compiled.topic.min_score for compiled, _ in hits},
        near_misses=tuple(
            (compiled.topic.name, near_miss(compiled.query, article))
            for compiled in context.topics
            if compiled.topic.name not in met
        ),
    )
