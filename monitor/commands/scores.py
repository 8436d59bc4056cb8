"""How a topic's precision and recall, its mistakes and what it could exclude are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.commands.common import counted
from monitor.commands.samples import say, show_sample

if TYPE_CHECKING:
    from monitor.models import Topic
    from monitor.run.lab.proposals import Effect, Hint, Proposals
    from monitor.run.lab.quality import Quality, Verdict


def show_score(found: Proposals, topic: Topic, zone: str) -> None:
    """Numbers first, then each mistake, then what would help."""
    quality = found.before
    say(f"{topic.name}: {quality.accepted} accepted, {quality.rejected} rejected.")
    say(f"  {topic.query}")
    told = quality.found + quality.rejected - quality.kept_out
    say(f"Precision {share(quality.precision)}: of {counted(told, 'article')} it tells of, {quality.found} accepted.")
    say(f"Recall    {share(quality.recall)}: of {quality.accepted} accepted, it tells of {quality.found}.")
    _show_wrong("Told of, though rejected", [v for v in quality.wrong if not v.label.accepted], zone)
    _show_wrong("Not told of, though accepted", [v for v in quality.wrong if v.label.accepted], zone)
    _show_proposals(found)


def share(value: float | None) -> str:
    """A precision or recall; "–" where there is nothing to measure it on."""
    return "–" if value is None else f"{value:.2f}"


def _show_wrong(title: str, verdicts: list[Verdict], zone: str) -> None:
    if verdicts:
        say(f"\n{title} ({len(verdicts)}):")
    for verdict in verdicts:
        note = f"note: {verdict.label.note}" if verdict.label.note else ""
        show_sample(verdict.sample, zone, "; ".join(filter(None, (verdict.sample.verdict, note))))


def _show_proposals(found: Proposals) -> None:
    from monitor.run.lab.proposals import LEAST

    quality = found.before
    if quality.rejected < LEAST or not quality.accepted:
        say(f"\nWords to exclude are told from {LEAST} rejected articles and some accepted ones.")
        return
    if found.words is None and not found.packs:
        say("\nNothing to exclude: no word stands mostly in rejected articles and in no accepted one.")
    else:
        say("\nCould be excluded:")
    for effect in filter(None, (found.words, *found.packs)):
        _show_effect(effect, quality)
    if found.costly:
        say("\nNot proposed, since accepted articles would be lost:")
        for hint in found.costly:
            say(f"  {_counts(hint, quality)}: {', '.join(map(str, hint.accepted))}")


def _show_effect(effect: Effect, before: Quality) -> None:
    say(f"\n  {effect.paste}")
    after = effect.after
    lost = f"loses accepted {', '.join(map(str, effect.lost))}" if effect.lost else "loses no accepted one"
    say(f"    drops {effect.dropped} of {before.rejected - before.kept_out} wrongly told of, {lost}: precision "
        f"{share(before.precision)} → {share(after.precision)}, recall {share(before.recall)} → {share(after.recall)}"
        )  # fmt: skip
    for hint in effect.hints:
        say(f"    {_counts(hint, before)}")


def _counts(hint: Hint, quality: Quality) -> str:
    return (
        f"{hint.name}: in {hint.rejected} of {quality.rejected} rejected, "
        f"{len(hint.accepted)} of {quality.accepted} accepted"
    )
