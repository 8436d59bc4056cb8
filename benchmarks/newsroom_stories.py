"""Stories, volumes and alerts of a made archive: what follows from the order in which its articles came.

Every article has a story, as in the pipeline. One that a topic finds joins a story of that topic of the last three
days with a chance of 0.7, the larger ones sooner (preferential attachment: sizes follow a power law); others join one
of the last day with a chance of 0.2.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import timedelta

from newsroom_plan import Plan, text
from newsroom_text import Batch, Row

JOINS, JOINS_LOOSE, COPY = 0.7, 0.2, 0.15
OPEN, OPEN_LOOSE = 3 * 86_400, 86_400  # seconds
ALERTED = timedelta(days=60)
_REASON = "shares 3 names and 9 words with it"


@dataclass(slots=True, kw_only=True)
class Open:
    """A story that may still grow."""

    id: int
    headline: str
    first: int
    first_seen: int
    last_seen: int
    articles: int = 0
    outlets: dict[str, None] = field(default_factory=dict)
    languages: dict[str, None] = field(default_factory=dict)


class Told:
    """Fed with batches in order."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._chance = random.Random(plan.seed)
        self._open: dict[int, Open] = {}
        self._recent: dict[int | None, deque[tuple[int, int]]] = {}  # topic → (seen, story), one for each article
        self._stories = self._matches = 0
        self._cells: dict[Row, Counter[str]] = {}
        self._alerts_from = text(int((plan.end - ALERTED).timestamp()))

    def take(self, db: sqlite3.Connection, batch: Batch) -> None:
        members: list[Row] = []
        for number, seen, outlet, language, country, headline, topics in batch.told:
            members.append(self._place(number, seen, outlet, language, headline, topics))  # type: ignore[arg-type]
            for name in ("", *(self._plan.topics[topic].name for topic in topics)):  # type: ignore[attr-defined]
                cell = (text(seen)[:13], name, language, country)  # type: ignore[arg-type]
                self._cells.setdefault(cell, Counter())[outlet] += 1  # type: ignore[index]
        db.executemany("INSERT INTO story_articles VALUES (?,?,?,?,?,?,?,NULL)", members)
        last = int(batch.told[-1][1])  # type: ignore[call-overload]
        self._close(db, last - OPEN)
        self._count(db, text(last)[:13])
        self._alert(db, batch)

    def finish(self, db: sqlite3.Connection) -> None:
        self._close(db, None)
        self._count(db, None)

    def _place(self, number: int, seen: int, outlet: str, language: str, headline: str, topics: list[int]) -> Row:
        topic = topics[0] if topics else None
        recent = self._recent.setdefault(topic, deque())
        while recent and recent[0][0] < seen - (OPEN_LOOSE if topic is None else OPEN):
            recent.popleft()
        joins = bool(recent) and self._chance.random() < (JOINS_LOOSE if topic is None else JOINS)
        story = self._open.get(self._chance.choice(recent)[1]) if joins else None
        if story is None:
            self._stories += 1
            story = Open(id=self._stories, headline=headline, first=number, first_seen=seen, last_seen=seen)
            self._open[story.id] = story
        recent.append((seen, story.id))
        copy = story.first if story.articles and self._chance.random() < COPY else None
        reason = _REASON if story.articles else "first of its story"
        story.articles += 1
        story.last_seen = seen
        story.outlets[outlet] = story.languages[language] = None
        return (number, story.id, text(seen + 60), 0.61 if story.articles > 1 else 1.0, reason, copy, text(seen))

    def _close(self, db: sqlite3.Connection, before: int | None) -> None:
        closed = [story for story in self._open.values() if before is None or story.last_seen < before]
        db.executemany(
            """INSERT INTO stories (id, headline, headline_article_id, first_article_id, first_seen, last_seen,
                articles, outlets, languages) VALUES (?,?,?,?,?,?,?,?,?)""",
            [
                (story.id, story.headline, story.first, story.first, text(story.first_seen), text(story.last_seen),
                 story.articles, json.dumps(list(story.outlets)), json.dumps(list(story.languages)))
                for story in closed
            ],
        )  # fmt: skip
        for story in closed:
            del self._open[story.id]

    def _count(self, db: sqlite3.Connection, before: str | None) -> None:
        over = [cell for cell in self._cells if before is None or str(cell[0]) < before]
        rows = [(cell, self._cells.pop(cell)) for cell in over]
        db.executemany(
            "INSERT INTO volumes VALUES (?,?,?,?,?,?)",
            [(*cell, sum(outlets.values()), json.dumps(outlets)) for cell, outlets in rows],
        )

    def _alert(self, db: sqlite3.Connection, batch: Batch) -> None:
        """One message a topic and day to one channel."""
        for match in batch.matches:
            self._matches += 1
            topic, article_id, at, relevant = match[0], match[1], str(match[2]), match[11]
            if not relevant or at < self._alerts_from:
                continue
            message = f"{at[:10]} {topic}"
            db.execute(
                """INSERT OR IGNORE INTO outbox (message_id, channel, topic, state, created_at, next_attempt_at,
                    sent_at, subject, alert) VALUES (?, 'desk', ?, 'sent', ?, ?, ?, ?, '{}')""",
                (message, topic, at, at, at, f"{topic}: news of the day"),
            )
            db.execute(
                """INSERT INTO alerts (match_id, topic, article_id, channel, matched_at, due_at, message_id)
                VALUES (?, ?, ?, 'desk', ?, ?, ?)""",
                (self._matches, topic, article_id, at, at, message),
            )
