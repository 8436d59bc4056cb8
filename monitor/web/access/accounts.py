"""Who may read and who may write, and the secret that keeps people signed in."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from monitor import log
from monitor.config import Account, WebSettings
from monitor.config_settings import is_loopback

logger = log.get("web")
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the accounts and [web] settle. An `actor` is Datasette's: None, or {"id": name of the account}."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    web: WebSettings = field(default_factory=WebSettings)

    def name(self, actor: Mapping[str, Any] | None) -> str:
        """The account that is signed in; "": none."""
        name = str(actor.get("id", "")) if actor else ""
        return name if name in self.accounts else ""

    def may_write(self, actor: Mapping[str, Any] | None) -> bool:
        return bool(self.name(actor)) or self.anybody_writes

    def may_read(self, actor: Mapping[str, Any] | None) -> bool:
        return not self.web.private or bool(self.name(actor))

    @property
    def anybody_writes(self) -> bool:
        return self.web.write_without_sign_in and is_loopback(self.web.host)

    @property
    def by_password(self) -> bool:
        """Whether there is anybody to sign in on the page."""
        return any(account.password_hash for account in self.accounts.values())

    def reached_as(self, host: str) -> bool:
        """Whether a Host header names this server. A page elsewhere whose name was made to lead here (DNS rebinding)
        sends its own name, which is neither an address nor configured.
        """
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        name = name.strip("[]").rstrip(".").lower()
        if name in ("localhost", self.web.host.lower(), *self.web.hosts):
            return bool(name)
        try:
            return bool(ip_address(name))
        except ValueError:
            return False


def access(accounts: Sequence[Account], web: WebSettings) -> Access:
    return Access(accounts={account.name: account for account in accounts}, web=web)


def plugins(accounts: Sequence[Account]) -> dict[str, Any]:
    """What datasette-auth-tokens is told: tokens, in the Authorization header alone."""
    tokens = [{"token": one.token, "actor": {"id": one.name}} for one in accounts if one.token]
    return {"datasette-auth-tokens": {"tokens": tokens}} if tokens else {}


def signing_secret(archive: Path, accounts: Sequence[Account]) -> str:
    """What cookies are signed with. Another one after any change to the accounts: everybody signs in again then."""
    base = _kept_secret(archive.with_name(archive.name + ".web-secret"))
    known = repr(sorted((one.name, one.password_hash, one.token) for one in accounts))
    return hmac.new(base, known.encode(), hashlib.sha256).hexdigest()


def _kept_secret(path: Path) -> bytes:
    """Random bytes, the same ones after a restart where they can be kept, in a file that its owner alone can read."""
    fresh = secrets.token_bytes(_SECRET_BYTES)
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "r+b") as file:
            os.fchmod(file.fileno(), 0o600)
            kept = file.read()
            if len(kept) == _SECRET_BYTES:
                return kept
            file.seek(0)
            file.truncate()
            file.write(fresh)
    except OSError as error:
        log.event(logger, "warning", "people must sign in again after each restart", error=str(error))
    return fresh
