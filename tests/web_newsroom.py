"""An archive in which every page finds what it shows: a month of feeds and topics (`watched_archive`), and one event
told in six languages, with edits, copies, notes, verdicts, doubts, dead letters and articles that wait for a model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import watched_archive
from newsrooms import NOW, candidate

from monitor.archive import Archive
from monitor.models import (
    Alert,
    Document,
    Entry,
    Evidence,
    Extracted,
    Label,
    Language,
    Match,
    Mute,
    Note,
    Placed,
    Reason,
    Sentence,
    Span,
    Topic,
    Translation,
    TranslationState,
)

TOPIC, GRAIN, QUIET = watched_archive.TOPICS[0], watched_archive.TOPICS[1], "Fisheries"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article of the event. `sentences`: original and, where there is one, translation; the first is the title."""

    language: str
    outlet: str
    hours: float  # before NOW
    sentences: tuple[tuple[str, str], ...]
    state: TranslationState = TranslationState.TRANSLATED
    doubts: dict[int, str] = field(default_factory=dict)  # position → reason
    feed: int = 1
    copy: bool = False  # of the one before it


EVENT = (
    Told(language="ru", outlet="Маяк", hours=9, feed=2, sentences=(
        ("Ливия и Россия договорились о порте", "Libya and Russia agree on a port"),
        ("Делегация обсудила в Москве ремонт порта.", "In Moscow the delegation discussed repairs."),
        ("О цене не сообщается.", "The price is not stated."),
    )),
    Told(language="fr", outlet="Le Phare", hours=8, feed=1, doubts={2: "18 is missing"}, sentences=(
        ("Le maréchal Haftar reçu à Moscou", "Marshal Haftar received in Moscow"),
        ("La Libye et la Russie ont signé un accord portuaire.", "Libya and Russia signed a port agreement."),
        ("Le chantier doit durer 18 mois.", "The work should last 80 months."),
        ("Benghazi attend les premières grues.", "Benghazi awaits the first cranes."),
    )),
    Told(language="ar", outlet="المنارة", hours=7, feed=4, sentences=(
        ("ليبيا وروسيا توقعان اتفاق ميناء بنغازي", "Libya and Russia sign a Benghazi port agreement"),
        ("وصل الوفد إلى موسكو يوم الاثنين.", "The delegation arrived in Moscow on Monday."),
        ("وقال الوزير إن العمل سيبدأ في ديسمبر.", "The minister said work would begin in December."),
    )),
    Told(language="en", outlet="The Herald", hours=6, feed=3, state=TranslationState.NOT_NEEDED, sentences=(
        ("Russia to rebuild Libyan port for 450 million dollars", ""),
        ("Libya and Russia signed a port agreement worth 450 million dollars, said Karim Mansour.", ""),
        ("Marshal Haftar was in Moscow.", ""),
    )),
    Told(language="en", outlet="The Courier", hours=5, feed=9, state=TranslationState.NOT_NEEDED, copy=True, sentences=(
        ("Russia to rebuild Libyan port", ""),
        ("Libya and Russia signed a port agreement worth 450 million dollars, said Karim Mansour.", ""),
    )),
    Told(language="zh", outlet="晨报", hours=4, feed=10, state=TranslationState.WAITING, sentences=(
        ("中国与利比亚签署能源协议", ""),
        ("中国代表团昨日抵达利比亚首都的黎波里。", ""),
    )),
    Told(language="es", outlet="El Faro", hours=3, feed=11, sentences=(
        ("Libia y Rusia firman un acuerdo sobre el puerto", "Libya and Russia sign an agreement on the port"),
        ("Veinticuatro ingenieros viajarán a Bengasi el 2 de diciembre.", "24 engineers go to Benghazi on 2 December."),
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Where the pages are."""

    russian: int
    french: int
    arabic: int
    english: int
    copy: int
    chinese: int
    spanish: int
    duplicate: int
    story: int


def build(path: Path) -> Numbers:
    watched_archive.build(path)
    with Archive.open(path) as archive:
        archive.matches.declare(
            [
                Topic(name=TOPIC, query="@libya AND @russia", description="Dealings between the two.", min_score=40),
                Topic(name=GRAIN, query="wheat OR grain", description="Harvests and prices."),
                Topic(name=watched_archive.TOPICS[2], query="port OR harbour"),
                Topic(name=QUIET, query="trawler NEAR/5 quota"),
            ]
        )
        told = [tell(archive, one) for one in EVENT]
        duplicate = tell(archive, EVENT[1])
        archive.stages.duplicate(duplicate, told[1])
        story = _story(archive, told)
        numbers = Numbers(**dict(zip(Numbers.__slots__, (*told, duplicate, story), strict=True)))
        _edits(archive, numbers.arabic)
        _matches(archive, told)
        _people(archive, numbers)
        _letters(archive)
    return numbers


def tell(archive: Archive, one: Told) -> int:
    seen = NOW - one.hours * HOUR
    title = one.sentences[0][0]
    number = archive.connection.execute("SELECT max(id) + 1 FROM articles").fetchone()[0]
    entry = Entry(title=title, link=f"https://news.example/{number}", published=seen, authors=("A. Reporter",))
    archive.articles.take(
        [candidate(f"told:{number}", title=title, entry=entry, outlet=one.outlet, feed_id=one.feed, url=entry.link)],
        seen,
    )
    article = archive.articles.get(number)
    assert article is not None
    archive.pages.keep(number, entry.link, b"<html>page</html>", "text/html", seen)
    text = "\n".join(source for source, _ in one.sentences[1:])
    found = Extracted(text=text, title=title, extractor="trafilatura", authors=entry.authors, dropped=("Read also",))
    archive.stages.extracted(article, found, f"hash {number}", one.outlet, seen)
    language = Language(code=one.language, confidence=0.98, method="text")
    pending = TranslationState.PENDING if one.state is TranslationState.TRANSLATED else one.state
    archive.stages.identified(number, language, pending)
    if one.state is TranslationState.WAITING:
        archive.articles.update(number, {"stage": "translate"})
        archive.translations.missing([number], one.state)
    elif one.state is TranslationState.TRANSLATED:
        _translate(archive, number, one)
    archive.articles.update(number, {"page_outcome": "fetched", "stage": "done"})
    return number


def _translate(archive: Archive, number: int, one: Told) -> None:
    article = archive.articles.get(number)
    assert article is not None
    sentences = tuple(
        Sentence(
            position=position, paragraph=position, source=source, target=target, unverified=one.doubts.get(position),
            glossary=("grues → cranes",) if "grues" in source else (),
        )
        for position, (source, target) in enumerate(one.sentences)
    )  # fmt: skip
    translation = Translation(
        article_id=number, source_language=one.language, target_language="en", title=one.sentences[0][1],
        text="\n".join(target for _, target in one.sentences[1:]), sentences=sentences,
        packages=(f"translate-{one.language}_en-1.9",), score=61.5,
    )  # fmt: skip
    document = Document(article_id=number, language=one.language, title=article.title, text=article.text)
    for _ in range(2 if one.doubts else 1):  # the doubtful one has been translated before
        archive.articles.update(number, {"stage": "translate"})
        assert archive.translations.keep(translation, document, NOW)


def _story(archive: Archive, told: list[int]) -> int:
    """The whole event; its last article came with a story of its own, which went into this one."""
    with archive.writing():
        story, other = archive.stories.open(NOW), archive.stories.open(NOW)
        for place, (number, one) in enumerate(zip(told, EVENT, strict=True)):
            reason = "same names: Haftar; same places: Benghazi" if place else "first of its story"
            archive.stories.put(
                Placed(
                    article_id=number, story_id=other if number == told[-1] else story, similarity=0.5,
                    reason=reason, seen_at=NOW - one.hours * HOUR, copy_of=told[place - 1] if one.copy else None,
                ),
                NOW,
            )  # fmt: skip
        archive.stories.merge(story, other, "the same event", NOW)
        archive.stories.refresh(story, told[1])
    return story


def _edits(archive: Archive, number: int) -> None:
    """The Arabic article has said something else before."""
    article = archive.articles.get(number)
    assert article is not None
    archive.connection.execute(
        "INSERT INTO versions (article_id, replaced_at, title, text, content_hash) VALUES (?, ?, ?, ?, 'old')",
        (number, (NOW - HOUR).strftime("%Y-%m-%dT%H:%M:%SZ"), article.title, article.text.replace("موسكو", "سوتشي")),
    )


def _matches(archive: Archive, told: list[int]) -> None:
    reasons = (
        Reason(kind="title", points=40, words="both sides in the headline"),
        Reason(kind="noise", points=-10, words="a list of names"),
    )
    with archive.writing():
        for place, (number, one) in enumerate(zip(told, EVENT, strict=True)):
            source, target = one.sentences[1]
            evidence = Evidence(
                sentence=source, spans=(Span(start=0, end=5),), translation=target,
                translation_spans=(Span(start=0, end=5),) if target else (),
                unverified="18 is missing" if one.doubts else None,
            )  # fmt: skip
            relevant = one.language != "zh"
            match = Match(
                topic=TOPIC, article_id=number, side="both" if target else "original", evidence=evidence,
                score=90 - 5 * place if relevant else 12, reasons=reasons, relevant=relevant,
            )  # fmt: skip
            archive.matches.record(match, {"mail": NOW, "desk": NOW} if relevant else {}, NOW)


def _people(archive: Archive, numbers: Numbers) -> None:
    archive.labels.put([Label(topic=TOPIC, article_id=numbers.french, accepted=True, at=NOW, author="mira")])
    archive.labels.put([Label(topic=TOPIC, article_id=numbers.spanish, accepted=False, at=NOW)])
    text = "Ask the harbour master.\nاسأل الميناء"
    archive.notes.add(Note(article_id=numbers.french, text=text, author="mira", at=NOW, key="n1"))
    archive.mutes.put(Mute(kind="story", subject=str(numbers.story), topic=GRAIN, at=NOW, until=NOW + 24 * HOUR))


def _letters(archive: Archive) -> None:
    """One message went out, one is dead."""
    for due in archive.outbox.due(NOW):
        alert = Alert(
            alert_id=f"{due.channel}-1", topic=due.topic, channel=due.channel, items=due.items, created=NOW
        )  # fmt: skip
        archive.outbox.owe(alert, due.alert_ids, f"{TOPIC}: news", NOW)
        archive.outbox.claim(alert.alert_id)
    archive.outbox.sent("mail-1", (), NOW)
    archive.outbox.bury("desk-1", "550 no such user")
