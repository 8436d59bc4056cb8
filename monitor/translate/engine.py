"""From sentences to outputs: all of them at once, each examined, what fails tried again in other ways.

    Wanted ──pin──▶ text ──model(s)──▶ rendering ──settle──▶ text ──examine──▶ Output
                                                     ▲                      │ doubts
                     wider search · in parts · another route ◀──────────────┘

This runs in a child process without network. A package or a sentence that makes CTranslate2 crash kills
that child; the caller then hands the sentences in by halves to find the one to blame. Nothing is kept
between calls but the loaded packages (`model.load`), so a call can be repeated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.config import TranslationSettings
from monitor.errors import TranslateError
from monitor.models import Output, Wanted
from monitor.translate import glossary, machine
from monitor.translate.judging import Rendering, badness, judge
from monitor.translate.model import Model, Search, load
from monitor.translate.packages import Package
from monitor.translate.sentences import parts

RETRY_BEAM = 4  # Argos's own; a failed sentence is worth the wait
RETRY_NO_REPEAT = 3  # tokens; breaks loops, and would mangle good sentences if it were always on

Route = tuple[Package, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What came of a call: an output for each sentence, in order."""

    outputs: tuple[Output, ...]
    retried: int = 0  # sentences that were tried again
    loading: float = 0.0  # seconds until the packages were in memory
    seconds: float = 0.0  # in all


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What stays the same for all sentences of a call."""

    models: tuple[Model, ...]
    source: str
    target: str
    search: Search


def outputs(
    wanted: tuple[Wanted, ...],
    routes: tuple[Route, ...],
    target: str,
    settings: TranslationSettings,
    clock: Callable[[], float] = time.perf_counter,
) -> Batch:
    """Translate sentences of one language along the first of `routes` into `target`, an Argos code.

    A sentence that fails the checks is tried again: with a wider search that may not repeat itself, in parts,
    and along the second route. The attempt with the fewest doubts is kept, the earliest of equals.

    Raises TranslateError without a route or when CTranslate2 fails, PackageError when a package is damaged.
    """
    if not routes or not routes[0]:
        raise TranslateError(f"No package leads to {target}. See what there is: monitor models list.", permanent=True)
    started = clock()
    beam = machine.here(settings).beam
    job = _job(routes[0], target, settings, Search(beam=beam))
    loaded = clock()
    found = first(wanted, job)
    doubtful = [index for index, output in enumerate(found) if output.doubts]
    for attempt in _attempts(job, routes[1:2], settings):
        failed = [index for index in doubtful if found[index].doubts]
        for index, output in zip(failed, attempt([wanted[index] for index in failed]), strict=True):
            found[index] = min(found[index], output, key=badness)
    return Batch(outputs=tuple(found), retried=len(doubtful), loading=loaded - started, seconds=clock() - started)


def _job(route: Route, target: str, settings: TranslationSettings, search: Search) -> _Job:
    models = tuple(load(package, settings) for package in route)
    return _Job(models=models, source=route[0].source, target=target, search=search)


def first(wanted: Sequence[Wanted], job: _Job) -> list[Output]:
    """Every sentence once, examined as it comes."""
    found: dict[int, Output] = {}
    for index, rendering in _render([glossary.pin(one.source, one.pinned) for one in wanted], job):
        found[index] = judge(wanted[index], rendering, job.source, job.target)
    return [found[index] for index in range(len(wanted))]


def _attempts(
    job: _Job, others: Sequence[Route], settings: TranslationSettings
) -> Iterator[Callable[[Sequence[Wanted]], Sequence[Output]]]:
    """Ways to try again, cheapest first. Another route is loaded only when something is left for it."""
    wider = replace(job, search=Search(beam=max(RETRY_BEAM, job.search.beam), no_repeat=RETRY_NO_REPEAT))
    yield lambda wanted: first(wanted, wider)
    yield lambda wanted: _in_parts(wanted, wider)
    for route in others:
        yield lambda wanted, route=route: (  # type: ignore[misc]
            first(wanted, _job(route, job.target, settings, wider.search)) if wanted else []
        )


def _in_parts(wanted: Sequence[Wanted], job: _Job) -> list[Output]:
    """Sentences cut at a clause mark, each part by itself: a short input is rarely dropped or looped over."""
    cut = [parts(glossary.pin(one.source, one.pinned)) for one in wanted]
    pieces = [part for some in cut for part in some]
    rendered = dict(_render(pieces, job))
    at = 0
    found: list[Output] = []
    for one, some in zip(wanted, cut, strict=True):
        whole = _joined([rendered[index] for index in range(at, at + len(some))])
        at += len(some)
        found.append(judge(one, whole, job.source, job.target))
    return found


def _joined(renderings: Sequence[Rendering]) -> Rendering:
    """Parts as one; the least certain of them decides. One of which nothing came out leaves nothing of the whole."""
    texts = [rendering.text for rendering in renderings]
    return Rendering(
        " ".join(texts) if all(texts) else "",
        min(rendering.score or 0.0 for rendering in renderings),
        ended=all(rendering.ended for rendering in renderings),
        read=all(rendering.read for rendering in renderings),
    )


def _render(texts: Sequence[str], job: _Job) -> Iterator[tuple[int, Rendering]]:
    """Through one model, or through two one after the other."""
    if len(job.models) == 1:
        yield from job.models[0].translate(texts, job.search)
        return
    between = dict(job.models[0].translate(texts, job.search))
    for index, rendering in job.models[1].translate([between[i].text for i in range(len(texts))], job.search):
        start = between[index]
        yield (
            index,
            replace(
                rendering,
                score=(start.score or 0.0) * (rendering.score or 0.0),
                ended=start.ended and rendering.ended,
                read=start.read and rendering.read,
            ),
        )
