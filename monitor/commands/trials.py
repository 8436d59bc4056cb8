"""How a trial and a diff of topics are printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.commands.charts import Column, bar, columns
from monitor.commands.common import clock_time, counted
from monitor.commands.samples import say, show_sample
from monitor.commands.scores import share

if TYPE_CHECKING:
    from monitor.models import Topic
    from monitor.run.lab.counting import Forecast, Tally
    from monitor.run.lab.diff import Change, Diff, Side
    from monitor.run.lab.estimate import Estimate
    from monitor.run.lab.trial import Trial

_LANGUAGES, _OUTLETS = 10, 5  # lines
_BAR = 30  # characters
_NAME = 24


def show_trial(trial: Trial, *, days: int | None, zone: str) -> None:
    """Counts, chart, tables, alerts to expect, then articles."""
    told = f"{trial.relevant} {'is' if str(trial.relevant) == '1' else 'are'} relevant"
    say(trial.topic.name)
    say(f"  {asked(trial.topic)}\n")
    say(f"{trial.hits:,} of {_many(trial.articles, 'article')}{_span(days)} met it; {told}.")
    if not trial.articles:
        say(_nothing_yet(trial.latest, days, zone))
        return
    if trial.judged < trial.hits:
        say(_estimated(trial.judged, trial.hits))
    for part in trial.parts:
        say(f"  {part.label} alone: {_many(part.hits, 'article')}")
    if trial.hits:
        _show_days(trial.by_day)
        _show_table("Language", trial.by_language, _LANGUAGES)
        _show_table("Outlet", trial.by_outlet, _OUTLETS)
        say(f"\n{expected(trial.forecast)}")
        _show_samples(trial, zone)
    say(f"\n{trial.seconds:.1f} s.")


def show_diff(diff: Diff, *, days: int | None, zone: str) -> None:
    """Both sides, what is gained and lost, and why."""
    say(f"{_many(diff.articles, 'article')}{_span(days)}.\n")
    for name, side in (("OLD", diff.old), ("NEW", diff.new)):
        say(f"{name}  {side.topic.name}" + ("" if side.topic.name == side.topic.query else f": {side.topic.query}"))
        say(f"     {asked(side.topic, query=False)}")
        say(f"     {side.hits:,} met the query, {side.relevant} relevant; {expected(side.forecast, short=True)}")
    say(f"\nUnchanged {diff.unchanged}, gained {diff.gained}, lost {diff.lost}.")
    if diff.judged < diff.found:
        say(_estimated(diff.judged, diff.found))
    _show_quality(diff.old, diff.new)
    _show_changes("Gained", diff.gained, diff.gained_samples, "OLD", zone)
    _show_changes("Lost", diff.lost, diff.lost_samples, "NEW", zone)
    say(f"\n{diff.seconds:.1f} s.")


def asked(topic: Topic, *, query: bool = True) -> str:
    """What a topic asks for, in a line."""
    parts = [topic.query] if query else []
    parts.append(f"score {topic.min_score} or more")
    if topic.within != "article":
        parts.append(f"within a {topic.within}")
    parts += [f"not about {name}" for name in topic.exclude]
    parts += [f"in {', '.join(topic.languages)}"] if topic.languages else []
    return " · ".join(parts)


def expected(forecast: Forecast | None, *, short: bool = False) -> str:
    """The alerts of a week, and what that rests on."""
    if forecast is None:
        return "alerts a week unknown" if short else "Alerts to expect: the archive covers less than a day, too little."
    stories = forecast.of == "stories"
    if short:
        return f"{forecast.a_week} {'new stories' if stories else 'articles'} a week"
    days = f"{forecast.days:.0f} {'day' if round(forecast.days) == 1 else 'days'} of archive"
    if stories:
        return f"Alerts to expect: {forecast.a_week} a week, one a new story, and follow-ups; from {days}."
    return f"Alerts to expect: {forecast.a_week} a week, one an article, as there are no stories yet; from {days}."


def _many(number: int, noun: str) -> str:
    return counted(1, noun) if number == 1 else f"{number:,} {noun}s"


def _span(days: int | None) -> str:
    return "" if days is None else " of the last day" if days == 1 else f" of the last {days} days"


def _nothing_yet(latest: datetime | None, days: int | None, zone: str) -> str:
    if latest is None:
        return "The archive holds no articles yet. `monitor run --once` collects some."
    return f"The newest article was first seen {clock_time(latest, zone)}: --days or --all look further back."


def _estimated(judged: int, hits: int) -> str:
    return f"Estimated from {judged:,} of {hits:,}, drawn by lot: 19 times in 20 right within ±. --exact judges all."


def _show_days(days: Sequence[Tally]) -> None:
    most = max(days, key=lambda day: day.relevant.value)
    say(f"\nRelevant articles a day; most: {most.relevant} on {most.key}.")
    shown = [Column(label=day.key, value=day.relevant.value, collected=bool(day.articles)) for day in days]
    for line in columns(shown):
        say(f" {line}")


def _show_table(title: str, lines: Sequence[Tally], most: int) -> None:
    relevant = [str(line.relevant) for line in lines[:most]]
    width = max(len("relevant"), *map(len, relevant))
    top = max(line.relevant.value for line in lines)
    say(f"\n{title:<{_NAME}} {'relevant':>{width}} {'met':>8}")
    for line, number in zip(lines[:most], relevant, strict=True):
        drawn = bar(line.relevant.value, top, min(_BAR, 76 - _NAME - width - 11))
        say(f"{_cut(line.key):<{_NAME}} {number:>{width}} {line.hits:>8,}  {drawn}".rstrip())
    if len(lines) > most:
        say(f"and {len(lines) - most} more")


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _show_samples(trial: Trial, zone: str) -> None:
    if trial.samples:
        say("\nRelevant, newest first:")
    for sample in trial.samples:
        show_sample(sample, zone)
    if trial.passed_over:
        say("\nPassed over, the best of them:")
    for sample in trial.passed_over:
        show_sample(sample, zone, sample.verdict)


def _show_quality(old: Side, new: Side) -> None:
    if old.quality is None or new.quality is None:
        return
    labels = counted(old.quality.accepted + old.quality.rejected, "label")
    say(
        f"On {labels}: precision {share(old.quality.precision)} → {share(new.quality.precision)}, "
        f"recall {share(old.quality.recall)} → {share(new.quality.recall)}."
    )


def _show_changes(title: str, number: Estimate, changes: Sequence[Change], other: str, zone: str) -> None:
    if changes:
        say(f"\n{title} ({number}), newest first:")
    for change in changes:
        show_sample(change.sample, zone, f"{other}: {change.why}")
