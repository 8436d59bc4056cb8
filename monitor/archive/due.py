"""Alerts on their way to a message: due, put off, or folded because there is nothing new to tell."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.archive.connection import writing
from monitor.archive.matches import NOTHING_NEW, evidence_from, reasons_from
from monitor.archive.rows import to_text, to_time
from monitor.models import AlertItem, TranslationState

MUTED = "muted"  # how the reason of a muted alert begins
_ROWS = """SELECT alerts.id AS alert_id, alerts.digest, alerts.message_id, matches.*, articles.title, translated_title,
    outlet, articles.language, published, first_seen, articles.url, text, translated_text, translation_state,
    translation_score, coalesce(feeds.tier, 2) AS tier, story_id,
    (SELECT sentences.unverified FROM sentences WHERE sentences.article_id = articles.id AND paragraph = 0
        AND sentences.unverified IS NOT NULL ORDER BY position LIMIT 1) AS title_unverified
FROM alerts JOIN matches ON matches.id = match_id JOIN articles ON articles.id = alerts.article_id
    LEFT JOIN feeds ON feeds.id = articles.feed_id
    LEFT JOIN story_articles ON story_articles.article_id = articles.id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueArticle:
    """An article that one channel is to be told of, with all that the decision needs."""

    alert_id: int
    item: AlertItem
    text: str
    translated_text: str
    tier: int  # of its source, 1 to 3
    story_id: int | None  # as it was put there: the story may have been merged since
    digest: bool  # it was put off, and comes with what else was
    message_id: str | None = None  # the message that told it


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Alerts of one topic that one channel is to be told about now, the newest article first."""

    channel: str
    topic: str
    articles: tuple[DueArticle, ...]

    @property
    def alert_ids(self) -> tuple[int, ...]:
        return tuple(article.alert_id for article in self.articles)

    @property
    def items(self) -> tuple[AlertItem, ...]:
        return tuple(article.item for article in self.articles)


class Alerts:
    """`alerts` that no message has taken yet."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def groups(self, now: datetime) -> list[tuple[str, str]]:
        """(channel, topic) of alerts whose time has come, oldest first."""
        rows = self._db.execute(
            """SELECT channel, topic FROM alerts WHERE message_id IS NULL AND folded IS NULL AND due_at <= ?
            GROUP BY channel, topic ORDER BY min(id)""",
            (to_text(now),),
        )
        return [(row["channel"], row["topic"]) for row in rows]

    def due_of(self, channel: str, topic: str, now: datetime) -> Due:
        rows = self._db.execute(
            f"""{_ROWS} WHERE channel = ? AND alerts.topic = ? AND message_id IS NULL AND folded IS NULL AND due_at <= ?
            ORDER BY coalesce(published, first_seen) DESC, alerts.id""",
            (channel, topic, to_text(now)),
        )
        return Due(channel=channel, topic=topic, articles=tuple(map(_due_article, rows)))

    def told_of(self, channel: str, topic: str, story_id: int) -> list[DueArticle]:
        """The articles now in a story that the channel has been told of, the first told first."""
        rows = self._db.execute(
            f"""{_ROWS} WHERE channel = ? AND alerts.topic = ? AND message_id IS NOT NULL AND story_id = ?
            ORDER BY alerts.id""",
            (channel, topic, story_id),
        )
        return list(map(_due_article, rows))

    def fold(self, alert_ids: Sequence[int], reason: str) -> None:
        """No message will tell these, for a reason."""
        with writing(self._db):
            self._db.executemany(
                "UPDATE alerts SET folded = ? WHERE id = ? AND message_id IS NULL",
                [(reason, alert_id) for alert_id in alert_ids],
            )

    def put_off(self, alert_ids: Sequence[int], until: datetime, *, digest: bool) -> None:
        """Look at these again at `until`; as one digest, or as they are."""
        with writing(self._db):
            self._db.executemany(
                "UPDATE alerts SET due_at = ?, digest = max(digest, ?) WHERE id = ? AND message_id IS NULL",
                [(to_text(until), digest, alert_id) for alert_id in alert_ids],
            )

    def unmute(self, topic: str, reason: str, now: datetime, live: timedelta) -> int:
        """What was folded for a `reason` that begins so, and belongs to a story still alive, is due again.

        Returns how many. Whatever another mute covers is folded again as soon as it is looked at.
        """
        with writing(self._db):
            return self._db.execute(
                """UPDATE alerts SET folded = NULL, due_at = ?1, digest = 0
                WHERE substr(folded, 1, length(?2)) = ?2 AND (topic = ?3 OR ?3 = '') AND article_id IN (
                    SELECT articles.id FROM articles LEFT JOIN story_articles ON article_id = articles.id
                    LEFT JOIN stories ON stories.id = story_id WHERE coalesce(last_seen, articles.first_seen) >= ?4)""",
                (to_text(now), reason, topic, to_text(now - live)),
            ).rowcount

    def unfold_split(self, now: datetime) -> int:
        """Articles that were folded into a story and have been taken out of it since: where the channel was told of
        none in their new story, they are due again. Returns how many; each split is looked at once.
        """
        with writing(self._db):
            count = self._db.execute(
                """UPDATE alerts SET folded = NULL, due_at = ? WHERE folded LIKE ? AND article_id IN (
                    SELECT article_id FROM story_articles JOIN story_changes ON other_story_id = story_articles.story_id
                    WHERE kind = 'split' AND story_changes.id > ?)
                AND NOT EXISTS (SELECT 1 FROM alerts AS told JOIN story_articles AS theirs USING (article_id)
                    WHERE told.channel = alerts.channel AND told.topic = alerts.topic AND told.message_id IS NOT NULL
                    AND theirs.story_id = (SELECT mine.story_id FROM story_articles AS mine
                        WHERE mine.article_id = alerts.article_id))""",
                (to_text(now), f"{NOTHING_NEW}%", self._splits_seen()),
            ).rowcount
            self._db.execute(
                """INSERT INTO settings (key, value) SELECT 'splits_seen', max(id) FROM story_changes WHERE true
                ON CONFLICT (key) DO UPDATE SET value = excluded.value"""
            )
        return count

    def splits_unseen(self) -> bool:
        """Whether a story was split since `unfold_split` was last called."""
        latest = self._db.execute("SELECT coalesce(max(id), 0) FROM story_changes WHERE kind = 'split'").fetchone()[0]
        return int(latest) > self._splits_seen()

    def _splits_seen(self) -> int:
        row = self._db.execute("SELECT value FROM settings WHERE key = 'splits_seen'").fetchone()
        return int(row[0]) if row else 0


def _due_article(row: sqlite3.Row) -> DueArticle:
    return DueArticle(
        alert_id=row["alert_id"],
        item=_item(row),
        text=row["text"],
        translated_text=row["translated_text"],
        tier=row["tier"],
        story_id=row["story_id"],
        digest=bool(row["digest"]),
        message_id=row["message_id"],
    )


def _item(row: sqlite3.Row) -> AlertItem:
    return AlertItem(
        article_id=row["article_id"],
        title=row["title"],
        translated_title=row["translated_title"],
        outlet=row["outlet"],
        language=row["language"] or "und",
        published=to_time(row["published"]),
        first_seen=datetime.fromisoformat(row["first_seen"]),
        url=row["url"],
        evidence=evidence_from(row),
        translation_state=TranslationState(row["translation_state"]),
        translation_score=row["translation_score"],
        title_unverified=row["title_unverified"],
        score=row["score"],
        reasons=reasons_from(row),
    )
