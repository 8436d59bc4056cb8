"""A topic query cut into its words and signs. Knows nothing of what they mean together."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from monitor.errors import QueryError
from monitor.script import tokens

OPERATORS = ("AND", "OR", "NOT")
MAX_LENGTH = 200_000  # characters; ten thousand terms with room to spare

# Signs inside a word that part it into a phrase (a-b, l'eau, Burkina/Faso, x.org) without being asked for.
_JOINERS = frozenset("-'’‘ʼ`´.‐‑–—/_&@·・•״׳\"")
_REMEDIES = {
    "&": "Write AND.",
    "&&": "Write AND.",
    "|": "Write OR.",
    "||": "Write OR.",
    "!": "Write NOT between what you want and what you do not.",
    "-": "Write NOT between what you want and what you do not.",
    "+": "Every word is required anyway; leave the + out, or write a phrase in quotes.",
    "^": "Leave it out; to search in titles alone write title:word.",
    "@": "Write the name of a pack after it: @libya.",
}

_SCAN = re.compile(
    r"""\s*(?:
    "(?P<straight>(?:[^"]|"")*)"
    | [“„«](?P<curly>[^“”„«»]*)[”“»]
    | @(?P<pack>[\w-]+(?:\.[\w-]+)?)
    | (?P<sign>[(){}:,*~])
    | (?P<word>(?:[^\s()"“”„«»{}:,*~]|(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea]))+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One piece of a query. `kind`: word | phrase | pack | operator | sign | end."""

    kind: str
    text: str
    start: int
    end: int


def lexemes(query: str) -> list[Lexeme]:
    """The pieces of a query, closed by one of kind `end`. Raises QueryError on what cannot be read."""
    if len(query) > MAX_LENGTH:
        raise QueryError(
            f"The query has {len(query):,} characters; {MAX_LENGTH:,} is the most. Split it into several topics.",
            query=query,
            position=MAX_LENGTH,
        )
    found: list[Lexeme] = []
    position = 0
    while match := _SCAN.match(query, position):
        found.append(_lexeme(query, match))
        position = match.end()
    rest = query[position:]
    if rest.strip():
        raise _unreadable(query, position + len(rest) - len(rest.lstrip()))
    return [*found, Lexeme("end", "", len(query), len(query))]


def _lexeme(query: str, match: re.Match[str]) -> Lexeme:
    group = match.lastgroup or ""
    text, end = match[group], match.end()
    start = match.end() - len(match[0].lstrip())
    if group == "word":
        kind = "operator" if text in OPERATORS else "word"
        return Lexeme(kind, _checked_word(query, text, start), start, end)
    if group in ("straight", "curly"):
        text = text.replace('""', '"')
        return Lexeme("phrase", _checked_phrase(query, text, start), start, end)
    return Lexeme(group, text, start, end)


def _checked_word(query: str, word: str, start: int) -> str:
    """The word, if every character of it can be searched for."""
    if word in _REMEDIES or word[0] in "-!+^@":
        sign = word if word in _REMEDIES else word[0]
        raise QueryError(f"“{sign}” means nothing here. {_REMEDIES[sign]}", query=query, position=start)
    if not tokens(word):
        raise QueryError(
            f"“{_short(word)}” has no letter or digit to search for. Leave it out.", query=query, position=start
        )
    for offset, character in enumerate(word):
        if not _searchable(character):
            raise QueryError(
                f"“{_short(character)}” cannot be searched for, only letters and digits can. "
                f'Write "{_short(word)}" in quotes to search for its letters alone.',
                query=query,
                position=start + offset,
            )
    return word


def _searchable(character: str) -> bool:
    if character in _JOINERS or character.isalnum():
        return True
    return unicodedata.category(character) in ("Cf", "Mn", "Mc") or bool(tokens(character))


def _checked_phrase(query: str, phrase: str, start: int) -> str:
    if not tokens(phrase):
        raise QueryError(
            "The quotes hold no letter or digit to search for. Write a word between them.",
            query=query,
            position=start,
        )
    return phrase


def _unreadable(query: str, position: int) -> QueryError:
    if query[position] in "”»":
        message = "This quote closes nothing. Open it before the phrase, or leave it out."
    else:
        message = "The quote opened here is never closed. Close it with another, or leave it out."
    return QueryError(message, query=query, position=position)


def _short(text: str) -> str:
    """Fit to be shown: not long, and nothing in it that a terminal or a log would choke on."""
    shown = "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text[:40])
    return shown if len(text) <= 40 else shown + "…"
