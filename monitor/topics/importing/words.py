"""Words, phrases and regular expressions of other tools as we write them."""

from __future__ import annotations

import re
from collections.abc import Callable

from monitor.errors import QueryError
from monitor.script import tokens
from monitor.topics.importing.tree import Leftover, Term, Tree, near, some
from monitor.topics.query import Phrase, parse

Report = Callable[[str, str], None]  # words, why

_SHORTEST_STEM = 3  # letters before a * that we put in place of an inner wildcard
_BORDERS = re.compile(r"^\(?\^|\$\)?$|\\b|\\s[*+]?$|^\\s[*+]?")
_LITERAL = re.compile(r"[\w '’-]+")


def word(text: str, report: Report) -> Tree | None:
    """A word without quotes: its wildcards as far as we have them, its signs in quotes."""
    leading = text.startswith("*") and len(tokens(text)) == 1 and len(tokens(text)[0].text) >= _SHORTEST_STEM
    stem = text.lstrip("*") if leading else text.lstrip("*?")
    body, wild, rest = stem[: _wild_at(stem)], stem[_wild_at(stem) : _wild_at(stem) + 1], stem[_wild_at(stem) + 1 :]
    if not tokens(body) or (wild and rest.strip("*?") and len(body) < _SHORTEST_STEM):
        report(text, "it has no letter or digit to search for, or too few before a wildcard")
        return None
    if (wild == "?" or rest.strip("*")) and wild:
        report(text, f"a wildcard for one letter or within a word; searched for as {body}*, which finds more")
    if text != stem and not leading:
        report(text, f"a wildcard before so short a word; searched for as {body}")
    plain = _plain(body)
    if wild:
        return Term(f"{'*' if leading and not plain.startswith(chr(34)) else ''}{plain}*")
    return Term(f"*{plain}" if leading and not plain.startswith('"') else plain)


def _wild_at(text: str) -> int:
    """Where the first wildcard stands; at the end when there is none."""
    return next((at for at, letter in enumerate(text) if letter in "*?"), len(text))


def _plain(text: str) -> str:
    """As it is if that is one word of our syntax, else in quotes."""
    try:
        node = parse(text)
    except QueryError:
        return quoted(text)
    alone = isinstance(node, Phrase) and (node.start, node.end) == (0, len(text)) and not node.quoted
    return text if alone else quoted(text)


def quoted(text: str) -> str:
    return f'"{" ".join(text.replace(chr(34), " ").split())}"'


def phrase(text: str, report: Report) -> Tree | None:
    """A phrase in quotes. A * for a whole word becomes NEAR; one at the end of the last word stays."""
    parts = [part.strip() for part in re.split(r"(?:^|\s)\*+(?=\s|$)", text) if tokens(part)]
    if not parts:
        report(f'"{text}"', "it has no letter or digit to search for")
        return None
    if len(parts) == 2:
        report(f'"{text}"', "* for a word; searched for as NEAR, which finds both orders")
        return near(Term(quoted(parts[0])), Term(quoted(parts[1])), 1)
    if len(parts) > 2:
        report(f'"{text}"', "several * in a phrase; searched for as the phrase before the first")
    body = parts[0]
    ends = body.endswith("*")
    if re.search(r"[*?]", body.rstrip("*")):
        report(f'"{text}"', "a wildcard within a phrase; the phrase is searched for without it")
    return Term(quoted(re.sub(r"[*?]", " ", body)) + ("*" if ends else ""))


def regex(text: str, report: Report) -> Tree | None:
    """A regular expression that is only a choice of words; any other is left over."""
    body = _BORDERS.sub("", text)
    inner = re.fullmatch(r"\((?:\?:|\?i\))?([^()]*)\)", body)
    choices = (inner[1] if inner else body).split("|")
    choices = [_BORDERS.sub("", one).replace(r"\s+", " ").replace(r"\s", " ").replace(r"\-", "-") for one in choices]
    if not all(_LITERAL.fullmatch(one) and tokens(one) for one in choices):
        report(f"/{text}/", "a regular expression that is more than a choice of words; write its words")
        return None
    return some([Term(_plain(one.strip())) for one in choices])


def leftovers_to(found: list[Leftover]) -> Report:
    def report(words: str, why: str) -> None:
        leftover = Leftover(" ".join(words.split()), why)
        if leftover not in found:
            found.append(leftover)

    return report
