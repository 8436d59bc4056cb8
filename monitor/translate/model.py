"""A loaded package: its tokenizer and its CTranslate2 model, behind one function from texts to texts.

Encoding and decoding do what `argostranslate.translate.apply_packaged_translation` (1.11) does, target
prefix included. Batching is ours: sentences of like length together, several batches at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ctranslate2

from monitor.config import TranslationSettings
from monitor.errors import PackageError, TranslateError
from monitor.translate import machine, manifest
from monitor.translate.argos import ArgosPackage
from monitor.translate.batches import batches
from monitor.translate.judging import Rendering
from monitor.translate.machine import Plan
from monitor.translate.packages import Package

MAX_TOKENS = 500
"""Longest input and output in tokens: many models know 512 positions, and CTranslate2 fails beyond them. A
sentence at the limit of `sentences` has about 130 in a language the package knows."""

# Punctuation as the training text of most models has it, after Moses' normalize-punctuation.perl.
# On FLORES-200 dev (fr-en, 300 sentences) this is worth half a point of chrF to the small model.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How hard to look. `no_repeat` forbids any run of that many tokens to come twice; 0 forbids nothing."""

    beam: int
    no_repeat: int = 0


class Model:
    """A package in memory. Get one with `load`."""

    def __init__(self, path: Path, plan: Plan) -> None:
        argos = ArgosPackage(path)
        self.name = path.name
        self._plan = plan
        self._tokenizer = argos.tokenizer
        self._prefix: str = argos.target_prefix
        self._translator = ctranslate2.Translator(
            str(path / "model"),
            device=plan.device,
            compute_type=plan.compute_type,
            inter_threads=plan.threads,
            intra_threads=1,
        )

    def translate(self, texts: Sequence[str], search: Search) -> Iterator[tuple[int, Rendering]]:
        """(index of a text, what became of it), in the order in which batches are done; each text once.

        While the caller looks at one batch the next are being translated. Raises TranslateError when
        CTranslate2 fails.
        """
        tokens = [self._tokenizer.encode(text.translate(_PLAIN)) for text in texts]
        lengths = [len(pieces) if len(pieces) <= MAX_TOKENS else 0 for pieces in tokens]
        yield from ((i, Rendering(text, read=not tokens[i])) for i, text in enumerate(texts) if not lengths[i])
        try:
            # All batches are queued before the first is waited for; CTranslate2 blocks when there are many.
            for batch, results in self._started(tokens, lengths, search):
                for index, result in zip(batch, results, strict=True):
                    yield index, self._rendering(result.result(), lengths[index])
        except RuntimeError as error:
            raise TranslateError(f"{self.name}: CTranslate2 failed ({error}).") from error

    def _started(
        self, tokens: Sequence[list[str]], lengths: Sequence[int], search: Search
    ) -> list[tuple[list[int], list[ctranslate2.AsyncTranslationResult]]]:
        return [
            (batch, self._start([tokens[index] for index in batch], search))
            for batch in batches(lengths, self._plan.tokens(search.beam), self._plan.threads)
        ]

    def _start(self, tokens: Sequence[list[str]], search: Search) -> list[ctranslate2.AsyncTranslationResult]:
        started: list[ctranslate2.AsyncTranslationResult] = self._translator.translate_batch(
            tokens,
            target_prefix=[[self._prefix]] * len(tokens) if self._prefix else None,
            beam_size=search.beam,
            no_repeat_ngram_size=search.no_repeat,
            max_input_length=0,
            max_decoding_length=max(_longest_output(len(pieces)) for pieces in tokens),
            replace_unknowns=True,
            return_scores=True,
            asynchronous=True,
        )
        return started

    def _rendering(self, result: ctranslate2.TranslationResult, source_length: int) -> Rendering:
        pieces = result.hypotheses[0]
        text = self._tokenizer.decode(pieces)
        if self._prefix:
            text = text.removeprefix(self._prefix)
        # With the default length penalty the score is the mean log-probability of a token.
        score = math.exp(min(0.0, result.scores[0]))
        return Rendering(text.strip(), score, ended=len(pieces) < _longest_output(source_length))


def load(package: Package, settings: TranslationSettings) -> Model:
    """The package in memory, every file verified against its manifest before it was read.

    A process keeps the two used last (what a pivot needs), since loading takes longer than a short
    article: the only thing this room remembers. A package that was replaced is loaded anew.

    Raises PackageError when a file is not as installed, or CTranslate2 cannot use it, TranslateError when a GPU has
    no room for it now.
    """
    installed = manifest.read(package.path, package.manifest_path)
    if installed is None:
        raise PackageError(
            f"{package.name}: has no valid manifest, so it cannot be verified. "
            "Install it from its file: monitor models install FILE.",
            package=package.name,
        )
    return _load(package.path, package.manifest_path, installed.digest, machine.here(settings, package.size_bytes))


@lru_cache(maxsize=2)
def _load(path: Path, manifest_path: Path | None, digest: str, plan: Plan) -> Model:
    for file, what in manifest.differences(path, manifest_path, hashes=True):
        remedy = "Install it again: monitor models install."
        if manifest_path:
            remedy = f"If that was meant: monitor models adopt {path.name}."
        raise PackageError(f"{path.name}: {file} {what}. {remedy}", package=path.name)
    try:
        return Model(path, plan)
    except (RuntimeError, ValueError, OSError) as error:
        if "out of memory" in str(error):  # of a GPU that another program fills for now: the package is sound
            raise TranslateError(f"{path.name}: there is no memory to load it on {plan.device} ({error}).") from error
        raise PackageError(
            f"{path.name}: CTranslate2 cannot load it with device {plan.device}, compute type {plan.compute_type} "
            f"({error}).",
            package=path.name,
        ) from error


def _longest_output(source_length: int) -> int:
    """Tokens after which a translation is taken for a loop: real ones rarely have twice the source's."""
    return min(3 * source_length + 16, MAX_TOKENS)
