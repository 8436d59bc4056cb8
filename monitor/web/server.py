"""Datasette on the archive: read-only, on loopback unless told otherwise, without SQL for visitors."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from monitor import log
from monitor.archive import Reader
from monitor.config import Config
from monitor.errors import ArchiveError, AsleepError
from monitor.models import BackTest, Clock, SystemClock, Topic
from monitor.topics.packs import load_packs
from monitor.web import plugin
from monitor.web.access import access, plugins, signing_secret
from monitor.web.desk import Desk
from monitor.web.metadata import metadata
from monitor.web.search import Search

logger = log.get("web")
_HERE = Path(__file__).parent
# Datasette's page of errors, which prints every local variable for a mistyped address, in place of which ours stands;
# and sign-in by HTTP Basic, which knows no limit of guesses, with pages that ours replace (`passwords.py`).
_REPLACED = ("datasette.handle_exception", "auth_passwords")
# First parts of our own addresses: an archive called so is served under another name.
_OURS = frozenset({"home", "topics", "stories", "articles", "search", "sources", "coverage", "radar", "static", "act"})


def settings(*, allow_sql: bool) -> dict[str, Any]:
    """Datasette's settings. One SQL statement of a visitor can take gigabytes; hence none by default."""
    return {
        "default_allow_sql": allow_sql,
        "allow_download": False,
        "suggest_facets": False,
        # A table's page runs two queries and counts facets, in 1.5 s; what takes longer is left out or refused.
        "sql_time_limit_ms": 1000,
        "facet_time_limit_ms": 100,
        # Two for Datasette's pages, which may take a second each, and more for ours, which take none.
        "num_sql_threads": 5,
        # Of rows that hold whole articles: 100 of them are some megabytes, 1,000 would be hundreds.
        "max_returned_rows": 100,
        "allow_csv_stream": False,
        "max_csv_mb": 50,
        "default_page_size": 50,
        "truncate_cells_html": 200,
    }


def application(
    config: Config, *, clock: Clock | None = None, back_test: Callable[[Topic], BackTest] | None = None
) -> Datasette:
    """Datasette with our pages, for the archive and the settings of `config`.

    Raises ArchiveError when there is no archive yet, or an older one, ConfigError for a pack that cannot be read.
    """
    archive = config.archive.path
    try:
        Reader.open(archive).close()
    except AsleepError as error:  # the pages say so, and work once the monitor runs
        log.event(logger, "warning", "archive not readable yet", error=str(error))
    if not pm.is_registered(plugin):
        pm.register(plugin, "monitor")
    for name in _REPLACED:
        if pm.has_plugin(name):
            pm.unregister(name=name)
    database = archive.stem if archive.stem not in _OURS else f"{archive.stem}-archive"
    packs = load_packs(config.packs)
    datasette = Datasette(
        [],
        metadata={**metadata(database), "plugins": plugins(config.accounts)},
        settings=settings(allow_sql=config.web.allow_sql),
        template_dir=str(_HERE / "templates"),
        static_mounts=[("static", str(_HERE / "static"))],
        secret=signing_secret(archive, config.accounts),
    )
    datasette.remove_database("_memory")
    datasette.add_database(Database(datasette, path=str(archive)), name=database)
    datasette.desk = Desk(
        archive=archive,
        database=database,
        packs=packs,
        search=Search(packs),
        clock=clock or SystemClock(),
        zone=ZoneInfo(config.alerts.zone),
        language=config.translation.language,
        web=config.web,
        radar=config.radar,
        back_test=back_test,
        access=access(config.accounts, config.web),
    )
    return datasette


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ArchiveError naming the port and the remedy."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY on such sockets only: without, head and body of an answer
    # wait for one another, 40 ms each time that a browser asks on a connection it has open.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen()  # from now on a browser waits, where it would be refused until the first page can be made
    except OSError as error:
        sock.close()
        raise ArchiveError(
            f"{host}:{port}: cannot listen there: {error.strerror}. Choose another with --port, or stop what is there."
        ) from error
    return sock


def serve(datasette: Datasette, sock: socket.socket) -> None:
    """Serve until interrupted."""
    config = uvicorn.Config(
        datasette.app(), log_level="warning", lifespan="on", server_header=False, timeout_graceful_shutdown=10
    )
    uvicorn.Server(config).run(sockets=[sock])
