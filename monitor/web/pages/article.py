"""An article: original and translation side by side, why topics met it, where it comes from, and how to cite it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from datasette import Response

from monitor.archive import Reader
from monitor.archive.provenance import Provenance
from monitor.archive.spread import Neighbours
from monitor.archive.translations import Worth
from monitor.archive.versions import EarlierTranslation, Version
from monitor.errors import MissingPageError, QueryError
from monitor.models import Article, Label, Match, Member, Note, Reason, Sentence, Story
from monitor.topics.compile import Query
from monitor.web.articles.aligned import MOST, Aligned, aligned, sentences_of
from monitor.web.articles.citation import Citation, Cited, Passage, citations
from monitor.web.articles.marking import Marker
from monitor.web.articles.trust import missing, trust
from monitor.web.page import FORMATS, Page, respond
from monitor.web.paths import whole_number
from monitor.web.reading import read
from monitor.web.search import Search
from monitor.wording import languages
from monitor.wording.clean import one_line, safe_url

_TITLE = 120  # characters of the headline in the browser's own title
_MATES = 8  # other articles of its story that are named
_TOPICS = 12  # whose terms are marked: a text that is all marks tells nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicHit:
    """A topic that met the article, and what a person said of that."""

    topic: str
    score: int
    relevant: bool
    side: str  # original | translation | both
    reasons: tuple[Reason, ...]
    marks: int  # places where its terms are marked; 0 also when they are not shown
    verdict: str = ""  # accepted | rejected | "": nobody has judged it
    neighbours: Neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """The search that led here."""

    query: str
    marks: int = 0
    problem: str = ""  # why it could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class InStory:
    """The story that it belongs to, and its neighbours there."""

    story: Story
    mates: tuple[Member, ...]  # some of the others
    neighbours: Neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """All of an article's page. `title` and `translated_title` are plain; `text` has the marked ones too."""

    id: int
    title: str
    translated_title: str
    outlet: str
    authors: tuple[str, ...]
    url: str
    language: str
    language_confidence: float | None
    published: datetime | None
    first_seen: datetime
    updated: datetime | None
    extractor: str | None
    translation_state: str
    trust: str  # how far the translation can be trusted; "" without one
    missing: str  # why there is none, or not all of it
    text: Aligned
    sought: Sought | None
    marks: bool  # whether terms are marked
    topic: str  # whose terms alone are marked; "": every topic's
    topics: tuple[TopicHit, ...]
    in_story: InStory | None
    notes: tuple[Note, ...]
    versions: tuple[Version, ...]
    translations: tuple[EarlierTranslation, ...]
    provenance: Provenance
    passage: int | None  # the sentence that is cited
    citations: tuple[Citation, ...]
    permanent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the address asks for."""

    article_id: int
    q: str
    topic: str
    passage: int | None
    marks: bool
    permanent: str
    working: str  # the language of translations, as people call it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the archive holds of it: read in one go, since the limit of time runs while terms are looked for, too."""

    article: Article
    stored: tuple[Sentence, ...]
    matches: tuple[Match, ...]
    queries: dict[str, str]
    labels: dict[str, Label]
    neighbours: dict[str, Neighbours]  # by topic
    in_story: InStory | None
    notes: tuple[Note, ...]
    versions: tuple[Version, ...]
    translations: tuple[EarlierTranslation, ...]
    provenance: Provenance


async def article(datasette: Any, request: Any) -> Response:
    asked = _asked(datasette, request)
    value, rows = await read(datasette, lambda reader: _page(reader, datasette.desk.search, asked))
    title = one_line(value.translated_title or value.title, _TITLE) or f"Article {value.id}"
    return await respond(datasette, request, Page(template="article.html", title=title, value=value, rows=rows))


def _asked(datasette: Any, request: Any) -> _Asked:
    number, passage = int(request.url_vars["id"]), whole_number(request.args.get("s"), -1)
    return _Asked(
        article_id=number,
        q=(request.args.get("q") or "").strip(),
        topic=request.args.get("topic") or "",
        passage=passage if passage >= 0 else None,
        marks=request.args.get("marks") != "off",
        permanent=datasette.absolute_url(request, f"/articles/{number}"),
        working=languages.name(datasette.desk.language) or datasette.desk.language,
    )


