"""What a rendering of a sentence is worth: terms settled, every check asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.models import Doubt, Output, Pinned, Wanted
from monitor.translate import pins
from monitor.translate.checks import examine

GLOSSARY = "glossary"  # the check that a translation fails when a term of the glossary is not in it


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a model made of a text. `score` is its probability per token, 0 … 1; None when it does not say.

    `ended` is False when it was cut off; `read` is False when the text was too long to be given to the model.
    """

    text: str
    score: float | None = 1.0
    ended: bool = True
    read: bool = True


def judge(wanted: Wanted, rendering: Rendering, source: str, target: str, given: Sequence[Pinned] = ()) -> Output:
    """The output with its doubts. `source` and `target` are the languages, as Argos codes.

    `given` are the terms that the model was handed in their place, when this is not the first attempt.
    """
    if not rendering.read:
        too_long = Doubt(check="length", words="too long for the model, left as it was")
        return Output(text=wanted.source, score=0.0, doubts=(too_long,))
    text, lacking = pins.settle(wanted.source, rendering.text, wanted.pinned)
    doubts = (
        *examine(wanted.source, text, source, target, known=_known(wanted, text)),
        *(_lost(wanted.source, one) for one in lacking if one.firm),
        *(() if rendering.ended else (Doubt(check="truncated", words="did not come to an end"),)),
    )
    mended = {*given, *pins.missing(rendering.text, wanted.pinned)} - {*lacking}
    return Output(
        text=text,
        score=None if rendering.score is None else round(rendering.score, 4),
        doubts=doubts,
        pinned=tuple(one for one in wanted.pinned if one in mended),
    )


def lacking(wanted: Wanted, output: Output) -> tuple[Pinned, ...]:
    """The terms to hand to the model when it is asked again."""
    return pins.missing(output.text, wanted.pinned)


def _known(wanted: Wanted, text: str) -> list[tuple[str, str]]:
    """Terms that read as the glossary has them: "ANL" is not lost where LNA stands."""
    there = [one for one in wanted.pinned if not pins.missing(text, [replace(one, also=())])]
    return [(wanted.source[one.start : one.end], one.target) for one in there]


def _lost(source: str, one: Pinned) -> Doubt:
    written = source[one.start : one.end]
    term = written if written == one.target else f"{written} ({one.target})"
    return Doubt(check=GLOSSARY, words=f"a term is missing: {term}")


def badness(wanted: Wanted, output: Output) -> tuple[bool, int, int]:
    """Sorts attempts at one sentence, the best first; (False, 0, 0) leaves nothing to wish for."""
    return not output.text, len(output.doubts), len(lacking(wanted, output))


def better(wanted: Wanted, earlier: Output, later: Output) -> Output:
    """The better of two attempts, the earlier of equals."""
    return min(earlier, later, key=lambda output: badness(wanted, output))


def insist(wanted: Wanted, output: Output) -> Output:
    """A sentence that was asked for again with its terms in place, and lost them all the same: now it is a fault."""
    lost = tuple(_lost(wanted.source, one) for one in lacking(wanted, output) if not one.firm)
    return replace(output, doubts=output.doubts + lost)


def is_good(wanted: Wanted, output: Output) -> bool:
    """Whether there is no reason to ask again."""
    return not any(badness(wanted, output))
