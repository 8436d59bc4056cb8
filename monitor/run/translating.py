"""Stage six: translate what is pending. Titles and leads go first, then what matched already, then the newest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from monitor import log
from monitor.errors import MonitorError
from monitor.models import Article, Document, TranslationState
from monitor.run import installing
from monitor.run.context import Context, Tally
from monitor.run.translator import Task
from monitor.translate import routes
from monitor.translate.routes import is_step_back

# About two minutes of work for a large package on two slow cores: long enough to fill batches,
# short enough that an urgent article is never far from the head of the queue.
BATCH_CHARACTERS = 40_000
LEAD_CHARACTERS = 600  # what title and lead of an article are counted as
# A server that is down, a disk that is full: tried again for about three days, which is what the promise says.
RETRIES = 17
RETRY_WAIT, LONGEST_WAIT = timedelta(minutes=10), timedelta(hours=6)
AGAIN_BATCH = 100  # old articles owed a better translation at a time
logger = log.get("translate")


def batches(articles: Sequence[Article]) -> list[list[Article]]:
    """Cut a queue into batches of one language, leads or bodies, BATCH_CHARACTERS each.

    The order of urgency is kept among batches as far as their first articles go: what follows an article in
    its own language comes along with it, since loading another package takes longer than an article.
    """
    groups: dict[tuple[bool, str | None], list[Article]] = {}
    for article in articles:
        groups.setdefault((article.lead_translated, article.language), []).append(article)
    return [batch for group in groups.values() for batch in _cut(group)]


def _cut(group: Sequence[Article]) -> list[list[Article]]:
    result: list[list[Article]] = []
    size = BATCH_CHARACTERS
    for article in group:
        length = len(article.text) if article.lead_translated else LEAD_CHARACTERS
        if size + length > BATCH_CHARACTERS:
            result.append([])
            size = 0
        result[-1].append(article)
        size += length
    return result


async def translate_batch(context: Context, articles: Sequence[Article]) -> Tally:
    """Translate articles of one language: title and lead of those that come for the first time, else the whole."""
    language = articles[0].language or "und"
    if not context.translator.serves(language):
        context.archive.translations.missing([a.id for a in articles], TranslationState.WAITING)
        return Tally(done=len(articles))
    tasks = [_task(context, article, language) for article in articles]
    try:
        translations = await context.translator.translate(tasks)
    except MonitorError as error:
        return _put_off(context, articles, error)
    now = context.clock.now()
    kept = [
        context.archive.translations.keep(translation, task.document, now)
        for translation, task in zip(translations, tasks, strict=True)
    ]
    return Tally(done=len(kept), found=sum(kept))


def _task(context: Context, article: Article, language: str) -> Task:
    return Task(
        document=Document(article_id=article.id, language=language, title=article.title, text=article.text),
        lead_only=not article.lead_translated,
        topics=frozenset(match.topic for match in context.archive.matches.of_article(article.id)),
        lead_done=article.lead_translated,
    )


def _put_off(context: Context, articles: Sequence[Article], error: MonitorError) -> Tally:
    """Try again later what may pass; else the original stays, was matched, and says that its translation failed."""
    log.event(logger, "error", "not translated", articles=[a.id for a in articles], error=str(error))
    for article in articles:
        if not context.translator.serves(article.language or "und"):
            context.archive.translations.missing([article.id], TranslationState.WAITING)
        elif error.permanent or article.attempts >= RETRIES:
            context.archive.translations.missing([article.id], TranslationState.FAILED, str(error))
        else:
            wait = error.retry_after or min(RETRY_WAIT * 2**article.attempts, LONGEST_WAIT)
            context.archive.stages.failed(article, error, context.clock.now(), wait)
    return Tally(failed=len(articles))


async def look_around(context: Context) -> None:
    """What can be translated that could not be before: ask the server, or fetch packages where that is allowed."""
    await context.translator.backend.refresh()
    settings = context.config.translation
    if settings.auto_install and settings.backend == "local":
        await auto_install(context)


async def auto_install(context: Context) -> int:
    """Fetch packages for the languages that articles wait for. Returns how many were installed.

    Only ever called when `[translation] auto_install` says so. The index is asked once; a language it
    lacks, and one whose package cannot be had, is asked for again when this is next called.
    """
    wanted = [code for code in context.archive.translations.waiting_languages() if not context.shelf.route(code)]
    if not wanted:
        return 0
    try:
        offers = await installing.available(context.config, context.clock)
    except MonitorError as error:
        log.event(logger, "warning", "no package installed", languages=wanted, error=str(error))
        return 0
    offered = routes.translatable(offers.packages, context.config.translation.language)
    return sum([await _install(context, language) for language in wanted if language in offered])


async def _install(context: Context, language: str) -> int:
    try:
        found = await installing.download(context.config, context.clock, [language], lambda _: None)
    except MonitorError as error:
        log.event(logger, "warning", "no package installed", language=language, error=str(error))
        return 0
    log.event(logger, "info", "packages installed", language=language, packages=[p.name for p in found])
    return len(found)


def release_waiting(context: Context) -> int:
    """Articles that waited for a model that is here now are pending again. Returns how many."""
    languages = context.translator.backend.languages()
    return context.archive.translations.release_waiting(languages) if languages else 0


def requeue_outdated(context: Context, limit: int = AGAIN_BATCH) -> int:
    """Owe the newest articles that a worse package translated another translation. Returns how many.

    Nothing they match then is announced: what is old is no news.
    """
    count = 0
    for language in context.archive.translations.languages():
        packages = context.translator.backend.names(language)
        if not packages:
            continue  # they are gone: what there is stays, as it does when only a worse one is left
        made = context.archive.translations.made_by(language)
        worse = [old for old in made if old != packages and not is_step_back(old, packages)]
        found = context.archive.translations.outdated(language, worse, limit - count)
        count += context.archive.translations.again(found, alert=False)
    return count
