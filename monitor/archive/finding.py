"""Finding: the newest articles that an expression finds, ranked and counted without reading their texts.

In a million articles a common word stands in 300,000, and ranking or counting them all takes seconds. So only the
newest are looked at: FTS5 walks a word's articles from the newest on and stops where it is told to.

Ids rise with `first_seen`, since both are given when an article is taken in; a day's grace is for clocks set back.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from monitor.archive.rows import article as to_article
from monitor.archive.rows import to_text, to_time
from monitor.archive.search import MOST_WORDS, expanded
from monitor.errors import QueryError
from monitor.models import Article, Sentence

NEWEST = 3_000  # articles looked at at once: 30 ms in a million
REACH = 20_000  # looked through, beyond these, for what was filtered: 40 ms
_GRACE = timedelta(days=1)
_HIGHEST = 2**63 - 1

_HITS = """SELECT rowid AS hit FROM articles_fts
    WHERE articles_fts MATCH :expression AND rowid BETWEEN :lowest AND :highest ORDER BY rowid DESC LIMIT :most"""
_CARD = """SELECT articles.id, first_seen, coalesce(language, 'und'), outlet, duplicate_of IS NOT NULL
    FROM hits CROSS JOIN articles INDEXED BY articles_card ON articles.id = hit"""
_CARDS = f"WITH hits AS MATERIALIZED ({_HITS}) {_CARD}"
# The first row tells the last hit and how many there are: asking for a pack twice would take twice as long.
_PASSING = f"""
    WITH hits AS MATERIALIZED ({_HITS})
    SELECT min(hit), '', '', '', count(*) FROM hits
    UNION ALL {_CARD}
    WHERE (:languages = '[]' OR coalesce(language, 'und') IN (SELECT value FROM json_each(:languages)))
      AND (:outlets = '[]' OR outlet IN (SELECT value FROM json_each(:outlets)))
      AND (:topics = '[]' OR EXISTS (
          SELECT 1 FROM matches INDEXED BY matches_card
          WHERE matches.article_id = hit AND relevant = 1 AND topic IN (SELECT value FROM json_each(:topics))))"""  # noqa: S608
# Less than 0, and the less the better.
_RANKS = """SELECT rowid, bm25(articles_fts, 10.0, 1.0, 10.0, 1.0) FROM articles_fts
    WHERE articles_fts MATCH :expression AND rowid BETWEEN :lowest AND :highest ORDER BY rowid DESC"""


class Card(NamedTuple):
    """An article without its texts: a row of the index `articles_card`."""

    article_id: int
    first_seen: str  # UTC, "2026-11-23T23:31:00Z"
    language: str  # `und` when it is not known
    outlet: str
    duplicate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What else an article must be. () is any; of several, one is enough."""

    languages: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()  # that it is relevant to
    since: datetime | None = None  # first seen then or later
    until: datetime | None = None  # first seen before


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The newest of what was found. Duplicates are in none of its lists."""

    counted: tuple[Card, ...]  # in the time asked for, whatever the other filters
    topics: Mapping[int, tuple[str, ...]]  # of `counted`: article → topics it is relevant to
    cards: tuple[Card, ...]  # those that pass the filters, newest first; some may be older than all of `counted`
    begins: int  # the highest id that it may hold
    further: int | None  # articles with lower ids were not looked at; None: there are none


class Finding:
    """`articles_fts`, and the indices that its hits are counted by."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def window(
        self,
        expression: str,
        filters: Filters | None = None,
        *,
        below: int | None = None,
        enough: int = 20,
        newest: int = NEWEST,
    ) -> Window:
        """The newest hits with ids below a bound. Looks further for what passes the filters until there is `enough`.

        `expression` is FTS5's, without *word (`expand`). Raises QueryError if SQLite cannot read it.
        """
        filters = filters or Filters()
        values = self._values(expression, filters, below)
        rows = self._cards(_CARDS, values | {"most": newest})
        further = rows[-1].article_id if len(rows) == newest else None
        counted = tuple(row for row in rows if not row.duplicate and _in_time(row, values))
        topics = self.topics([card.article_id for card in counted])
        narrow = bool(filters.languages or filters.outlets or filters.topics)
        cards = [card for card in counted if passes(card, filters, topics)] if narrow else list(counted)
        if further is not None and len(cards) < enough and narrow:
            more, further = self._beyond(values | {"highest": further - 1, "most": REACH})
            cards += more
        begins = rows[0].article_id if rows else 0
        return Window(counted=counted, topics=topics, cards=tuple(cards), begins=begins, further=further)

    def _beyond(self, values: Mapping[str, str | int]) -> tuple[list[Card], int | None]:
        """Cards that pass among the next `most` hits, and the id of the last of these if there are more."""
        (last, _, _, _, count), *rows = self._run(_PASSING, values)
        cards = sorted(map(Card._make, rows), reverse=True)
        passing = [card for card in cards if not card.duplicate and _in_time(card, values)]
        return passing, last if count == values["most"] else None

    def ranked(self, expression: str, cards: Sequence[Card]) -> list[Card]:
        """The cards, the best answers first by BM25, a word in a headline counting for ten in a text.

        For expressions of few words: FTS5 counts for each how many articles of the archive hold it. Raises QueryError.
        """
        if not cards:
            return []
        stretch = {"lowest": cards[-1].article_id, "highest": cards[0].article_id}
        rank: dict[int, float] = dict(self._run(_RANKS, {"expression": expression, **stretch}))
        return sorted(cards, key=lambda card: (rank.get(card.article_id, 0.0), -card.article_id))

    def headlines(self, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Article → its title and its translated title."""
        rows = self._db.execute(
            "SELECT id, title, translated_title FROM articles WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def topics(self, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Article → the topics it is relevant to."""
        rows = self._db.execute(
            """SELECT article_id, topic FROM matches INDEXED BY matches_card
            WHERE relevant = 1 AND article_id IN (SELECT value FROM json_each(?)) ORDER BY article_id, topic""",
            (json.dumps(list(ids)),),
        )
        found: dict[int, tuple[str, ...]] = {}
        for article, topic in rows:
            found[article] = (*found.get(article, ()), topic)
        return found

    def articles(self, ids: Collection[int]) -> dict[int, tuple[Article, list[Sentence]]]:
        """Id → the article with its texts and the sentences that the translator stored."""
        among = json.dumps(list(ids))
        found: dict[int, tuple[Article, list[Sentence]]] = {
            row["id"]: (to_article(row), [])
            for row in self._db.execute("SELECT * FROM articles WHERE id IN (SELECT value FROM json_each(?))", (among,))
        }
        rows = self._db.execute(
            """SELECT article_id, position, paragraph, source, target, unverified FROM sentences
            WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY article_id, position""",
            (among,),
        )
        for number, position, paragraph, source, target, unverified in rows:
            sentence = Sentence(
                position=position, paragraph=paragraph, source=source, target=target, unverified=unverified
            )
            found[number][1].append(sentence)
        return found

    def stories(self, ids: Collection[int]) -> dict[int, int]:
        """Article → the story it is in."""
        return dict(
            self._db.execute(
                "SELECT article_id, story_id FROM story_articles WHERE article_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
        )

    def span(self) -> tuple[datetime, datetime] | None:
        """When the first and the last article were first seen; None: there is none."""
        first, last = self._db.execute(
            "SELECT (SELECT min(first_seen) FROM articles), (SELECT max(first_seen) FROM articles)"
        ).fetchone()
        begun, ended = to_time(first), to_time(last)
        return None if begun is None or ended is None else (begun, ended)

    def expand(self, expression: str, *, most: int = MOST_WORDS) -> str:
        """See `search.expanded`: the words that a *word stands for, written out."""
        return expanded(self._db, expression, most=most)

    def _values(self, expression: str, filters: Filters, below: int | None) -> dict[str, str | int]:
        lowest, highest = self._ids(filters.since, filters.until)
        return {
            "expression": expression,
            "lowest": lowest,
            "highest": highest if below is None else min(highest, below - 1),
            "since": to_text(filters.since) or "",
            "until": to_text(filters.until) or "~",
            "languages": json.dumps(filters.languages),
            "outlets": json.dumps(filters.outlets),
            "topics": json.dumps(filters.topics),
        }

    def _ids(self, since: datetime | None, until: datetime | None) -> tuple[int, int]:
        """The lowest and the highest id that an article of that time can have."""
        lowest, highest = 0, _HIGHEST
        if since is not None:
            row = self._db.execute(
                "SELECT id FROM articles WHERE first_seen >= ? ORDER BY first_seen LIMIT 1",
                (to_text(_earlier(since)),),
            ).fetchone()
            lowest = _HIGHEST if row is None else row[0]
        if until is not None:
            row = self._db.execute(
                "SELECT id FROM articles WHERE first_seen < ? ORDER BY first_seen DESC LIMIT 1",
                (to_text(_later(until)),),
            ).fetchone()
            highest = 0 if row is None else row[0]
        return lowest, highest

    def _cards(self, sql: str, values: Mapping[str, str | int]) -> list[Card]:
        return [Card._make(row) for row in self._run(sql, values)]

    def _run(self, sql: str, values: Mapping[str, str | int]) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise
            raise QueryError(f"The query could not be run: {error}.", query=str(values["expression"])) from error


def passes(card: Card, filters: Filters, topics: Mapping[int, tuple[str, ...]]) -> bool:
    """Whether a card is of a language, an outlet and a topic asked for."""
    if filters.languages and card.language not in filters.languages:
        return False
    if filters.outlets and card.outlet not in filters.outlets:
        return False
    return not filters.topics or not set(filters.topics).isdisjoint(topics.get(card.article_id, ()))


def _in_time(card: Card, values: Mapping[str, str | int]) -> bool:
    return str(values["since"]) <= card.first_seen < str(values["until"])


def _earlier(moment: datetime) -> datetime:
    return moment - _GRACE if moment.year > 1 else moment


def _later(moment: datetime) -> datetime:
    return moment + _GRACE if moment.year < 9999 else moment
