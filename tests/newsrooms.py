"""What tests of the archive and the pipeline share: a fake clock, candidates, a small configuration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.archive.articles import Candidate
from monitor.config import (
    AlertSettings,
    ArchiveSettings,
    CollectSettings,
    Config,
    HttpSettings,
    TranslationSettings,
    WorkerSettings,
)
from monitor.models import Channel, Entry, Feed, Topic

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MODEL = Path(__file__).resolve().parents[1] / "monitor" / "demo" / "models" / "translate-fr_en-small.argosmodel"


class FakeClock:
    """Stands still until it is told otherwise."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, **time: float) -> None:
        step = timedelta(**time)
        self._now += step
        self._monotonic += step.total_seconds()


def candidate(key: str, *, title: str = "Title", feed_id: int | None = None, **more: object) -> Candidate:
    """An entry known under one key, with plain values for the rest."""
    fields: dict[str, object] = {
        "entry": Entry(title=title, link=f"https://a.example/{key}", published=NOW),
        "keys": (key,),
        "url": f"https://a.example/{key}",
        "canonical_url": f"a.example/{key}",
        "outlet": "A",
        "alertable": True,
        "entry_hash": title,
        "feed_id": feed_id,
    }
    return Candidate(**(fields | more))  # type: ignore[arg-type]


def config(
    folder: Path,
    *,
    feeds: tuple[Feed, ...] = (),
    topics: tuple[Topic, ...] = (Topic(name="Libya–Russia relations", query='relation("libya", "russia")'),),
    channels: tuple[Channel, ...] = (),
    allow: tuple[str, ...] = ("127.0.0.0/8",),
    collect: CollectSettings | None = None,
    alerts: AlertSettings | None = None,
) -> Config:
    """A configuration for loopback: no age gates, no pause between two requests."""
    return Config(
        archive=ArchiveSettings(path=folder / "archive.db"),
        http=HttpSettings(contact="tests", allow_private=allow, host_delay_seconds=0.0, host_connections=4),
        collect=collect or CollectSettings(max_age_days=0, first_poll_max_age_hours=0),
        translation=TranslationSettings(packages=folder / "models", threads=1),
        alerts=alerts or AlertSettings(),
        workers=WorkerSettings(processes=1),
        feeds=feeds,
        topics=topics,
        channels=channels,
    )
