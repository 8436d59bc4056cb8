"""Open everything a run needs, in order, and close it in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace

from monitor import log
from monitor.archive import Archive
from monitor.archive.memory import Memory
from monitor.collect.countries import with_country
from monitor.collect.guard import Guard
from monitor.collect.http import Client
from monitor.collect.robots import Robots
from monitor.config import Config
from monitor.errors import ConfigError, QueryError
from monitor.models import Clock
from monitor.run.backends import Local, open_backend
from monitor.run.context import Context
from monitor.run.grouping import Grouping
from monitor.run.models import Shelf
from monitor.run.terms import glossary_terms
from monitor.run.translator import Translator
from monitor.run.workers import Workers
from monitor.topics.matcher import CompiledTopic, compile_topics
from monitor.topics.packs import load_packs
from monitor.translate.glossary import Glossary

logger = log.get("newsroom")


@asynccontextmanager
async def open_newsroom(config: Config, clock: Clock) -> AsyncIterator[Context]:
    """A context ready to run the pipeline in. Raises ArchiveError or ConfigError."""
    topics = _compiled(config)
    with closing(Archive.open(config.archive.path)) as archive:
        archive.feeds.declare(map(with_country, config.feeds), clock.now())
        archive.matches.declare(config.topics)
        async with _context(config, clock, archive, topics, archive.memory) as context:
            context.shelf.forget()
            context.grouping = _grouping(config, archive)
            yield context


@asynccontextmanager
async def open_reading_room(config: Config, clock: Clock) -> AsyncIterator[Context]:
    """A context whose archive is read-only, or empty when there is none yet; works beside a daemon."""
    topics = _compiled(config)
    with closing(Archive.for_reading(config.archive.path)) as archive:
        async with _context(config, clock, archive, topics) as context:
            yield context


@asynccontextmanager
async def _context(
    config: Config,
    clock: Clock,
    archive: Archive,
    topics: tuple[CompiledTopic, ...],
    memory: Memory | None = None,
) -> AsyncIterator[Context]:
    pauses = archive.feeds.pauses(clock.now())
    shelf = Shelf(config.translation, config.package_folders)
    await asyncio.to_thread(lambda: shelf.packages)  # packages of other programs are hashed when first seen
    client = Client(config.http, clock, Guard(config.http.allow_private), pauses=pauses)
    async with (
        client,
        Workers(config.workers) as workers,
        open_backend(config, clock, workers, shelf) as backend,
    ):
        yield Context(
            config=config,
            archive=archive,
            clock=clock,
            client=client,
            robots=Robots(client, enabled=config.http.robots),
            workers=workers,
            shelf=shelf,
            translator=Translator(config.translation, workers, backend, read_terms(config), clock, memory),
            topics=topics,
        )


def _compiled(config: Config) -> tuple[CompiledTopic, ...]:
    """The topics, ready to match. Raises ConfigError pointing at the mistake in a query."""
    try:
        return compile_topics(config.topics, load_packs(config.packs))
    except QueryError as error:
        raise ConfigError(f"{error}\n{error.pointer()}\n`monitor check` names the line.") from error


def _grouping(config: Config, archive: Archive) -> Grouping:
    return Grouping(archive, config.stories, load_packs(config.packs).values(), config.translation.language)


# Sections that are read once, when the process starts.
_FIXED = ("archive", "http", "workers", "web")


def reload(context: Context, config: Config) -> tuple[str, ...]:
    """Take over a new configuration. Returns the sections whose change waits for a restart.

    Raises ConfigError when a topic cannot be compiled; the old configuration then stays.
    """
    topics, terms = _compiled(config), read_terms(config)
    changed = tuple(name for name in _FIXED if getattr(config, name) != getattr(context.config, name))
    if _server(config) != _server(context.config):
        changed += ("translation",)
    context.topics = topics
    context.config = config
    context.grouping = _grouping(config, context.archive)
    context.shelf = Shelf(config.translation, config.package_folders)
    context.shelf.forget()
    context.translator = _translator(context, terms)
    context.archive.feeds.declare(map(with_country, config.feeds), context.clock.now())
    context.archive.matches.declare(config.topics)
    return changed


def _server(config: Config) -> tuple[str, ...]:
    """A connection to a translation server is made once, for one working language."""
    settings = config.translation
    return settings.backend, settings.server, config.api_key, settings.language


def _translator(context: Context, terms: Glossary) -> Translator:
    """With the new settings; a server stays the one that was connected to."""
    settings, backend = context.config.translation, context.translator.backend
    if isinstance(backend, Local):
        backend = Local(settings, context.workers, context.shelf)
    else:
        settings = replace(settings, language=context.translator.language)
    return Translator(settings, context.workers, backend, terms, context.clock, context.archive.memory)


def read_terms(config: Config) -> Glossary:
    """The user's glossary and the packs'. Raises ConfigError."""
    return Glossary(glossary_terms(config, load_packs(config.packs)))
