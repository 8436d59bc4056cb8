"""The statements of the fourth migration. Frozen text like the rest of `schema.py`."""

from __future__ import annotations

# People work in the pages: notes on articles, and who gave a verdict or asked for silence.
NEWSROOM = (
    """
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        author TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE
    )""",
    "CREATE INDEX notes_article_id ON notes(article_id)",
    "ALTER TABLE labels ADD COLUMN author TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE mutes ADD COLUMN author TEXT NOT NULL DEFAULT ''",
    # Sources and Coverage count over days: these columns stand behind the texts of an article, which would be read.
    """CREATE INDEX articles_ledger ON articles(first_seen, feed_id, language, stage, translation_state, extractor,
        page_outcome, alertable, duplicate_of)""",
    "DROP INDEX articles_feed_id",
    "CREATE INDEX articles_intake ON articles(feed_id, first_seen, language, translation_state)",
    "DROP INDEX polls_at",
    "CREATE INDEX polls_ledger ON polls(at, outcome, entries)",
    # The search page: thousands of hits are counted by these without reading articles, whose texts make them wide.
    "CREATE INDEX articles_card ON articles(id, first_seen, language, outlet, duplicate_of)",
    "CREATE INDEX matches_card ON matches(article_id, relevant, topic)",
    # Home and the topics' pages: what a topic found from an article on, counted without reading a match.
    "CREATE INDEX matches_newest ON matches(topic, relevant, article_id, score)",
    # What needs attention on the front page: dead letters, and the doubtful sentences of a day.
    "CREATE INDEX outbox_dead ON outbox(created_at) WHERE state = 'dead'",
    "CREATE INDEX sentences_doubtful ON sentences(article_id) WHERE unverified IS NOT NULL",
    # What the ids in Atom feeds are made from: they must be this archive's own, and outlast a move to another host.
    "INSERT OR IGNORE INTO settings VALUES ('archive_id', lower(hex(randomblob(16))))",
)
