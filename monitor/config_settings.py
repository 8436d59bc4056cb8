"""The settings tables of `config.toml` ([http], [collect] …): ranges, choices and what must agree."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import partial
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from monitor.config import (
    AlertSettings,
    ArchiveSettings,
    CollectSettings,
    ExtractSettings,
    HttpSettings,
    LogSettings,
    RadarSettings,
    StorySettings,
    TranslationSettings,
    WebSettings,
    WorkerSettings,
)
from monitor.config_problems import nearest
from monitor.config_secrets import API_KEY
from monitor.config_table import Range, Table

S = TypeVar("S")
_SERVER = "http://127.0.0.1:5000"  # where LibreTranslate listens unless told otherwise

TABLES: dict[str, type] = {
    "archive": ArchiveSettings,
    "http": HttpSettings,
    "collect": CollectSettings,
    "extract": ExtractSettings,
    "translation": TranslationSettings,
    "stories": StorySettings,
    "alerts": AlertSettings,
    "radar": RadarSettings,
    "workers": WorkerSettings,
    "web": WebSettings,
    "log": LogSettings,
}

RANGES: dict[str, Range] = {
    "keep_pages_days": (0, 36_500),
    "keep_polls_days": (1, 36_500),
    "timeout_seconds": (1, 600),
    "connect_seconds": (0.5, 120),
    "max_body_mb": (0.1, 200),
    "max_redirects": (0, 20),
    "host_delay_seconds": (0, 3600),
    "host_connections": (1, 16),
    "connections": (1, 1000),
    "min_interval_minutes": (1, 10_080),
    "max_interval_minutes": (1, 43_200),
    "full_get_every_days": (1, 365),
    "max_entries": (1, 100_000),
    "max_age_days": (0, 36_500),
    "first_poll_max_age_hours": (0, 87_600),
    "min_characters": (0, 100_000),
    "boilerplate_pages": (2, 1000),
    "max_page_mb": (0.1, 200),
    "threads": (0, 1024),
    "beam": (0, 16),
    "batch_tokens": (0, 65_536),
    "memory_sentences": (0, 100_000_000),
    "max_sentences": (1, 100_000),
    "window_hours": (1, 720),
    "max_articles": (100, 1_000_000),
    "wait_for_translation_minutes": (0, 10_080),
    "max_messages_per_hour": (1, 3600),
    "max_messages_per_day": (1, 86_400),
    "digest_above": (1, 1000),
    "follow_up_outlets": (1, 10_000),
    "follow_up_minutes": (0, 10_080),
    "follow_ups_per_day": (0, 1000),
    "keep_trying_hours": (1, 720),
    "weeks": (2, 26),
    "min_sources": (2, 20),
    "cool_down_hours": (0, 720),
    "processes": (0, 256),
    "cpu_seconds": (1, 3600),
    "wall_seconds": (1, 3600),
    "memory_mb": (256, 1_048_576),
    "translate_wall_seconds": (10, 86_400),
    "translate_memory_mb": (512, 1_048_576),
    "port": (0, 65_535),
}

CHOICES: dict[str, tuple[str, ...]] = {
    "backend": ("local", "libretranslate"),
    "device": ("auto", "cpu", "cuda"),
    # of CTranslate2, https://opennmt.net/CTranslate2/quantization.html
    "compute_type": (
        "auto",
        "default",
        "int8",
        "int8_float32",
        "int8_float16",
        "int8_bfloat16",
        "int16",
        "float16",
        "bfloat16",
        "float32",
    ),
    "level": ("debug", "info", "warning", "error"),
    "format": ("auto", "text", "json"),
}


def read_settings(table: Table, kind: type[S], folder: Path) -> S:
    """The settings of one table, absent or wrong keys at their defaults. `folder`: where paths start."""
    table.only([field.name for field in fields(kind)])  # type: ignore[arg-type]
    hints, defaults = get_type_hints(kind), kind()
    values = {key: _read(table, key, hints[key], getattr(defaults, key), folder) for key in hints}
    settings = kind(**values)
    _agree(table, settings)
    return settings


def _read(table: Table, key: str, hint: Any, default: Any, folder: Path) -> Any:
    if key == "index_url":
        return _index(table, key, default, folder)
    if key in CHECKS:
        return CHECKS[key](table, key, default)
    if key in CHOICES:
        return table.choice(key, default, CHOICES[key])
    readers: dict[Any, Any] = {
        bool: table.flag,
        int: partial(table.whole, limits=RANGES.get(key, (0, 0))),
        float: partial(table.number, limits=RANGES.get(key, (0, 0))),
        Path: partial(table.path, folder=folder),
        str: table.text,
    }
    return readers[hint](key, default)


def _agree(table: Table, settings: object) -> None:
    match settings:
        case CollectSettings(min_interval_minutes=least, max_interval_minutes=most) if least > most:
            table.problem(
                "min_interval_minutes",
                f"{least} is more than max_interval_minutes, {most}.",
                "Lower this one or raise the other.",
            )
        case HttpSettings(connect_seconds=connect, timeout_seconds=total) if connect > total:
            table.problem(
                "connect_seconds",
                f"{connect:g} is more than timeout_seconds, {total:g}.",
                "Lower this one or raise the other.",
            )
        case WebSettings(write_without_sign_in=True, host=host) if not is_loopback(host):
            table.problem(
                "write_without_sign_in",
                f'would let everybody write who reaches "{host}".',
                'Write host = "127.0.0.1", or false here, and add [[accounts]].',
            )
        case TranslationSettings(backend="libretranslate"):
            table.require("server", f'"{_SERVER}"')
        case TranslationSettings(backend="local"):
            _unused(table, ("server", *API_KEY))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on `host`."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _unused(table: Table, keys: tuple[str, ...]) -> None:
    for key in keys:
        if table.values.get(key):
            remedy = 'Write backend = "libretranslate", or remove this key.'
            table.problem(key, "is not used: the packages on this machine translate.", remedy, fatal=False)


def read_zone(table: Table, key: str, default: str) -> str:
    """An IANA time zone, e.g. Europe/Rome."""
    zone = table.text(key, default)
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError):  # unknown; a folder of zones; not even a name
        near = nearest(zone, available_timezones())
        remedy = f'Did you mean "{near}"?' if near else 'Write one like "Europe/Rome" or "UTC".'
        table.problem(key, f'"{zone}" is no time zone.', remedy)
        return default
    return zone


def _openings(table: Table, key: str, _: object) -> tuple[str, ...]:
    """Addresses or networks, with a port or without. Kept in step with the address guard."""
    texts = table.texts(key)
    for index, text in enumerate(texts):
        if not text:
            continue  # noted already
        found = re.fullmatch(r"\[(.+)\](?::\d+)?|([^:]+):\d+|(.+)", text)
        try:
            ip_network("".join(part or "" for part in found.groups()) if found else "", strict=False)
        except ValueError:
            remedy = 'Write one like "10.0.0.5", "10.0.0.0/8" or "127.0.0.1:8080"; names are not allowed here.'
            table.report.add((*table.where, key, index), f'"{text}" is no address or network.', remedy)
    return texts


def _proxy(table: Table, key: str, _: object) -> str:
    return table.address(key, "http://proxy.example:3128", ("http",))


def _contact(table: Table, key: str, default: str) -> str:
    contact = table.text(key, default)
    if contact and not re.match(r"https?://[^\s/]+|[^\s@]+@[^\s@]+$", contact):
        remedy = 'Write an address like "https://example.org/about-our-monitor" or "desk@example.org".'
        table.problem(key, f'"{contact}" is neither a web address nor an e-mail address.', remedy)
        return default
    return contact


def _working_language(table: Table, key: str, default: str) -> str:
    code = table.text(key, default)
    return code if table.language(key, code) else default


def _index(table: Table, key: str, default: str, folder: Path) -> str:
    """An http(s) address as it is, anything else the absolute path of a folder, which need not be there yet."""
    text = table.text(key, default)
    if text.startswith("file://"):
        parts = urlsplit(text)
        if parts.netloc in ("", "localhost") and parts.path.startswith("/"):
            return unquote(parts.path)
        table.problem(key, f'"{text}" names no folder of this machine.', 'Write one like "file:///srv/packages".')
        return default
    if "://" in text:
        return table.address(key, default) or default
    return str(table.path(key, Path(default), folder)) if text else default


def _server(table: Table, key: str, _: object) -> str:
    return table.address(key, _SERVER)


def _hosts(table: Table, key: str, _: object) -> tuple[str, ...]:
    names = table.texts(key)
    for index, name in enumerate(names):
        if name and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", name):
            remedy = 'Write the name alone, like "news.example.org": no scheme, port or path.'
            table.report.add((*table.where, key, index), f'"{name}" is no name of a host.', remedy)
    return tuple(name.lower() for name in names)


def _texts(table: Table, key: str, _: object) -> tuple[str, ...]:
    return table.texts(key)


CHECKS: dict[str, Any] = {
    "zone": read_zone,
    "allow_private": _openings,
    "proxy": _proxy,
    "contact": _contact,
    "language": _working_language,
    "server": _server,
    "operators": _texts,
    "hosts": _hosts,
}
