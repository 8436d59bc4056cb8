"""How many pages read the archive at once, and for how long."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest
import web_archive as sample

from monitor.errors import BusyPageError
from monitor.web import reading, server


def test_wide_queries_have_two_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three at once two are read, the third, whose turn does not come, is sent away; later there is room."""
    datasette = server.application(sample.settings(sample.build(tmp_path / "archive.db")))
    monkeypatch.setattr(reading, "WAIT", 0.05)
    gate, read = threading.Event(), []

    def work(_: object) -> None:
        read.append(time.monotonic())
        assert gate.wait(20)

    async def three() -> None:
        two = [asyncio.create_task(reading.read_wide(datasette, work)) for _ in range(2)]
        while len(read) < 2:
            await asyncio.sleep(0.01)
        with pytest.raises(BusyPageError):
            await reading.read_wide(datasette, work)
        gate.set()
        await asyncio.gather(*two)
        await reading.read_wide(datasette, work)

    asyncio.run(three())
    assert len(read) == 3
