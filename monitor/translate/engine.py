"""From articles to translations: all their sentences at once, each output checked.

This runs in a child process without network. A package or a sentence that makes CTranslate2 crash kills
that child; the caller then hands the articles in one by one to find the one to blame. Nothing is kept
between calls but the loaded packages (`model.load`), so a call can be repeated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.config import TranslationSettings
from monitor.errors import TranslateError
from monitor.models import Document, Sentence, Translation
from monitor.translate.checks import examine
from monitor.translate.model import Model, Output, Search, load
from monitor.translate.packages import Package
from monitor.translate.sentences import join, split

RETRY_BEAM = 4  # Argos's own; a failed sentence is worth the wait
RETRY_NO_REPEAT = 3  # tokens; breaks loops, and would mangle good sentences if it were always on


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    source: str
    target: str


def translate(
    documents: tuple[Document, ...],
    route: tuple[Package, ...],
    target: str,
    settings: TranslationSettings,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Translation, ...]:
    """Translate articles of one language along `route` into `target`: one translation each, in order.

    Sentences beyond `settings.max_sentences` of an article stay in the original and say so, as does a
    sentence of which nothing came out. A sentence whose translation fails the checks, and fails them
    again with a wider search, is kept and carries what is wrong in `unverified`. A translation has as
    many paragraphs as its article. Its `seconds` are its share, by length, of the whole call's.

    Raises TranslateError without a route or when CTranslate2 fails, PackageError when a package is damaged.
    """
    if not route:
        raise TranslateError(f"No package leads to {target}. See what there is: monitor models list.", permanent=True)
    started = clock()
    models = [load(package, settings) for package in route]
    split_up = [split(document.title, document.text, document.language) for document in documents]
    wanted = _wanted(sentence for sentences in split_up for sentence in sentences[: settings.max_sentences])
    pair = _Pair(source=route[0].source, target=target)
    outputs = _checked(wanted, models, pair, settings)
    names = tuple(model.name for model in models)
    translations = [
        _assemble(document, _filled(sentences, outputs, settings.max_sentences), target, names)
        for document, sentences in zip(documents, split_up, strict=True)
    ]
    return _timed(translations, documents, clock() - started)


def _wanted(sentences: Iterable[Sentence]) -> list[str]:
    """Each text once, in order of appearance; figures and rules that have no letters need no model."""
    texts = dict.fromkeys(sentence.source for sentence in sentences)
    return [text for text in texts if any(map(str.isalpha, text))]


def _checked(
    texts: Sequence[str], models: Sequence[Model], pair: _Pair, settings: TranslationSettings
) -> dict[str, Output]:
    """Translate, look at the result, and try once more what failed; the better attempt is kept."""
    search = Search(beam=settings.beam, batch_tokens=settings.batch_tokens)
    outputs = _attempt(texts, models, pair, search)
    wider = replace(search, beam=max(RETRY_BEAM, settings.beam), no_repeat=RETRY_NO_REPEAT)
    again = _attempt([text for text in texts if outputs[text].problem], models, pair, wider)
    return outputs | {text: output for text, output in again.items() if _better(output, outputs[text])}


def _better(new: Output, old: Output) -> bool:
    return new.problem is None or (bool(new.text) and not old.text)


def _attempt(texts: Sequence[str], models: Sequence[Model], pair: _Pair, search: Search) -> dict[str, Output]:
    outputs = [Output(text) for text in texts]
    for model in models:
        passed = model.translate([output.text for output in outputs], search)
        outputs = [replace(new, problem=old.problem or new.problem) for old, new in zip(outputs, passed, strict=True)]
    return {text: _examined(text, output, pair) for text, output in zip(texts, outputs, strict=True)}


def _examined(text: str, output: Output, pair: _Pair) -> Output:
    found = examine(text, output.text, pair.source, pair.target)
    return replace(output, problem="; ".join(filter(None, (output.problem, *(doubt.words for doubt in found)))) or None)


def _filled(sentences: Sequence[Sentence], outputs: Mapping[str, Output], limit: int) -> tuple[Sentence, ...]:
    """The sentences with their targets. Text without letters is its own translation."""
    beyond = f"not translated: it comes after the first {limit} sentences"
    return tuple(
        _fill(sentence, outputs.get(sentence.source, Output(sentence.source)))
        if position < limit
        else replace(sentence, target=sentence.source, unverified=beyond)
        for position, sentence in enumerate(sentences)
    )


def _fill(sentence: Sentence, output: Output) -> Sentence:
    # Where nothing came out the original stands: a reader must see that there was a sentence.
    return replace(sentence, target=output.text or sentence.source, unverified=output.problem)


def _assemble(
    document: Document, sentences: tuple[Sentence, ...], target: str, packages: tuple[str, ...]
) -> Translation:
    title, text = join(sentences, document.text.count("\n") + 1, target)
    return Translation(
        article_id=document.article_id,
        source_language=document.language,
        target_language=target,
        title=title,
        text=text,
        sentences=sentences,
        packages=packages,
    )


def _timed(
    translations: Sequence[Translation], documents: Sequence[Document], seconds: float
) -> tuple[Translation, ...]:
    lengths = [len(document.title) + len(document.text) for document in documents]
    each = seconds / max(1, sum(lengths))
    return tuple(
        replace(translation, seconds=each * length) for translation, length in zip(translations, lengths, strict=True)
    )
