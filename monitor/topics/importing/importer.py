"""One query of another tool → ours, with what could not be carried over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.errors import QueryError
from monitor.topics.compile import compile_query
from monitor.topics.importing.boolean import MELTWATER, TALKWALKER
from monitor.topics.importing.dialect import Dialect
from monitor.topics.importing.freshrss import FRESHRSS
from monitor.topics.importing.google_alerts import GOOGLE
from monitor.topics.importing.reader import read
from monitor.topics.importing.tree import Leftover, known, languages_of, partial_languages, written
from monitor.topics.importing.words import leftovers_to
from monitor.topics.lexer import MAX_LENGTH

DIALECTS = {dialect.name: dialect for dialect in (GOOGLE, MELTWATER, TALKWALKER, FRESHRSS)}
NAMES = (*DIALECTS, "auto")

_BOOLEAN = re.compile(
    r"\b(?:AND|NOT|O?NEAR|SENTENCE|PARAGRAPH)\b|[)\"] +(?:and|or|not) +[(\"]|\{"
    r"|\b(?:title|content|lang|language|sourcecountry|sourcetype|domainurl|engagement|sentiment|ingress|atleast\d+):"
)
_FRESHRSS = re.compile(
    r"(?:^|[\s(!-])(?:[fceLS]:[\d,*]|(?:date|pubdate|author|labels?|search|intext|inurl):|#\w|!\w|/[^/\s][^/]*/[ims]*(?=\s|$))|\w:/[^/]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A query in our syntax, which compiles."""

    query: str
    dialect: str
    languages: tuple[str, ...] = ()  # that hold for the whole query
    leftovers: tuple[Leftover, ...] = ()


def dialect_of(query: str) -> Dialect:
    """The dialect a query looks most like: by its operators and fields; Google's when nothing tells."""
    if _BOOLEAN.search(query):
        return MELTWATER if "ingress:" in query.lower() else TALKWALKER
    return FRESHRSS if _FRESHRSS.search(query) else GOOGLE


def import_query(query: str, dialect: str = "auto") -> Imported:
    """Read a query in one of NAMES. Raises QueryError when nothing of it can be carried over, or it is too long
    or too deep for ours."""
    if len(query) > MAX_LENGTH:
        raise QueryError(f"The query is longer than {MAX_LENGTH:,} characters. Split it.", query=query)
    spoken = dialect_of(query) if dialect == "auto" else DIALECTS[dialect]
    leftovers: list[Leftover] = []
    tree = read(query, spoken, leftovers)
    languages: tuple[str, ...] = ()
    if tree is not None:
        tree, languages = languages_of(tree)
    if tree is not None:
        why = "a language asked of a part of the query alone"
        leftovers += [Leftover(code, why) for code in dict.fromkeys(partial_languages(tree))]
        report = leftovers_to(leftovers)
        tree = known(tree, lambda words: report(words, "excluded only with what was left out; not excluded"))
    if tree is None:
        reasons = "; ".join(f"{one.words} ({one.why})" for one in leftovers[:5]) or "it asks for no words"
        raise QueryError(f"Nothing of the query can be carried over: {reasons}. Write what it looks for.", query=query)
    ours = written(tree)
    compile_query(ours, {})
    return Imported(
        query=ours, dialect=spoken.name, languages=tuple(dict.fromkeys(languages)), leftovers=tuple(leftovers)
    )
