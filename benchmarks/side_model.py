"""Sides of `translate.py` that run in a Python process like the daemon's translating child, one side a process.

    first     our engine without its retries: sentences split, translated, examined, assembled
    ceiling   CTranslate2 alone: the same tokens sorted by length, its own batches of so many tokens, no text made
    pattern   Argos's way of calling CTranslate2, reproduced: for where the real Argos Translate cannot be installed

Lines of JSON as for `side_argos.py`; the first one holds side, package, beam, tokens and threads.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import ctranslate2  # noqa: E402
from translations import translate  # noqa: E402

import monitor.run.child  # noqa: E402, F401 - what the daemon's child has in memory too
from monitor.config import TranslationSettings  # noqa: E402
from monitor.models import Document  # noqa: E402
from monitor.translate import engine, packages  # noqa: E402
from monitor.translate.argos import ArgosPackage  # noqa: E402
from monitor.translate.model import _PLAIN  # noqa: E402
from monitor.translate.packages import Package  # noqa: E402
from monitor.translate.sentences import split  # noqa: E402

Run = Callable[[list[str], float], tuple[float, int, list[str]]]  # seconds, sentences, lines in English


def first(package: Package, options: dict[str, Any]) -> Run:
    engine._attempts = lambda *_: ()  # type: ignore[assignment] - the ceiling knows no retries
    settings = TranslationSettings(beam=options["beam"])

    def run(articles: list[str], _: float) -> tuple[float, int, list[str]]:
        documents = [Document(article_id=n, language="fr", title="", text=text) for n, text in enumerate(articles)]
        started = time.perf_counter()
        done = translate(documents, (package,), "en", settings)
        seconds = time.perf_counter() - started
        count = sum(len(translation.sentences) for translation in done)
        return seconds, count, [line for translation in done for line in translation.text.split("\n")]

    return run


def ceiling(package: Package, options: dict[str, Any]) -> Run:
    tokenizer = ArgosPackage(package.path).tokenizer
    translator = ctranslate2.Translator(
        str(package.path / "model"), compute_type="auto", inter_threads=options["threads"], intra_threads=1
    )

    def run(articles: list[str], _: float) -> tuple[float, int, list[str]]:
        lines = [[s.source for s in split("", line, "fr")] for text in articles for line in text.split("\n")]
        tokens = {one: tokenizer.encode(one.translate(_PLAIN)) for line in lines for one in line}
        order = sorted(tokens, key=lambda one: -len(tokens[one]))
        started = time.perf_counter()
        results = translator.translate_batch(
            [tokens[one] for one in order],
            beam_size=options["beam"],
            max_batch_size=options["tokens"],
            batch_type="tokens",
            max_decoding_length=500,
        )
        seconds = time.perf_counter() - started
        said = {one: tokenizer.decode(result.hypotheses[0]) for one, result in zip(order, results, strict=True)}
        return seconds, sum(map(len, lines)), [" ".join(said[one].strip() for one in line) for line in lines]

    return run


def pattern(package: Package, options: dict[str, Any]) -> Run:
    """`PackageTranslation.hypotheses` and `apply_packaged_translation` of argostranslate 1.11, line by line."""
    tokenizer = ArgosPackage(package.path).tokenizer
    translator = ctranslate2.Translator(
        str(package.path / "model"), compute_type="auto", inter_threads=1, intra_threads=options["threads"]
    )

    def line_of(sentences: list[str]) -> str:
        results = translator.translate_batch(
            [tokenizer.encode(sentence) for sentence in sentences],
            replace_unknowns=True,
            max_batch_size=32,
            batch_type="tokens",
            beam_size=4,
            num_hypotheses=1,
            length_penalty=0.2,
            return_scores=True,
        )
        pieces = [piece for result in results for piece in result.hypotheses[0]]
        return str(tokenizer.decode(pieces)).removeprefix(" ")

    def run(articles: list[str], limit: float) -> tuple[float, int, list[str]]:
        split_up = [[[s.source for s in split("", line, "fr")] for line in text.split("\n")] for text in articles]
        done: list[str] = []
        count = 0
        started = time.perf_counter()
        for article in split_up:
            done += [line_of(sentences) for sentences in article]
            count += sum(map(len, article))
            if time.perf_counter() - started > limit:
                break
        return time.perf_counter() - started, count, done

    return run


SIDES = {"first": first, "ceiling": ceiling, "pattern": pattern}


def peak_kib(process: str = "self") -> int:
    """The most memory a process has had, VmHWM of proc(5)."""
    lines = Path("/proc", process, "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def main() -> None:
    options = json.loads(sys.stdin.readline())
    package = packages.read(Path(options["package"]))
    assert package is not None
    run = SIDES[options["side"]](package, options)
    print(json.dumps({"ctranslate2": ctranslate2.__version__}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        seconds, count, lines = run(request["articles"], request["limit"])
        answer = {"seconds": seconds, "sentences": count, "lines": lines, "peak_kib": peak_kib()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
