"""What the pages are asked: addresses by kind, from words of the corpus and rows of the archive."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import newsroom_words
from datasette.utils import tilde_encode

# Targets of the pages' own, in ms. What has none is held to that of a topic.
SEARCH, PAGE, ARTICLE = 150, 300, 100

_SEARCHES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("English, a common word", ("people", "police", "government", "president", "year", "week", "country", "team"), ""),
    ("English, a very common word", ("the", "said", "of", "in", "for"), ""),
    (
        "English, two words",
        ("police minister", "president court", "people government", "team season", "market price"),
        "",
    ),
    ("English, a phrase", ('"prime minister"', '"White House"', '"last week"', '"years ago"', '"New York"'), ""),
    ("English, a prefix", ("govern*", "elect*", "minist*", "secur*"), ""),
    ("English, OR and NOT", ("police OR court", "president NOT Trump", "minister OR government NOT police"), ""),
    ("English, of a pack", ("@libya", "@libya AND @russia", "@sudan", 'relation("egypt", "turkey")'), ""),
    ("Arabic", ("ليبيا", "الحكومة", "الرئيس", "روسيا", "العام الماضي"), ""),
    ("Chinese", ("利比亚", "中国", "政府", "总统", "俄罗斯"), ""),
    ("Russian", ("Россия", "правительства", "президент", "Ливии", "полиция"), ""),
    ("French", ("gouvernement", "président", "Libye", "police", "semaine dernière"), ""),
    ("nothing found", ("zyzzyvatron", "qqqqqq", "xylophonerr minister"), ""),
    ("with a language", ("government", "police", "president"), "language=fr"),
    ("with a topic", ("government", "police", "president"), "topic"),
    ("with a source", ("government", "police", "president"), "source"),
    ("of the last week", ("government", "police", "president"), "since"),
    ("by date", ("people", "police", "government", "president", "minister"), "sort=date"),
    ("malformed", ('"prime minister', "police AND", "(court OR"), ""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Pages of one kind, asked in turn."""

    name: str
    paths: tuple[str, ...]
    target: int  # ms, of the 95th percentile
    statuses: tuple[int, ...] = (200,)


def cases(archive: Path, seed: int = 1) -> list[Case]:
    """Needs the archive for its topics, articles and stories."""
    db = sqlite3.connect(f"{archive.resolve().as_uri()}?mode=ro", uri=True)
    chance = random.Random(seed)
    try:
        return [*_pages(db, chance), *_searching(db)]
    finally:
        db.close()


def _pages(db: sqlite3.Connection, chance: random.Random) -> list[Case]:
    last = int(_one(db, "SELECT max(id) FROM articles"))
    recent = _numbers(db, f"SELECT id FROM articles WHERE id > {last} - 500 AND duplicate_of IS NULL AND text <> ''")
    old = [20 * chance.randint(1, last // 40) for _ in range(40)]
    matched = _numbers(db, "SELECT article_id FROM matches WHERE relevant = 1 ORDER BY id DESC LIMIT 40")
    large = _numbers(db, "SELECT id FROM stories ORDER BY articles DESC LIMIT 10")
    latest = _numbers(db, "SELECT id FROM stories WHERE articles > 2 ORDER BY last_seen DESC LIMIT 20")
    feeds = _numbers(db, "SELECT id FROM feeds LIMIT 20")
    busy, quiet = _topics(db)
    return [
        Case(name="home", paths=("/",), target=PAGE),
        Case(name="topic, busy", paths=tuple(map(_topic, busy)), target=PAGE),
        Case(name="topic, quiet", paths=tuple(map(_topic, quiet)), target=PAGE),
        Case(name="topic, Atom", paths=tuple(f"{_topic(name)}.atom" for name in busy), target=PAGE),
        Case(name="topic, CSV", paths=tuple(f"{_topic(name)}.csv" for name in busy), target=PAGE),
        Case(
            name="article, recent",
            paths=_addresses("articles", chance.sample(recent, min(40, len(recent)))),
            target=ARTICLE,
        ),
        Case(name="article, matched", paths=_addresses("articles", matched), target=ARTICLE),
        Case(name="article, old", paths=_addresses("articles", old), target=ARTICLE),
        Case(name="story, recent", paths=_addresses("stories", latest), target=PAGE),
        Case(name="story, the largest", paths=_addresses("stories", large), target=PAGE),
        Case(name="sources", paths=("/sources",), target=PAGE),
        Case(name="source", paths=_addresses("sources", feeds), target=PAGE),
        Case(name="coverage", paths=("/coverage",), target=PAGE),
        Case(name="radar", paths=("/radar",), target=PAGE),
    ]


def _searching(db: sqlite3.Connection) -> list[Case]:
    topic = str(_one(db, "SELECT topic FROM matches GROUP BY topic ORDER BY count(*) DESC LIMIT 1"))
    source = str(_one(db, "SELECT outlet FROM articles WHERE id = (SELECT max(id) / 2 FROM articles)"))
    day = str(_one(db, "SELECT date(max(first_seen), '-7 days') FROM articles"))
    more = {"topic": urlencode({"topic": topic}), "source": urlencode({"source": source}), "since": f"from={day}"}
    found = [
        Case(
            name=f"search: {name}",
            paths=tuple(_search(query, more.get(extra, extra)) for query in queries),
            target=SEARCH,
            statuses=(200, 400) if name == "malformed" else (200,),
        )
        for name, queries, extra in _SEARCHES
    ]
    rare = newsroom_words.load()["en"].rare(40)
    found.insert(1, Case(name="search: English, a rare word", paths=tuple(map(_search, rare)), target=SEARCH))
    found.append(Case(name="search: Atom", paths=("/search.atom?q=government", "/search.atom?q=police"), target=SEARCH))
    return found


def _topics(db: sqlite3.Connection) -> tuple[list[str], list[str]]:
    """The three with the most matches, the three with the fewest."""
    names = [str(row[0]) for row in db.execute("SELECT topic FROM matches GROUP BY topic ORDER BY count(*) DESC")]
    return names[:3], names[-3:]


def _topic(name: str) -> str:
    return f"/topics/{tilde_encode(name)}"


def _search(query: str, more: str = "") -> str:
    return f"/search?{urlencode({'q': query})}{'&' if more else ''}{more}"


def _addresses(kind: str, numbers: list[int]) -> tuple[str, ...]:
    return tuple(f"/{kind}/{number}" for number in numbers)


def _numbers(db: sqlite3.Connection, sql: str) -> list[int]:
    return [int(row[0]) for row in db.execute(sql)]


def _one(db: sqlite3.Connection, sql: str) -> object:
    return db.execute(sql).fetchone()[0]
