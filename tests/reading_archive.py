"""The archive of `web_archive`, with what an article's and a story's page tell: edits, copies, notes, a story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import web_archive as sample
from newsrooms import NOW, candidate

from monitor.archive import Archive
from monitor.models import (
    Document,
    Entry,
    Extracted,
    Label,
    Language,
    Mute,
    Note,
    Placed,
    Reason,
    Sentence,
    Translation,
    TranslationState,
)

DUPLICATE, ENGLISH, COPY, LATE = 6, 7, 8, 9
STORY, MERGED = 1, 2
OLD = "وصل الوفد إلى بنغازي. وقال إن العلاقات قوية."
HOSTILE = "\"><script>alert(1)</script>{{ 7*7 }}' onmouseover=alert(2) \u202egnp.exe"
ENGLISH_TEXT = "Libya and Russia signed a port agreement worth 450 million dollars.\nMarshal Haftar was in Moscow."
LATE_TEXT = "Russia will send 24 engineers to Benghazi, said Minister Karim Mansour on 2 December.\nLibya pays."


def build(path: Path) -> Path:
    sample.build(path)
    with Archive.open(path) as archive:
        _edit(archive, OLD, "hash old")
        _edit(archive, archive_text(archive), "hash new")
        _hostile(archive)
        for number, title, text, hours in (
            (DUPLICATE, "Le maréchal", "", 0),
            (ENGLISH, "Libya and Russia sign", ENGLISH_TEXT, 1),
            (COPY, "Libya, Russia sign", ENGLISH_TEXT, 2),
            (LATE, "Engineers for Benghazi", LATE_TEXT, 3),
        ):
            _english(archive, number, title, text, hours)
        archive.stages.duplicate(DUPLICATE, sample.FRENCH)
        _people(archive)
        _story(archive)
    return path


def archive_text(archive: Archive) -> str:
    article = archive.articles.get(sample.ARABIC)
    assert article is not None
    return article.text.replace("بنغازي", "طرابلس")


def _edit(archive: Archive, text: str, content_hash: str) -> None:
    article = archive.articles.get(sample.ARABIC)
    assert article is not None
    found = Extracted(text=text, title=article.title, extractor="trafilatura", dropped=("اقرأ أيضا", HOSTILE))
    archive.stages.extracted(article, found, content_hash, article.outlet, NOW + timedelta(hours=1))
    archive.stages.identified(article.id, Language(code="ar", confidence=0.99, method="text"), TranslationState.WAITING)
    archive.articles.update(article.id, {"stage": "done"})


def _hostile(archive: Archive) -> None:
    """The Russian article, translated into something that would rather be a program."""
    archive.articles.update(sample.RUSSIAN, {"stage": "translate", "outlet": HOSTILE, "authors": f'["{"x" * 9}"]'})
    article = archive.articles.get(sample.RUSSIAN)
    assert article is not None
    sentences = (
        Sentence(position=0, paragraph=0, source=article.title, target=HOSTILE, unverified=HOSTILE),
        Sentence(position=1, paragraph=1, source=article.text, target=HOSTILE, glossary=(HOSTILE,)),
    )
    translation = Translation(
        article_id=article.id,
        source_language="ru",
        target_language="en",
        title=HOSTILE,
        text=HOSTILE,
        sentences=sentences,
        packages=(HOSTILE,),
        score=3.0,
    )
    document = Document(article_id=article.id, language="ru", title=article.title, text=article.text)
    assert archive.translations.keep(translation, document, NOW)


def _english(archive: Archive, number: int, title: str, text: str, hours: int) -> None:
    moment = NOW + timedelta(hours=hours)
    entry = Entry(title=title, link=f"https://herald.example/{number}", published=moment)
    archive.articles.take(
        [candidate(f"guid:{number}", title=title, entry=entry, outlet=f"Herald {number}", url=entry.link)], moment
    )
    article = archive.articles.get(number)
    assert article is not None
    found = Extracted(text=text, title=title, extractor="trafilatura")
    archive.stages.extracted(article, found, f"hash {number}", article.outlet, moment)
    language = Language(code="en", confidence=0.9, method="text")
    archive.stages.identified(number, language, TranslationState.NOT_NEEDED)


def _people(archive: Archive) -> None:
    match = archive.matches.of_article(sample.FRENCH)[0]
    reasons = (Reason(kind="title", points=30, words="both sides in the headline"),)
    with archive.writing():
        archive.matches.record(replace(match, score=88, reasons=reasons), {}, NOW)
        archive.matches.record(replace(match, article_id=LATE, score=51, reasons=()), {}, NOW)
    archive.labels.put([Label(topic=sample.TOPIC, article_id=sample.FRENCH, accepted=True, at=NOW)])
    archive.notes.add(Note(article_id=sample.FRENCH, text=f"Ask the port.\n{HOSTILE}", author="mira", at=NOW, key="n1"))
    archive.mutes.put(Mute(kind="story", subject=str(STORY), topic=sample.TOPIC, at=NOW, until=NOW + timedelta(days=1)))


def _story(archive: Archive) -> None:
    """The French one, the English ones an hour apart, and another story that went into it."""
    with archive.writing():
        story, other = archive.stories.open(NOW), archive.stories.open(NOW)
        for number, of, copy_of in (
            (sample.FRENCH, story, None),
            (ENGLISH, story, None),
            (COPY, story, ENGLISH),
            (LATE, other, None),
        ):
            seen = NOW + timedelta(hours=max(0, number - DUPLICATE))
            reason = "same names: Haftar" if number > sample.FRENCH else "first of its story"
            placed = Placed(
                article_id=number, story_id=of, similarity=0.5, reason=reason, seen_at=seen, copy_of=copy_of
            )
            archive.stories.put(placed, NOW)
        archive.stories.merge(story, other, "the same event", NOW)
        archive.stories.refresh(story, sample.FRENCH)
    assert (story, other) == (STORY, MERGED)
