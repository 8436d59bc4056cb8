"""An archive as the front page and a topic's page find it: a month of one topic, a quiet one, and a former one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import web_archive
from newsrooms import NOW, FakeClock, candidate

from monitor.archive import Archive
from monitor.models import Evidence, Label, Match, Mute, Placed, Reason, Span, Topic
from monitor.web import server

PORTS, QUIET, FORMER = "Ports & <b>harbours</b>/۱", "Quiet", "Former"
EVIL = '"><script>alert(1)</script>{{ 7*7 }}'


@dataclass(frozen=True, kw_only=True)
class Line:
    """An article that a topic found."""

    title: str
    translated: str = ""
    language: str = "en"
    outlet: str = "A"
    hours: float = 0.0  # before NOW
    story: int | None = None
    topic: str = PORTS
    score: int = 70
    relevant: bool = True
    doubt: str | None = None


# In the order in which they came: numbers 1 and on.
LINES = (
    Line(title="An old matter", hours=960, topic=FORMER),
    Line(title="Fermeture du port", translated="Port closes", language="fr", outlet="Le Phare", hours=480, score=55),
    Line(title="توسيع الميناء", translated="Port widened", language="ar", outlet="المنارة", hours=72, story=1,
         score=60),
    Line(title="A quiz on harbours", hours=30, score=12, relevant=False),
    Line(title="Расширение порта", translated="Port is widened", language="ru", outlet="Маяк", hours=5, story=1,
         score=90, doubt="18 is missing"),
    Line(title="Port widened, says Reuters", outlet=EVIL, hours=4, story=1, score=80),
    Line(title=EVIL, outlet=EVIL, language="fa", hours=2, score=75),
)  # fmt: skip


def build(path: Path, lines: Sequence[Line] = LINES) -> Path:
    with Archive.open(path) as archive:
        archive.matches.declare([Topic(name=FORMER, query="old")])
        topics = [Topic(name=PORTS, query='port OR "<i>"', description="Harbours <u>of the world</u>.", min_score=40)]
        archive.matches.declare([*topics, Topic(name=QUIET, query="nothing")])
        for number, line in enumerate(lines, start=1):
            _write(archive, number, line)
        for story in sorted({line.story for line in lines if line.story}):
            archive.stories.refresh(story)
        archive.labels.put([Label(topic=PORTS, article_id=6, accepted=True, at=NOW)])
    return path


def _write(archive: Archive, number: int, line: Line) -> None:
    seen = NOW - timedelta(hours=line.hours)
    archive.articles.take([candidate(str(number), title=line.title, outlet=line.outlet)], seen)
    evidence = Evidence(sentence=f"{line.title} today.", spans=(Span(start=0, end=4),), translation=line.translated,
                        translation_spans=(Span(start=0, end=4),), unverified=line.doubt)  # fmt: skip
    reasons = (Reason(kind="lead", points=25, words=f"it is in the <lead> of {number}"),)
    match = Match(topic=line.topic, article_id=number, side="both", evidence=evidence, score=line.score,
                  reasons=reasons, relevant=line.relevant)  # fmt: skip
    with archive.writing() as db:
        archive.articles.update(
            number, {"language": line.language, "translated_title": line.translated, "stage": "done"}
        )
        db.execute("INSERT INTO sentences (article_id, position, paragraph, source, target, unverified) "
                   "VALUES (?, 0, 0, ?, ?, ?)", (number, line.title, line.translated, line.doubt))  # fmt: skip
        archive.matches.record(match, {}, seen)
        if line.story:
            if archive.stories.get(line.story) is None:
                archive.stories.open(seen)
            archive.stories.put(
                Placed(article_id=number, story_id=line.story, similarity=1, reason="same", seen_at=seen), seen
            )


def silence(path: Path, *, story: int, rejected: int) -> None:
    """A story is muted, an article rejected."""
    with Archive.open(path) as archive:
        archive.mutes.put(Mute(kind="story", subject=str(story), at=NOW))
        archive.labels.put([Label(topic=PORTS, article_id=rejected, accepted=False, at=NOW)])


def visitor(path: Path, **tables: Any) -> Callable[..., Any]:
    """One request through Datasette's own client, at NOW."""
    datasette = server.application(web_archive.settings(path, **tables), clock=FakeClock())
    return lambda address: asyncio.run(datasette.client.get(address))


class Elements(HTMLParser):
    """What a browser makes of a page: elements with their attributes, in order, and the text of it all."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


def is_ours(html: str) -> bool:
    """Nothing of a stranger's became markup: one script, ours; no style, event, or element we do not write."""
    page = Elements(html)
    scripts = [attributes.get("src") for attributes in page.all("script")]
    events = [name for _, attributes in page.found for name in attributes if name.startswith("on") or name == "style"]
    return scripts == ["/static/site.js"] and not events and not [
        tag for tag, _ in page.found if tag in {"style", "i", "u", "iframe", "img"}
    ]  # fmt: skip
