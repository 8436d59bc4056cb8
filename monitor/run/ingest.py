"""`monitor ingest`: one document, from a file or an address, through the same stages as everything else."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from yarl import URL

from monitor.archive.articles import Candidate
from monitor.collect import identity
from monitor.errors import BodyError, MonitorError
from monitor.models import Article, Entry, Fetched, Match, Request, Stage
from monitor.run import fetching, matching, reading, translating
from monitor.run.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What became of one document."""

    article: Article
    new: bool
    matches: tuple[Match, ...]
    dropped: tuple[str, ...]


async def ingest(context: Context, source: str, *, alert: bool) -> Ingested:
    """Take in one document and run it to the end. Raises MonitorError when it cannot be read."""
    document = await read(context, source)
    article_id, new = _keep(context, document, alert=alert)
    await _run_through(context, article_id)
    article = context.archive.articles.get(article_id)
    if article is None:
        raise MonitorError(f"{source}: the article vanished while it was read. Try again.")
    if article.error and not article.text:
        raise MonitorError(f"{source}: {article.error}", permanent=True)
    dropped = context.archive.stages.notes(article_id)["dropped"]
    return Ingested(
        article=article,
        new=new,
        matches=tuple(context.archive.matches.of_article(article_id)),
        dropped=tuple(map(str, dropped if isinstance(dropped, list) else ())),
    )


async def read(context: Context, source: str) -> Fetched:
    """The document behind an address or a path, as if it had been fetched."""
    if source.startswith(("http://", "https://")):
        return await context.client.get(Request(url=source, accept=fetching.ACCEPT))
    path = Path(source)
    limit = int(context.config.extract.max_page_mb * 1_000_000)
    try:
        if path.stat().st_size > limit:
            raise BodyError(f"{source}: larger than {limit // 1_000_000} MB ([extract] max_page_mb).", permanent=True)
        body = path.read_bytes()
    except OSError as error:
        raise BodyError(f"{source}: cannot be read: {error.strerror}. Give a file or an http(s) address.") from error
    return Fetched(url=path.resolve().as_uri(), status=200, body=body, content_type=content_type(path, body))


def content_type(path: Path, body: bytes) -> str:
    """HTML or plain text, by name, else by what it begins with."""
    guess, _ = mimetypes.guess_type(path.name)
    if guess in ("text/html", "application/xhtml+xml", "text/plain"):
        return guess
    return "text/html" if body.lstrip()[:1] == b"<" else "text/plain"


def _keep(context: Context, document: Fetched, *, alert: bool) -> tuple[int, bool]:
    now = context.clock.now()
    url = document.url
    key = "url:" + identity.canonical_url(url) if url.startswith("http") else "file:" + url
    candidate = Candidate(
        entry=Entry(link=url if url.startswith("http") else None),
        keys=(key,),
        url=url,
        canonical_url=identity.canonical_url(url) if url.startswith("http") else url,
        outlet=URL(url).host or "",
        alertable=alert,
        entry_hash="",
    )
    with context.archive.writing():
        taken = context.archive.articles.take([candidate], now)
        known = context.archive.articles.known_under(key)
        article_id = taken.new[0] if taken.new else (known.id if known else 0)
        context.archive.pages.keep(article_id, url, document.body, document.content_type, now)
        columns = {"stage": Stage.EXTRACT, "attempts": 0, "next_attempt_at": None, "page_outcome": "fetched"}
        context.archive.articles.update(article_id, columns)
    return article_id, bool(taken.new)


async def _run_through(context: Context, article_id: int) -> None:
    """Stage after stage, for this article alone; the rest of the queue is the daemon's."""
    for _ in range(2 * len(Stage)):  # matched and translated come round more than once
        article = context.archive.articles.get(article_id)
        if article is None or article.next_attempt_at is not None:
            return
        if article.stage is Stage.EXTRACT:
            await reading.extract_article(context, article)
        elif article.stage is Stage.IDENTIFY:
            await reading.identify_article(context, article)
        elif article.stage is Stage.MATCH:
            matching.match_batch(context, [article])
        elif article.stage is Stage.TRANSLATE:
            await translating.translate_batch(context, [article])
        else:
            return
