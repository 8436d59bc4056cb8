"""The [[accounts]] of `config.toml`: who may sign in to the pages, by password, token or both."""

from __future__ import annotations

import re

from monitor.config import Account
from monitor.config_secrets import PASSWORD, TOKEN, Surroundings, read_secret
from monitor.config_table import Table

KEYS = ("name", *PASSWORD, *TOKEN)
# What people write when they mean to put the secret itself into the file.
FORBIDDEN = ("password", "pass", "passwd", "password_hash", "token", "secret")
_NAME = re.compile(r"[\w.@+-]{1,64}")
# Of datasette-auth-passwords. Fewer rounds than OWASP asks for are let pass down to a sixth, for hashes made long ago;
# many more would keep the server busy with one sign-in.
_HASH = re.compile(r"pbkdf2_sha256\$([1-9]\d{5,6})\$[^$\s]+\$[A-Za-z0-9+/]{43}=")
_TOKEN = re.compile(r"[\x21-\x7e]{20,512}")


def read_account(table: Table, around: Surroundings) -> Account:
    """One account; what is wrong with it is noted and left empty."""
    for key in FORBIDDEN:
        if key in table.values:
            remedy = "Write password_hash_file (`monitor password` prints what goes into it) or token_file."
            table.problem(key, "a secret does not belong in this file.", remedy)
    table.only((*KEYS, *FORBIDDEN))
    name = table.text("name") if table.require("name", '"ada"') else ""
    if name and not _NAME.fullmatch(name):
        table.problem("name", f'"{name}" is no name to sign in with.', "Use letters, digits and . @ + - _ only.")
    if not table.values.keys() & {*PASSWORD, *TOKEN, *FORBIDDEN}:
        remedy = "Add password_hash_file (`monitor password` prints what goes into it) or token_file."
        table.problem("name", f"{name} has neither a password nor a token.", remedy)
    return Account(name=name, password_hash=_password_hash(table, around), token=_token(table, around))


def _password_hash(table: Table, around: Surroundings) -> str:
    found = read_secret(table, around, PASSWORD)
    if found and not _HASH.fullmatch(found):
        key = next(key for key in PASSWORD if key in table.values)
        table.problem(key, "what it names is no hash of a password.", "Put there what `monitor password` prints.")
        return ""
    return found


def _token(table: Table, around: Surroundings) -> str:
    found = read_secret(table, around, TOKEN)
    if found and not _TOKEN.fullmatch(found):
        key = next(key for key in TOKEN if key in table.values)
        table.problem(key, "what it names is no good token.", "Use 20 to 512 ASCII characters: `openssl rand -hex 32`.")
        return ""
    return found
