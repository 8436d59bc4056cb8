"""The [[channels]] of `config.toml`: what each kind needs, and where its secret comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.config_settings import read_zone
from monitor.config_table import Table
from monitor.models import Channel

COMMON = ("name", "kind", "cadence", "zone", "max_articles")
SECRET = ("secret_env", "secret_file")
KINDS: dict[str, tuple[str, ...]] = {
    "console": (),
    "email": ("to", "from", "host", "port", "security", "username", *SECRET),
    "slack": ("url", *SECRET),
    "webhook": ("url", *SECRET),
    "apprise": ("url", *SECRET),
}
KEYS = tuple(dict.fromkeys((*COMMON, *(key for keys in KINDS.values() for key in keys))))
# What people write when they mean to put the secret itself into the file.
FORBIDDEN = ("secret", "password", "pass", "passwd", "token", "api_key", "apikey", "key", "webhook_url")

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+|[^<>@]*<[^\s@<>,;]+@[^\s@<>,;]+>")
_CADENCE = re.compile(r"immediate|hourly|daily\s+([01]?\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where secrets are looked up: the environment, and the folder in which relative file names start."""

    environ: Mapping[str, str]
    folder: Path


def read_channel(table: Table, around: Surroundings, zone: str) -> Channel:
    """One channel; what is wrong with it is noted and left at its default. `zone`: when it names none."""
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
        to=_recipients(table),
        sender=_sender(table),
        host=table.text("host"),
        port=table.whole("port", 0, (0, 65_535)),
        security=table.choice("security", "starttls", ("starttls", "tls", "none")),
        username=table.text("username"),
        secret=_secret(table, around),
        url="" if kind == "apprise" else table.address("url", "https://hooks.example.org/monitor"),
        max_articles=table.whole("max_articles", 20, (1, 1000)),
    )
    _fit_for_its_kind(table, kind)
    return channel


def _fit_for_its_kind(table: Table, kind: str) -> None:
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
    remedy = 'Write "immediate", "hourly" or "daily 07:30".'
    table.problem("cadence", f'"{cadence}" is no cadence.', remedy)
    return "immediate"


def _recipients(table: Table) -> tuple[str, ...]:
    to = table.texts("to")
    for index, recipient in enumerate(to):
        if recipient and not _ADDRESS.fullmatch(recipient):
            where = (*table.where, "to", index)
            table.report.add(where, f'"{recipient}" is no e-mail address.', 'Write one like "desk@example.org".')
    return to


def _sender(table: Table) -> str:
    sender = table.text("from")
    if sender and not _ADDRESS.fullmatch(sender):
        remedy = 'Write one like "monitor@example.org" or "Monitor <monitor@example.org>".'
        table.problem("from", f'"{sender}" is no e-mail address.', remedy)
    return sender


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────


def _secret(table: Table, around: Surroundings) -> str:
    if SECRET[0] in table.values and SECRET[1] in table.values:
        table.problem(SECRET[1], "the secret is also taken from secret_env.", "Keep one of the two.")
        return ""
    if SECRET[0] in table.values:
        return _from_environment(table, table.text(SECRET[0]), around.environ)
    if SECRET[1] in table.values:
        return _from_file(table, around.folder / Path(table.text(SECRET[1])).expanduser())
    return ""


def _from_environment(table: Table, variable: str, environ: Mapping[str, str]) -> str:
    secret = environ.get(variable, "").strip()
    if not secret:
        # Not shown unless it looks like a name: people paste the secret itself here.
        shown = f"{variable} " if re.fullmatch(r"[A-Z][A-Z0-9_]{0,60}", variable) else "this variable "
        remedy = "Set it where the daemon is started, or use secret_file."
        table.problem(SECRET[0], f"{shown}is not set, or empty, in the environment.", remedy)
    return secret


def _from_file(table: Table, path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
        open_to_others = bool(path.stat().st_mode & 0o077)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        table.problem(SECRET[1], f"{path} cannot be read: {reason}.", "Create it, or correct the path.")
        return ""
    if not secret:
        table.problem(SECRET[1], f"{path} is empty.", "Put the secret into it, on one line.")
    if open_to_others:
        remedy = f"Run: chmod 600 {path}"
        table.problem(SECRET[1], f"{path} can be read by other users.", remedy, fatal=False)
    return secret
