"""Datasette on the archive: read-only, on loopback unless told otherwise, without SQL for visitors."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from monitor.archive import Reader
from monitor.errors import ArchiveError
from monitor.topics.packs import load_packs
from monitor.web import plugin
from monitor.web.metadata import metadata
from monitor.web.search import Search

_TEMPLATES = Path(__file__).parent / "templates"


def settings(*, allow_sql: bool) -> dict[str, Any]:
    """Datasette's settings. One SQL statement of a visitor can take gigabytes; hence none by default."""
    return {
        "default_allow_sql": allow_sql,
        "allow_download": False,
        "suggest_facets": False,
        "sql_time_limit_ms": 1500,
        "max_csv_mb": 50,
        "default_page_size": 50,
        "truncate_cells_html": 200,
    }


def application(archive: Path, *, packs: Path | None = None, allow_sql: bool = False) -> Datasette:
    """Datasette with our plugin; `packs` is the folder of the user's own term packs.

    Raises ArchiveError when there is no archive yet, or an older one, ConfigError for a pack that cannot be read.
    """
    Reader.open(archive).close()
    if not pm.is_registered(plugin):
        pm.register(plugin, "monitor")
    # With rich installed, Datasette prints every mistyped address with all local variables. Words are enough.
    # Imported here, after datasette.app: imported before it, it is registered half loaded and answers nothing.
    from datasette import handle_exception

    handle_exception.rich = None
    datasette = Datasette(
        [str(archive)],
        metadata=metadata(archive.stem),
        settings=settings(allow_sql=allow_sql),
        template_dir=str(_TEMPLATES),
    )
    datasette.search = Search(load_packs(packs))
    return datasette


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ArchiveError naming the port and the remedy."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise ArchiveError(
            f"{host}:{port}: cannot listen there: {error.strerror}. Choose another with --port, or stop what is there."
        ) from error
    return sock


def serve(datasette: Datasette, sock: socket.socket) -> None:
    """Serve until interrupted."""
    config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on")
    uvicorn.Server(config).run(sockets=[sock])
