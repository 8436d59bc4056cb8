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
)
