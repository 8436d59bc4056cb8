"""What commands that try topics on the archive share: which topic is meant, and the bench to try it on."""

from __future__ import annotations

import difflib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.errors import ConfigError, QueryError
from monitor.models import SystemClock, Topic

if TYPE_CHECKING:
    from monitor.run.lab.bench import Bench

_ALIKE = 0.8  # so like the name of a topic that it is no query but a slip


def topic_of(config: Config, path: Path, name: str, query: str | None = None) -> Topic:
    """The declared topic of that name, with another query if one is given. Raises ConfigError."""
    declared = next((topic for topic in config.topics if topic.name == name), None)
    if query is not None:
        return replace(declared, query=query) if declared else Topic(name=name, query=query)
    if declared is None:
        names = ", ".join(topic.name for topic in config.topics) or "none"
        raise ConfigError(f"{name}: no such topic. Declared in {path}: {names}. Or give --query.")
    return declared


def two_topics(config: Config, old: str, new: str) -> tuple[Topic, Topic, str]:
    """Each a declared topic or a query, and the name of the topic whose labels count ("": of none).

    A query beside a topic is that topic with another query: languages and what makes it relevant stay.
    """
    first, second = (_topic_or_query(config, text) for text in (old, new))
    named = next((topic for topic in (first, second) if topic in config.topics), None)
    if named is None:
        return first, second, ""
    first, second = (
        topic if topic in config.topics else replace(named, name=topic.name, query=topic.query)
        for topic in (first, second)
    )
    return first, second, named.name


def _topic_or_query(config: Config, text: str) -> Topic:
    declared = next((topic for topic in config.topics if topic.name == text), None)
    if declared is not None:
        return declared
    near = difflib.get_close_matches(text, [topic.name for topic in config.topics], n=1, cutoff=_ALIKE)
    if near:
        raise ConfigError(f"{text}: no such topic. Did you mean “{near[0]}”? If it is a query, put it in brackets.")
    return Topic(name=text, query=text)


def asking(topic: Topic, min_score: int | None, within: str | None, exclude: tuple[str, ...]) -> Topic:
    """The topic with what the command line asks for instead."""
    return replace(
        topic,
        min_score=topic.min_score if min_score is None else min_score,
        within=within or topic.within,
        exclude=tuple(dict.fromkeys((*topic.exclude, *exclude))),
    )


def since(days: int | None) -> datetime | None:
    """The moment so many days ago; None is the whole archive."""
    return None if days is None else SystemClock().now() - timedelta(days=days)


@contextmanager
def bench(config: Config, *topics: Topic, exact: bool = False) -> Iterator[Bench]:
    """All cores at work on the archive. Raises ConfigError for a mistake in a query."""
    from monitor.run.lab.bench import SECONDS, open_bench
    from monitor.topics.packs import load_packs

    with (
        explained(),
        open_bench(
            config.archive.path,
            topics,
            load_packs(config.packs),
            time.monotonic,
            seconds=None if exact else SECONDS,
            processes=len(os.sched_getaffinity(0)),
        ) as opened,
    ):
        yield opened


@contextmanager
def explained() -> Iterator[None]:
    """Mistakes in a query, shown with a pointer to where they are."""
    try:
        yield
    except QueryError as error:
        raise ConfigError(f"{error}\n{error.pointer()}") from error
