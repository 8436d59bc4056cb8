"""What commands share: reading the configuration, opening a newsroom, printing JSON and times."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from monitor.config import Config
from monitor.config_file import load

T = TypeVar("T")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False)
pass_path = click.pass_obj
as_json = click.option("--json", "json_", is_flag=True, help="Print JSON for machines.")


def read_config(path: Path) -> Config:
    """Raises ConfigError with every problem of the file."""
    return load(path, os.environ)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@asynccontextmanager
async def reading_room(config: Config) -> AsyncIterator[Any]:
    """A context in which stages can be run but nothing is recorded; works beside a running daemon."""
    from monitor.models import SystemClock
    from monitor.run.newsroom import open_reading_room

    async with open_reading_room(config, SystemClock()) as context:
        yield context


@asynccontextmanager
async def newsroom(config: Config) -> AsyncIterator[Any]:
    """A context that writes. Raises ArchiveError while a daemon runs."""
    from monitor.models import SystemClock
    from monitor.run.newsroom import open_newsroom

    async with open_newsroom(config, SystemClock()) as context:
        yield context


def print_json(value: Any) -> None:
    """A dataclass, or a list of them, as JSON; times in ISO 8601, UTC."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2, default=_text))


def plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value


def _text(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def shown(text: str) -> str:
    """Foreign text fit for a terminal: what is neither text nor a line break could move the cursor or worse."""
    return _CONTROLS.sub("\ufffd", text)


def counted(number: int, noun: str) -> str:
    """ "1 feed", "2 feeds"; nouns whose plural is not -s are given with it: "match/matches"."""
    one, _, many = noun.partition("/")
    return f"{number} {one if number == 1 else many or one + 's'}"


def clock_time(text: str | datetime | None, zone: str) -> str:
    """A stored time in the reader's zone, to the minute; "–" when there is none."""
    if text is None:
        return "–"
    moment = datetime.fromisoformat(text) if isinstance(text, str) else text
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@asynccontextmanager
async def progress_bars() -> AsyncIterator[Callable[[str, int, int], None]]:
    """One bar a stage on a terminal; plain lines elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=False) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = [bars.add_task(stage, total=0), 0, 0]
            task = tasks[stage]
            if done == 0:  # the stage came round again: its rows add to those before
                task[1], task[2] = task[2], task[2] + total
            bars.update(task[0], completed=task[1] + done, total=task[2])

        yield report
