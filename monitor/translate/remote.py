"""What a LibreTranslate server is asked and what it says, as values. Asking it is `run/libretranslate.py`.

The interface is that of LibreTranslate's own source (libretranslate/app.py): `GET /languages` lists codes and
their targets, `GET /frontend/settings` states `charLimit`, `POST /translate` takes a list of texts `q` and
answers with as many in `translatedText`, or with `{"error": "…"}` and 400, 403, 429 or 500. Everything it says
is foreign data: wrong shapes raise TranslateError.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.errors import TranslateError
from monitor.translate import routes

# Codes of LibreTranslate's API that are written otherwise in Argos packages, by which we go: libretranslate's
# language.py maps these three back and forth.
_OURS = {"pt-br": "pb", "zh-hans": "zh", "zh-hant": "zt"}
_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MAX_LANGUAGES = 500  # there are about 50 packages; more is no list of languages

# "Invalid request: request (5461) exceeds text limit (5000)", in whatever language the server speaks.
_TOO_LONG = re.compile(r"\((\d{1,9})\)[^()]*\((\d{1,9})\)|too long|text limit", re.IGNORECASE)
SHORTEST = 20  # characters; a server that refuses these as too long refuses everything
_SAID = 200  # characters of a server's explanation that are shown

# Not to be had in a text of one line: control characters, line separators, halves of surrogate pairs.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A pair of languages the server translates: by our codes, and as it spells them."""

    source: str
    target: str
    spelled: tuple[str, str]
    version: str = ""
    usable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one request may hold. A server's own limits may be lower, and are learnt."""

    texts: int = 50
    characters: int = 5000  # of all texts together, hence of each

    def admit(self, batch: Sequence[str]) -> bool:
        """True when `batch` may be sent as it is."""
        return len(batch) <= self.texts and sum(map(len, batch)) <= self.characters


def read_ways(body: bytes) -> tuple[Way, ...]:
    """Every pair in an answer to `GET /languages`; entries that are no language are passed over."""
    entries = _json(body, "list of languages")
    if not isinstance(entries, list) or len(entries) > MAX_LANGUAGES:
        raise TranslateError("The server's list of languages is no list. Check translation.server.")
    return tuple(
        Way(source=_ours(source), target=_ours(target), spelled=(source, target))
        for source, targets in map(_language, entries)
        for target in targets
        if _ours(source) != _ours(target)
    )


def _language(entry: object) -> tuple[str, list[str]]:
    code, targets = (entry.get("code"), entry.get("targets")) if isinstance(entry, dict) else (None, None)
    if not _is_code(code) or not isinstance(targets, list):
        return "", []
    return str(code), [str(target) for target in targets[:MAX_LANGUAGES] if _is_code(target)]


def _is_code(value: object) -> bool:
    return isinstance(value, str) and bool(_CODE.fullmatch(value))


def _ours(code: str) -> str:
    return _OURS.get(code.lower(), code.lower())


def sources(ways: Iterable[Way], target: str) -> frozenset[str]:
    """The languages, as articles name them, that the server translates into `target`."""
    return routes.translatable(_into(ways, target), _ours(target))


def choose(ways: Iterable[Way], source: str, target: str) -> Way | None:
    """The pair to ask for; None when there is none. The server goes through a third language by itself."""
    found = routes.route(_into(ways, target), _ours(source), _ours(target))
    return found[0] if found else None


def _into(ways: Iterable[Way], target: str) -> list[Way]:
    return [way for way in ways if way.target == _ours(target)]


def read_limits(body: bytes) -> Limits:
    """The limits in an answer to `GET /frontend/settings`; ours where it states none (-1) or nonsense."""
    try:
        settings = _json(body, "settings")
    except TranslateError:
        settings = None
    limit = settings.get("charLimit") if isinstance(settings, dict) else None
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        return Limits()
    return Limits(characters=max(SHORTEST, min(limit, Limits().characters)))


def cut(text: str, characters: int) -> list[str]:
    """`text` in pieces of at most so many characters, cut between words where it can be; none when it is blank."""
    if len(text) <= characters:
        return [text] if text.strip() else []
    return textwrap.wrap(text, characters, break_on_hyphens=False)


def batches(texts: Iterable[str], limits: Limits) -> Iterator[list[str]]:
    """The texts in order, as many to a request as fit."""
    batch: list[str] = []
    for text in texts:
        if batch and not limits.admit([*batch, text]):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def is_too_long(status: int, said: str) -> bool:
    """True for a refusal that a smaller request may escape: 413, or 400 with LibreTranslate's words for it."""
    return status == 413 or (status == 400 and bool(_TOO_LONG.search(said)))


def tightened(limits: Limits, batch: Sequence[str], said: str) -> Limits:
    """The limits once the server has refused `batch` as too long: those it states, else half of what was sent.

    Raises TranslateError when that leaves nothing to send.
    """
    size, limit = map(int, found.groups(default="0")) if (found := _TOO_LONG.search(said)) else (0, 0)
    if len(batch) > 1 and not (0 < limit < size != len(batch)):
        return replace(limits, texts=limit if 0 < limit < len(batch) == size else len(batch) // 2)
    longest, all_of_it = max(map(len, batch)), sum(map(len, batch))
    characters = limit if 0 < limit < min(limits.characters, all_of_it) else longest // 2
    if characters < SHORTEST:
        raise TranslateError(f"The server refuses even {longest} characters as too long. Raise its limits.")
    return replace(limits, characters=characters)


def read_translations(body: bytes, count: int) -> list[str]:
    """The texts of an answer to `POST /translate`, each on one line."""
    answer = _json(body, "answer")
    texts = answer.get("translatedText") if isinstance(answer, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise TranslateError("The server's answer holds no list of translations. Check translation.server.")
    if len(texts) != count:
        raise TranslateError(f"The server was asked for {count} translations and gave {len(texts)}.")
    return [_clean(text) for text in texts]


def read_error(body: bytes) -> str:
    """The server's own words for a refusal, on one line; "" when it has none that are fit to show."""
    try:
        answer = _json(body, "refusal")
    except TranslateError:
        return ""
    said = answer.get("error") if isinstance(answer, dict) else None
    return _clean(said)[:_SAID] if isinstance(said, str) else ""


def _clean(text: str) -> str:
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", _UNFIT.sub(" ", text)).strip()


def _json(body: bytes, what: str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        kind = "a web page" if body.lstrip()[:1] == b"<" else "not JSON"
        raise TranslateError(f"The server's {what} is {kind}. Check translation.server.") from error
