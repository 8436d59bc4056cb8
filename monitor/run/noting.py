"""Notes on articles: what is left to be recorded by the process that holds the archive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.archive import Archive
from monitor.models import Note
from monitor.run.orders import HANDLERS


def _add(archive: Archive, values: Mapping[str, Any]) -> None:
    archive.notes.add(
        Note(
            article_id=values["article"],
            text=values["text"],
            author=values["author"],
            at=datetime.fromisoformat(values["at"]),
            key=values["key"],
        )
    )


def _remove(archive: Archive, values: Mapping[str, Any]) -> None:
    archive.notes.remove(values["note"], values["author"])


HANDLERS |= {"note": _add, "unnote": _remove}
