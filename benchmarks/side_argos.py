"""One side of `translate.py`: the real `argostranslate.translate.translate()`, in an environment of its own.

Runs with the Python of that environment, so it may import nothing of ours. The only thing replaced is the sentence
splitter, which would download a model: the sentences of each paragraph are given, the same as all sides get.

Lines of JSON come in and go out: first {"sentences": {paragraph: [sentence, …]}}, answered with the versions; then
{"articles": [text, …], "limit": seconds}, answered with what `translate_sides.Pass` holds. No article is begun
after the limit.
"""

import importlib.metadata
import json
import sys
import time
from pathlib import Path
from typing import ClassVar

from argostranslate import translate


class GivenSentences:
    """In place of `argostranslate.sbd.MiniSBDSentencizer`."""

    sentences: ClassVar[dict[str, list[str]]] = {}

    def __init__(self, package: object) -> None:
        self.package = package

    def split_sentences(self, text: str) -> list[str]:
        return self.sentences[text]


def peak_kib() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def run(articles: list[str], limit: float) -> dict[str, object]:
    lines: list[str] = []
    done = 0
    started = time.perf_counter()
    for text in articles:
        lines += translate.translate(text, "fr", "en").split("\n")
        done += sum(len(GivenSentences.sentences[paragraph]) for paragraph in text.split("\n"))
        if time.perf_counter() - started > limit:
            break
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "sentences": done, "lines": lines, "peak_kib": peak_kib()}


def main() -> None:
    translate.MiniSBDSentencizer = GivenSentences
    GivenSentences.sentences = json.loads(sys.stdin.readline())["sentences"]
    versions = {name: importlib.metadata.version(name) for name in ("argostranslate", "ctranslate2", "torch")}
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(run(request["articles"], request["limit"])), flush=True)


if __name__ == "__main__":
    main()
