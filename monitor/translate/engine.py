"""From sentences to outputs: all of them at once, each examined, what fails tried again in other ways.

    Wanted ──model(s)──▶ rendering ──settle terms──▶ text ──examine──▶ Output
                ▲                                                 │ doubts
                └── terms pinned · wider · in parts · other route ┘

This runs in a child process without network. A package or a sentence that makes CTranslate2 crash kills
that child; the caller then hands the sentences in by halves to find the one to blame. Nothing is kept
between calls but the loaded packages (`model.load`), so a call can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.config import TranslationSettings
from monitor.errors import TranslateError
from monitor.models import Output, Pinned, Wanted
from monitor.translate import machine, pins
from monitor.translate.judging import Rendering, better, insist, is_good, judge, lacking
from monitor.translate.model import Model, Search, load
from monitor.translate.packages import Package
from monitor.translate.sentences import parts

RETRY_BEAM = 4  # Argos's own; a failed sentence is worth the wait
RETRY_NO_REPEAT = 3  # tokens; breaks loops, and would mangle good sentences if it were always on

Route = tuple[Package, ...]


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
) -> tuple[Output, ...]:
    """Translate sentences of one language along the first of `routes` into `target`, an Argos code: one output each.

    A sentence that fails the checks is tried again, with the terms it lost in their place: with a wider search
    that may not repeat itself, in parts, and along the second route. The attempt with the fewest doubts is kept,
    the earliest of equals.

    Raises TranslateError without a route or when CTranslate2 fails, PackageError when a package is damaged.
    """
    if not routes or not routes[0]:
        raise TranslateError(f"No package leads to {target}. See what there is: monitor models list.", permanent=True)
    job = _job(routes[0], target, settings, Search(beam=machine.here(settings).beam))
    found = first(wanted, job)
    doubtful = [index for index, output in enumerate(found) if not is_good(wanted[index], output)]
    for attempt in _attempts(job, routes[1:2], settings):
        failed = [index for index in doubtful if not is_good(wanted[index], found[index])]
        asked = [_Asked.again(wanted[index], found[index]) for index in failed]
        for index, output in zip(failed, attempt(asked) if asked else (), strict=True):
            found[index] = better(wanted[index], found[index], output)
    for index in doubtful:
        found[index] = insist(wanted[index], found[index])
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A sentence as the model is given it: plainly at first, then with the terms in place that it lost."""

    wanted: Wanted
    given: tuple[Pinned, ...] = ()

    @classmethod
    def again(cls, wanted: Wanted, output: Output) -> _Asked:
        return cls(wanted, lacking(wanted, output))

    @property
    def text(self) -> str:
        return pins.pin(self.wanted.source, self.given)

    def judged(self, rendering: Rendering, job: _Job) -> Output:
        return judge(self.wanted, rendering, job.source, job.target, self.given)


_Attempt = Callable[[Sequence[_Asked]], Sequence[Output]]


def _job(route: Route, target: str, settings: TranslationSettings, search: Search) -> _Job:
    models = tuple(load(package, settings) for package in route)
    return _Job(models=models, source=route[0].source, target=target, search=search)


def first(wanted: Sequence[Wanted], job: _Job) -> list[Output]:
    """Every sentence once, as it stands."""
    return _whole([_Asked(one) for one in wanted], job)


def _whole(asked: Sequence[_Asked], job: _Job) -> list[Output]:
    """Every sentence once, examined as it comes."""
    found = {index: asked[index].judged(rendering, job) for index, rendering in _render([a.text for a in asked], job)}
    return [found[index] for index in range(len(asked))]


def _attempts(job: _Job, others: Sequence[Route], settings: TranslationSettings) -> Iterator[_Attempt]:
    """Ways to try again, cheapest first. Another route is loaded only when something is left for it."""
    wider = replace(job, search=Search(beam=max(RETRY_BEAM, job.search.beam), no_repeat=RETRY_NO_REPEAT))
    yield lambda asked: _whole(asked, wider)
    yield lambda asked: _in_parts(asked, wider)
    for route in others:
        yield lambda asked, route=route: _whole(  # type: ignore[misc]
            asked, _job(route, job.target, settings, wider.search)
        )


def _in_parts(asked: Sequence[_Asked], job: _Job) -> list[Output]:
    """Sentences cut at a clause mark, each part by itself: a short input is rarely dropped or looped over."""
    cut = [parts(one.text) for one in asked]
    rendered = dict(_render([part for some in cut for part in some], job))
    numbers = iter(range(len(rendered)))
    return [
        one.judged(_joined([rendered[next(numbers)] for _ in some]), job) for one, some in zip(asked, cut, strict=True)
    ]


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