def _page(reader: Reader, search: Search, asked: _Asked) -> tuple[ArticlePage, Sequence[Sentence]]:
    found = _read(reader, asked.article_id)
    article = found.article
    sentences = sentences_of(article, found.stored)
    marker, marked, sought = _marker(search, found, asked)
    text = aligned(sentences, marker)
    counts = dict(zip(marked, marker.of_topic, strict=True))
    page = ArticlePage(
        id=article.id,
        title=article.title,
        translated_title=article.translated_title,
        outlet=article.outlet,
        authors=article.authors,
        url=article.url,
        language=article.language or "und",
        language_confidence=article.language_confidence,
        published=article.published,
        first_seen=article.first_seen,
        updated=article.updated,
        extractor=article.extractor,
        translation_state=article.translation_state.value,
        trust=_trust(found),
        missing=missing(article, sentences=bool(found.stored)),
        text=text,
        sought=sought and Sought(query=sought.query, problem=sought.problem, marks=marker.sought),
        marks=asked.marks,
        topic=asked.topic if asked.topic in found.queries else "",
        topics=tuple(_hit(match, found, counts.get(match.topic, 0)) for match in found.matches),
        in_story=found.in_story,
        notes=found.notes,
        versions=found.versions,
        translations=found.translations,
        provenance=found.provenance,
        passage=asked.passage,
        citations=citations(_cited(found, sentences, asked)),
        permanent=asked.permanent,
    )
    return page, sentences[:MOST]


def _read(reader: Reader, article_id: int) -> _Found:
    article = reader.articles.get(article_id)
    if article is None:
        raise MissingPageError(
            f"There is no article {article_id} in this archive. It was never here, or has been deleted. Search for it."
        )
    matches = sorted(reader.matches.of_article(article_id), key=lambda match: (-match.relevant, -match.score))
    topics = [match.topic for match in matches]
    return _Found(
        article=article,
        stored=reader.translations.sentences(article_id),
        matches=tuple(matches),
        queries=reader.matches.queries(topics),
        labels=reader.labels.of_article(article_id, topics),
        neighbours={topic: reader.spread.in_topic(topic, article_id) for topic in topics},
        in_story=_in_story(reader, article_id),
        notes=tuple(reader.notes.of_article(article_id)),
        versions=tuple(reader.versions.of_article(article_id)),
        translations=tuple(reader.versions.translations(article_id)),
        provenance=reader.provenance.of_article(article_id),
    )


def _marker(search: Search, found: _Found, asked: _Asked) -> tuple[Marker, list[str], Sought | None]:
    """What marks the terms, the topics in its order, and the search with what is wrong in it."""
    query, problem = _compiled(search, asked.q) if asked.q else (None, "")
    sought = Sought(query=asked.q, problem=problem) if asked.q else None
    if not asked.marks:
        return Marker(), [], sought
    names = [asked.topic] if asked.topic in found.queries else [match.topic for match in found.matches][:_TOPICS]
    topics = {name: _compiled(search, found.queries.get(name, ""))[0] for name in names}
    known = {name: topic for name, topic in topics.items() if topic is not None}
    return Marker(query, tuple(known.values())), list(known), sought


def _compiled(search: Search, query: str) -> tuple[Query | None, str]:
    """A topic's query may be of another time, and what visitors type may be anything."""
    try:
        return search.query(query), ""
    except QueryError as error:
        return None, error.placed()


def _trust(found: _Found) -> str:
    unverified = sum(1 for sentence in found.stored if sentence.unverified)
    score = found.article.translation_score
    return trust(Worth(score=score, sentences=len(found.stored), unverified=unverified))


def _hit(match: Match, found: _Found, marks: int) -> TopicHit:
    label = found.labels.get(match.topic)
    return TopicHit(
        topic=match.topic,
        score=match.score,
        relevant=match.relevant,
        side=match.side,
        reasons=match.reasons,
        marks=marks,
        verdict="" if label is None else "accepted" if label.accepted else "rejected",
        neighbours=found.neighbours[match.topic],
    )


def _in_story(reader: Reader, article_id: int) -> InStory | None:
    story = reader.stories.of_article(article_id)
    if story is None:
        return None
    others = [member for member in reader.stories.members(story.id, most=_MATES + 1) if member.article_id != article_id]
    return InStory(story=story, mates=tuple(others[:_MATES]), neighbours=reader.spread.in_story(story.id, article_id))


def _cited(found: _Found, sentences: Sequence[Sentence], asked: _Asked) -> Cited:
    article, page = found.article, found.provenance.page
    quoted = next((sentence for sentence in sentences if sentence.position == asked.passage), None)
    return Cited(
        article_id=article.id,
        title=article.title,
        outlet=article.outlet,
        url=safe_url(article.url),
        permanent=asked.permanent if quoted is None else f"{asked.permanent}?{urlencode({'s': quoted.position})}",
        archived=page.fetched_at if page else article.first_seen,
        language=article.language or "und",
        authors=article.authors,
        published=article.published,
        translated_title=article.translated_title,
        working=asked.working,
        sha256=page.sha256 if page else "",
        passage=_passage(quoted) if quoted else None,
    )


def _passage(sentence: Sentence) -> Passage:
    return Passage(
        position=sentence.position,
        source=sentence.source,
        target=sentence.target,
        unverified=sentence.unverified,
    )


ROUTES = ((rf"^/articles/(?P<id>\d{{1,18}}){FORMATS}$", article),)
