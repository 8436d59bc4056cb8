"""`monitor search`, `ingest`, `reprocess`, `serve`, `backup`: the archive at hand."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.common import (
    as_json,
    clock_time,
    counted,
    err,
    newsroom,
    out,
    pass_path,
    print_json,
    progress_bars,
    read_config,
    run_async,
)
from monitor.config import Config
from monitor.config_file import load
from monitor.config_settings import is_loopback
from monitor.errors import ConfigError, MonitorError, QueryError
from monitor.models import Stage, SystemClock

if TYPE_CHECKING:
    from monitor.run.context import Context
    from monitor.run.ingest import Ingested


@click.command()
@click.argument("query")
@click.option("--language", help="Only articles in this language.")
@click.option("--days", type=int, help="Only articles of the last so many days.")
@click.option("--limit", default=20, show_default=True, help="Most answers.")
@as_json
@pass_path
def search(path: Path, query: str, language: str | None, days: int | None, limit: int, json_: bool) -> None:
    """Search originals and translations, in every script, in the language of topics.

    AND, OR, NOT, "phrases", prefix*, NEAR(a b, 10), title:word, and term packs such as @libya.
    """
    from monitor.archive import Reader
    from monitor.run.searching import search_archive

    config = read_config(path)
    since = SystemClock().now() - timedelta(days=days) if days else None
    with Reader.open(config.archive.path) as reader:
        try:
            hits = search_archive(reader, query, config.packs, since=since, language=language, limit=limit)
        except QueryError as error:
            raise ConfigError(f"{error}\n{error.pointer()}") from error
    if json_:
        print_json(hits)
        return
    for hit in hits:
        when = clock_time(hit.first_seen, config.alerts.zone)
        out.print(f"{hit.article_id}  {when}  {hit.outlet} ({hit.language}): {hit.title}", markup=False)
        for line in filter(None, (hit.translated_title and f"= {hit.translated_title}", hit.sentence, hit.url)):
            out.print(f"    {line}", markup=False)
    if not hits:
        out.print("Nothing found.")


@click.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("--alert/--no-alert", default=True, help="Whether its matches are announced.")
@as_json
@pass_path
def ingest(path: Path, sources: tuple[str, ...], alert: bool, json_: bool) -> None:
    """Take in single documents (HTML or plain text; files or addresses), through the same stages as any other."""
    results = run_async(_ingest(path, sources, alert))
    if json_:
        print_json(results)
        return
    for result in results:
        _show_ingested(result)


async def _ingest(path: Path, sources: tuple[str, ...], alert: bool) -> list[Ingested]:
    from monitor.run.ingest import ingest as take_in

    async with newsroom(read_config(path)) as context:
        return [await take_in(context, source, alert=alert) for source in sources]


def _show_ingested(result: Ingested) -> None:
    article = result.article
    state = "new" if result.new else "read again"
    out.print(f"Article {article.id} ({state}): {article.title}", markup=False)
    out.print(f"  {len(article.text)} characters by {article.extractor}, language {article.language}")
    out.print(f"  translation: {article.translation_state}")
    if article.translated_title:
        out.print(f"  = {article.translated_title}", markup=False)
    for paragraph in result.dropped:
        out.print(f"  left out: {paragraph[:100]}", markup=False)
    for match in result.matches:
        out.print(f"  matches {match.topic}: {match.evidence.sentence}", markup=False)
    if result.matches and article.alertable:
        out.print("  `monitor run` sends the alert.")


_REBUILD = [stage.value for stage in (Stage.EXTRACT, Stage.IDENTIFY, Stage.TRANSLATE, Stage.MATCH)]


@click.command()
@click.argument("stage", type=click.Choice([*_REBUILD, "index"]))
@click.option("--article", "article_id", type=int, help="Only this article.")
@click.option("--days", type=int, help="Only articles of the last so many days.")
@click.option("--language", help="Only articles in this language.")
@click.option("--alert", is_flag=True, help="Announce what matches now and did not before.")
@click.option("--background", is_flag=True, help="Only note what is owed; `monitor run` does it, newest first.")
@pass_path
def reprocess(
    path: Path,
    stage: str,
    article_id: int | None,
    days: int | None,
    language: str | None,
    alert: bool,
    background: bool,
) -> None:
    """Rebuild STAGE and what follows from it, from the stored pages.

    extract: text from the pages; identify: languages; translate: translations, with the packages there are
    now (the present ones stay until then, and their scores are kept); match: topics (after one was added or
    changed); index: the full-text index. Nothing that was announced is announced again.
    """
    chosen = Chosen(article_id=article_id, days=days, language=language)
    count = run_async(_reprocess(path, stage, chosen, alert=alert, background=background))
    state = "noted; `monitor run` works it off" if background and stage != "index" else "done"
    out.print(f"{counted(count, 'article')}, {stage} and what follows: {state}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The articles that `monitor reprocess` is about; None: whichever."""

    article_id: int | None
    days: int | None
    language: str | None

    def ids(self, context: Context) -> list[int]:
        """Newest first. Raises MonitorError when there is no article of that id."""
        since = context.clock.now() - timedelta(days=self.days) if self.days else None
        found = context.archive.articles.ids(since=since, language=self.language)
        if self.article_id is None:
            return found
        if self.article_id not in found:
            raise MonitorError(f"Article {self.article_id}: there is none of that id.", permanent=True)
        return [self.article_id]


