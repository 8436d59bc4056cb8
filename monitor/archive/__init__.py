"""The archive: one SQLite file that holds everything durable.

`Archive` opens it for writing (one process at a time), `Reader` for reading (any number). The nouns:
`feeds`, `articles` with `stages` (what each stage found), `pages`, `provenance` and `versions`, `translations` with
`memory`, `matches`, `hits` (what a query finds), `finding` (the newest of it), `labels`, `notes`, `stories` with
`spread`, `alerts` that are due, `threads` and `mutes`, `outbox`, `notices`, `volumes`, `ledger` with `days`, `sources`,
`timelines` and `headlines` (what lists show), `syndication` (what feed readers are given). `Orders` is the queue
beside it.
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from monitor.archive import search
from monitor.archive.articles import Articles
from monitor.archive.connection import Lock, open_reader, open_writer, writing
from monitor.archive.coverage import Ledger
from monitor.archive.database import Database
from monitor.archive.days import Days
from monitor.archive.due import Alerts
from monitor.archive.feeds import Feeds
from monitor.archive.finding import Finding
from monitor.archive.headlines import Headlines
from monitor.archive.hits import Hits
from monitor.archive.labels import Labels
from monitor.archive.matches import Matches
from monitor.archive.memory import Memory
from monitor.archive.mutes import Mutes
from monitor.archive.notes import Notes
from monitor.archive.notices import Notices
from monitor.archive.outbox import Outbox
from monitor.archive.pages import Boilerplate, Pages
from monitor.archive.provenance import Provenances
from monitor.archive.schema import migrations
from monitor.archive.sources import Sources
from monitor.archive.spread import Spread
from monitor.archive.stages import Stages
from monitor.archive.stories import Stories
from monitor.archive.syndication import Syndication
from monitor.archive.threads import Threads
from monitor.archive.timelines import Timelines
from monitor.archive.translations import Translations
from monitor.archive.versions import Versions
from monitor.archive.volumes import Volumes
from monitor.errors import ArchiveError


class Reader:
    """The archive, for reading. Usable while a daemon writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.feeds = Feeds(connection)
        self.articles = Articles(connection)
        self.stages = Stages(connection, self.articles)
        self.pages = Pages(connection)
        self.boilerplate = Boilerplate(connection)
        self.provenance = Provenances(connection)
        self.versions = Versions(connection)
        self.translations = Translations(connection, self.articles)
        self.memory = Memory(connection)
        self.matches = Matches(connection)
        self.notes = Notes(connection)
        self.stories = Stories(connection)
        self.spread = Spread(connection)
        self.hits = Hits(connection)
        self.finding = Finding(connection)
        self.syndication = Syndication(connection)
        self.labels = Labels(connection)
        self.alerts = Alerts(connection)
        self.threads = Threads(connection)
        self.mutes = Mutes(connection)
        self.outbox = Outbox(connection)
        self.notices = Notices(connection)
        self.volumes = Volumes(connection)
        self.ledger = Ledger(connection)
        self.days = Days(connection)
        self.sources = Sources(connection)
        self.headlines = Headlines(connection)
        self.timelines = Timelines(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises ArchiveError when there is none, or it is newer than this program, or older and not yet brought up
        to date.
        """
        reader = cls.of_any_age(path)
        if migrations.pending(Database(reader.connection)):
            reader.close()
            raise ArchiveError(
                f"{path}: was written by an older version of monitor. Start `monitor run` once, which brings it up to "
                "date; `monitor backup` copies it as it is."
            )
        return reader

    @classmethod
    def of_any_age(cls, path: Path) -> Self:
        """For what needs no table of ours: a copy. Raises ArchiveError when there is none, or it is newer."""
        connection = open_reader(path)
        _refuse_newer(connection, path)
        return cls(connection)

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Archive(Reader):
    """The archive, for writing: takes the lock, brings the tables up to date, checks the index."""

    _lock: Lock | None = None

    @classmethod
    def for_reading(cls, path: Path) -> Self:
        """An archive whose stages can be run but not recorded: the file read-only, or an empty one in memory."""
        if path.exists():
            return cls(Reader.open(path).connection)
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.row_factory = sqlite3.Row
        migrations.apply(Database(connection))
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises ArchiveError when another process writes, the file is unusable, or newer than this program."""
        lock = Lock(path)
        lock.acquire()
        try:
            connection = open_writer(path)
            _refuse_newer(connection, path)
            migrations.apply(Database(connection))
        except sqlite3.Error as error:
            lock.release()
            raise ArchiveError(
                f"{path}: the tables could not be brought up to date: {error}. Restore a backup."
            ) from error
        except ArchiveError:
            lock.release()
            raise
        archive = cls(connection)
        archive._lock = lock
        if not search.is_current(connection):
            search.rebuild(connection)
        return archive

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """One transaction around several calls."""
        return writing(self.connection)

    def close(self) -> None:
        if self._lock is not None:
            self.connection.execute("PRAGMA optimize")
        super().close()
        if self._lock is not None:
            self._lock.release()


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    """An archive with migrations we do not know was written by a later version; leave it alone."""
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    applied = {migration.name for migration in migrations.applied(Database(connection))}
    if applied - known:
        connection.close()
        raise ArchiveError(
            f"{path}: was written by a newer version of monitor ({', '.join(sorted(applied - known))}). "
            "Upgrade this program, or restore an older backup."
        )
