"""What to exclude from a topic: words that stand mostly in rejected articles, and noise packs that tell them.

A word is proposed when it stands in three rejected articles or more, in no accepted one, and is rare in the other
articles of the languages it stands in: a handful of labels cannot tell a stop word of Portuguese from a word of
football, an archive can. Of these words as few are taken as account for all rejected articles that any accounts for.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.archive import Reader
from monitor.models import Label
from monitor.run.lab.quality import Quality, measure
from monitor.run.lab.words import Reading, Usage, read, usages
from monitor.topics.compile import compile_query
from monitor.topics.matcher import CompiledTopic, compile_topics
from monitor.topics.packs import Pack

LEAST = 3  # rejected articles a word must stand in
_SURPRISE = 6.63  # likelihood ratio that chance reaches one time in 100 (χ², one degree of freedom)
_COMMON = 0.1  # words of a larger share of the articles in a language say nothing of any
_LIFT = 3.0  # so many times more often in rejected articles than in the archive
_LOOKED_UP = 100  # words looked up in the archive, likeliest first: 10 ms each where they are frequent
_MOST = 8  # words in one proposal
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A word, or a noise pack, and which labelled articles have it."""

    name: str
    rejected: int
    accepted: tuple[int, ...]  # articles that would be lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A way to write the topic, and how it does on the labels."""

    hints: tuple[Hint, ...]
    paste: str  # into the query, or into `exclude`
    after: Quality
    dropped: int  # rejected articles it would no longer tell of
    lost: tuple[int, ...]  # accepted ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What could be excluded, and what that would do on the labels."""

    before: Quality
    words: Effect | None
    packs: tuple[Effect, ...]
    costly: tuple[Hint, ...]  # words that would lose accepted articles: not proposed, but worth a look


def propose(reader: Reader, compiled: CompiledTopic, labels: Sequence[Label], packs: Mapping[str, Pack]) -> Proposals:
    """Learn from the labels of a topic; it takes LEAST rejected articles and some accepted ones to tell words by."""
    spellings: Counter[tuple[tuple[str, ...], str]] = Counter()
    verdicts = {label.article_id: label.accepted for label in labels}
    readings = [
        read(article, accepted=verdicts[article.id], spellings=spellings)
        for article in reader.hits.articles(sorted(verdicts))
    ]
    telling = _telling(reader, compiled, readings, usages(readings, spellings, LEAST))
    before = measure(reader, compiled, labels)
    chosen = _fewest([usage for usage in telling if not usage.accepted])
    return Proposals(
        before=before,
        words=_without_words(reader, compiled, labels, packs, before, chosen) if chosen else None,
        packs=tuple(_without_packs(reader, compiled, labels, packs, before)),
        costly=tuple(_hint(usage) for usage in telling if usage.accepted)[:_SHOWN],
    )


def _telling(
    reader: Reader, compiled: CompiledTopic, readings: Sequence[Reading], found: Sequence[Usage]
) -> list[Usage]:
    """Words that chance does not explain, which are no words of the query, and rare elsewhere in the archive."""
    asked = _words_asked_for(compiled)
    likely = [usage for usage in found if usage.likelihood >= _SURPRISE and not asked(usage)]
    likely.sort(key=_likeliest)
    elsewhere = _Elsewhere(reader, readings)
    return [usage for usage in likely[:_LOOKED_UP] if elsewhere.is_rare(usage)]


class _Elsewhere:
    """How often words stand in articles that have no label."""

    def __init__(self, reader: Reader, readings: Sequence[Reading]) -> None:
        self._hits = reader.hits
        self._totals = reader.hits.by_language()
        self._readings = readings
        self._languages = {reading.article_id: reading.language for reading in readings}

    def is_rare(self, usage: Usage) -> bool:
        everywhere = self._hits.holding(usage.word) - len(usage.rejected | usage.accepted)
        if everywhere > _COMMON * (sum(self._totals.values()) - len(self._readings)):
            return False
        spoken = {self._languages[number] for number in usage.rejected}
        labelled = [reading for reading in self._readings if reading.language in spoken]
        holding = sum(usage.word in reading.words for reading in labelled)
        others = sum(self._totals.get(code, 0) for code in spoken) - len(labelled)
        share = (self._hits.holding(usage.word, spoken) - holding) / max(others, 1)
        rejected = sum(not reading.accepted for reading in labelled)
        return share <= _COMMON and len(usage.rejected) / rejected >= _LIFT * share


