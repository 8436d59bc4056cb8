"""Labels: matches that a person accepted or rejected. A topic's precision and recall are measured on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from monitor.archive.connection import writing
from monitor.archive.rows import to_json, to_text
from monitor.models import Label


class Labels:
    """`labels`: one a topic and article; a later verdict replaces an earlier one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put(self, labels: Iterable[Label]) -> None:
        """Keep verdicts. Articles that are gone meanwhile are left out."""
        with writing(self._db):
            self._db.executemany(
                """INSERT OR REPLACE INTO labels (topic, article_id, verdict, at, note, author)
                SELECT ?, id, ?, ?, ?, ? FROM articles WHERE id = ?""",
                [
                    (label.topic, "accept" if label.accepted else "reject", to_text(label.at), label.note,
                     label.author, label.article_id)
                    for label in labels
                ],
            )  # fmt: skip

    def remove(self, topic: str, article_ids: Iterable[int]) -> None:
        """Take verdicts back; those there are none of are fine."""
        with writing(self._db):
            self._db.executemany(
                "DELETE FROM labels WHERE topic = ? AND article_id = ?", [(topic, number) for number in article_ids]
            )

    def of_topic(self, topic: str) -> list[Label]:
        """In the order in which they were given."""
        rows = self._db.execute("SELECT * FROM labels WHERE topic = ? ORDER BY at, article_id", (topic,))
        return [_label(row) for row in rows]

    def of_article(self, article_id: int, topics: Iterable[str]) -> dict[str, Label]:
        """The verdicts on one article under these topics."""
        rows = self._db.execute(
            "SELECT * FROM labels WHERE article_id = ? AND topic IN (SELECT value FROM json_each(?))",
            (article_id, to_json(topics)),
        )
        return {row["topic"]: _label(row) for row in rows}

    def topics(self) -> dict[str, int]:
        """Topics that have labels, and how many."""
        rows = self._db.execute("SELECT topic, count(*) FROM labels GROUP BY topic ORDER BY topic")
        return {row[0]: row[1] for row in rows}


def _label(row: sqlite3.Row) -> Label:
    return Label(
        topic=row["topic"],
        article_id=row["article_id"],
        accepted=row["verdict"] == "accept",
        at=datetime.fromisoformat(row["at"]),
        note=row["note"],
        author=row["author"],
    )
