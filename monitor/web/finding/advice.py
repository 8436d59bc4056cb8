"""What a search page says when it has nothing to show: how to ask, what is wrong, what else to try."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.archive import Reader
from monitor.errors import QueryError
from monitor.script import words
from monitor.topics.packs import Pack
from monitor.topics.query import pack_key
from monitor.web.finding.asked import Asked
from monitor.wording import languages
from monitor.wording.clean import scrub

_BEFORE = 40  # characters told to a screen reader
_WAITING = 10  # languages named that wait for a model
_SHORTEST = 4  # letters of a word that is worth a *

EXAMPLES = (
    ("libya russia", "both words, in the original or in the translation"),
    ("haftar OR dbeibah", "either word"),
    ('"prime minister"', "a phrase, word for word"),
    ("libya NOT football", "the one without the other"),
    ("haftar*", "words that begin so"),
    ("NEAR(haftar putin, 10)", "at most ten words apart"),
    ("title:libya", "in the headline"),
    ("@libya", "everything that Libya is called, in every language we know it in"),
    ('relation("libya", "russia")', "two countries that have to do with one another"),
    ("利比亚", "Chinese, without spaces"),
    ("ليبيا", "Arabic, with and, in, to and the written together"),
    ("Хафтар", "a Russian name with its case endings"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something to do, and the search that does it ("" for none)."""

    words: str
    query: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a query cannot be run. `before`, `at` and `after` are the query, parted at the mistake."""

    message: str
    query: str
    position: int  # from 0
    place: str  # in words
    before: str
    at: str  # the character, "" at the end
    after: str


def examples() -> tuple[Suggestion, ...]:
    return tuple(Suggestion(words=meaning, query=query, url=Asked(q=query).url()) for query, meaning in EXAMPLES)


def problem(error: QueryError) -> Problem:
    """An error as the page shows it."""
    query = error.query
    position = min(max(error.position, 0), len(query))
    before, at, after = query[:position], query[position : position + 1], query[position + 1 :]
    if not at.strip():  # a space cannot be seen
        at, after = "", at + after
    return Problem(
        message=error.message,
        query=scrub(query),
        position=position,
        place=_place(before, at, position),
        before=scrub(before),
        at=scrub(at),
        after=scrub(after),
    )


def _place(before: str, at: str, position: int) -> str:
    """ "At character 7, “)”, after “libya ”." """
    lead = scrub(before[-_BEFORE:]).strip()
    what = f", “{scrub(at)}”" if at else ", where the query ends" if position else ""
    return f"At character {position + 1}{what}{f', after “{lead}”' if lead else ''}."


def as_words(query: str) -> str:
    """The words of what is no query, each in quotes: all of them are looked for, and nothing is an operator."""
    parted = re.sub(r"\b(?:AND|OR|NOT|NEAR)\b", " ", query)
    return " ".join(f'"{word}"' for word in dict.fromkeys(words(parted)))


def mended(asked: Asked) -> tuple[Suggestion, ...]:
    """What to try in place of a query that cannot be run."""
    plain = as_words(asked.q)
    if not plain or plain == asked.q:
        return ()
    return (Suggestion(words="Search for its words alone", query=plain, url=asked.begun(q=plain).url()),)


def packs_for(asked: Asked, packs: Mapping[str, Pack]) -> tuple[Suggestion, ...]:
    """Packs of what is asked for by its English name: @libya finds what no translation has brought over."""
    if "@" in asked.q:
        return ()
    folded = " ".join(words(asked.q))
    found = [
        pack
        for name, pack in packs.items()
        if not pack.noise and folded in (" ".join(words(pack.title)), " ".join(words(name.replace("_", " "))))
    ][:2]
    return tuple(
        Suggestion(
            words=f"Everything that {pack.title} is called, in {len(pack.terms)} languages",
            query=f"@{pack_key(pack.name)}",
            url=asked.begun(q=f"@{pack_key(pack.name)}").url(),
        )
        for pack in found
    )


def hints(reader: Reader, asked: Asked) -> tuple[Suggestion, ...]:
    """What to try when nothing was found."""
    found: list[Suggestion] = []
    if asked.narrowed():
        whole = Asked(q=asked.q, sort=asked.sort)
        found.append(Suggestion(words="Drop the filters", query=asked.q, url=whole.url()))
    typed = asked.q.split()
    plain = all(word.isalnum() and word not in ("AND", "OR", "NOT") for word in typed)
    if plain and len(typed) > 1:
        either = " OR ".join(typed)
        found.append(Suggestion(words="Either word", query=either, url=asked.begun(q=either).url()))
    if plain and len(typed) == 1 and len(typed[0]) >= _SHORTEST:
        stem = f"{typed[0]}*"
        found.append(Suggestion(words="Words that begin so", query=stem, url=asked.begun(q=stem).url()))
    found.append(Suggestion(words="Write it in another language: originals are searched beside their translations."))
    found.append(Suggestion(words="Ask for a country or an actor in every language at once: @libya, @russia …"))
    # What these say is found in the original alone.
    if waiting := list(reader.translations.waiting_languages())[:_WAITING]:
        known = ", ".join(map(languages.called, waiting))
        found.append(
            Suggestion(words=f"Articles in {known} are not all translated: search them in their own language.")
        )
    return tuple(found)