def _likeliest(usage: Usage) -> tuple[float, int, tuple[str, ...]]:
    return -usage.likelihood, -len(usage.rejected), usage.word


def _words_asked_for(compiled: CompiledTopic) -> Callable[[Usage], bool]:
    """Whether a word is one that the query looks for, alone or in a row of words."""
    words = {word for term in compiled.query.terms for word in term.words}
    beginnings = tuple({term.words[-1] for term in compiled.query.terms if term.prefix})
    return lambda usage: any(text in words or text.startswith(beginnings) for text in usage.word)


def _fewest(found: Sequence[Usage]) -> list[Usage]:
    """Greedy cover: each time the word that accounts for most rejected articles not accounted for yet."""
    left = set().union(*(usage.rejected for usage in found))
    chosen: list[Usage] = []
    while left and len(chosen) < _MOST:
        best = max(found, key=lambda usage: len(usage.rejected & left))
        left -= best.rejected
        chosen.append(best)
    return chosen


def _without_words(
    reader: Reader,
    compiled: CompiledTopic,
    labels: Sequence[Label],
    packs: Mapping[str, Pack],
    before: Quality,
    chosen: Sequence[Usage],
) -> Effect:
    words = " OR ".join(_quoted(usage.written) for usage in chosen)
    paste = f"NOT ({words})" if len(chosen) > 1 else f"NOT {words}"
    topic = replace(compiled.topic, query=f"({compiled.topic.query}) {paste}")
    (changed,) = compile_topics([topic], packs)
    return _effect(before, measure(reader, changed, labels), tuple(map(_hint, chosen)), paste)


def _without_packs(
    reader: Reader,
    compiled: CompiledTopic,
    labels: Sequence[Label],
    packs: Mapping[str, Pack],
    before: Quality,
) -> list[Effect]:
    """Noise packs whose exclusion drops rejected articles, the best first."""
    effects = []
    for name, pack in packs.items():
        if not pack.noise or name in compiled.topic.exclude:
            continue
        hint = _pack_hint(reader, name, packs, labels)
        if hint.rejected < LEAST:
            continue
        exclude = (*compiled.topic.exclude, name)
        (changed,) = compile_topics([replace(compiled.topic, exclude=exclude)], packs)
        paste = f"exclude = {json.dumps(exclude, ensure_ascii=False)}"
        effects.append(_effect(before, measure(reader, changed, labels), (hint,), paste))
    return sorted((e for e in effects if e.dropped), key=lambda effect: (len(effect.lost), -effect.dropped))


def _pack_hint(reader: Reader, name: str, packs: Mapping[str, Pack], labels: Sequence[Label]) -> Hint:
    having = {hit.article_id for hit in reader.hits.find(compile_query(f"@{name}", packs).fts)}
    return Hint(
        name=name,
        rejected=sum(not label.accepted and label.article_id in having for label in labels),
        accepted=tuple(sorted(label.article_id for label in labels if label.accepted and label.article_id in having)),
    )


def _effect(before: Quality, after: Quality, hints: tuple[Hint, ...], paste: str) -> Effect:
    missed = {verdict.label.article_id for verdict in before.wrong if verdict.label.accepted}
    lost = [v.label.article_id for v in after.wrong if v.label.accepted and v.label.article_id not in missed]
    return Effect(
        hints=hints, paste=paste, after=after, dropped=after.kept_out - before.kept_out, lost=tuple(sorted(lost))
    )


def _hint(usage: Usage) -> Hint:
    return Hint(name=usage.written, rejected=len(usage.rejected), accepted=tuple(sorted(usage.accepted)))


def _quoted(word: str) -> str:
    return word if word.isalnum() and word.isascii() else f'"{word}"'
