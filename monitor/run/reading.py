"""Stages three and four: page → text (child process), furniture out, language found.

page ──extract (child)──▶ text ──drop what the host repeats──▶ article ──identify (child)──▶ language
"""

from __future__ import annotations

from datetime import timedelta

from yarl import URL

from monitor import log
from monitor.archive.pages import Page
from monitor.archive.stages import FROM_FEED
from monitor.collect import identity
from monitor.errors import ExtractError, MonitorError, WorkerError
from monitor.extract import article as extraction
from monitor.extract import boilerplate, language
from monitor.models import Article, Entry, Extracted, Language, Refusal, TranslationState
from monitor.run.context import Context, Tally

logger = log.get("read")


async def extract_article(context: Context, article: Article) -> Tally:
    """Find the article on its page, or in the feed's own words."""
    page = context.archive.pages.get(article.id)
    try:
        found = await extract(context, article, page)
    except MonitorError as error:
        wait = _again(article, error)
        alone = None if wait else headline(article, error)
        if alone is None:
            context.archive.stages.failed(article, error, context.clock.now(), wait)
            log.event(logger, "warning", "not extracted", article=article.id, url=article.url, error=str(error))
            return Tally(failed=1)
        found = alone
    _keep(context, article, found, page)
    return Tally(done=1)


def _again(article: Article, error: MonitorError) -> timedelta | None:
    """A dead child may have been unlucky once; twice is the document's fault."""
    return timedelta(minutes=1) if not error.permanent and article.attempts < 1 else None


async def extract(context: Context, article: Article, page: Page | None) -> Extracted:
    """The text of an article; its headline alone when neither page nor feed has any. Raises ExtractError."""
    try:
        return await _extract(context, article, page)
    except ExtractError as error:
        if (alone := headline(article, error)) is None:
            raise
        return alone


def headline(article: Article, error: MonitorError) -> Extracted | None:
    """An article of which nothing but the title is known: that can match too. None when there is more, or less."""
    if article.text or not article.title:
        return None
    refusal = Refusal(extractor="any text", reason=str(error))
    return Extracted(text="", extractor="title", title=article.title, refusals=(refusal,))


async def _extract(context: Context, article: Article, page: Page | None) -> Extracted:
    settings = context.config.extract
    entry = article.entry
    if page is None:
        why = (Refusal(extractor="page", reason=article.error),) if article.error else ()
        return extraction.from_entry(entry or Entry(title=article.title), settings, refusals=why)
    try:
        return await context.workers.run(
            "parse",
            extraction.extract,
            page.body,
            url=page.url,
            content_type=page.content_type,
            entry=entry,
            settings=settings,
        )
    except WorkerError as error:
        if entry is None or not (entry.content or entry.summary):
            raise
        return extraction.from_entry(entry, settings, refusals=(Refusal(extractor="page", reason=str(error)),))


def without_furniture(context: Context, article: Article, found: Extracted, page: Page | None) -> Extracted:
    """Leave out the paragraphs this host repeats; only pages have furniture."""
    if page is None:
        return found
    counts = context.archive.boilerplate.counts(_host(page), boilerplate.fingerprints(found.text))
    return boilerplate.drop_repeated(found, counts, context.config.extract)


def _host(page: Page) -> str:
    return URL(page.url).host or ""


def _keep(context: Context, article: Article, found: Extracted, page: Page | None) -> None:
    archive, now = context.archive, context.clock.now()
    with archive.writing():
        if page is not None and (article.extractor is None or article.extractor in FROM_FEED):
            archive.boilerplate.saw(_host(page), boilerplate.fingerprints(found.text), now)
        kept = without_furniture(context, article, found, page)
        content_hash = identity.content_hash(kept.title or article.title, kept.text)
        if content_hash == archive.stages.content_hash(article.id):
            archive.stages.unchanged(article.id)
            return
        if kept.canonical_url:
            archive.articles.add_alias("url:" + identity.canonical_url(kept.canonical_url), article.id)
        archive.stages.extracted(article, kept, content_hash, kept.site or article.outlet, now)


async def identify_article(context: Context, article: Article) -> Tally:
    """Find the language and decide whether a translation is owed."""
    try:
        found = await identify(context, article)
    except MonitorError as error:
        context.archive.stages.failed(article, error, context.clock.now(), _again(article, error))
        return Tally(failed=1)
    context.archive.stages.identified(article.id, found, translation_state(context, found))
    return Tally(done=1)


async def identify(context: Context, article: Article) -> Language:
    """The language of an article; what page and feed declare only breaks ties."""
    declared = (context.archive.stages.declared_language(article.id), article.entry.language if article.entry else None)
    return await context.workers.run(
        "parse", language.identify, article.text, title=article.title, declared=tuple(filter(None, declared))
    )


def translation_state(context: Context, found: Language) -> TranslationState:
    """Whether a translation is owed: nothing to translate, no package yet, or pending."""
    if found.code in ("und", context.config.translation.language):
        return TranslationState.NOT_NEEDED
    return TranslationState.PENDING if context.translator.serves(found.code) else TranslationState.WAITING
