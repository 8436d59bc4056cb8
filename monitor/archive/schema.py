"""The tables, as ordered migrations. Frozen text: a migration, once released, is never edited.

The meaning of each table and column is in `dictionary.py`; `tests/test_archive_schema.py` holds the two equal.
Times are ISO 8601 text in UTC to the second ("2026-11-23T23:31:00Z"), so they sort as text.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from monitor.archive.schema_newsroom import NEWSROOM
from monitor.archive.schema_stories import STORIES

migrations = Migrations("monitor")

# A statement each: sqlite3's `executescript` commits behind a migration's back.
_FIRST = (
    """
    CREATE TABLE feeds (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        url TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL DEFAULT '',
        tags TEXT NOT NULL DEFAULT '[]',
        language TEXT,
        interval_minutes REAL,
        declared INTEGER NOT NULL DEFAULT 1,
        added_at TEXT NOT NULL
    )""",
    """
    CREATE TABLE feed_states (
        feed_id INTEGER PRIMARY KEY REFERENCES feeds(id),
        poll_url TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'new',
        next_poll_at TEXT,
        last_poll_at TEXT,
        last_success_at TEXT,
        last_entry_at TEXT,
        last_full_at TEXT,
        interval_seconds REAL NOT NULL DEFAULT 3600,
        failures REAL NOT NULL DEFAULT 0,
        error_kind TEXT,
        error TEXT,
        etag TEXT,
        last_modified TEXT,
        body_hash TEXT,
        moved_to TEXT,
        moved_count INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX feed_states_next_poll_at ON feed_states(next_poll_at)",
    """
    CREATE TABLE polls (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        feed_id INTEGER NOT NULL REFERENCES feeds(id),
        at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        status INTEGER,
        entries INTEGER NOT NULL DEFAULT 0,
        new_entries INTEGER NOT NULL DEFAULT 0,
        seconds REAL,
        notes TEXT
    )""",
    "CREATE INDEX polls_feed_id_at ON polls(feed_id, at)",
    "CREATE INDEX polls_at ON polls(at)",
    """
    CREATE TABLE hosts (
        host TEXT PRIMARY KEY,
        paused_until TEXT NOT NULL
    )""",
    """
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        feed_id INTEGER REFERENCES feeds(id),
        outlet TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL DEFAULT '',
        translated_title TEXT NOT NULL DEFAULT '',
        language TEXT,
        published TEXT,
        first_seen TEXT NOT NULL,
        updated TEXT,
        url TEXT NOT NULL,
        canonical_url TEXT NOT NULL,
        text TEXT NOT NULL DEFAULT '',
        translated_text TEXT NOT NULL DEFAULT '',
        translation_state TEXT NOT NULL DEFAULT 'unknown',
        translation_packages TEXT NOT NULL DEFAULT '[]',
        authors TEXT NOT NULL DEFAULT '[]',
        image TEXT,
        extractor TEXT,
        refusals TEXT NOT NULL DEFAULT '[]',
        dropped TEXT NOT NULL DEFAULT '[]',
        language_confidence REAL,
        language_method TEXT,
        declared_language TEXT,
        content_hash TEXT,
        entry TEXT,
        entry_hash TEXT,
        duplicate_of INTEGER REFERENCES articles(id),
        alertable INTEGER NOT NULL DEFAULT 1,
        stage TEXT NOT NULL DEFAULT 'fetch',
        priority INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at TEXT,
        page_attempts INTEGER NOT NULL DEFAULT 0,
        page_retry_at TEXT,
        error_kind TEXT,
        error TEXT
    )""",
    "CREATE INDEX articles_first_seen ON articles(first_seen)",
    "CREATE INDEX articles_feed_id ON articles(feed_id, first_seen)",
    "CREATE INDEX articles_language ON articles(language)",
    "CREATE INDEX articles_queue ON articles(stage, priority DESC, id DESC) WHERE stage <> 'done'",
    "CREATE INDEX articles_waiting ON articles(language) WHERE translation_state = 'waiting for a model'",
    "CREATE INDEX articles_page_retry_at ON articles(page_retry_at) WHERE page_retry_at IS NOT NULL",
    """
    CREATE TABLE aliases (
        key TEXT PRIMARY KEY,
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE
    ) WITHOUT ROWID""",
    "CREATE INDEX aliases_article_id ON aliases(article_id)",
    """
    CREATE TABLE pages (
        article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        content_type TEXT,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        body BLOB
    )""",
    "CREATE INDEX pages_fetched_at ON pages(fetched_at)",
    """
    CREATE TABLE versions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        replaced_at TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        content_hash TEXT NOT NULL
    )""",
    "CREATE INDEX versions_article_id ON versions(article_id)",
    """
    CREATE TABLE sentences (
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        paragraph INTEGER NOT NULL,
        source TEXT NOT NULL,
        target TEXT NOT NULL,
        unverified TEXT,
        PRIMARY KEY (article_id, position)
    ) WITHOUT ROWID""",
    """
    CREATE TABLE boilerplate (
        host TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        pages INTEGER NOT NULL,
        last_seen TEXT NOT NULL,
        PRIMARY KEY (host, fingerprint)
    ) WITHOUT ROWID""",
    """
    CREATE TABLE topics (
        name TEXT PRIMARY KEY,
        query TEXT NOT NULL,
        description TEXT NOT NULL DEFAULT '',
        languages TEXT NOT NULL DEFAULT '[]',
        channels TEXT NOT NULL DEFAULT '[]',
        declared INTEGER NOT NULL DEFAULT 1
    )""",
    """
    CREATE TABLE matches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        topic TEXT NOT NULL REFERENCES topics(name),
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        matched_at TEXT NOT NULL,
        side TEXT NOT NULL,
        sentence TEXT NOT NULL,
        translation TEXT NOT NULL DEFAULT '',
        unverified TEXT,
        spans TEXT NOT NULL DEFAULT '[]',
        translation_spans TEXT NOT NULL DEFAULT '[]',
        UNIQUE (topic, article_id)
    )""",
    "CREATE INDEX matches_article_id ON matches(article_id)",
    "CREATE INDEX matches_matched_at ON matches(matched_at)",
    """
    CREATE TABLE outbox (
        message_id TEXT PRIMARY KEY,
        channel TEXT NOT NULL,
        topic TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'owed',
        created_at TEXT NOT NULL,
        next_attempt_at TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        sent_at TEXT,
        subject TEXT NOT NULL,
        refused TEXT NOT NULL DEFAULT '[]',
        recipients TEXT,
        error TEXT,
        alert TEXT NOT NULL
    )""",
    "CREATE INDEX outbox_owed ON outbox(channel, next_attempt_at) WHERE state IN ('owed', 'sending')",
    "CREATE INDEX outbox_created_at ON outbox(created_at)",
    """
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        match_id INTEGER NOT NULL REFERENCES matches(id) ON DELETE CASCADE,
        topic TEXT NOT NULL,
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        channel TEXT NOT NULL,
        matched_at TEXT NOT NULL,
        due_at TEXT NOT NULL,
        message_id TEXT REFERENCES outbox(message_id),
        UNIQUE (topic, article_id, channel)
    )""",
    "CREATE INDEX alerts_due_at ON alerts(due_at) WHERE message_id IS NULL",
    "CREATE INDEX alerts_message_id ON alerts(message_id)",
    "CREATE INDEX alerts_article_id ON alerts(article_id)",
    """
    CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    )""",
    # The table is fed by search.py with each column in the form script.fold() gives it, not by triggers.
    # Double quotes around the content table: sqlite-utils and Datasette look for exactly that.
    """
    CREATE VIRTUAL TABLE articles_fts USING fts5(
        title, text, translated_title, translated_text,
        content="articles", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
    )""",
)


