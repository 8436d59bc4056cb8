"""Search in the topic language, for the SQL of Datasette's pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import lru_cache

from monitor.archive.search import expanded, open_vocabulary
from monitor.errors import QueryError
from monitor.models import Article
from monitor.script import WILD, fold
from monitor.topics.compile import Query, compile_query
from monitor.topics.evidence import evidence
from monitor.topics.packs import Pack
from monitor.topics.sentences import plain_sentences

_NOTHING = '""'  # an FTS5 expression that no article satisfies
_REMEMBERED = 128  # compiled queries kept: SQLite asks for the same one row after row


class Search:
    """The functions that SQL calls. `packs` are those that `@name` can use."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = packs
        self._compile = lru_cache(maxsize=_REMEMBERED)(self._compile_anew)

    def _compile_anew(self, query: str) -> Query:
        return compile_query(query, self._packs)

    def _fts(self, query: str | None) -> str:
        return self._compile(query).fts if query and query.strip() else _NOTHING

    def compiled(self, query: str | None) -> str:
        """A topic query as FTS5; nothing typed finds nothing.

        What is wrong with a query comes back as the name of a column that is not there. SQLite's error then
        carries our words; an exception raised here would reach it as "user-defined function raised exception".
        """
        try:
            return self._fts(query)
        except QueryError as error:
            return _failing(error)

    def compiled_or_words(self, query: str | None) -> str:
        """A topic query as FTS5, or its words, all of them, when it is not one."""
        try:
            return self._fts(query)
        except QueryError:
            words = (fold(word).replace('"', " ").strip() for word in (query or "").split())
            return " ".join(f'"{word}"' for word in words if word) or _NOTHING

    def passage(self, query: str, text: str | None, translated_text: str | None) -> str:
        """The sentence that answers a query best, in the translation when both sides answer it as well."""
        sides = (_article(side) for side in (translated_text, text) if side)
        sentences = [sentence for side in sides for sentence in plain_sentences(side)]
        return evidence(self._compile(query), _article(""), sentences).sentence

    def query(self, query: str) -> Query:
        """A topic query compiled, to find its terms in a text. Raises QueryError."""
        return self._compile(query)

    def problem(self, query: str) -> str | None:
        """What is wrong with a query, in words; None when it can be run."""
        try:
            self._fts(query)
        except QueryError as error:
            return _words(error)
        return None


class Vocabulary:
    """The words of one connection's index, for a query's *word."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._filled_in = lru_cache(maxsize=_REMEMBERED)(self._fill_in_anew)
        open_vocabulary(connection)

    def fill_in(self, expression: str) -> str:
        """The expression as FTS5 can run it; one that stands for too many words fails, with our words."""
        if WILD not in expression:
            return expression
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()  # another when articles came in
        return self._filled_in(expression, version)

    def _fill_in_anew(self, expression: str, version: int) -> str:
        try:
            return expanded(self._connection, expression)
        except QueryError as error:
            return _failing(error)
        except sqlite3.OperationalError as error:  # Datasette's limit of time
            return _failing(QueryError(f"The words after * could not be looked up: {error}. Use `monitor search`."))


def _failing(error: QueryError) -> str:
    """An expression that SQLite refuses with our words in its message."""
    return '"{}": x'.format(_words(error).replace('"', "”"))


def _words(error: QueryError) -> str:
    return f"{error.message} (At character {error.position + 1}.)"


def _article(text: str) -> Article:
    return Article(id=0, feed_id=None, url="", canonical_url="", text=text)
