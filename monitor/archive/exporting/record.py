"""What an export says of an article. The one place where columns, their types and meanings stand.

`docs/export.md` shows them to people; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

KINDS: Mapping[str, str] = {
    "text": "text",
    "integer": "whole number",
    "real": "number",
    "yes/no": "true or false",
    "time": "time, UTC",
    "texts": "list of texts",
    "topics": "list of objects",
}


def _column(kind: str, doc: str) -> Any:
    """A field that is a column of an export. `kind` is one of KINDS."""
    assert kind in KINDS
    return field(metadata={"kind": kind, "doc": doc})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column, as documented."""

    name: str
    kind: str
    doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A topic that the article met."""

    topic: str = _column("text", "Name of the topic.")
    score: int | None = _column("integer", "0 to 100: how much the article is about it; empty: not judged.")
    relevant: bool = _column("yes/no", "Whether score and place are what the topic asks for.")
    side: str = _column("text", "Where the query is satisfied: original, translation or both.")
    matched_at: datetime = _column("time", "When it first matched.")  # noqa: RUF009
    sentence: str = _column("text", "The sentence the match rests on, in the original.")
    translation: str = _column("text", "That sentence in the working language.")
    unverified: str | None = _column("text", "Why its translation cannot be trusted; empty: it passed every check.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An article. None: not stated, or not yet."""

    id: int = _column("integer", "Number of the article; never used twice.")
    story_id: int | None = _column("integer", "Number of its story.")
    copy_of: int | None = _column("integer", "The article whose text it repeats (wire copy, a reprint).")
    outlet: str = _column("text", "The site's name as its page states it, else the feed's title, else the host.")
    title: str = _column("text", "Title in the original language.")
    text: str = _column("text", "Text in the original language, one paragraph a line.")
    language: str | None = _column("text", "ISO 639 code of the language found; und: nothing to read.")
    language_confidence: float | None = _column("real", "0 to 1.")
    translated_title: str = _column("text", "Title in the working language; empty: not (yet) translated or not needed.")
    translated_text: str = _column("text", "Text in the working language, one paragraph a line.")
    translation_state: str = _column(
        "text", "unknown, not needed, pending, waiting for a model, translated, or failed."
    )
    translation_score: float | None = _column("real", "0 to 100: how far the translation passed the checks.")
    translation_packages: tuple[str, ...] = _column("texts", "Model packages that translated it, with their versions.")
    authors: tuple[str, ...] = _column("texts", "Names.")
    published: datetime | None = _column("time", "When the publisher says it appeared.")  # noqa: RUF009
    first_seen: datetime = _column("time", "When we first saw it.")  # noqa: RUF009
    updated: datetime | None = _column("time", "When its text last changed after we first kept it.")  # noqa: RUF009
    url: str = _column("text", "Address as the feed gave it.")
    canonical_url: str = _column("text", "Address without tracking, AMP and mobile forms.")
    image: str | None = _column("text", "Address of the lead picture; never fetched.")
    feed_id: int | None = _column("integer", "Number of the feed that named it first; empty: handed in by hand.")
    feed_url: str | None = _column("text", "Address of that feed.")
    feed_title: str | None = _column("text", "Its title.")
    feed_country: str | None = _column("text", "ISO 3166 code of where it is published.")
    extractor: str | None = _column(
        "text", "Source of the text: trafilatura, json-ld, feed-content, feed-summary, text, or only title."
    )
    content_hash: str | None = _column("text", "Hash of title and text, blind to spacing and case.")
    page_url: str | None = _column("text", "The address that answered, after redirects.")
    page_fetched_at: datetime | None = _column("time", "When the page was fetched.")  # noqa: RUF009
    page_content_type: str | None = _column("text", "Its Content-Type header as sent.")
    page_sha256: str | None = _column("text", "SHA-256 of its bytes, transfer and content encodings undone.")
    page_bytes: int | None = _column("integer", "Their number.")
    topics: tuple[Met, ...] = _column("topics", "The topics it met, each with the fields below.")


def columns(of: type = Record) -> tuple[Column, ...]:
    """The columns of a record, or the fields of one of its topics, in their order."""
    return tuple(Column(name=one.name, kind=one.metadata["kind"], doc=one.metadata["doc"]) for one in fields(of))


NAMES = tuple(column.name for column in columns())
MET_NAMES = tuple(column.name for column in columns(Met))
