"""`monitor mute`, `monitor snooze`, `monitor unmute`, `monitor mutes`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from monitor.commands.common import as_json, clock_time, out, pass_path, print_json, read_config
from monitor.config import Config
from monitor.errors import ConfigError
from monitor.models import Mute, SystemClock

_SPAN = re.compile(r"(\d{1,5})\s*(m|h|d|w)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_kind = click.argument("kind", type=click.Choice(["story", "source"]))
_subject = click.argument("subject")
_topic = click.option("--topic", default="", help="Only for this topic; without it, for every topic.")
_until = click.option("--until", help='Until then: "2026-12-01" or "2026-12-01 08:00", in the zone of [alerts].')
_span = click.option("--for", "span", help="For so long: 30m, 8h, 2d, 1w.")


@click.command()
@_kind
@_subject
@_topic
@_until
@_span
@pass_path
def mute(path: Path, kind: str, subject: str, topic: str, until: str | None, span: str | None) -> None:
    """Hear no more of a story (its number) or a source (outlet or host), for good or for a while."""
    _mute(path, kind, subject, topic, until, span)


@click.command()
@_kind
@_subject
@_topic
@_until
@_span
@pass_path
def snooze(path: Path, kind: str, subject: str, topic: str, until: str | None, span: str | None) -> None:
    """Hear nothing of a story or a source for a while (8 hours); what is new by then comes as one message."""
    _mute(path, kind, subject, topic, until, span or (None if until else "8h"))


@click.command()
@_kind
@_subject
@_topic
@pass_path
def unmute(path: Path, kind: str, subject: str, topic: str) -> None:
    """Hear of a story or a source again; what came meanwhile is told if it is still new."""
    from monitor.archive import Reader
    from monitor.run import orders
    from monitor.run.muting import unmute_order

    config = read_config(path)
    with Reader.open(config.archive.path) as reader:
        if reader.mutes.get(kind, subject, topic) is None:
            raise ConfigError(f"{kind} {subject}{_of(topic)}: is not muted. `monitor mutes` lists what is.")
    asked = Mute(kind=kind, subject=subject, topic=topic, at=SystemClock().now())
    done = orders.give(config.archive.path, unmute_order(asked))
    _say(f"{kind} {subject}{_of(topic)}: no longer muted", done)


@click.command()
@as_json
@pass_path
def mutes(path: Path, json_: bool) -> None:
    """What is muted, and until when."""
    from monitor.archive import Reader

    config = read_config(path)
    with Reader.open(config.archive.path) as reader:
        found = [one for one in reader.mutes.all() if one.holds(SystemClock().now())]
    if json_:
        print_json(found)
        return
    for one in found:
        until = f"until {clock_time(one.until, config.alerts.zone)}" if one.until else "for good"
        out.print(f"{one.kind} {one.subject}{_of(one.topic)}: muted {until}", markup=False)
    if not found:
        out.print("Nothing is muted.")


def _mute(path: Path, kind: str, subject: str, topic: str, until: str | None, span: str | None) -> None:
    from monitor.run import orders
    from monitor.run.muting import mute_order

    config = read_config(path)
    _check(config, kind, subject, topic)
    now = SystemClock().now()
    end = _end(until, span, now, config.alerts.zone)
    asked = Mute(kind=kind, subject=subject, topic=topic, at=now, until=end)
    done = orders.give(config.archive.path, mute_order(asked))
    words = f"until {clock_time(end, config.alerts.zone)}" if end else "for good"
    _say(f"{kind} {subject}{_of(topic)}: muted {words}", done)


def _check(config: Config, kind: str, subject: str, topic: str) -> None:
    """Raises ConfigError for a topic or story that is not there."""
    from monitor.archive import Reader

    if topic and topic not in (names := [one.name for one in config.topics]):
        raise ConfigError(f"{topic}: no such topic. Declared: {', '.join(names) or 'none'}.")
    if kind != "story":
        return
    with Reader.open(config.archive.path) as reader:
        if not subject.isdigit() or reader.stories.get(int(subject)) is None:
            raise ConfigError(f"story {subject}: there is none of that number. Each alert states its story's.")


def _end(until: str | None, span: str | None, now: datetime, zone: str) -> datetime | None:
    """When a mute ends; None: never. Raises ConfigError."""
    if until and span:
        raise ConfigError("--until and --for say the same thing. Keep one of them.")
    if span:
        found = _SPAN.fullmatch(span.strip())
        if found is None or found[1].strip("0") == "":
            raise ConfigError(f"--for {span}: is no span of time. Write 30m, 8h, 2d or 1w.")
        return now + int(found[1]) * _UNITS[found[2]]
    return _moment(until, now, zone) if until else None


def _moment(until: str, now: datetime, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(until)
    except ValueError as error:
        raise ConfigError(f'--until {until}: is no time. Write "2026-12-01" or "2026-12-01 08:00".') from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    if moment <= now:
        raise ConfigError(f"--until {until}: is over already. Write a time to come.")
    return moment


def _of(topic: str) -> str:
    return f" in {topic}" if topic else ""


def _say(words: str, done: bool) -> None:
    out.print(f"{words}{'' if done else '; the daemon does it within seconds'}.", markup=False)
