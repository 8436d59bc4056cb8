"""Adding feeds and topics to `config.toml`, as text: comments and order are the owner's and stay as they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from monitor.collect import discover, feeds
from monitor.collect.discover import FoundFeed
from monitor.errors import ConfigError, MonitorError, ParseError
from monitor.models import Feed, ParsedFeed, Request
from monitor.run.context import Context
from monitor.run.poll import ACCEPT
from monitor.topics.declaration import quoted


def feed_table(feed: Feed) -> str:
    """A `[[feeds]]` table."""
    lines = ["[[feeds]]", f"url = {quoted(feed.url)}"]
    if feed.title:
        lines.append(f"title = {quoted(feed.title)}")
    if feed.tags:
        lines.append(f"tags = [{', '.join(map(quoted, feed.tags))}]")
    if feed.language:
        lines.append(f"language = {quoted(feed.language)}")
    return "\n".join(lines) + "\n"


def append_feeds(path: Path, known: Sequence[Feed], new: Sequence[Feed]) -> tuple[Feed, ...]:
    """Append the feeds that are not declared yet; returns them. The file is replaced in one step."""
    urls = {feed.url for feed in known}
    added: list[Feed] = []
    for feed in new:
        if feed.url not in urls:
            urls.add(feed.url)
            added.append(feed)
    if added:
        append_tables(path, list(map(feed_table, added)))
    return tuple(added)


def append_tables(path: Path, tables: Sequence[str]) -> None:
    """Append TOML tables to a file, which is replaced in one step. Raises ConfigError when it cannot be written."""
    try:
        text = path.read_text(encoding="utf8")
        part = path.with_name(path.name + ".part")
        part.write_text(text.rstrip("\n") + "\n\n" + "\n".join(tables), encoding="utf8")
        part.chmod(path.stat().st_mode & 0o777)
        os.replace(part, path)  # noqa: PTH105 - one system call: the old file or the new one, never half of each
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}. Check the rights of the file.") from error


async def find_feeds(context: Context, url: str) -> tuple[FoundFeed, ...]:
    """The feeds behind an address: itself if it is one, else those its page names, else the usual places.

    Raises FetchError when the address does not answer.
    """
    fetched = await context.client.get(Request(url=url, accept=f"text/html, {ACCEPT}"))
    try:
        parsed = await _parse(context, fetched.body, fetched.content_type, fetched.url)
    except ParseError:
        found = await context.workers.run("parse", discover.feed_links, fetched.body, fetched.url)
        return found or await _try_usual_places(context, fetched.url)
    return (FoundFeed(url=fetched.url, title=parsed.title, kind=parsed.kind),)


async def _try_usual_places(context: Context, url: str) -> tuple[FoundFeed, ...]:
    for candidate in discover.candidates(url):
        try:
            fetched = await context.client.get(Request(url=candidate, accept=ACCEPT))
            parsed = await _parse(context, fetched.body, fetched.content_type, fetched.url)
        except MonitorError:
            continue
        return (FoundFeed(url=fetched.url, title=parsed.title, kind=parsed.kind),)
    return ()


async def _parse(context: Context, body: bytes, content_type: str | None, url: str) -> ParsedFeed:
    return await context.workers.run("parse", feeds.parse, body, content_type, url, context.clock.now(), 10)