async def _reprocess(path: Path, stage: str, chosen: Chosen, *, alert: bool, background: bool) -> int:
    """How many articles were put back in the queue, or (translate) are in it by now."""
    from monitor.archive.search import rebuild
    from monitor.run.pipeline import Pipeline

    async with newsroom(read_config(path)) as context, progress_bars() as progress:
        if stage == "index":
            return int(rebuild(context.archive.connection))
        count = _owe(context, Stage(stage), chosen.ids(context), alert)
        if not background:
            await Pipeline(context).work_off(progress)
        return count


def _owe(context: Context, stage: Stage, ids: list[int], alert: bool) -> int:
    """Put articles back in the queue. A translation is only replaced, never dropped before the next is there."""
    if stage is Stage.TRANSLATE:
        context.archive.translations.again(ids, alert=alert)
        return context.archive.articles.backlog().get(Stage.TRANSLATE, 0)
    context.archive.articles.requeue(stage, ids, alert=alert)
    return len(ids)


@click.command()
@click.option("--host", help="Address to listen on; [web] host by default.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on; [web] port by default, 0 takes a free one."
)
@pass_path
def serve(path: Path, host: str | None, port: int | None) -> None:
    """Open the archive in the browser: pages to read, search and cite, and its tables in Datasette; read-only."""
    from monitor import log
    from monitor.run.lab.backtest import back_tester
    from monitor.topics.packs import load_packs
    from monitor.web import server

    config, clock = _to_serve(path, host), SystemClock()
    secrets = (secret for one in config.accounts for secret in (one.password_hash, one.token))
    log.setup(config.log, sys.stderr, secrets)
    sock = server.listen(config.web.host, config.web.port if port is None else port)
    back_test = back_tester(config.archive.path, load_packs(config.packs), clock)
    datasette = server.application(config, clock=clock, back_test=back_test)
    address, bound = sock.getsockname()[:2]
    if not is_loopback(config.web.host) and not config.web.private:
        err.print(f"[bold]Anyone who reaches {address} can read the archive.[/] See private in \\[web].")
    out.print(f"The archive is at http://{address}:{bound}/ (Ctrl-C ends).")
    server.serve(datasette, sock)


def _to_serve(path: Path, host: str | None) -> Config:
    """The configuration, with another host if one is named. Raises ConfigError where that would let anybody write."""
    config = load(path, os.environ, pages=True)
    web = replace(config.web, host=host or config.web.host)
    if web.write_without_sign_in and not is_loopback(web.host):
        raise ConfigError(f"--host {web.host}: write_without_sign_in in [web] is for loopback only. Write false there.")
    return replace(config, web=web)


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@pass_path
def backup(path: Path, target: Path) -> None:
    """Copy the archive to TARGET while it is in use, and check the copy."""
    from monitor.archive import Reader
    from monitor.archive.backup import backup as copy

    config = read_config(path)
    with Reader.of_any_age(config.archive.path) as reader:
        copy(reader.connection, target)
    out.print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, checked.")
