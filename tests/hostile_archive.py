"""An archive with a stranger's string in every field, and its twin with harmless strings of the same shape.

What our templates make of the two must be the same elements with the same attributes. Of the 45 strings each stands in
every field of an article, a feed, a topic and a story: the rows are dealt out by their number.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import watched_archive
import web_newsroom
from newsrooms import NOW

from monitor.archive import Archive
from monitor.models import Chart, Evidence, Label, Match, Note, Notice, Placed, Reason, Span, Topic
from monitor.wording.clean import safe_url

_STRINGS = tomllib.loads((Path(__file__).parent / "data" / "hostile_strings.toml").read_text(encoding="utf-8"))
HOSTILE: dict[str, str] = {
    name: "<b>" * 20 + "W" * 5000 if text == "LONG" else text for name, text in _STRINGS["strings"].items()
}
COUNT = len(HOSTILE)
SOUGHT = "zebra"  # stands in front of every text, and is what every topic asks for

# What the archive keeps in its own words, by the end of a column's name or by its name in one table; all other columns
# of text take a stranger's.
_OWN = re.compile(
    r"(_at|_hash|_seen|^at|^until|^day|^hour|^published|^updated|^replaced|^sha256|^fingerprint|^key|^stage|^state|^status"
    r"|^kind|^outcome|^page_outcome|^side|^verdict|^within|^translation_state|^language|^languages|^country|_kind"
    r"|_method|_id|^channel|^event|^folded|^spans|^translation_spans|^checks|^state|^extractor|^exclude|^channels"
    r"|^articles|^facts|^recipients)$"
)
_TABLES_OWN = {
    "settings",
    "aliases",
    "_sqlite_migrations",
    "sqlite_sequence",
    "boilerplate",
    "translation_memory",
    "hosts",
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")
_ADDRESSES = {"url", "canonical_url", "image", "poll_url", "moved_to"}


def harmless(text: str) -> str:
    """Letters where `text` has signs. What is an address that may be followed stays one."""
    if address := safe_url(text):
        return f"https://good.example/{'x' * len(address)}"
    return re.sub(r"[^\w\s`]|[\u2028\u2066-\u2069\ufeff\ufffe]", "x", text, flags=re.ASCII)


def build(path: Path, strings: Sequence[str]) -> list[int]:
    """The numbers of the articles that have everything, one for each string."""
    watched_archive.build(path, feeds=COUNT, days=3, busy=1)
    with Archive.open(path) as archive:
        archive.matches.declare([Topic(name=f"Topic {place}", query="x", description="d") for place in range(COUNT)])
        articles = [web_newsroom.tell(archive, replace(web_newsroom.EVENT[1], hours=5)) for _ in strings]
        for place, number in enumerate(articles):
            _people(archive, number, f"Topic {place}")
    _plant(path, list(strings))
    return articles


def _people(archive: Archive, number: int, topic: str) -> None:
    """What persons and the program say about an article: match, story with a copy, edit, label, note, notices."""
    evidence = Evidence(sentence="s", spans=(Span(start=0, end=4),), translation="t", unverified="u")
    match = Match(topic=topic, article_id=number, side="both", evidence=evidence,
                  reasons=(Reason(kind="title", points=40, words="w"),))  # fmt: skip
    with archive.writing() as db:
        archive.matches.record(match, {"desk": NOW}, NOW)
        story = archive.stories.open(NOW)
        for member, copy_of in ((number, None), (number - 60, number)):
            archive.stories.put(
                Placed(article_id=member, story_id=story, similarity=0.5, reason="r", seen_at=NOW, copy_of=copy_of), NOW
            )
        db.execute("UPDATE articles SET refusals = ? WHERE id = ?", ('[{"extractor": "e", "reason": "r"}]', number))
        db.execute(
            "INSERT INTO versions (article_id, replaced_at, title, text, content_hash) VALUES (?, ?, 't', 'x', 'h')",
            (number, "2026-11-24T10:00:00Z"),
        )
    archive.stories.refresh(story, number)
    archive.labels.put([Label(topic=topic, article_id=number, accepted=True, at=NOW, note="n", author="a")])
    archive.notes.add(Note(article_id=number, text="t", author="a", at=NOW, key=f"n{number}"))
    chart = Chart(title="t", unit="u", values=(3.0, 4.0), expected=(1.0, 1.0), labels=("a", "b"))
    spike = Notice(kind="spike", subject=f"{topic}/ar/LY", title="t", text="x", raised_at=NOW, chart=chart)
    archive.notices.raise_(spike, topic, {})
    old = replace(spike, kind="silence", raised_at=NOW - timedelta(days=3))
    archive.notices.raise_(old, topic, {})
    archive.notices.heal(old, NOW)


def columns(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """(table, column) that take what strangers write."""
    rows = connection.execute(
        "SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p "
        "WHERE m.type = 'table' AND p.type = 'TEXT' AND m.name NOT LIKE '%fts%'"
    )
    return [(table, column) for table, column in rows if table not in _TABLES_OWN and not _OWN.search(column)]


def _plant(path: Path, strings: list[str]) -> None:
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM topics ORDER BY name")]
    # A NUL ends a text for some of SQLite's functions: the one sign that the name of a topic cannot hold.
    renamed = {name: f"{strings[_place(name)][:120]} {n}".replace("\0", "") for n, name in enumerate(names)}
    for table, column in columns(connection):
        whole = f"{table}.{column}"
        owner = "article_id" if table in ("sentences", "labels", "versions", "notes", "matches", "story_articles",
                                          "translations", "pages") else "id"  # fmt: skip
        known = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        owner = owner if owner in known else next((one for one in ("feed_id", "story_id") if one in known), "topic")
        connection.create_function("plant", 2, _planter(whole, strings, renamed))
        if table == "topics":
            owner = "name"
        connection.execute(f"UPDATE OR IGNORE {table} SET {column} = plant({column}, {owner})")
    connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    connection.commit()
    connection.close()


def _place(owner: Any) -> int:
    found = re.search(r"\d+$", str(owner))
    return int(found.group()) % COUNT if found else 0


def _planter(column: str, strings: list[str], renamed: dict[str, str]) -> Callable[[Any, Any], Any]:
    """What puts a string into one column, by the row's number."""
    name = column.rpartition(".")[2]

    def plant(value: Any, owner: Any) -> Any:
        text = strings[_place(owner)]
        if name == "topic" or column == "topics.name":
            return renamed.get(value, value)
        if value is None and name in ("chart", "entry", "alert"):  # JSON that is not there
            return None
        if column == "notices.subject":
            return _subject(value, renamed)
        if column == "topics.query":
            return f'{SOUGHT} NOT "{text.replace(chr(34), " ")[:300]}"'
        if name in _ADDRESSES:
            return text if column == "articles.url" or safe_url(text) else f"{text}#{owner}"
        if isinstance(value, str) and value.startswith(("[", "{")):
            return json.dumps(_through(json.loads(value), f"{SOUGHT} {text}"), ensure_ascii=False)
        return f"{SOUGHT} {text} {owner}" if column != "articles.title" else f"{text} {SOUGHT} {owner}"

    return plant


def _through(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return value if _DATE.fullmatch(value) else text
    if isinstance(value, list):
        return [_through(item, text) for item in value]
    if isinstance(value, dict):
        # Codes of what a chart or a reason is stay: the program chooses them.
        return {key: item if key in ("kind", "link") else _through(item, text) for key, item in value.items()}
    return value


def _subject(text: str, renamed: dict[str, str]) -> str:
    """What a notice is about: of a spike the topic; else the program's own word for a feed."""
    topic, *cell = text.rsplit("/", 2)
    return "/".join((renamed.get(topic, topic), *cell))


def planted(connection: sqlite3.Connection, strings: Iterable[str]) -> dict[str, float]:
    """ "table.column" → the share of the strings that stand there. Those that JSON writes otherwise are not sought."""
    wanted = {re.sub(r"\W", "", text)[:20] for text in strings if not re.search(r'["\x00-\x1f]', text)}
    found = {}
    for table, column in columns(connection):
        rows = connection.execute(f"SELECT {column} FROM {table}")
        whole = " ".join(re.sub(r"\W", "", str(row[0])) for row in rows)
        found[f"{table}.{column}"] = sum(text in whole for text in wanted) / len(wanted)
    return found
