"""What a site's robots.txt keeps from us (RFC 9309). Asked before article pages, not before feeds: a feed is
there to be polled.

A site's refusals (4xx, too many redirects) mean there are no rules. A site that cannot be reached, fails
(5xx) or asks us to wait (429) might have some: its pages wait.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from protego import Protego

from monitor.collect.http import Client
from monitor.collect.statuses import REDIRECTS
from monitor.collect.urls import parse_url
from monitor.errors import BlockedError, FetchError, StatusError
from monitor.models import Request

AGENT = "monitor"  # the product token of our User-Agent
MAX_BYTES = 500 * 1024  # RFC 9309 §2.5: at least the first 500 KiB are read
KEEP = timedelta(hours=24)  # RFC 9309 §2.4: not longer
KEEP_FAILURE = timedelta(hours=1)
MAX_SITES = 1000
MAX_CACHED = 8 * 1024 * 1024  # bytes of robots.txt, all sites together
_MAX_RULES = 5000  # lines searched for the rule to name
_AGENT_LINE = re.compile(r"user[- ]?agent[ \t]*:?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one site said. `parsed` None: everything is allowed, or with `failure` set, nothing is for now."""

    expires: datetime
    text: str = ""
    parsed: Protego | None = None
    failure: str = ""
    weight: float = 1.0  # of the failure; 0 while the host is paused and nobody was asked


class Robots:
    """Asks and remembers, per scheme, host and port. With `enabled=False` everything is allowed unasked."""

    def __init__(self, client: Client, *, enabled: bool = True) -> None:
        self._client, self._enabled = client, enabled
        self._sites: OrderedDict[str, Rules] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def allowed(self, url: str, now: datetime) -> None:
        """Returns if `url` may be fetched.

        Raises BlockedError: permanent when a rule says so, passing (with `retry_after`) when robots.txt
        itself could not be read. A Crawl-delay is handed to the client's hosts.
        """
        if not self._enabled:
            return
        page = parse_url(url)
        rules, host = await self._rules(str(page.origin()), now), page.raw_host or ""
        if rules.failure:
            raise BlockedError(
                f"{url} is not fetched yet: {rules.failure}",
                permanent=False,
                retry_after=rules.expires - now,
                weight=rules.weight,
            )
        if rules.parsed is None:
            return
        if delay := rules.parsed.crawl_delay(AGENT):
            self._client.hosts.set_delay(host, delay)
        if not rules.parsed.can_fetch(str(page), AGENT):
            rule = _rule_covering(page.raw_path_qs, rules.text)
            raise BlockedError(f"{url} is not fetched: the robots.txt of {host} rules it out{rule}.")

    async def _rules(self, site: str, now: datetime) -> Rules:
        lock = self._locks.setdefault(site, asyncio.Lock())
        async with lock:  # a hundred new articles of one site ask once
            known = self._sites.get(site)
            if known is None or not now < known.expires <= now + KEEP:  # also when the clock was set back
                known = self._sites[site] = await self._read(site, now)
            self._sites.move_to_end(site)
            self._forget()
            return known

    async def _read(self, site: str, now: datetime) -> Rules:
        try:
            fetched = await self._client.get(Request(url=f"{site}/robots.txt", accept="text/plain, */*;q=0.5"))
        except StatusError as error:
            if error.status in REDIRECTS or (400 <= error.status < 500 and error.status != 429):
                return Rules(expires=now + KEEP)
            return _failed(error, now)
        except BlockedError:
            raise  # where its robots.txt may not be fetched, neither may its pages
        except FetchError as error:
            return _failed(error, now)
        text = _our_part(fetched.body[:MAX_BYTES].decode("utf-8-sig", "replace"))
        return Rules(expires=now + KEEP, text=text, parsed=Protego.parse(text))

    def _forget(self) -> None:
        """Drops the sites not asked about for longest, beyond the bounds."""
        size = sum(len(rules.text) for rules in self._sites.values())
        while len(self._sites) > MAX_SITES or (size > MAX_CACHED and len(self._sites) > 1):
            _, rules = self._sites.popitem(last=False)
            size -= len(rules.text)


def _failed(error: FetchError, now: datetime) -> Rules:
    wait = min(error.retry_after or KEEP_FAILURE, KEEP)
    failure = f"robots.txt must be read first, and {_decapitalised(error.message)}"
    return Rules(expires=now + wait, failure=failure, weight=error.weight)


def _decapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


def _our_part(text: str) -> str:
    """`text` with all agents but ours and `*` under one name.

    protego keeps a copy of every rule for every agent of a group: 300 agents and 30,000 rules, which fit in
    500 KiB, cost it 9 s and much memory.
    """
    kept: list[str] = []
    for line in text.splitlines():
        words = line.partition("#")[0].strip().lower()
        if match := _AGENT_LINE.match(words):
            ours = AGENT.startswith(words[match.end() :].strip(" \t*"))
            line = line if ours else "User-agent: somebody-else"
            if not ours and kept and kept[-1] == line:
                continue
        kept.append(line)
    return "\n".join(kept)


def _rule_covering(path: str, text: str) -> str:
    """The longest Disallow line that covers `path`, for people; "" when none is spelt the way the path is."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines()[:_MAX_RULES])
    patterns = (line.partition(":")[2].strip() for line in lines if line.lower().startswith("disallow"))
    covering = [pattern for pattern in patterns if pattern and _covers(pattern, path)]
    return f' ("Disallow: {max(covering, key=len)[:100]}")' if covering else ""


def _covers(pattern: str, path: str) -> bool:
    """RFC 9309 §2.2.3: `*` stands for anything, `$` for the end. No regular expression: the pattern is hostile."""
    anchored, pieces = pattern.endswith("$"), pattern.removesuffix("$").split("*")
    if not path.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:]:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not anchored or at == len(path) or (len(pieces) > 1 and path.endswith(pieces[-1]))
