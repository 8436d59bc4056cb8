"""Stage six: translate what is pending, what matched already before the rest, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from monitor import log
from monitor.errors import MonitorError, WorkerError
from monitor.models import Article, Document, TranslationState
from monitor.run import installing
from monitor.run.context import Context, Tally
from monitor.translate import engine

# About two minutes of work for a large package on two slow cores: long enough to fill batches,
# short enough that an urgent article is never far from the head of the queue.
BATCH_CHARACTERS = 40_000
logger = log.get("translate")


def batches(articles: Sequence[Article]) -> list[list[Article]]:
    """Cut a queue into batches of one language, BATCH_CHARACTERS each, keeping its order of urgency."""
    result: list[list[Article]] = []
    for _, group in groupby(articles, key=lambda article: article.language):
        batch: list[Article] = []
        size = 0
        for article in group:
            if batch and size + len(article.text) > BATCH_CHARACTERS:
                result.append(batch)
                batch, size = [], 0
            batch.append(article)
            size += len(article.text)
        result.append(batch)
    return result


async def translate_batch(context: Context, articles: Sequence[Article]) -> Tally:
    """Translate articles of one language. A batch that kills the child is tried again one by one."""
    language = articles[0].language or "und"
    route = context.shelf.route(language)
    if not route:
        context.archive.stages.untranslated([a.id for a in articles], TranslationState.WAITING)
        return Tally(done=len(articles))
    documents = tuple(Document(article_id=a.id, language=language, title=a.title, text=a.text) for a in articles)
    settings = context.config.translation
    try:
        translations = await context.workers.run(
            "translate", engine.translate, documents, route, settings.language, settings
        )
    except WorkerError as error:
        return await _one_by_one(context, articles, error)
    except MonitorError as error:
        return _give_up(context, articles, error)
    for translation in translations:
        context.archive.stages.translated(translation)
    return Tally(done=len(translations), found=len(translations))


async def _one_by_one(context: Context, articles: Sequence[Article], error: MonitorError) -> Tally:
    if len(articles) == 1:
        return _give_up(context, articles, error)
    tally = Tally()
    for article in articles:
        tally += await translate_batch(context, [article])
    return tally


def _give_up(context: Context, articles: Sequence[Article], error: MonitorError) -> Tally:
    """The original stays, was matched, and says that its translation failed."""
    context.archive.stages.untranslated([a.id for a in articles], TranslationState.FAILED, str(error))
    log.event(logger, "error", "not translated", articles=[a.id for a in articles], error=str(error))
    return Tally(failed=len(articles))


async def auto_install(context: Context) -> int:
    """Fetch packages for the languages that articles wait for. Returns how many were installed.

    Only ever called when `[translation] auto_install` says so. A language the index lacks is logged, and
    asked for again when this is next called.
    """
    installed = 0
    for language in context.archive.stages.waiting_languages():
        if context.shelf.route(language):
            continue
        try:
            found = await installing.download(context.config, context.clock, [language], lambda _: None)
        except MonitorError as error:
            log.event(logger, "warning", "no package installed", language=language, error=str(error))
            continue
        installed += len(found)
        log.event(logger, "info", "packages installed", language=language, packages=[p.name for p in found])
    return installed


def release_waiting(context: Context) -> int:
    """Articles that waited for a model that is here now are pending again. Returns how many."""
    languages = context.shelf.languages()
    return context.archive.stages.release_waiting(languages) if languages else 0
