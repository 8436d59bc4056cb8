"""What a rendering of a sentence is worth: terms settled, every check asked."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.models import Doubt, Output, Wanted
from monitor.translate import glossary
from monitor.translate.checks import examine


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a model made of a text. `score` is its probability per token, 0 … 1; None when it does not say.

    `ended` is False when it was cut off; `read` is False when the text was too long to be given to the model.
    """

    text: str
    score: float | None = 1.0
    ended: bool = True
    read: bool = True


def judge(wanted: Wanted, rendering: Rendering, source: str, target: str) -> Output:
    """The output with its doubts. `source` and `target` are the languages, as Argos codes."""
    if not rendering.read:
        too_long = Doubt(check="length", words="too long for the model, left as it was")
        return Output(text=wanted.source, score=0.0, doubts=(too_long,))
    text, _ = glossary.settle(wanted.source, rendering.text, wanted.pinned)
    known = [(wanted.source[term.start : term.end], term.target) for term in wanted.pinned]
    doubts = examine(wanted.source, text, source, target, known=known)
    if not rendering.ended:
        doubts = (Doubt(check="truncated", words="did not come to an end"), *doubts)
    score = None if rendering.score is None else round(rendering.score, 4)
    return Output(text=text, score=score, doubts=doubts, pinned=wanted.pinned)


def badness(output: Output) -> tuple[bool, int]:
    """Sorts attempts at one sentence, the best first."""
    return not output.text, len(output.doubts)
