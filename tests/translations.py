"""Articles to translations in this very process: what `run/translator.py` does, without children and memory."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.config import TranslationSettings
from monitor.models import Document, Output, Sentence, Translation, Wanted
from monitor.translate import assembly, engine
from monitor.translate.packages import Package
from monitor.translate.sentences import split_all


def translate(
    documents: Sequence[Document],
    route: tuple[Package, ...],
    target: str,
    settings: TranslationSettings,
    *others: tuple[Package, ...],
) -> tuple[Translation, ...]:
    """One translation an article, by the first route, the others for what fails there."""
    split = split_all(documents)
    texts = dict.fromkeys(
        Wanted(source=s.source)
        for some in split
        for s in some
        if assembly.without_model(s, settings.max_sentences) is None
    )
    found = dict(zip(texts, engine.outputs(tuple(texts), (route, *others), target, settings), strict=True))
    return tuple(
        assembly.assemble(
            document,
            sentences,
            {s.position: _output(s, found, settings) for s in sentences},
            target=target,
            packages=tuple(package.name for package in route),
        )
        for document, sentences in zip(documents, split, strict=True)
    )


def _output(sentence: Sentence, found: dict[Wanted, Output], settings: TranslationSettings) -> Output:
    settled = assembly.without_model(sentence, settings.max_sentences)
    return settled or found[Wanted(source=sentence.source)]
