"""How fast, how well and in how much memory: our engine beside the real Argos Translate and CTranslate2's ceiling.

    uv run benchmarks/translate.py [--model small|synthetic|both] [--articles 100] [--rounds 5] [--json FILE]
                                   [--argos-env DIR]

The text is FLORES-200 dev (French, English references) from `../shared/data` or $MONITOR_SHARED, three lines to an
article. The models: the small one that ships with the program, and a synthetic one of the shape of real packages
(`tests/synthetic_model.py`), which gets a quarter of the articles. Every side is a process of its own. They take turns,
one round each, so that whatever else the machine does hits all of them alike; rates are medians of the rounds,
ratios medians of the rounds' ratios. The sides:

    argos           the real `argostranslate.translate.translate()`, article by article, installed with its full
                    dependencies into a throw-away environment (or one kept with --argos-env). Only its sentence
                    splitter is replaced, by one that is given our sentences: it would download a model. With its
                    default threads, with one thread, and with one a core. A round gets its share of the articles,
                    so that all rounds together do the whole text, and ends after LIMIT seconds at the latest.
                    Where it cannot be installed, its call pattern reproduced, named "argos pattern".
    ours, daemon    as the daemon runs it: `run/translator.py` through its child processes (which run at a lower
                    priority), checks and retries included, without the translation memory
    ours, first     the same engine in one process, without the retries: split, translate, examine, assemble
    ceiling         CTranslate2 alone, the same tokens sorted by length, in batches of several sizes

A synthetic model's output is noise: it has no chrF, all its sentences fail the checks and would be tried again, so
only first passes are compared, and the daemon's child is run once, for its memory.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import argos_env  # noqa: E402
import synthetic_model  # noqa: E402
from argos_packages import SMALL  # noqa: E402
from chrf import chrf  # noqa: E402
from translate_sides import Daemon, Side, argos, model  # noqa: E402
from translate_table import Row, best, show, show_beams, show_verdicts, verdicts  # noqa: E402

from monitor.config import TranslationSettings  # noqa: E402
from monitor.translate import machine  # noqa: E402
from monitor.translate.install import install  # noqa: E402
from monitor.translate.packages import Package  # noqa: E402
from monitor.translate.sentences import split  # noqa: E402

LINES = 3  # in an article
BEAMS = (1, 2, 4)
SIZES = (256, 512, 1024, 2048)  # tokens of a batch of the ceiling
LIMIT = 4.0  # seconds of one round of Argos
SYNTHETIC_SHARE = 4  # one in so many articles
SYNTHETIC_MEMORY = 12  # articles for the daemon's child

Sides = list[tuple[Row, Side]]


@dataclass(frozen=True)
class Text:
    """The articles, each LINES lines, and the references line by line."""

    articles: Sequence[str]
    references: Sequence[str]

    def first(self, articles: int) -> Text:
        return Text(self.articles[:articles], self.references[: articles * LINES])


def corpus() -> Text:
    shared = Path(os.environ.get("MONITOR_SHARED", ROOT.parent / "shared"))
    rows = (shared / "data" / "parallel-flores-dev-fr.tsv").read_text("utf-8").splitlines()
    french, english = zip(*(row.split("\t")[:2] for row in rows), strict=True)
    return Text(articles(french), english)


def sides(stack: ExitStack, python: Path | None, archive: Path, package: Package, text: Text) -> Sides:
    """All of them, loaded. The first is Argos with its default settings."""
    cores = len(os.sched_getaffinity(0))
    sentences = {line: [s.source for s in split("", line, "fr")] for text in text.articles for line in text.split("\n")}
    found: Sides = []
    for threads in sorted({0, 1, cores}):
        side = argos(stack, python, archive, package, sentences, threads)
        found.append((Row(side.name, "argos"), side))
    for beam in BEAMS:
        daemon = Daemon(stack, package, beam)
        first = model(stack, f"ours, beam {beam}, first pass", side="first", package=package, beam=beam)
        found += [(Row(daemon.name, "daemon", beam), daemon), (Row(first.name, "first", beam), first)]
        for size in SIZES:
            name = f"ceiling, beam {beam}, {size} tokens"
            side = model(stack, name, side="ceiling", package=package, beam=beam, tokens=size, threads=cores)
            found.append((Row(name, "ceiling", beam, size), side))
    return found


def quality(found: Sides, text: Text) -> Mapping[str, str]:
    """Everything once: chrF, and the memory that takes. Returns Argos's translation of each article.

    Argos with one thread stands for all of Argos, whose rounds are compared with it afterwards. One batch size
    stands for the ceiling.
    """
    said: dict[str, str] = {}
    for row, side in found:
        if (row.kind == "argos" and "1 thread" not in row.name) or (row.kind == "ceiling" and row.size != SIZES[1]):
            continue
        done = side.run(text.articles)
        row.chrf = chrf(done.lines, text.references)
        row.peak_kib = done.peak_kib
        if done.unverified is not None:
            row.unverified = f"{done.unverified} of {done.sentences}"
        if row.kind == "argos":
            said = dict(zip(text.articles, articles(done.lines), strict=True))
    for row, _ in found:
        like = [r.chrf for r, _ in found if (r.kind, r.beam) == (row.kind, row.beam) and r.chrf is not None]
        row.chrf = like[0]
    return said


def articles(lines: Sequence[str]) -> list[str]:
    """Lines put together as in the corpus."""
    return ["\n".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES)]


def rounds(found: Sides, text: Text, count: int, said: Mapping[str, str] | None = None) -> None:
    """All sides in turn, `count` times, after one warming up that also leaves the ceiling its two best batch sizes.

    What Argos says is compared with what it `said` with one thread.
    """
    warm: dict[int, list[tuple[float, int]]] = {}
    for row, side in found:
        done = side.run(text.articles[:: count if row.kind == "argos" else 1], LIMIT / 2)
        if row.kind == "ceiling":
            warm.setdefault(row.beam, []).append((done.rate, row.size))
    kept = {(beam, size) for beam, some in warm.items() for _, size in sorted(some)[-2:]}
    found[:] = [(row, side) for row, side in found if row.kind != "ceiling" or (row.beam, row.size) in kept]
    for number in range(count):
        print(f"round {number + 1} of {count}", file=sys.stderr)
        for row, side in found:
            part = text.articles[number::count] if row.kind == "argos" else text.articles
            done = side.run(part, LIMIT)
            row.rates.append(done.rate)
            if row.kind == "argos" and said is not None:
                pairs = zip(part, articles(done.lines), strict=False)
                row.otherwise += sum(said[article] != english for article, english in pairs)
            row.peak_kib = max(row.peak_kib, done.peak_kib)


def small(
    stack: ExitStack, folder: Path, python: Path | None, text: Text, options: argparse.Namespace
) -> dict[str, object]:
    package = install(SMALL, folder)
    found = sides(stack, python, SMALL, package, text)
    said = quality(found, text)
    rounds(found, text.first(options.articles), options.rounds, said)
    return report("Small model", package, found, lines=len(text.references))


def synthetic(
    stack: ExitStack, folder: Path, python: Path | None, text: Text, options: argparse.Namespace
) -> dict[str, object]:
    archive = synthetic_model.build(folder / "synthetic.argosmodel")
    (folder / "packages").mkdir()
    package = install(archive, folder / "packages")
    text = text.first(max(SYNTHETIC_MEMORY, options.articles // SYNTHETIC_SHARE))
    found = sides(stack, python, archive, package, text)
    daemons = [(row, side) for row, side in found if row.kind == "daemon"]
    for row, side in daemons:
        row.peak_kib = side.run(text.articles[:SYNTHETIC_MEMORY]).peak_kib
    compared = [one for one in found if one not in daemons]
    rounds(compared, text, options.rounds)
    return report("Synthetic model", package, compared + daemons)


def report(title: str, package: Package, found: Sides, lines: int = 0) -> dict[str, object]:
    """Print it, and give it as plain values."""
    rows = [row for row, _ in found]
    beam = machine.here(TranslationSettings()).beam
    print(f"\n## {title}\n")
    fast = {id(best(rows, "ceiling", beam)) for beam in BEAMS}
    show([row for row in rows if row.kind != "ceiling" or id(row) in fast], package.size_bytes)
    judged = verdicts(rows, beam, package.size_bytes)
    show_verdicts(judged)
    if lines:
        otherwise = {row.name: row.otherwise for row in rows if row.kind == "argos"}
        print(f"\nArticles that came out otherwise than with one thread: {otherwise}.")
        show_beams(rows, beam, lines)
    return {
        "package bytes": package.size_bytes,
        "rows": [asdict(row) for row in rows],
        "targets": [{"target": target, "value": value, "met": met} for target, value, met in judged],
        "versions": {row.name: dict(side.versions) for row, side in found if side.versions},
    }


def argos_python(stack: ExitStack, kept: Path | None) -> Path | None:
    folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="argos-env-")))
    try:
        return argos_env.ready(folder)
    except argos_env.UnavailableError as error:
        print(f"Argos Translate cannot be installed here ({error}): its call pattern stands in.", file=sys.stderr)
        return None


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", choices=("small", "synthetic", "both"), default="both")
    parser.add_argument(
        "--articles", type=int, default=100, help="three lines each; the synthetic model gets a quarter"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--argos-env", type=Path, help="environment with Argos Translate; made there when it is not")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def main() -> None:
    options = parsed()
    text = corpus()
    models = {"small": small, "synthetic": synthetic}
    chosen = models if options.model == "both" else {options.model: models[options.model]}
    cores = len(os.sched_getaffinity(0))
    done: dict[str, object] = {"cores": cores, "machine": platform.machine(), "plan": str(machine.here(_DEFAULT))}
    with ExitStack() as whole:
        python = argos_python(whole, options.argos_env)
        started = time.monotonic()
        print(f"{cores} cores; ours by default: {done['plan']}; medians of {options.rounds} rounds")
        for name, measure in chosen.items():
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="monitor-benchmark-")))
                done[name] = measure(stack, folder, python, text, options)
        print(f"\n{time.monotonic() - started:.0f} s, installing left out.")
    if options.json:
        options.json.write_text(json.dumps(done, indent=2, ensure_ascii=False))


_DEFAULT = TranslationSettings()

if __name__ == "__main__":
    main()
