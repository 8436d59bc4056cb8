"""How fast and how well: our engine beside Argos Translate's way of calling the same model, in one run.

    python benchmarks/translate.py [--articles 60] [--threads 2] [--json PATH]

The text is FLORES-200 dev (French, English references) from `../shared/data` or $MONITOR_SHARED, three lines to an
article; the model is the small one that ships with the program. The sides, all in this process, one after another:

    argos pattern   what `argostranslate.translate.translate()` (1.11) does with a text: each line by itself, beam 4,
                    batches of 32 tokens, length penalty 0.2. Its own sentence splitter downloads a model, so
                    sentencex stands in for it. Reproduced, not called: the module needs PyTorch. Measured with
                    one thread and with --threads (Argos's default is one for each core): where cores are shared,
                    several threads waiting for one another on a small model can be far slower than one. Ratios
                    are to the faster of the two.
    ours, beam N    `monitor.translate.engine.translate` with its default settings, checks and retries included
    ceiling, beam N CTranslate2 alone on the same sentences, already tokenised, in its own sorted token batches

Ratios from one run mean something on a busy machine; the rates themselves do not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import ctranslate2

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from argos_packages import SMALL  # noqa: E402
from chrf import chrf  # noqa: E402

from monitor.config import TranslationSettings  # noqa: E402
from monitor.models import Document  # noqa: E402
from monitor.translate.argos import ArgosPackage  # noqa: E402
from monitor.translate.engine import translate  # noqa: E402
from monitor.translate.install import install  # noqa: E402
from monitor.translate.packages import Package  # noqa: E402
from monitor.translate.sentences import split  # noqa: E402

LINES = 3  # in an article


@dataclass(frozen=True)
class Result:
    """One side: seconds for the whole text, its sentences, and its lines in English."""

    name: str
    seconds: float
    sentences: int
    lines: Sequence[str]
    unverified: int | None = None

    def row(self, base: Result, references: Sequence[str]) -> dict[str, object]:
        rate = self.sentences / self.seconds
        return {
            "name": self.name,
            "sentences_per_second": round(rate, 1),
            "ratio": round(rate / (base.sentences / base.seconds), 2),
            "chrf": round(chrf(self.lines, references), 1) if self.lines else None,
            "unverified": self.unverified,
        }


def corpus(articles: int) -> tuple[list[str], list[str]]:
    """French lines and their English references."""
    shared = Path(os.environ.get("MONITOR_SHARED", ROOT.parent / "shared"))
    lines = (shared / "data" / "parallel-flores-dev-fr.tsv").read_text("utf-8").splitlines()[: articles * LINES]
    pairs = [line.split("\t")[:2] for line in lines]
    return [french for french, _ in pairs], [english for _, english in pairs]


def argos_pattern(package: Package, lines: Sequence[str], threads: int) -> Result:
    """Line by line, as `PackageTranslation.hypotheses` and `apply_packaged_translation` do."""
    tokenizer = ArgosPackage(package.path).tokenizer
    translator = ctranslate2.Translator(
        str(package.path / "model"), compute_type="auto", inter_threads=1, intra_threads=threads
    )
    _argos_line(translator, tokenizer, "Bonjour.")
    done: list[str] = []
    sentences = 0
    started = time.perf_counter()
    for line in lines:
        text, count = _argos_line(translator, tokenizer, line)
        done.append(text)
        sentences += count
    return Result(
        f"argos pattern, {threads} thread{'s' if threads > 1 else ''}", time.perf_counter() - started, sentences, done
    )


def _argos_line(translator: ctranslate2.Translator, tokenizer: object, line: str) -> tuple[str, int]:
    tokenized = [tokenizer.encode(sentence.source) for sentence in split("", line, "fr")]  # type: ignore[attr-defined]
    results = translator.translate_batch(
        tokenized,
        replace_unknowns=True,
        max_batch_size=32,
        batch_type="tokens",
        beam_size=4,
        num_hypotheses=1,
        length_penalty=0.2,
        return_scores=True,
    )
    pieces = [piece for result in results for piece in result.hypotheses[0]]
    return tokenizer.decode(pieces), len(tokenized)  # type: ignore[attr-defined]


def ours(package: Package, lines: Sequence[str], settings: TranslationSettings) -> Result:
    """Articles of three lines through the engine, the package loaded beforehand."""
    documents = tuple(
        Document(article_id=at, language="fr", title="", text="\n".join(lines[at : at + LINES]))
        for at in range(0, len(lines), LINES)
    )
    translate(documents[:1], (package,), "en", settings)
    started = time.perf_counter()
    done = translate(documents, (package,), "en", settings)
    seconds = time.perf_counter() - started
    sentences = [sentence for translation in done for sentence in translation.sentences]
    return Result(
        f"ours, beam {settings.beam}",
        seconds,
        len(sentences),
        [line for translation in done for line in translation.text.split("\n")],
        sum(sentence.unverified is not None for sentence in sentences),
    )


def ceiling(package: Package, lines: Sequence[str], beam: int, threads: int, tokens: int) -> Result:
    """CTranslate2's best on these sentences: one call, its own sorting, no decoding to text."""
    tokenizer = ArgosPackage(package.path).tokenizer
    tokenized = [tokenizer.encode(s.source.replace("’", "'")) for line in lines for s in split("", line, "fr")]
    translator = ctranslate2.Translator(str(package.path / "model"), inter_threads=threads, intra_threads=1)
    translator.translate_batch(tokenized[:1])
    started = time.perf_counter()
    translator.translate_batch(tokenized, beam_size=beam, max_batch_size=tokens, batch_type="tokens")
    return Result(f"ceiling, beam {beam}", time.perf_counter() - started, len(tokenized), ())


def show(rows: Sequence[dict[str, object]]) -> None:
    print(f"{'':24}{'sentences/s':>12}{'ratio':>8}{'chrF':>8}{'unverified':>12}")
    for row in rows:
        chrf_, marked = ("–" if row[key] is None else row[key] for key in ("chrf", "unverified"))
        print(f"{row['name']:24}{row['sentences_per_second']:>12}{row['ratio']:>8}{chrf_:>8}{marked:>12}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    lines, references = corpus(options.articles)
    settings = TranslationSettings(threads=options.threads)
    with tempfile.TemporaryDirectory() as folder:
        package = install(SMALL, Path(folder))
        sides: list[Callable[[], Result]] = [
            lambda threads=threads: argos_pattern(package, lines, threads)  # type: ignore[misc]
            for threads in sorted({1, options.threads})
        ]
        for beam in (1, 2, 4):
            sides.append(lambda beam=beam: ours(package, lines, replace(settings, beam=beam)))  # type: ignore[misc]
            sides.append(lambda beam=beam: ceiling(package, lines, beam, options.threads, settings.batch_tokens))  # type: ignore[misc]
        results = [side() for side in sides]
    argos = [result for result in results if result.name.startswith("argos")]
    fastest = min(argos, key=lambda result: result.seconds)
    rows = [result.row(fastest, references) for result in results]
    show(rows)
    if options.json:
        options.json.write_text(
            json.dumps({"package": package.name, "threads": options.threads, "rows": rows}, indent=2)
        )


if __name__ == "__main__":
    main()
