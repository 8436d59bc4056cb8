"""An alert as JSON, for machines.

    {"schema": 1, "id", "topic", "channel", "subject", "digest", "repeat", "created", "omitted",
     "articles": [{"id", "title", "translated_title", "outlet", "language", "url", "published", "first_seen",
                   "translation_state", "translation_score", "title_unverified", "note",
                   "evidence": {"sentence", "spans", "translation", "translation_spans", "unverified"},
                   "score", "reasons": [{"kind", "points", "words"}],
                   "story": {"id", "articles", "outlets", "languages", "first_outlet", "first_language",
                             "first_seen", "news": [text],
                             "others": [{"outlet", "language", "title", "url"}]} | null}],
     "thread": id of the message that this one follows up | null,
     "coverage": {"feeds", "feeds_failing", "failing_feeds", "articles", "untranslated",
                  "languages_without_model", "silent_feeds", "refusing_sites", "waiting": {language: articles},
                  "hours", "text"} | null}

Times are ISO 8601 in UTC. Spans are [start, end) pairs of Unicode characters of the sentence beside them,
in order, never overlapping. `url` is null when the address is not one to follow. `score` is 0 to 100, null when
the match was not judged. `news` says what is new since the story was last told, and is empty the first time;
`others` are the story's articles that came with this one, all of them. New keys may be added
under the same `schema`; a key that changes its meaning raises it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from monitor.alerts.wording import Sheet, note
from monitor.models import Alert, AlertItem, Coverage, Span, StoryNote
from monitor.wording.clean import safe_url
from monitor.wording.coverage import coverage
from monitor.wording.marks import merge
from monitor.wording.times import stamp

SCHEMA = 1


def data(alert: Alert, sheet: Sheet, *, repeat: bool) -> dict[str, object]:
    """The alert as a JSON-ready dictionary; texts are unabridged."""
    return {
        "schema": SCHEMA,
        "id": alert.alert_id,
        "topic": alert.topic,
        "channel": alert.channel,
        "subject": sheet.subject,
        "digest": alert.digest,
        "repeat": repeat,
        "created": stamp(alert.created),
        "thread": alert.thread,
        "articles": [_article(item) for item in alert.items],
        "omitted": alert.omitted,
        "coverage": _coverage(alert.coverage) if alert.coverage else None,
    }


def _article(item: AlertItem) -> dict[str, object]:
    return {
        "id": item.article_id,
        "title": item.title,
        "translated_title": item.translated_title,
        "outlet": item.outlet,
        "language": item.language,
        "url": safe_url(item.url) or None,
        "published": stamp(item.published) if item.published else None,
        "first_seen": stamp(item.first_seen),
        "translation_state": item.translation_state.value,
        "translation_score": item.translation_score,
        "title_unverified": item.title_unverified,
        "note": note(item),
        "evidence": _evidence(item),
        "score": item.score,
        "reasons": [asdict(reason) for reason in item.reasons],
        "story": _story(item.story) if item.story else None,
    }


def _story(note: StoryNote) -> dict[str, object]:
    return {
        "id": note.story_id,
        "articles": note.articles,
        "outlets": list(note.outlets),
        "languages": list(note.languages),
        "first_outlet": note.first_outlet,
        "first_language": note.first_language,
        "first_seen": stamp(note.first_seen),
        "news": list(note.news),
        "others": [asdict(other) | {"url": safe_url(other.url) or None} for other in note.others],
    }


def _evidence(item: AlertItem) -> dict[str, object]:
    evidence = item.evidence
    return {
        "sentence": evidence.sentence,
        "spans": _spans(evidence.spans, evidence.sentence),
        "translation": evidence.translation,
        "translation_spans": _spans(evidence.translation_spans, evidence.translation),
        "unverified": evidence.unverified,
    }


def _spans(spans: Sequence[Span], text: str) -> list[list[int]]:
    return [[span.start, span.end] for span in merge(spans, len(text))]


def _coverage(seen: Coverage) -> dict[str, object]:
    return {
        "feeds": seen.feeds,
        "feeds_failing": seen.feeds_failing,
        "failing_feeds": list(seen.failing_feeds),
        "articles": seen.articles,
        "untranslated": seen.untranslated,
        "languages_without_model": list(seen.languages_without_model),
        "silent_feeds": list(seen.silent_feeds),
        "refusing_sites": list(seen.refusing_sites),
        "waiting": dict(seen.waiting),
        "hours": seen.hours,
        "text": coverage(seen),
    }