@migrations()
def m001_first_tables(db: Database) -> None:
    """Everything from feed to outbox."""
    for statement in _FIRST:
        db.execute(statement)


# Translations are judged, remembered and replaced; titles and leads are translated before bodies.
_JUDGED_TRANSLATIONS = (
    "ALTER TABLE sentences ADD COLUMN checks TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE sentences ADD COLUMN score REAL",
    "ALTER TABLE sentences ADD COLUMN glossary TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE articles ADD COLUMN translation_score REAL",
    "ALTER TABLE articles ADD COLUMN lead_translated INTEGER NOT NULL DEFAULT 0",
    """CREATE INDEX articles_to_translate ON articles(lead_translated, priority DESC, id DESC)
        WHERE stage = 'translate'""",
    "CREATE INDEX articles_translated ON articles(language, translation_packages, id DESC) "
    "WHERE translation_state = 'translated'",
    """
    CREATE TABLE translation_memory (
        key BLOB PRIMARY KEY,
        target TEXT NOT NULL,
        score REAL,
        doubts TEXT,
        pinned TEXT,
        used_at TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX translation_memory_used_at ON translation_memory(used_at)",
    """
    CREATE TABLE translations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        replaced_at TEXT NOT NULL,
        packages TEXT NOT NULL,
        score REAL,
        sentences INTEGER NOT NULL,
        unverified INTEGER NOT NULL
    )""",
    "CREATE INDEX translations_article_id ON translations(article_id)",
)


@migrations()
def m002_judged_translations(db: Database) -> None:
    """Scores, the translation memory, and what earlier translations were worth."""
    for statement in _JUDGED_TRANSLATIONS:
        db.execute(statement)


@migrations()
def m003_stories(db: Database) -> None:
    """Relevance, stories, threads, mutes, labels, notices and volumes."""
    for statement in STORIES:
        db.execute(statement)


@migrations()
def m004_newsroom(db: Database) -> None:
    """Notes, authors, and the indices that pages are read by."""
    for statement in NEWSROOM:
        db.execute(statement)
