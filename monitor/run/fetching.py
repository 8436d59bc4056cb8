"""Stage two: fetch the page of each new article.

An article never waits for its page: when the page cannot be had now, the feed's own words go on through
the pipeline and the page is tried again later, which enriches the article without a second alert.
"""

from __future__ import annotations

from datetime import timedelta

from yarl import URL

from monitor import log
from monitor.collect import botwall, identity
from monitor.errors import BlockedError, BodyError, BotWallError, MonitorError, StatusError
from monitor.models import Article, Fetched, Request
from monitor.run.context import Context, Tally

ACCEPT = "text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.3"
# A page that fails five times over a day is not worth a sixth request; the feed's words stay.
RETRIES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3), timedelta(hours=20))
_READABLE = ("text/", "application/xhtml", "application/xml")
logger = log.get("fetch")


async def fetch_page(context: Context, article: Article) -> Tally:
    """Fetch, keep and follow one page. Always leaves the article owed the next stage."""
    if not context.config.collect.fetch_pages or not article.url.startswith(("http://", "https://")):
        error = BlockedError("Pages are not fetched for this article.")
        context.archive.stages.no_page(article.id, error, None, outcome="not wanted")
        return Tally(done=1)
    try:
        await context.robots.allowed(article.url, context.clock.now())
        fetched = await context.client.get(Request(url=article.url, accept=ACCEPT))
        _refuse_unreadable(fetched)
        botwall.refuse(fetched)
    except MonitorError as error:
        return _no_page(context, article, error)
    return _keep(context, article, fetched)


def _refuse_unreadable(fetched: Fetched) -> None:
    kind = (fetched.content_type or "text/html").partition(";")[0].strip().lower()
    if not kind.startswith(_READABLE):
        raise BodyError(f"{fetched.url}: the page is {kind}, not text. The feed's own words are used.", permanent=True)


def _no_page(context: Context, article: Article, error: MonitorError) -> Tally:
    now = context.clock.now()
    wait = retry_wait(error, context.archive.stages.page_attempts(article.id))
    with context.archive.writing():
        # No weight: its host had asked for a pause, so nobody was asked and no attempt is used up.
        context.archive.stages.no_page(
            article.id,
            error,
            now + wait if wait else None,
            outcome=page_outcome(error),
            attempted=error.weight > 0,
        )
        context.archive.feeds.save_pauses(context.client.hosts.pauses(), now)
    log.event(logger, "info", "page not fetched", article=article.id, url=article.url, error=str(error))
    return Tally(failed=1)


def page_outcome(error: MonitorError) -> str:
    """Why there is no page, in the words of the ledger: robots.txt, refused, bot wall or failed."""
    match error:
        case BotWallError():
            return "bot wall"
        case StatusError(status=401 | 403 | 451):
            return "refused"
        case BlockedError(permanent=True) if "robots.txt" in error.message:
            return "robots.txt"
    return "failed"


def retry_wait(error: MonitorError, attempts: int) -> timedelta | None:
    """How long until the page is tried again; None when it is not."""
    gone = isinstance(error, StatusError) and error.status in (401, 402, 403, 404, 410, 451)
    if error.permanent or gone or attempts >= len(RETRIES):
        return None
    return max(RETRIES[attempts], error.retry_after or timedelta(0))


def _keep(context: Context, article: Article, fetched: Fetched) -> Tally:
    """Store the page, unless its redirects led to an article we have already."""
    now = context.clock.now()
    with context.archive.writing():
        original = _already_kept(context, article, fetched)
        if original is not None:
            context.archive.stages.duplicate(article.id, original)
            return Tally(done=1)
        context.archive.pages.keep(article.id, fetched.url, fetched.body, fetched.content_type, now)
        context.archive.stages.page_kept(article.id)
    return Tally(done=1, found=1)


def _already_kept(context: Context, article: Article, fetched: Fetched) -> int | None:
    """The earlier article that lives where the redirects led, if there is one.

    A redirect to the front page says "gone", not "this is the same article".
    """
    if not fetched.redirects or URL(fetched.url).path in ("", "/"):
        return None
    owner = context.archive.articles.add_alias("url:" + identity.canonical_url(fetched.url), article.id)
    return owner if owner < article.id else None
