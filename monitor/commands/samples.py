"""How articles that a topic finds are printed: sentence, translation, score and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.commands.common import clock_time, out, shown

if TYPE_CHECKING:
    from monitor.models import Reason
    from monitor.run.lab.samples import Sample

_REASONS = 2  # shown of a score


def say(line: str = "") -> None:
    """Print a line as it is: text of others may hold what looks like markup, or moves the cursor."""
    out.print(shown(line), markup=False)


def show_sample(sample: Sample, zone: str, why: str = "") -> None:
    """An article with its sentence. `why`: what else is to be said of it."""
    say(f"\n  {sample.article_id}  {clock_time(sample.first_seen, zone)}  {sample.outlet} ({sample.language})")
    say(f"    {one_line(sample.title)}")
    if sample.sentence and one_line(sample.sentence) != one_line(sample.title):
        say(f"    {one_line(sample.sentence)}")
    if sample.translation or sample.translated_title:
        say(f"    = {one_line(sample.translation or sample.translated_title)}")
    if judgement := "; ".join(filter(None, (scored(sample), why))):
        say(f"    → {judgement}")


def scored(sample: Sample) -> str:
    """The score with its weightiest reasons."""
    if sample.score is None:
        return ""
    reasons = "; ".join(map(_reason, sample.reasons[:_REASONS]))
    return f"score {sample.score}" + (f": {reasons}" if reasons else "")


def one_line(text: str) -> str:
    return " ".join(text.split())


def _reason(reason: Reason) -> str:
    return f"{reason.words} ({reason.points:+})"
