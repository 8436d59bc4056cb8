"""`monitor report`: a brief on a topic in one file."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from monitor.commands import choosing
from monitor.commands.common import err, pass_path, read_config
from monitor.models import SystemClock
from monitor.wording.counts import count


@click.command()
@click.argument("topic")
@click.option(
    "--since", default="7d", show_default=True, help='From then: "2026-11-01", "2026-11-01 08:00" or 7d (ago).'
)
@click.option("--until", help="Until then; a day is taken whole. Without it, until now.")
@click.option("--language", "languages", multiple=True, help="Only articles in this language; may be repeated.")
@click.option("--order", type=click.Choice(["weight", "newest"]), default="weight", show_default=True)
@click.option("--stories", "most", type=click.IntRange(1), default=40, show_default=True, help="Tell at most so many.")
@click.option(
    "--out",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file; else standard output, or - for it.",
)
@pass_path
def report(
    path: Path,
    /,
    topic: str,
    since: str,
    until: str | None,
    languages: tuple[str, ...],
    order: str,
    most: int,
    file: Path | None,
) -> None:
    """Write a brief on TOPIC as one HTML file, to mail or to print.

    What was found in the time, as stories with their headlines in both languages, who had them first, the sentence
    that matters, numbered sources with the hashes of their archived pages; a chart by day and language; what was not
    covered, and what was passed over. The file asks nothing of any host and holds no script.
    """
    from monitor.archive import Reader
    from monitor.archive.briefs import Scope
    from monitor.web.report import document as brief

    config = read_config(path)
    now = SystemClock().now()
    zone, working = ZoneInfo(config.alerts.zone), config.translation.language
    begin, end = choosing.period(since, until, None, now, config.alerts.zone)
    assert begin is not None
    scope = Scope(topic=topic, since=begin, until=min(end or now, now), languages=languages)
    with Reader.open(config.archive.path) as reader:
        choosing.check_topic(topic, reader.matches.topics())
        made = brief.read(reader, scope, now, zone, working=working, order=order, most=most)
    document = brief.render(made, zone, working).encode()
    _write(file, document)
    if file is not None:
        told = f"{count(made.stories, 'story')}, {count(made.articles, 'article')}, {len(document):,} bytes"
        err.print(f"{file}: {told}", markup=False, soft_wrap=True)


def _write(file: Path | None, document: bytes) -> None:
    from monitor.archive.exporting.files import whole

    if file is None or str(file) == "-":
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
        return
    with whole(file) as out:
        out.write(document)
