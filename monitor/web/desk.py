"""What the pages know besides the archive: settings and what the command line hands in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.config import RadarSettings, WebSettings
from monitor.models import BackTest, Clock, Topic
from monitor.topics.pack import Pack
from monitor.web.access.accounts import Access
from monitor.web.access.signing_in import Attempts
from monitor.web.search import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One per server. `database` is the name under which Datasette knows the archive."""

    archive: Path
    database: str
    packs: Mapping[str, Pack]
    search: Search
    clock: Clock
    web: WebSettings
    radar: RadarSettings
    zone: ZoneInfo  # in which times are shown
    language: str = "en"  # the working language
    # What a topic would have found, within a second; from `run`, which the pages do not import. None: not on offer.
    back_test: Callable[[Topic], BackTest] | None = None
    access: Access = field(default_factory=Access)
    attempts: Attempts = field(default_factory=Attempts)  # to sign in
    wide: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))  # searches of very many words
