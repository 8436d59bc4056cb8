"""`monitor status`, `monitor explain`: what is going on, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import (
    as_json,
    clock_time,
    counted,
    out,
    pass_path,
    print_json,
    read_config,
    reading_room,
    run_async,
    shown,
)
from monitor.models import SystemClock

if TYPE_CHECKING:
    from monitor.archive.funnel import Funnel
    from monitor.config import AlertSettings
    from monitor.run.explain import Explanation
    from monitor.run.health import Status
    from monitor.topics.evidence import NearMiss


@click.command()
@as_json
@click.option("--all", "all_", is_flag=True, help="Show every feed, not only those in trouble.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when something needs a person, for cron and the like.")
@pass_path
def status(path: Path, json_: bool, all_: bool, exit_code: bool) -> None:
    """Health of feeds, backlog, outbox, models; last errors. Works while the daemon runs.

    A person is needed by feeds in trouble, by messages refused for good and by what waits for a channel that is no
    longer configured; not by a spike or a silence, nor by what is tried again.
    """
    from monitor.archive import Reader
    from monitor.run.health import status as read_status
    from monitor.run.models import Shelf

    config = read_config(path)
    with Reader.open(config.archive.path) as reader:
        shelf = Shelf(config.translation, config.package_folders)
        found = read_status(reader, shelf, SystemClock().now(), {channel.name for channel in config.channels})
    if json_:
        print_json(found)
    else:
        _show_status(found, config.alerts, all_)
    if exit_code and found.needs:
        raise SystemExit(1)


def _show_status(status: Status, alerts: AlertSettings, all_: bool) -> None:
    coverage, zone = status.coverage, alerts.zone
    out.print(
        f"[bold]{clock_time(status.at, zone)} {zone}[/]  {counted(status.totals['articles'], 'article')}, "
        f"{counted(status.totals['matches'], 'match/matches')}; "
        f"{counted(coverage.articles, 'article')} in the last 24 h."
    )
    backlog = ", ".join(f"{count} to {stage}" for stage, count in status.backlog.items())
    out.print(f"Backlog: {backlog or 'none'}.")
    out.print(status.coverage_line, markup=False)
    if status.needs:
        out.print(f"Needs a person: {'; '.join(status.needs)}.", markup=False)
    _show_notices(status, zone)
    _show_feeds(status, zone, all_)
    _show_funnel(status.funnel)
    _show_models(status)
    _show_outbox(status, zone)
    for name in status.stranded:
        out.print(
            f"  Put channel {name} back, or leave it: {alerts.keep_trying_hours} hours after its time, what waits for "
            "it is let go.",
            markup=False,
        )
    for article, stage, error in status.last_errors:
        out.print(f"Article {article}, stage {stage}: {error}", markup=False)


def _show_feeds(status: Status, zone: str, all_: bool) -> None:
    from rich.table import Table

    coverage = status.coverage
    out.print(f"Feeds: {coverage.feeds - coverage.feeds_failing} of {coverage.feeds} answer.")
    shown = [feed for feed in status.feeds if all_ or feed.failures]
    if not shown:
        return
    table = Table("feed", "status", "articles", "last success", "next poll", "last error", box=None, pad_edge=False)
    for feed in shown:
        table.add_row(
            feed.title or feed.url,
            feed.status,
            str(feed.articles),
            clock_time(feed.last_success_at, zone),
            clock_time(feed.next_poll_at, zone),
            feed.error or "",
        )
    out.print(table)


def _show_notices(status: Status, zone: str) -> None:
    """Open notices: since when, and what was said with them, the remedy last."""
    for notice in status.notices:
        out.print(f"{notice.title} (told {clock_time(notice.raised_at, zone)})", markup=False)
        for line in notice.text.splitlines():
            out.print(f"  {shown(line)}", markup=False)


def _show_funnel(funnel: Funnel) -> None:
    """The last 24 hours, from entry to alert; every article stands once in each row."""
    from rich.table import Table

    table = Table("last 24 h", "", box=None, pad_edge=False, show_header=False)
    table.add_row(
        "entries", f"{funnel.listed} listed in {counted(funnel.polls, 'poll')}: {funnel.known} known, {funnel.new} new"
    )
    if funnel.handed_in:
        table.add_row("", f"{funnel.handed_in} handed in")
    steps = (
        ("pages", funnel.pages),
        ("text", funnel.texts),
        ("languages", funnel.languages),
        ("translation", funnel.translations),
        ("matching", funnel.matches),
        ("alerts", funnel.alerts),
    )
    for name, rows in steps:
        if rows:
            table.add_row(name, ", ".join(f"{count} {what}" for what, count in rows))
    if funnel.articles:
        out.print(table)


def _show_models(status: Status) -> None:
    names = ", ".join(model.name for model in status.models)
    out.print(f"Models: {names or 'none'}.")
    for model in status.models:
        if model.problem:
            out.print(f"  {model.name} is not used: {model.problem}. `monitor models list` says more.", markup=False)
    for language, count in status.waiting.items():
        out.print(
            f"  {counted(count, 'article')} in {language} waiting for a model: `monitor models install {language}`."
        )
    known = status.remembered
    if known.lookups:
        share = f"{known.hits / known.lookups:.0%} of {counted(known.lookups, 'sentence')} asked for were known"
        out.print(f"Translation memory: {counted(known.sentences, 'sentence')}; {share}.")


def _show_outbox(status: Status, zone: str) -> None:
    counts = ", ".join(f"{count} {state}" for state, count in status.outbox.items())
    out.print(
        f"Messages: {counts or 'none'}; {counted(status.alerts_unsent, 'alert')} waiting for the time to be sent."
    )
    for letter in status.letters:
        when = "" if letter.state == "dead" else f", next attempt {clock_time(letter.next_attempt_at, zone)}"
        out.print(
            f"  {letter.state} on {letter.channel} after {letter.attempts} attempts{when}: {letter.subject}: "
            f"{letter.error or ''}",
            markup=False,
        )
    if any(letter.state == "dead" for letter in status.letters):
        out.print("  Dead letters are kept; `monitor resend CHANNEL` tries them again.")


@click.command()
@click.argument("source")
@as_json
@pass_path
def explain(path: Path, source: str, json_: bool) -> None:
    """Walk one article through every stage. SOURCE is an article's id, an address or a file.

    Shows what each stage decided and why, the topics that matched and those that nearly did. Records nothing.
    """
    explanation = run_async(_explain(path, source))
    if json_:
        print_json(explanation)
    else:
        _show_explanation(explanation)
    if explanation.error:
        raise SystemExit(1)


async def _explain(path: Path, source: str) -> Explanation:
    from monitor.run.explain import explain as walk

    async with reading_room(read_config(path)) as context:
        return await walk(context, source)


def _line(stage: str, text: str) -> None:
    out.print(f"[bold]{stage:<10}[/] ", end="")
    out.print(shown(text), markup=False)


def _show_explanation(e: Explanation) -> None:
    where = f"article {e.article.id} of the archive" if e.archived else "not in the archive; read now"
    _line("source", f"{e.source} ({where})")
    _line(
        "page", f"{e.page_url}, {e.page_bytes} bytes, {e.content_type}" if e.page_url else "none kept: the feed's words"
    )
    _show_reading(e)
    _show_translation(e)
    _show_topics(e)
    for told in e.told:
        state = f"{told.state} {told.sent_at or ''}".strip()
        why = told.folded or f"due {told.due_at}, message {told.message_id or '–'}"
        _line("alert", f"{told.topic} → {told.channel}: {state} ({why})")
    if e.archived and not e.article.alertable:
        _line("alert", "none: older than the age gate, or the backlog of a feed's first poll")
    if e.error:
        _line("stopped", e.error)


def _show_reading(e: Explanation) -> None:
    if e.extracted is None:
        return
    found = e.extracted
    _line("extract", f"{found.extractor}: {len(found.text)} characters, {found.text.count(chr(10)) + 1} paragraphs")
    for refusal in found.refusals:
        _line("", f"not {refusal.extractor}: {refusal.reason}")
    for paragraph in found.dropped:
        _line("", f"left out as furniture: {paragraph[:90]}")
    _line("title", found.title or e.article.title)
    published = f"{found.published:%Y-%m-%d %H:%M} UTC" if found.published else "no date"
    _line("metadata", f"{found.site or 'no site name'}; {published}; {', '.join(found.authors) or 'no author'}")
    if e.language:
        _line("language", f"{e.language.code}, confidence {e.language.confidence:.2f}, decided by {e.language.method}")


def _show_translation(e: Explanation) -> None:
    score = "" if e.translation_score is None else f", score {e.translation_score:g} of 100"
    _line("translate", f"{e.translation_state}{' by ' + ', '.join(e.route) if e.route else ''}{score}")
    for sentence in e.sentences:
        _line("", sentence.source)
        doubt = f"   [unverified: {sentence.unverified}]" if sentence.unverified else ""
        _line("", f"  = {sentence.target}{doubt}")
        if sentence.glossary:
            _line("", f"    glossary: {'; '.join(sentence.glossary)}")


def _show_topics(e: Explanation) -> None:
    for match in e.matches:
        _line("match" if match.relevant else "passed", f"{match.topic} ({match.side}): {match.evidence.sentence}")
        if match.evidence.translation:
            _line("", f"= {match.evidence.translation}")
        passed = (
            "" if match.relevant else f"; the query is met, but it alerts nobody (min_score {e.asked[match.topic]})"
        )
        _line("", f"score {match.score} of 100{passed}")
        for reason in match.reasons:
            _line("", f"  {f'{reason.points:+d}' if reason.points else '':>3}  {reason.words}")
    for topic, miss in e.near_misses:
        _line("no match", f"{topic}: {_near(miss)}")


def _near(miss: NearMiss) -> str:
    parts = [f"has {', '.join(miss.met)}" if miss.met else "has none of its terms"]
    if miss.missing:
        parts.append(f"lacks {', '.join(miss.missing)}")
    if miss.excluded:
        parts.append(f"has what the query excludes: {', '.join(miss.excluded)}")
    return "; ".join(parts)
