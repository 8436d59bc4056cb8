"""How much an article is about a topic: a score from 0 to 100 with its reasons, and whether somebody should be told.

The points follow how a news text is built, most important first, and nothing of one outlet or language:

    title     up to 40   a title says what the article is about
    lead      up to 25   its first sentences say what happened
    sentence  up to 30   in the body, sentences in which all sides meet, the first worth most
    density   up to 15   how often the side named least is named where they meet; -8 for once in passing
    share     up to 20   sentences that name each side there, of all
    noise     down to -60  sport, markets, quizzes …: see `noise.py`
    named     -90        a long text that has nothing of a state but the name of its capital (Tripoli in Lebanon)
    apart     -10        the two packs of a relation that never meet in one sentence

A side that stands in a list of countries ("China, Russia, Algeria and Libya") counts little: see `standing.py`.
With one side only, "where they meet" is where it is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.models import Article, Reason, Topic
from monitor.topics.compile import Query
from monitor.topics.countries import Countries
from monitor.topics.noise import MAINLY, Noise, NoiseFinder
from monitor.topics.packs import Pack
from monitor.topics.readings import Reading
from monitor.topics.reasons import body, density, lead, named, share, title
from monitor.topics.standing import Line, Standing, standing

NOISE = 60  # points an article loses that is nothing but noise
APART = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is told of a match. The points of `reasons` add up to the score before it is cut to 0 … 100."""

    score: int
    reasons: tuple[Reason, ...]  # weightiest first; those without points say why nobody is told
    relevant: bool


class Judge:
    """Judges matches. Made once for all topics, since it keeps what countries and noise are called."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._countries = Countries(packs)
        self._noise = NoiseFinder(packs)

    def judge(self, query: Query, topic: Topic, article: Article, versions: Sequence[Sequence[Reading]]) -> Verdict:
        """`versions`: the article as `readings.versions` read it. The best way to meet the query, in the best
        version, counts."""
        language = article.language or "und"
        stood = [
            standing(way, readings, self._countries, language if first else "en")
            for first, readings in _numbered(versions)
            for way in query.ways
        ]
        best = max(stood, key=lambda one: sum(reason.points for reason in _reasons(one)))
        loudest = max(
            (self._noise.loudest(readings, language if first else "en") for first, readings in _numbered(versions)),
            key=lambda noise: noise.strength if noise else 0.0,
        )
        return _verdict(topic, stood, [*_reasons(best), *_quieted(loudest)], loudest)


def _numbered(versions: Sequence[Sequence[Reading]]) -> Iterator[tuple[bool, Sequence[Reading]]]:
    """Each version, and whether it is the first: the article's own words."""
    return ((at == 0, readings) for at, readings in enumerate(versions))


def _reasons(stood: Standing) -> Iterator[Reason]:
    made = (title(stood), lead(stood), *body(stood), density(stood), share(stood), named(stood), _apart(stood))
    return (reason for reason in made if reason is not None and reason.points)


def _apart(stood: Standing) -> Reason | None:
    if not stood.way.relation or any(line.meets for line in stood.lines):
        return None
    return Reason(kind="apart", points=-APART, words="the two never meet in one sentence")


def _quieted(noise: Noise | None) -> Iterator[Reason]:
    if noise is not None:
        words = f"{noise.title.lower()}: {', '.join(noise.terms)}"
        yield Reason(kind="noise", points=-round(NOISE * noise.strength), words=words)


def _verdict(topic: Topic, stood: Sequence[Standing], reasons: Sequence[Reason], noise: Noise | None) -> Verdict:
    score = max(0, min(100, sum(reason.points for reason in reasons)))
    against = [*_outside(topic, stood), *_excluded(topic, noise)]
    ordered = sorted(reasons, key=lambda reason: -abs(reason.points))
    return Verdict(score, (*against, *ordered), score >= topic.min_score and not against)


def _outside(topic: Topic, stood: Sequence[Standing]) -> Iterator[Reason]:
    """The sides must meet in a sentence or paragraph, whichever way, and they do not."""
    if topic.within == "article":
        return
    met = _in_sentence if topic.within == "sentence" else _in_paragraph
    if not any(met(one.lines) for one in stood):
        words = f"its parts meet in no {topic.within}, as the topic asks"
        yield Reason(kind="within", points=0, words=words)


def _in_sentence(lines: Sequence[Line]) -> bool:
    return any(line.meets for line in lines)


def _in_paragraph(lines: Sequence[Line]) -> bool:
    paragraphs: dict[int, list[Line]] = {}
    for line in lines:
        paragraphs.setdefault(line.paragraph, []).append(line)
    return any(all(map(any, zip(*(line.counts for line in found), strict=True))) for found in paragraphs.values())


def _excluded(topic: Topic, noise: Noise | None) -> Iterator[Reason]:
    if noise is not None and noise.strength >= MAINLY and noise.pack in topic.exclude:
        words = f"mainly {noise.title.lower()}, which the topic excludes"
        yield Reason(kind="exclude", points=0, words=words)
