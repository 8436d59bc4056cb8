"""Articles to show: with the sentence that a topic rests on, its score and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.archive import Reader
from monitor.models import Article, Match, Reason
from monitor.topics.evidence import near_miss
from monitor.topics.matcher import CompiledTopic, match


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An article that a topic finds, or found."""

    article_id: int
    first_seen: datetime
    language: str
    outlet: str
    title: str
    translated_title: str
    url: str
    sentence: str = ""  # "" when the query does not find it
    translation: str = ""
    score: int | None = None
    reasons: tuple[Reason, ...] = ()
    relevant: bool = False
    verdict: str = ""  # why not, in words


def judged_match(reader: Reader, compiled: CompiledTopic, article: Article) -> Match:
    """The match of a topic whose query finds this article, with score and reasons."""
    return match(compiled, article, reader.translations.sentences(article.id))


def seen_by(reader: Reader, compiled: CompiledTopic, article: Article) -> Sample:
    """An article as a topic sees it, whether or not its query finds it; if it is not relevant, `verdict` says why."""
    languages = compiled.topic.languages
    if languages and article.language not in languages:
        return replace(bare(article), verdict=f"the topic asks for {', '.join(languages)}")
    miss = near_miss(compiled.query, article)
    if miss.matches:
        return shown(compiled, article, judged_match(reader, compiled, article))
    return replace(bare(article), verdict=_absence(miss.missing, miss.excluded))


def shown(compiled: CompiledTopic, article: Article, match: Match) -> Sample:
    return replace(
        bare(article),
        sentence=match.evidence.sentence,
        translation=match.evidence.translation,
        score=match.score,
        reasons=match.reasons,
        relevant=match.relevant,
        verdict="" if match.relevant else refusal(compiled, match),
    )


def refusal(compiled: CompiledTopic, match: Match) -> str:
    """Why a match is not relevant."""
    topic = compiled.topic
    if match.score < topic.min_score:
        return f"score {match.score} is below {topic.min_score}"
    asks = [] if topic.within == "article" else [f"its parts to meet in one {topic.within}"]
    asks += [f"nothing about {' or '.join(topic.exclude)}"] if topic.exclude else []
    return f"the topic asks for {' and '.join(asks)}" if asks else "it is not relevant"


def bare(article: Article) -> Sample:
    """An article without what a topic makes of it."""
    return Sample(
        article_id=article.id,
        first_seen=article.first_seen,
        language=article.language or "und",
        outlet=article.outlet,
        title=article.title,
        translated_title=article.translated_title,
        url=article.url,
    )


def _absence(missing: tuple[str, ...], excluded: tuple[str, ...]) -> str:
    if missing:
        return f"it lacks {' and '.join(missing)}"
    return f"it has {' and '.join(excluded)}, which the query takes away" if excluded else "the query does not find it"
