"""Poll feeds as the world writes them, twice, through the whole pipeline.

    uv run benchmarks/feeds.py [--json FILE]

Serves every document of `data/feeds-real.tar.xz` (in $MONITOR_SHARED, or ../shared) on loopback and polls them
all; then again two days later, each with a line break added, so that the bytes differ and are parsed anew. The
second visit must bring nothing: an entry that seems new then would be announced twice. Pages are not fetched.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tarfile
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from newsrooms import FakeClock, config  # noqa: E402
from servers import RawServer, response  # noqa: E402

from monitor import log  # noqa: E402
from monitor.config import CollectSettings, LogSettings  # noqa: E402
from monitor.models import Feed  # noqa: E402
from monitor.run.context import Context  # noqa: E402
from monitor.run.newsroom import open_newsroom  # noqa: E402
from monitor.run.pipeline import Pipeline  # noqa: E402

SHARED = Path(os.environ.get("MONITOR_SHARED", ROOT.parent / "shared"))
FEEDS = SHARED / "data" / "feeds-real.tar.xz"
NOT_FEEDS = ("LICENSE", "README.md", ".serde.json")
NOW = datetime(2026, 12, 1, tzinfo=UTC)  # after the newest of them


def publish(server: RawServer) -> tuple[Feed, ...]:
    """Serve each document under its name, with a line break more from the second request on."""
    feeds = []
    with tarfile.open(FEEDS) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is None or member.name.endswith(NOT_FEEDS):
                continue
            body = b"".join(iter(lambda content=content: content.read1(1 << 20), b""))
            path = f"/{len(feeds)}"
            server.route(path, [response(200, {}, body), response(200, {}, body + b"\n")])
            feeds.append(Feed(url=server.url(path), title=member.name))
    return tuple(feeds)


async def poll_twice(folder: Path, server: RawServer) -> dict[str, Any]:
    """Both visits, and what the archive says of them."""
    clock = FakeClock(NOW)
    settings = config(folder, feeds=publish(server), collect=CollectSettings(fetch_pages=False))
    # One host serves what hundreds did: they may all be asked at once.
    settings = replace(settings, http=replace(settings.http, host_connections=32), topics=())
    async with open_newsroom(settings, clock) as context:
        first = await _visit(context)
        clock.advance(days=2)
        second = await _visit(context)
        states = context.archive.connection.execute(
            "SELECT title, error_kind, error FROM feeds JOIN feed_states"
            " ON feed_id = feeds.id WHERE error IS NOT NULL ORDER BY title"
        ).fetchall()
        bugs = context.archive.connection.execute("SELECT count(*) FROM articles WHERE error LIKE 'Internal error%'")
        crashes = sum("Internal error" in row["error"] or "child process" in row["error"] for row in states)
        return {
            "feeds": len(settings.feeds),
            "parsed": len(settings.feeds) - len(states),
            "failures": dict(Counter(row["error_kind"] for row in states)),
            "failed": {row["title"]: row["error"] for row in states},
            "crashes": crashes + bugs.fetchone()[0],
            "articles": context.archive.ledger.totals()["articles"],
            "backlog": context.archive.articles.backlog(),
            "first": first,
            "second": second,
        }


async def _visit(context: Context) -> dict[str, Any]:
    database = context.archive.connection
    last = database.execute("SELECT coalesce(max(id), 0) FROM polls").fetchone()[0]
    began = time.monotonic()
    await Pipeline(context).once()
    polls, entries, new = database.execute(
        "SELECT count(*), sum(entries), sum(new_entries) FROM polls WHERE id > ?", (last,)
    ).fetchone()
    return {"polls": polls, "entries": entries, "new_entries": new, "seconds": round(time.monotonic() - began, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, help="write the numbers here too")
    options = parser.parse_args()
    if not FEEDS.exists():
        print(f"No feeds at {FEEDS}. Set MONITOR_SHARED to the folder that has data/feeds-real.tar.xz.")
        return 2
    log.setup(LogSettings(level="error"), sys.stderr)
    with tempfile.TemporaryDirectory(prefix="monitor-feeds-") as folder, RawServer() as server:
        found = asyncio.run(poll_twice(Path(folder), server))
    print(f"{found['parsed']} of {found['feeds']} documents are feeds; the others:")
    for title, error in found["failed"].items():
        print(f"  {title}: {error}")
    for name in ("first", "second"):
        visit = found[name]
        print(
            f"{name} visit: {visit['polls']} polls, {visit['entries']} entries, {visit['new_entries']} new, "
            f"{visit['seconds']} s"
        )
    print(f"{found['articles']} articles; {found['crashes']} crashes; backlog: {found['backlog'] or 'none'}.")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 1 if found["crashes"] or found["second"]["new_entries"] else 0


if __name__ == "__main__":
    sys.exit(main())
