"""The statements of the third migration. Frozen text like the rest of `schema.py`."""

from __future__ import annotations

# Matches have a score; articles of one event are a story; a channel is told once of a story, then only what is new.
STORIES = (
    "ALTER TABLE feeds ADD COLUMN country TEXT",
    "ALTER TABLE feeds ADD COLUMN tier INTEGER NOT NULL DEFAULT 2",
    "ALTER TABLE topics ADD COLUMN min_score INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE topics ADD COLUMN within TEXT NOT NULL DEFAULT 'article'",
    "ALTER TABLE topics ADD COLUMN exclude TEXT NOT NULL DEFAULT '[]'",
    # So that counting leaves duplicates out without reading articles: the column stands behind their texts.
    "CREATE INDEX articles_duplicate_of ON articles(duplicate_of) WHERE duplicate_of IS NOT NULL",
    "ALTER TABLE matches ADD COLUMN score INTEGER",
    "ALTER TABLE matches ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE matches ADD COLUMN relevant INTEGER NOT NULL DEFAULT 1",
    """
    CREATE TABLE stories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        headline TEXT NOT NULL DEFAULT '',
        headline_article_id INTEGER REFERENCES articles(id) ON DELETE SET NULL,
        first_article_id INTEGER REFERENCES articles(id) ON DELETE SET NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        articles INTEGER NOT NULL DEFAULT 0,
        outlets TEXT NOT NULL DEFAULT '[]',
        languages TEXT NOT NULL DEFAULT '[]',
        merged_into INTEGER REFERENCES stories(id)
    )""",
    "CREATE INDEX stories_last_seen ON stories(last_seen)",
    "CREATE INDEX stories_merged_into ON stories(merged_into) WHERE merged_into IS NOT NULL",
    """
    CREATE TABLE story_articles (
        article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL REFERENCES stories(id),
        joined_at TEXT NOT NULL,
        similarity REAL NOT NULL,
        reason TEXT NOT NULL,
        copy_of INTEGER REFERENCES articles(id) ON DELETE SET NULL,
        seen_at TEXT NOT NULL,
        fingerprint TEXT
    )""",
    "CREATE INDEX story_articles_story_id ON story_articles(story_id)",
    "CREATE INDEX story_articles_window ON story_articles(seen_at) WHERE fingerprint IS NOT NULL",
    """
    CREATE TABLE story_changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        story_id INTEGER NOT NULL REFERENCES stories(id),
        other_story_id INTEGER NOT NULL REFERENCES stories(id),
        articles TEXT NOT NULL,
        reason TEXT NOT NULL
    )""",
    "CREATE INDEX story_changes_story_id ON story_changes(story_id)",
    "CREATE INDEX story_changes_other_story_id ON story_changes(other_story_id)",
    "ALTER TABLE alerts ADD COLUMN folded TEXT",
    "ALTER TABLE alerts ADD COLUMN digest INTEGER NOT NULL DEFAULT 0",
    "DROP INDEX alerts_due_at",
    "CREATE INDEX alerts_unsettled ON alerts(due_at) WHERE message_id IS NULL AND folded IS NULL",
    """
    CREATE TABLE threads (
        topic TEXT NOT NULL,
        story_id INTEGER NOT NULL REFERENCES stories(id),
        channel TEXT NOT NULL,
        message_id TEXT NOT NULL REFERENCES outbox(message_id),
        subject TEXT NOT NULL DEFAULT '',
        started_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        messages INTEGER NOT NULL DEFAULT 1,
        articles INTEGER NOT NULL DEFAULT 0,
        outlets TEXT NOT NULL DEFAULT '[]',
        languages TEXT NOT NULL DEFAULT '[]',
        tier INTEGER NOT NULL DEFAULT 2,
        facts TEXT NOT NULL DEFAULT '[]',
        day TEXT NOT NULL DEFAULT '',
        day_messages INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (topic, story_id, channel)
    ) WITHOUT ROWID""",
    "CREATE INDEX threads_story_id ON threads(story_id)",
    "ALTER TABLE outbox ADD COLUMN handle TEXT",
    """
    CREATE TABLE mutes (
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        topic TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL,
        until TEXT,
        PRIMARY KEY (kind, subject, topic)
    ) WITHOUT ROWID""",
    """
    CREATE TABLE labels (
        topic TEXT NOT NULL,
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        verdict TEXT NOT NULL,
        at TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (topic, article_id)
    ) WITHOUT ROWID""",
    """
    CREATE TABLE notices (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        raised_at TEXT NOT NULL,
        healed_at TEXT,
        chart TEXT
    )""",
    "CREATE UNIQUE INDEX notices_open ON notices(kind, subject) WHERE healed_at IS NULL",
    "CREATE INDEX notices_raised_at ON notices(raised_at)",
    """
    CREATE TABLE notice_alerts (
        notice_id INTEGER NOT NULL REFERENCES notices(id) ON DELETE CASCADE, channel TEXT NOT NULL,
        event TEXT NOT NULL, topic TEXT NOT NULL, due_at TEXT NOT NULL,
        message_id TEXT REFERENCES outbox(message_id), PRIMARY KEY (notice_id, channel, event)
    ) WITHOUT ROWID""",
    "CREATE INDEX notice_alerts_unsettled ON notice_alerts(due_at) WHERE message_id IS NULL",
    "ALTER TABLE articles ADD COLUMN page_outcome TEXT",
    "ALTER TABLE polls ADD COLUMN undated INTEGER",
    """
    CREATE TABLE volumes (
        hour TEXT NOT NULL, topic TEXT NOT NULL, language TEXT NOT NULL, country TEXT NOT NULL,
        articles INTEGER NOT NULL, outlets TEXT NOT NULL, PRIMARY KEY (hour, topic, language, country)
    ) WITHOUT ROWID""",
)
