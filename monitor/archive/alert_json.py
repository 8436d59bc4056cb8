"""An alert as JSON and back, as the outbox keeps it: what was said can be said again in the same words."""

from __future__ import annotations

import json
import types
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from monitor.archive.rows import to_text
from monitor.models import Alert

_hints = cache(get_type_hints)


def dump(alert: Alert) -> str:
    return json.dumps(asdict(alert), ensure_ascii=False, default=_plain)


def load(text: str) -> Alert:
    """Fields that an alert written earlier does not have stay at their defaults."""
    alert: Alert = _value(Alert, json.loads(text))
    return alert


def _plain(value: object) -> str | None:
    if isinstance(value, datetime):
        return to_text(value)
    raise TypeError(f"{type(value).__name__} has no place in an alert")


def _value(kind: Any, value: Any) -> Any:
    """A JSON value as the type that the field declares."""
    if get_origin(kind) in (types.UnionType, Union):
        return None if value is None else _value(next(k for k in get_args(kind) if k is not type(None)), value)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{f.name: _value(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value})
    if kind is datetime:
        return datetime.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value


def _tuple(kinds: tuple[Any, ...], values: list[Any]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(_value(kinds[0], value) for value in values)
    return tuple(_value(kind, value) for kind, value in zip(kinds, values, strict=True))
