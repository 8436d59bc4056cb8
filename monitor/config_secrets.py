"""Secrets of `config.toml`: never in the file, but in the environment or a file of their own that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.config_table import Table

CHANNEL = ("secret_env", "secret_file")
API_KEY = ("api_key_env", "api_key_file")
PASSWORD = ("password_hash_env", "password_hash_file")
TOKEN = ("token_env", "token_file")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where secrets are looked up: the environment, and the folder in which relative file names start."""

    environ: Mapping[str, str]
    folder: Path


def read_secret(table: Table, around: Surroundings, keys: tuple[str, str] = CHANNEL) -> str:
    """The secret that the first of `keys` names a variable for, or the second a file; "" when neither is there."""
    variable, file = keys
    if variable in table.values and file in table.values:
        table.problem(file, f"the secret is also taken from {variable}.", "Keep one of the two.")
        return ""
    if variable in table.values:
        return _from_environment(table, keys, around.environ)
    if file in table.values:
        return _from_file(table, file, around.folder / Path(table.text(file)).expanduser())
    return ""


def read_api_key(table: Table, around: Surroundings) -> str:
    """The key of the translation server. Its keys stand in every file, empty when there is none."""
    said = {key: value for key, value in table.values.items() if isinstance(value, str) and value.strip()}
    return read_secret(Table(said, table.where, table.report), around, API_KEY)


def _from_environment(table: Table, keys: tuple[str, str], environ: Mapping[str, str]) -> str:
    variable = table.text(keys[0])
    secret = environ.get(variable, "").strip()
    if not secret:
        # Not shown unless it looks like a name: people paste the secret itself here.
        shown = f"{variable} " if re.fullmatch(r"[A-Z][A-Z0-9_]{0,60}", variable) else "this variable "
        remedy = f"Set it where monitor is started, or use {keys[1]}."
        table.problem(keys[0], f"{shown}is not set, or empty, in the environment.", remedy)
    return secret


def _from_file(table: Table, key: str, path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
        open_to_others = bool(path.stat().st_mode & 0o077)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        table.problem(key, f"{path} cannot be read: {reason}.", "Create it, or correct the path.")
        return ""
    if not secret:
        table.problem(key, f"{path} is empty.", "Put the secret into it, on one line.")
    if open_to_others:
        remedy = f"Run: chmod 600 {path}"
        table.problem(key, f"{path} can be read by other users.", remedy, fatal=False)
    return secret
