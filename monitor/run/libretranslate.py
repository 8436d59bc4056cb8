"""Asking a LibreTranslate server of the operator's own: which languages it has, and for translations.

It is asked directly, never through `http.proxy`, and may live inside the network: the guard of its client lets
exactly its host and port through. Its texts leave this machine, and go nowhere else.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import chain, islice

from yarl import URL

from monitor.collect.guard import Guard, Lookup
from monitor.collect.http import Client
from monitor.config import Config
from monitor.errors import FetchError, StatusError, TranslateError
from monitor.models import Clock, Output, Request
from monitor.translate import remote
from monitor.translate.remote import Limits, Way

# 5,000 characters, a translation that loops to four times that, and six bytes for each as JSON escapes it:
# 120 KB. The list of languages has 50 × 50 codes.
MAX_ANSWER = 1_000_000
# Its request limits count by the minute, and its 429 does not say how long (flask-limiter's default).
PAUSE = timedelta(minutes=1)
MAX_KEPT = 20_000  # sentences; two or three of the pipeline's batches
MAX_SPLITS = 16  # 50 texts of 5,000 characters are single texts of 20 after 14 halvings


class Remote:
    """A server, what it can do, and what it has told us about its limits."""

    def __init__(self, client: Client, server: str, key: str = "") -> None:
        self._client, self._server, self._key = client, URL(server), key
        self._ways: tuple[Way, ...] = ()
        self._limits: Limits | None = None
        self._turn = asyncio.Lock()
        # What was translated before a call failed, so that the next one goes on from there: with a server that
        # limits requests, a long batch would otherwise begin again for ever.
        self._kept: dict[tuple[Way, str], str] = {}

    async def languages(self, target: str) -> frozenset[str]:
        """The languages, by our codes, that the server translates into `target` now. Raises TranslateError."""
        self._ways = remote.read_ways(await self._get("languages"))
        return remote.sources(self._ways, target)

    async def outputs(self, texts: Sequence[str], source: str, target: str) -> list[Output]:
        """One output for each text, in order, unexamined and without a score; "" for a blank text.

        Raises TranslateError. Permanent: the server refuses (no such pair of languages, a wrong key), and says
        why. Otherwise it passes, after `retry_after` if there is one; the call may then be repeated, and what
        was done is not asked for again.
        """
        async with self._turn:
            way = await self._way(source, target)
            if self._limits is None:
                self._limits = await self._ask_limits()
            if len(self._kept) > MAX_KEPT:
                self._kept.clear()
            done = await self._translate(texts, way, self._limits, MAX_SPLITS)
            self._kept.clear()
        return [Output(text=text) for text in done]

    async def _way(self, source: str, target: str) -> Way:
        way = remote.choose(self._ways, source, target)
        if way is None:
            await self.languages(target)
            way = remote.choose(self._ways, source, target)
        if way is None:
            raise TranslateError(f"{self._server} has no way from {source} to {target}.", permanent=True)
        return way

    async def _ask_limits(self) -> Limits:
        """What it states. A server that keeps its settings to itself shows its limits by refusing."""
        try:
            return remote.read_limits(await self._get("frontend", "settings"))
        except TranslateError as error:
            if isinstance(error.__cause__, StatusError):
                return Limits()
            raise

    async def _translate(self, texts: Sequence[str], way: Way, limits: Limits, splits: int) -> list[str]:
        pieces = [remote.cut(text, limits.characters) for text in texts]
        wanted = dict.fromkeys(piece for piece in chain(*pieces) if (way, piece) not in self._kept)
        for batch in remote.batches(wanted, limits):
            translated = await self._batch(batch, way, splits)
            self._kept.update({(way, piece): text for piece, text in zip(batch, translated, strict=True)})
        done = (self._kept[way, piece] for piece in chain(*pieces))
        return [" ".join(islice(done, len(parts))) for parts in pieces]

    async def _batch(self, batch: list[str], way: Way, splits: int) -> list[str]:
        """One request, or several when the server has shown that it takes less than we thought."""
        limits = self._limits or Limits()
        if not limits.admit(batch):
            return await self._translate(batch, way, limits, splits)
        try:
            return await self._post(batch, way)
        except StatusError as error:
            said = remote.read_error(error.body)
            if not (splits and remote.is_too_long(error.status, said)):
                raise self._failure(error, said) from error
            self._limits = remote.tightened(limits, batch, said)
        except FetchError as error:
            raise self._failure(error) from error
        return await self._translate(batch, way, self._limits, splits - 1)

    async def _post(self, batch: list[str], way: Way) -> list[str]:
        asked = {"q": batch, "source": way.spelled[0], "target": way.spelled[1], "format": "text"}
        payload = json.dumps(asked | ({"api_key": self._key} if self._key else {})).encode()
        fetched = await self._client.post_json(str(self._server / "translate"), payload, max_bytes=MAX_ANSWER)
        return remote.read_translations(fetched.body, len(batch))

    async def _get(self, *path: str) -> bytes:
        url = str(self._server.joinpath(*path))
        try:
            return (await self._client.get(Request(url=url, accept="application/json", max_bytes=MAX_ANSWER))).body
        except FetchError as error:
            raise self._failure(error) from error

    def _failure(self, error: FetchError, said: str = "") -> TranslateError:
        if self._key:
            said = said.replace(self._key, "***")
        refused = isinstance(error, StatusError) and error.status in (401, 403)
        words = (
            f"The translation server does not translate: {error}",
            f'It says: "{said}".' if said else "",
            "Check the API key: translation.api_key_env." if refused else "",
        )
        return TranslateError(
            " ".join(filter(None, words)),
            permanent=error.permanent,
            retry_after=error.retry_after,
            weight=error.weight,
        )


@asynccontextmanager
async def connect(config: Config, clock: Clock, lookup: Lookup | None = None) -> AsyncIterator[Remote]:
    """The server of `config`, ready to be asked; nothing is sent yet. `lookup` is replaceable for tests."""
    settings = replace(
        config.http,
        proxy="",
        max_redirects=0,
        host_delay_seconds=0.0,
        timeout_seconds=float(config.workers.translate_wall_seconds),
    )
    guard = Guard(own=config.translation.server, lookup=lookup)
    async with Client(settings, clock, guard, first_pause=PAUSE) as client:
        yield Remote(client, config.translation.server, config.api_key)
