"""The [[channels]] of `config.toml`: what each kind needs, and what does not belong in it.

A channel may be `like` another: what it does not say itself, it takes over (`config_likeness.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from monitor.config_problems import suggestion
from monitor.config_secrets import CHANNEL as SECRET
from monitor.config_secrets import Surroundings, read_secret
from monitor.config_settings import read_zone
from monitor.config_table import Table
from monitor.models import Channel

COMMON = ("name", "like", "kind", "cadence", "zone", "max_articles", "topics", "quiet")
KINDS: dict[str, tuple[str, ...]] = {
    "console": (),
    "email": ("to", "from", "host", "port", "security", "username", *SECRET),
    "slack": ("to", "url", *SECRET),
    "webhook": ("url", *SECRET),
    "apprise": ("url", *SECRET),
}
KEYS = tuple(dict.fromkeys((*COMMON, *(key for keys in KINDS.values() for key in keys))))
# What people write when they mean to put the secret itself into the file.
FORBIDDEN = ("secret", "password", "pass", "passwd", "token", "api_key", "apikey", "key", "webhook_url")

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+|[^<>@]*<[^\s@<>,;]+@[^\s@<>,;]+>")
_TIME = r"([01]?\d|2[0-3]):[0-5]\d"
_CADENCE = re.compile(rf"immediate|hourly|(daily|weekly\s+(mon|tue|wed|thu|fri|sat|sun)\w*)\s+{_TIME}", re.I)
_QUIET = re.compile(rf"(?P<begin>{_TIME})\s*[-–]\s*(?P<end>{_TIME})")
_BOT = "xoxb-"  # how the token of a Slack bot begins
_SLACK_CHANNEL = re.compile(r"[#@]?[\w.-]{1,80}")


def read_channel(table: Table, around: Surroundings, zone: str, topics: Collection[str]) -> Channel:
    """One channel; what is wrong with it is noted and left at its default.

    `zone`: when it names none; `topics`: names of those that are declared.
    """
    for key in FORBIDDEN:
        if key in table.values:
            remedy = 'Write secret_env = "NAME" or secret_file = "/path/to/file" and put the secret there.'
            table.problem(key, "a secret does not belong in this file.", remedy)
    table.only((*KEYS, *FORBIDDEN))
    named = table.require("name", '"desk"')
    kind = table.choice("kind", "", tuple(KINDS)) if table.require("kind", '"email"') else ""
    channel = Channel(
        name=table.text("name") if named else "",
        kind=kind,
        cadence=_cadence(table),
        zone=read_zone(table, "zone", zone),
        to=_recipients(table, kind),
        sender=_sender(table),
        host=table.text("host"),
        port=table.whole("port", 0, (0, 65_535)),
        security=table.choice("security", "starttls", ("starttls", "tls", "none")),
        username=table.text("username"),
        secret=read_secret(table, around),
        url="" if kind == "apprise" else table.address("url", "https://hooks.example.org/monitor"),
        max_articles=table.whole("max_articles", 20, (1, 1000)),
        topics=_topics(table, topics),
        quiet=_quiet(table),
    )
    _fit_for_its_kind(table, kind, bot=channel.secret.startswith(_BOT))
    return channel


def _fit_for_its_kind(table: Table, kind: str, *, bot: bool) -> None:
    for key in table.values:
        if key in KEYS and key not in (*COMMON, *KINDS.get(kind, KEYS)):
            table.problem(key, f"a channel of kind {kind} does not use this key.", "Remove it.", fatal=False)
    match kind:
        case "email":
            table.require("to", '["desk@example.org"]')
            table.require("from", '"Monitor <monitor@example.org>"')
            table.require("host", '"smtp.example.org"')
            if table.values.get("username") and not table.values.keys() & set(SECRET):
                table.problem("username", "there is no password for it.", 'Write secret_env = "NAME".')
            if table.values.get("username") and table.values.get("security") == "none":
                remedy = 'Write "starttls" or "tls".'
                table.problem("security", "the password travels unencrypted.", remedy, fatal=False)
        case "slack" if bot:
            if table.require("to", '["#desk"]') and len(table.texts("to")) > 1:
                table.problem("to", "names several Slack channels.", 'Write a channel for each, the others like = "…".')
        case "slack" | "apprise":
            _address_as_secret(table, kind)
        case "webhook" if not table.values.keys() & {"url", *SECRET}:
            table.require("url", '"https://hooks.example.org/monitor"')


def _address_as_secret(table: Table, kind: str) -> None:
    """Whoever knows the address of a Slack webhook or of an Apprise service can write to it."""
    if "url" in table.values:
        remedy = 'Put it into the environment or a file and write secret_env = "NAME" or secret_file = "/path".'
        table.problem("url", f"the address of a channel of kind {kind} is a secret.", remedy)
    elif not table.values.keys() & set(SECRET):
        table.problem(SECRET[0], "is missing.", f'Write secret_env = "MONITOR_{kind.upper()}_URL".')


def _cadence(table: Table) -> str:
    cadence = table.text("cadence", "immediate")
    if _CADENCE.fullmatch(cadence):
        return cadence
    remedy = 'Write "immediate", "hourly", "daily 07:30" or "weekly Mon 08:00".'
    table.problem("cadence", f'"{cadence}" is no cadence.', remedy)
    return "immediate"


def _quiet(table: Table) -> str:
    quiet = table.text("quiet")
    found = _QUIET.fullmatch(quiet)
    if quiet and (found is None or found["begin"] == found["end"]):
        table.problem("quiet", f'"{quiet}" are no hours.', 'Write two different times, e.g. "22:00-07:00".')
        return ""
    return quiet


def _topics(table: Table, declared: Collection[str]) -> tuple[str, ...]:
    topics = table.texts("topics")
    for index, topic in enumerate(topics):
        if topic and topic not in declared:
            remedy = suggestion(topic, declared) or "Add it under [[topics]]."
            table.report.add((*table.where, "topics", index), f'there is no topic "{topic}".', remedy)
    return topics


def _recipients(table: Table, kind: str) -> tuple[str, ...]:
    """Addresses of an e-mail channel, or the place where a Slack bot writes."""
    good, what, example = _ADDRESS, "e-mail address", "desk@example.org"
    if kind == "slack":
        good, what, example = _SLACK_CHANNEL, "Slack channel", "#desk"
    to = table.texts("to")
    for index, recipient in enumerate(to):
        if recipient and not good.fullmatch(recipient):
            where = (*table.where, "to", index)
            table.report.add(where, f'"{recipient}" is no {what}.', f'Write one like "{example}".')
    return to


def _sender(table: Table) -> str:
    sender = table.text("from")
    if sender and not _ADDRESS.fullmatch(sender):
        remedy = 'Write one like "monitor@example.org" or "Monitor <monitor@example.org>".'
        table.problem("from", f'"{sender}" is no e-mail address.', remedy)
    return sender
