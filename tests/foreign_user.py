"""Serves an archive to itself as a user who owns none of it: prints the status of each page, first while nobody
writes, then while somebody does. Run as root: python tests/foreign_user.py FOLDER
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import web_archive as sample

from monitor.archive import Archive
from monitor.web import server

NOBODY = 65534
ADDRESSES = ("/", "/home.json", "/archive", "/archive/articles.json", "/archive/search?q=accord*", "/-/login")


def visit(datasette: Any, name: str = "archive") -> None:
    for address in ADDRESSES:
        answer = asyncio.run(datasette.client.get(address.replace("archive", name)))
        print(name, answer.status_code, address, "Start `monitor run`" in answer.text)


def main(folder: Path) -> None:
    folder.chmod(0o755)
    warm, path = sample.build(folder / "warm.db"), sample.build(folder / "archive.db")
    visit(server.application(sample.settings(warm)), "warm")  # what is imported late is imported now
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    datasette = server.application(sample.settings(path))
    visit(datasette)
    os.seteuid(0)
    with Archive.open(path) as archive:
        archive.matches.declare([])
        os.seteuid(NOBODY)
        visit(datasette)
        os.seteuid(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
