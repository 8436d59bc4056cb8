"""A week of a topic: 40 stories in six languages, Arabic and Chinese among them, as the pipeline leaves them."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

from newsrooms import NOW, candidate

from monitor.archive import Archive
from monitor.models import Entry, Evidence, Match, Placed, Reason, Sentence, Span, Topic

TOPIC = "Ports of the south"
STORIES = 40
WEEK = NOW - timedelta(days=7)
HOSTILE = "<script>alert('owned')</script> & <b>bold</b> \u202egnp.exe"
# language → (outlets, title, sentence, the word that matched, title in English, sentence in English)
TONGUES: dict[str, tuple[tuple[str, ...], str, str, str, str, str]] = {
    "ar": (
        ("المنارة", "صحيفة الميناء"),
        "افتتاح الرصيف رقم {n} في ميناء بنغازي",
        "قال الوزير إن الميناء سيستقبل {n} سفينة في الشهر، وإن شركة CMA CGM ستديره.",
        "الميناء",
        "Pier {n} opened in the port of Benghazi",
        "The minister said that the port would take in {n} ships a month, and that CMA CGM would run it.",
    ),
    "zh": (
        ("晨报", "港口日报"),
        "南方港口扩建工程第{n}期开工",
        "该港口今年将接待{n}艘货轮，比去年增加一成。",
        "港口",
        "Phase {n} of the southern port's extension begins",
        "The port will take in {n} freighters this year, a tenth more than last year.",
    ),
    "ru": (
        ("Маяк", "Портовый вестник"),
        "В порту начался ремонт причала № {n}",
        "Порт примет {n} судов до конца года, сообщили в министерстве.",
        "Порт",
        "Repairs of berth no. {n} have begun in the port",
        "The port will take in {n} vessels by the end of the year, the ministry said.",
    ),
    "fr": (
        ("Le Phare", "La Dépêche du quai"),
        "Le port accueille un navire de {n} mètres",
        "Le port n'avait jamais reçu de navire aussi long ; {n} dockers ont été mobilisés.",
        "port",
        "The port receives a ship {n} metres long",
        "The port had never received so long a ship; {n} dockers were called in.",
    ),
    "es": (
        ("El Cuaderno del Estrecho", "La Lonja"),
        "El puerto sube sus tarifas un {n} %",
        "El puerto justifica la subida con {n} obras pendientes.",
        "puerto",
        "The port raises its rates by {n} %",
        "The port explains the rise with {n} works outstanding.",
    ),
    "en": (("The Harbour Post",), "Port strike enters day {n}", "The port has lost {n} calls so far.", "port", "", ""),
}


def build(path: Path, *, stories: int = STORIES) -> Path:
    """Write the archive and close it."""
    chance = random.Random(7)
    with Archive.open(path) as archive, archive.writing():
        archive.matches.declare(
            [Topic(name=TOPIC, query="port OR harbour OR ميناء OR 港口", description="Ports, piers and who runs them.")]
        )
        for story in range(stories):
            size = 1 + int(chance.paretovariate(1.2))
            _story(archive, story, [list(TONGUES)[(story + place) % 6] for place in range(min(size, 12))], chance)
        _passed_over(archive)
    return path


def _story(archive: Archive, number: int, languages: list[str], chance: random.Random) -> None:
    begins = WEEK + timedelta(minutes=chance.randrange(60, 7 * 24 * 60 - 600))
    story_id = archive.stories.open(begins)
    for place, language in enumerate(languages):
        outlets, title, sentence, word, english_title, english = TONGUES[language]
        seen = begins + timedelta(minutes=37 * place)
        found = (title.format(n=number + 2), sentence.format(n=10 + number), word)
        article_id = _article(archive, f"{number}-{place}", found[0], outlets[place % len(outlets)], language, seen)
        archive.articles.update(article_id, {"translated_title": english_title.format(n=number + 2)})
        _translated(archive, article_id, found[0], english_title, doubt="2 is missing" if number % 9 == 4 else None)
        evidence = _evidence(found[1], word, english.format(n=10 + number), doubtful=number % 7 == 3)
        score = 60 + (number * 7 + place) % 40
        match = Match(topic=TOPIC, article_id=article_id, side="both", evidence=evidence, score=score)
        archive.matches.record(match, {}, seen)
        copy_of = article_id - 1 if place and place % 5 == 0 else None
        archive.stories.put(
            Placed(article_id=article_id, story_id=story_id, similarity=1, reason="", seen_at=seen, copy_of=copy_of),
            seen,
        )
    archive.stories.refresh(story_id)


def _article(archive: Archive, key: str, title: str, outlet: str, language: str, seen: object) -> int:
    assert hasattr(seen, "isoformat")
    url = f"https://{language}.news.example/2026/11/{key}"
    entry = Entry(title=title, link=url, published=seen)  # type: ignore[arg-type]
    taken = archive.articles.take([candidate(key, title=title, entry=entry, outlet=outlet, url=url)], seen)  # type: ignore[arg-type]
    article_id = taken.new[0]
    archive.articles.update(article_id, {"language": language, "stage": "done"})
    if article_id % 5:
        archive.pages.keep(article_id, url, f"<html>{title}</html>".encode(), "text/html", seen)  # type: ignore[arg-type]
    return article_id


def _translated(archive: Archive, article_id: int, title: str, english: str, doubt: str | None) -> None:
    if not english:
        return
    sentence = Sentence(position=0, paragraph=0, source=title, target=english, unverified=doubt)
    archive.connection.execute(
        "INSERT INTO sentences (article_id, position, paragraph, source, target, unverified) VALUES (?, 0, 0, ?, ?, ?)",
        (article_id, sentence.source, sentence.target, sentence.unverified),
    )


def _evidence(sentence: str, word: str, english: str, *, doubtful: bool) -> Evidence:
    return Evidence(
        sentence=sentence,
        spans=_spans(sentence, word),
        translation=english,
        translation_spans=_spans(english, "port"),
        unverified="a number is missing: 13" if doubtful and english else None,
    )


def _spans(text: str, word: str) -> tuple[Span, ...]:
    at = text.find(word)
    return (Span(start=at, end=at + len(word)),) if at >= 0 else ()


def _passed_over(archive: Archive) -> None:
    for number in range(7):
        article_id = _article(
            archive, f"over-{number}", f"A glass of port, part {number}", "The Cellar", "en", NOW - timedelta(days=2)
        )
        match = Match(
            topic=TOPIC,
            article_id=article_id,
            side="original",
            evidence=Evidence(sentence="A glass of port."),
            score=10 + number,
            reasons=(Reason(kind="noise", points=-30, words="it is about wine"),),
            relevant=False,
        )
        archive.matches.record(match, {}, NOW)
