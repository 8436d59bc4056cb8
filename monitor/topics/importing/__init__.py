"""Queries of other tools, read into ours: what they ask for, and which of their words could not be carried over.

    text ──files──▶ query of another tool ──reader──▶ tree ──tree.written──▶ our query, compiled once to be sure
                              dialect ──┘   └─words: a word or regular expression of theirs as we write it

google_alerts, boolean, freshrss    one dialect each: its fields and signs, and where it is described
reader                              any of them read, tolerantly: what is not understood is reported, never guessed
"""

from __future__ import annotations

from monitor.topics.importing.files import Found, found_in
from monitor.topics.importing.importer import DIALECTS, NAMES, Imported, dialect_of, import_query

__all__ = ["DIALECTS", "NAMES", "Found", "Imported", "dialect_of", "found_in", "import_query"]
