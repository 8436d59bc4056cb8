"""An article beside its translation: sentence by sentence, paragraphs kept. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.models import Article, Sentence
from monitor.topics.sentences import plain_sentences
from monitor.web.articles.marking import Bit, Marker

MOST = 600  # sentences that a page shows, some 60,000 characters: 0.14 ms of work each


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A sentence and its partner, with terms marked. `target` is () while there is no translation."""

    position: int
    source: tuple[Bit, ...]
    target: tuple[Bit, ...] = ()
    unverified: str | None = None  # why the translation cannot be trusted
    glossary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Pairs that stand together."""

    number: int  # 0 is the title
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """`sentences` are how many there are, of which at most `MOST` are in `title` and `paragraphs`."""

    title: tuple[Pair, ...]
    paragraphs: tuple[Paragraph, ...]
    sentences: int
    shown: int
    translated: bool  # any sentence has a partner


def sentences_of(article: Article, stored: Sequence[Sentence]) -> Sequence[Sentence]:
    """As the translator stored them; without those, the original cut plainly, beside no translation.

    A translation that came without its sentences is paired paragraph by paragraph where it has as many as the text.
    """
    if stored:
        return stored
    lines, targets = article.text.splitlines(), article.translated_text.splitlines()
    if not article.translated_text or len(lines) != len(targets):
        return plain_sentences(article)
    pairs = [(article.title, article.translated_title), *zip(lines, targets, strict=True)]
    return [
        Sentence(position=number, paragraph=number, source=source, target=target)
        for number, (source, target) in enumerate(pairs)
    ]


def aligned(sentences: Sequence[Sentence], marker: Marker) -> Aligned:
    """The pairs that the page shows."""
    shown = sentences[:MOST]
    paragraphs = [
        Paragraph(number=number, pairs=tuple(_pair(sentence, marker) for sentence in group))
        for number, group in groupby(shown, key=lambda sentence: sentence.paragraph)
    ]
    return Aligned(
        title=next((paragraph.pairs for paragraph in paragraphs if paragraph.number == 0), ()),
        paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph.number),
        sentences=len(sentences),
        shown=len(shown),
        translated=any(sentence.target for sentence in shown),
    )


def _pair(sentence: Sentence, marker: Marker) -> Pair:
    return Pair(
        position=sentence.position,
        source=marker.bits(sentence.source),
        target=marker.bits(sentence.target),
        unverified=sentence.unverified,
        glossary=sentence.glossary,
    )
