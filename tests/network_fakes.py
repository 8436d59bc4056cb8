"""Fakes for the seams of the network room: a clock that only moves when told, and a name system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class FakeClock:
    """A wall and a monotonic clock. `sleep` moves both; so does `advance`."""

    def __init__(self, now: datetime = NOON) -> None:
        self.wall, self.ticks = now, 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.ticks

    def advance(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)


class FakeNames:
    """A name system: name → the answers to each question, the last one repeating. Unknown names do not exist."""

    def __init__(self, names: dict[str, Sequence[Sequence[str]]] | None = None) -> None:
        self.names = {name: list(answers) for name, answers in (names or {}).items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.names.get(host)
        if answers is None:
            raise OSError(-2, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]
