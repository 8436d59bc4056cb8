"""A loaded package: its tokenizer and its CTranslate2 model, behind one function from texts to texts.

Encoding and decoding do what `argostranslate.translate.apply_packaged_translation` (1.11) does, target
prefix included. Batching is ours: sentences of like length together, several batches at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import ctranslate2

from monitor.config import TranslationSettings
from monitor.errors import PackageError, TranslateError
from monitor.translate import manifest
from monitor.translate.argos import ArgosPackage
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
    batch_tokens: int
    no_repeat: int = 0


@dataclass(frozen=True, slots=True)
class Output:
    """What the model made of a text. `problem` is what can be seen from inside, else None."""

    text: str
    problem: str | None = None


class Model:
    """A package in memory. Get one with `load`."""

    def __init__(self, path: Path, device: str, compute_type: str, threads: int) -> None:
        argos = ArgosPackage(path)
        self.name = path.name
        self._tokenizer = argos.tokenizer
        self._prefix: str = argos.target_prefix
        # One thread for each of several batches: four times as fast as two threads for one batch on two shared cores.
        self._translator = ctranslate2.Translator(
            str(path / "model"), device=device, compute_type=compute_type, inter_threads=threads, intra_threads=1
        )

    def translate(self, texts: Sequence[str], search: Search) -> list[Output]:
        """One output for each text, in order. Raises TranslateError when CTranslate2 fails."""
        tokens = [self._tokenizer.encode(text.translate(_PLAIN)) for text in texts]
        outputs = [_skipped(text, pieces) for text, pieces in zip(texts, tokens, strict=True)]
        try:
            # All batches are queued before the first is waited for; CTranslate2 blocks when there are many.
            running = [(batch, self._start(batch, tokens, search)) for batch in _batches(tokens, search.batch_tokens)]
            for batch, results in running:
                for index, result in zip(batch, results, strict=True):
                    outputs[index] = self._output(result.result().hypotheses[0], len(tokens[index]))
        except RuntimeError as error:
            raise TranslateError(f"{self.name}: CTranslate2 failed ({error}).") from error
        return outputs

    def _start(
        self, batch: Sequence[int], tokens: Sequence[list[str]], search: Search
    ) -> list[ctranslate2.AsyncTranslationResult]:
        started: list[ctranslate2.AsyncTranslationResult] = self._translator.translate_batch(
            [tokens[index] for index in batch],
            target_prefix=[[self._prefix]] * len(batch) if self._prefix else None,
            beam_size=search.beam,
            no_repeat_ngram_size=search.no_repeat,
            max_input_length=0,
            max_decoding_length=max(_longest_output(len(tokens[index])) for index in batch),
            replace_unknowns=True,
            asynchronous=True,
        )
        return started

    def _output(self, pieces: list[str], source_length: int) -> Output:
        text = self._tokenizer.decode(pieces)
        if self._prefix:
            text = text.removeprefix(self._prefix)
        cut = len(pieces) >= _longest_output(source_length)
        return Output(text.strip(), "did not come to an end" if cut else None)


def load(package: Package, settings: TranslationSettings) -> Model:
    """The package in memory, every file verified against its manifest before it was read.

    A process keeps the two used last (what a pivot needs), since loading takes longer than a short
    article: the only thing this room remembers. A package that was replaced is loaded anew.

    Raises PackageError when a file is not as installed, or CTranslate2 cannot use it.
    """
    installed = manifest.read(package.path)
    if installed is None:
        raise PackageError(
            f"{package.name}: has no valid manifest, so it cannot be verified. "
            "Install it from its file: monitor models install FILE."
        )
    compute_type = "default" if settings.compute_type == "auto" else settings.compute_type
    threads = settings.threads or len(os.sched_getaffinity(0))
    return _load(package.path, installed.digest, settings.device, compute_type, threads)


@lru_cache(maxsize=2)
def _load(path: Path, digest: str, device: str, compute_type: str, threads: int) -> Model:
    for file, what in manifest.differences(path, hashes=True):
        raise PackageError(f"{path.name}: {file} {what}. Install it again: monitor models install.")
    try:
        return Model(path, device, compute_type, threads)
    except (RuntimeError, ValueError, OSError) as error:
        raise PackageError(
            f"{path.name}: CTranslate2 cannot load it with device {device}, compute type {compute_type} ({error})."
        ) from error


def _skipped(text: str, pieces: list[str]) -> Output:
    """What stands for a text that is not sent to the model; overwritten for those that are."""
    return Output(text, f"too long for the model ({len(pieces)} tokens), left as it was" if pieces else None)


def _batches(tokens: Sequence[list[str]], budget: int) -> Iterator[list[int]]:
    """Indices of like length together, longest first, at most `budget` tokens a batch, padding counted."""
    batch: list[int] = []
    for index in sorted(range(len(tokens)), key=lambda index: -len(tokens[index])):
        if not 0 < len(tokens[index]) <= MAX_TOKENS:
            continue
        if batch and len(tokens[batch[0]]) * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _longest_output(source_length: int) -> int:
    """Tokens after which a translation is taken for a loop: real ones rarely have twice the source's."""
    return min(3 * source_length + 16, MAX_TOKENS)
