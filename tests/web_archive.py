"""An archive as a researcher finds it: articles in four scripts, one translated, a match, messages sent and dead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from newsrooms import NOW, candidate

from monitor.archive import Archive
from monitor.archive.feeds import Poll
from monitor.config import ArchiveSettings, Config
from monitor.models import (
    Alert,
    Coverage,
    Document,
    Entry,
    Evidence,
    Extracted,
    Feed,
    Language,
    Match,
    Sentence,
    Span,
    Topic,
    Translation,
    TranslationState,
)

TOPIC = "Libya–Russia relations"
FRENCH, CHINESE, ARABIC, RUSSIAN, HOSTILE = 1, 2, 3, 4, 5
FRENCH_TITLE = "Le maréchal Haftar reçu à Moscou"
ENGLISH_TITLE = "Marshal Haftar received in Moscow"
HOSTILE_TITLE = "<script>alert('owned')</script> & <b>bold</b>"
_SENTENCES = (
    (0, FRENCH_TITLE, ENGLISH_TITLE, None),
    (1, "La Libye et la Russie ont signé un accord portuaire.", "Libya and Russia signed a port agreement.", None),
    (1, "Le chantier doit durer 18 mois.", "The work should last 80 months.", "18 is missing"),
    (2, "Benghazi attend les premières grues.", "Benghazi awaits the first cranes.", None),
)
_ARTICLES = (
    (FRENCH_TITLE, "\n".join((f"{_SENTENCES[1][1]} {_SENTENCES[2][1]}", _SENTENCES[3][1])), "fr", "Le Phare"),
    ("中国与利比亚签署能源协议", "中国代表团昨日抵达利比亚首都的黎波里。双方讨论了油田的重建。", "zh", "晨报"),
    ("الرئيس يستقبل وفدا", "وصل الوفد إلى طرابلس. وقال إن العلاقات بليبيا قوية وبالاقتصاد أيضا.", "ar", "المنارة"),
    ("Переговоры о портах", "Делегация обсудила в Москве ремонт портов. О цене не сообщается.", "ru", "Маяк"),
    (HOSTILE_TITLE, "Plain words about C++ and <img src=x onerror=alert(1)> markup.", "en", "Tests & <i>Trials</i>"),
)


def settings(path: Path, **tables: Any) -> Config:
    """What `monitor serve` is told of the archive at `path`."""
    return Config(archive=ArchiveSettings(path=path), **tables)


def build(path: Path) -> Path:
    """Write the archive as the pipeline would, and close it."""
    with Archive.open(path) as archive:
        archive.feeds.declare([Feed(url="https://phare.example/feed", title="Le Phare"), _failing()], NOW)
        archive.matches.declare([Topic(name=TOPIC, query="@libya AND @russia", description="Ports and arms.")])
        for number, (title, text, language, outlet) in enumerate(_ARTICLES, start=1):
            _article(archive, number, title, text, language, outlet)
        _translate(archive)
        archive.pages.keep(FRENCH, "https://phare.example/1", b"<html>page</html>", "text/html", NOW)
        _poll(archive)
        _alerts(archive)
    return path


def _failing() -> Feed:
    return Feed(url="https://mayak.example/rss", title="Маяк", tags=("ru",), interval=timedelta(hours=2))


def _article(archive: Archive, number: int, title: str, text: str, language: str, outlet: str) -> None:
    entry = Entry(title=title, link=f"https://news.example/{number}", published=NOW)
    archive.articles.take(
        [candidate(f"guid:{number}", title=title, entry=entry, outlet=outlet, feed_id=1, url=entry.link)], NOW
    )
    article = archive.articles.get(number)
    assert article is not None
    found = Extracted(text=text, title=title, extractor="trafilatura")
    archive.stages.extracted(article, found, f"hash {number}", outlet, NOW)
    state = {"fr": TranslationState.PENDING, "en": TranslationState.NOT_NEEDED}.get(language, TranslationState.WAITING)
    archive.stages.identified(number, Language(code=language, confidence=0.99, method="text"), state)
    if state is TranslationState.WAITING:
        archive.articles.update(number, {"stage": "translate"})
        archive.translations.missing([number], state)


def _translate(archive: Archive) -> None:
    sentences = tuple(
        Sentence(position=position, paragraph=paragraph, source=source, target=target, unverified=doubt)
        for position, (paragraph, source, target, doubt) in enumerate(_SENTENCES)
    )
    article = archive.articles.get(FRENCH)
    assert article is not None
    archive.articles.update(FRENCH, {"stage": "translate"})
    archive.translations.keep(
        Translation(
            article_id=FRENCH,
            source_language="fr",
            target_language="en",
            title=ENGLISH_TITLE,
            text=f"{sentences[1].target} {sentences[2].target}\n{sentences[3].target}",
            sentences=sentences,
            packages=("translate-fr_en-1.9",),
            score=61.5,
        ),
        Document(article_id=FRENCH, language="fr", title=article.title, text=article.text),
        NOW,
    )


def _poll(archive: Archive) -> None:
    _, state = archive.feeds.all()[0]
    archive.feeds.save(state, Poll(feed_id=state.feed_id, at=NOW, outcome="new", status=200, entries=5, new_entries=5))


def _alerts(archive: Archive) -> None:
    evidence = Evidence(sentence=_SENTENCES[1][1], spans=(Span(start=3, end=8),), translation=_SENTENCES[1][2])
    found = Match(topic=TOPIC, article_id=FRENCH, side="both", evidence=evidence)
    with archive.writing():
        archive.matches.record(found, {"mail": NOW, "desk": NOW}, NOW)
    for due in archive.outbox.due(NOW):
        alert = Alert(
            alert_id=f"{due.channel}-1",
            topic=due.topic,
            channel=due.channel,
            items=due.items,
            coverage=Coverage(feeds=2),
            created=NOW,
        )
        archive.outbox.owe(alert, due.alert_ids, f"{TOPIC}: {ENGLISH_TITLE}", NOW)
        archive.outbox.claim(alert.alert_id)
    archive.outbox.sent("mail-1", (), NOW)
    archive.outbox.bury("desk-1", "550 no such user")
