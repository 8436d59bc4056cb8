"""A query of another tool cut into brackets, operators and items. Whatever is typed can be cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.topics.importing.dialect import Dialect

_PIECE = re.compile(
    r"""\s*(?:
    (?P<near>(?:O?NEAR|ADJ|W|PRE|AROUND)\s*[/(]?\s*(?P<distance>\d{1,4})\s*\)?(?![\w/])|O?NEAR(?![\w:(/*])|/\d{1,3}(?=\s)
      |(?:SENTENCE|PARAGRAPH)(?:/\d+)?(?![\w:*]))
    | (?P<close>\)(?:\^\d+)?)
    | (?P<bar>\|\|?)
    | (?P<amp>&&?(?=[\s(]))
    | (?P<sign>(?:[-!+~]|−|–)*)(?:(?P<field>[A-Za-z_]\w*):(?:(?<=text:|itle:)\ +)?(?=[^\s/]|/[^/]))?(?P<value>
        \( | "[^"]*"?(?:~\d+)? | [“„][^”“"]*[”“"]? | '[^']*'(?=[\s)]|$) | /(?:[^/\\]|\\.)+/[imsu]*(?=[\s)]|$)
        | \{[^}]*\}?
        | [^\s()|"“”]+(?:\(\))? | [”]
      )
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_OPERATORS = {"AND": "and", "OR": "or", "NOT": "not"}


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind`: open | close | and | or | not | near | word | phrase | capitals | regex | end."""

    kind: str
    raw: str  # as it stands in the query
    text: str = ""  # without quotes, signs and field
    sign: str = ""
    field: str = ""  # in small letters


def pieces(query: str, dialect: Dialect) -> list[Piece]:
    """The pieces of a query, closed by one of kind `end`."""
    return [*_cut(query.replace(r"\(", " ").replace(r"\)", " "), dialect), Piece("end", "")]


def _cut(query: str, dialect: Dialect) -> Iterator[Piece]:
    position = 0
    while match := _PIECE.match(query, position):
        position = match.end()
        raw = match[0].strip()
        if match["near"]:
            if match["near"][:1].isupper() or match["near"][:1] == "/" or dialect.small_operators:
                yield Piece("near", raw, text=match["distance"] or "".join(filter(str.isdigit, raw)))
            else:
                yield from (Piece("word", one, text=one) for one in re.findall(r"[^\s()]+", raw))
        elif match["close"]:
            yield Piece("close", raw)
        elif match["bar"] or match["amp"]:
            yield Piece("or" if match["bar"] else "and", raw)
        else:
            yield _item(match, dialect, raw)


def _item(match: re.Match[str], dialect: Dialect, raw: str) -> Piece:
    value, sign, field = match["value"], match["sign"], (match["field"] or "").lower()
    operator = _OPERATORS.get(value.upper() if dialect.small_operators else value)
    if operator and not sign and not field:
        return Piece(operator, raw)
    if value == "(":
        return Piece("open", raw, sign=sign, field=field)
    if value[0] in '"“„' or (value[0] == "'" and len(value) > 2 and dialect.single_quotes):
        return Piece("phrase", raw, re.sub(r"~\d+$", "", value).strip("\"“”„'"), sign, field)
    if value[0] == "/" and len(value) > 2 and dialect.regexes:
        return Piece("regex", raw, re.sub(r"^/|/[imsu]*$", "", value), sign, field)
    if value[0] == "{":
        return Piece("capitals", raw, value.strip("{}"), sign, field)
    return Piece("word", raw, value, sign, field)
