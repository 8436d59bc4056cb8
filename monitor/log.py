"""Structured logging on the standard library: one event, one line, no secrets.

    logger = log.get("poll")
    log.event(logger, "warning", "feed failed", feed=url, error=str(error))

Text on a terminal, JSON lines elsewhere. What feeds and servers send us ends up in log lines, so control
characters are shown as escapes, credentials are blotted out, and no feed can fill the disk.
"""

from __future__ import annotations

import json
import logging
import re
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO
from urllib.parse import quote

from monitor.config import LogSettings

ROOT = "monitor"
BLOT = "***"
SHORTEST_SECRET = 4  # characters; blotting out shorter ones would leave no log
MAX_VALUE = 2000  # characters of one field
MAX_EVENTS, PER_SECONDS = 20, 60.0  # of one kind from one feed

# C0, DEL, C1, line and paragraph separators, bidirectional overrides: all can forge or hide a line.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_CREDENTIALS = (
    re.compile(r"(?<=://)[^\s/@?#\"']+(?=@)"),  # user:password@
    re.compile(r"(?i)(?<=[?&;])(?P<name>[a-z_-]*(?:token|key|secret|passw(?:or)?d|sig|auth)[a-z_-]*=)[^&\s\"'#]+"),
    re.compile(r"(?<=/services/)[\w/-]+|(?<=/api/webhooks/)[\w/-]+|(?<=/bot)\d+:[\w-]+"),  # Slack, Discord, Telegram
    re.compile(r"(?<=/)(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9_]{20,}\b"),  # a path segment like a token
)


def get(name: str) -> logging.Logger:
    """The logger of a room or stage."""
    return logging.getLogger(f"{ROOT}.{name}")


def event(
    logger: logging.Logger, level: str, words: str, *, exc_info: BaseException | None = None, **fields: object
) -> None:
    """Log `words` with fields in the order given. `level`: debug, info, warning or error.

    `words` are the same for every event of a kind; what differs goes into the fields.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    if logger.isEnabledFor(number):
        logger.log(number, words, exc_info=exc_info, extra={"fields": fields}, stacklevel=2)


def setup(settings: LogSettings, stream: TextIO, secrets: Iterable[str] = ()) -> None:
    """Send everything logged to `stream`; may be called again, e.g. with the secrets of a new configuration.

    Libraries are heard from `warning` up, whatever the level of our own loggers.
    """
    text = stream.isatty() if settings.format == "auto" else settings.format == "text"
    handler = logging.StreamHandler(stream)
    handler.setFormatter((TextFormatter if text else JsonFormatter)(secrets))
    handler.addFilter(FloodGate())
    logging.getLogger().handlers[:] = [handler]
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger(ROOT).setLevel(settings.level.upper())


class JsonFormatter(logging.Formatter):
    """One JSON object on one line: time, level, logger, event, then the fields, then a traceback."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = _secrets_pattern(secrets)

    def format(self, record: logging.LogRecord) -> str:
        line = {"time": _time(record), "level": record.levelname.lower(), "logger": _name(record)}
        line |= {"event": self.clean(record.getMessage()), **self.fields(record)}
        if record.exc_info:
            line["traceback"] = self.clean(self.formatException(record.exc_info), None)
        return json.dumps(line, ensure_ascii=False)

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        fields: dict[str, object] = getattr(record, "fields", {})
        return {name: self._plain(value) for name, value in fields.items()}

    def _plain(self, value: object) -> object:
        match value:
            case None | bool() | int() | float():
                return value
            case datetime():
                return value.isoformat(timespec="seconds")
            case timedelta():
                return value.total_seconds()
            case list() | tuple() | set() | frozenset():
                return [self._plain(item) for item in value]
        return self.clean(str(value))

    def clean(self, text: str, longest: int | None = MAX_VALUE) -> str:
        """The text without credentials, on one line and without control characters."""
        if longest is not None:
            text = text[: 10 * longest]  # bounds the work; the true cut comes after the blots
        if self._secrets:
            text = self._secrets.sub(BLOT, text)
        for pattern in _CREDENTIALS:
            text = pattern.sub(lambda found: found.groupdict().get("name", "") + BLOT, text)
        if longest is not None and len(text) > longest:
            text = text[:longest] + "…"
        return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class TextFormatter(JsonFormatter):
    """For people: `12:00:07 warning poll: feed failed feed=https://…`; a traceback follows, indented."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{_time(record)[11:19]} {record.levelname.lower()} {_name(record)}:"
        fields = [f"{name}={_quoted(value)}" for name, value in self.fields(record).items()]
        line = " ".join((head, self.clean(record.getMessage()), *fields))
        if record.exc_info:
            trace = self.formatException(record.exc_info).splitlines()
            line += "".join(f"\n    {self.clean(part)}" for part in trace)
        return line


class FloodGate(logging.Filter):
    """Lets `MAX_EVENTS` of one kind from one feed pass in `PER_SECONDS`; the next to pass counts the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: OrderedDict[tuple[object, ...], tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        fields: dict[str, object] = getattr(record, "fields", {})
        kind = (record.name, record.msg, fields.get("feed"))
        began, count = self._seen.pop(kind, (record.created, 0))
        suppressed = 0
        if record.created - began >= PER_SECONDS:
            began, suppressed, count = record.created, max(0, count - MAX_EVENTS), 0
        self._seen[kind] = (began, count + 1)
        if len(self._seen) > 10_000:
            self._seen.popitem(last=False)
        if suppressed:
            record.fields = fields | {"suppressed": suppressed}
        return count < MAX_EVENTS


def _secrets_pattern(secrets: Iterable[str]) -> re.Pattern[str] | None:
    forms = {form for secret in secrets for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1])}
    long_enough = sorted((form for form in forms if len(form) >= SHORTEST_SECRET), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, long_enough))) if long_enough else None


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _name(record: logging.LogRecord) -> str:
    return record.name.removeprefix(f"{ROOT}.")


def _quoted(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if re.fullmatch(r"[^\s\"=]+", text) else json.dumps(text, ensure_ascii=False)
