"""Which sentences of an article are asked for, and the article put together from what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.models import Document, Doubt, Output, Sentence, Translation
from monitor.translate import glossary
from monitor.translate.score import score
from monitor.translate.sentences import join

LEAD_SENTENCES = 2  # of the body: what an editor calls the lead is one paragraph of one or two


def lead(sentences: Sequence[Sentence]) -> int:
    """How many sentences make up title and lead."""
    title = sum(sentence.paragraph == 0 for sentence in sentences)
    return min(len(sentences), title + LEAD_SENTENCES)


def without_model(sentence: Sentence, limit: int) -> Output | None:
    """What stands for a sentence that no model is asked for; None when one is.

    Figures and rules that have no letters are their own translation. Sentences from `limit` on stay in the
    original and say so.
    """
    if not any(map(str.isalpha, sentence.source)):
        return Output(text=sentence.source)
    if sentence.position < limit:
        return None
    beyond = f"not translated: it comes after the first {limit} sentences"
    return Output(text=sentence.source, score=0.0, doubts=(Doubt(check="limit", words=beyond),))


def assemble(
    document: Document,
    sentences: Sequence[Sentence],
    outputs: Mapping[int, Output],
    *,
    target: str,
    packages: tuple[str, ...] = (),
) -> Translation:
    """The translation of an article, with as many paragraphs as the article has.

    `outputs` are by position; a sentence without one keeps an empty target, and the translation is then not
    complete.
    """
    filled = tuple(
        _filled(sentence, outputs[sentence.position]) if sentence.position in outputs else sentence
        for sentence in sentences
    )
    title, text = join([s for s in filled if s.target], document.text.count("\n") + 1, target)
    return Translation(
        article_id=document.article_id,
        source_language=document.language,
        target_language=target,
        title=title,
        text=text,
        sentences=filled,
        packages=packages,
        complete=len(outputs) >= len(sentences),
        score=score(filled),
    )


def _filled(sentence: Sentence, output: Output) -> Sentence:
    # Where nothing came out the original stands: a reader must see that there was a sentence.
    return replace(
        sentence,
        target=output.text or sentence.source,
        unverified=output.unverified,
        checks=tuple(doubt.check for doubt in output.doubts),
        score=output.score,
        glossary=glossary.changes(sentence.source, output.pinned),
    )
