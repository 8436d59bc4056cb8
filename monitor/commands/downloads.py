"""Progress of packages that are being fetched and installed: bars on a terminal, lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import TransferSpeedColumn as Speed

from monitor.commands.common import err
from monitor.run import downloading


@contextmanager
def shown() -> Iterator[downloading.Report]:
    """What to hand to `installing.download`."""
    if not err.is_terminal:
        yield Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), Speed(), TimeRemainingColumn())
    with Progress(*columns, console=err) as bars:
        yield Bars(bars)


class Bars:
    """One bar a package, which starts over with the download."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: downloading.Progress) -> None:
        text = f"{progress.package}: {progress.phase}"
        if progress.package not in self._tasks:
            self._tasks[progress.package] = self._bars.add_task(text, total=None)
        task = self._tasks[progress.package]
        if progress.phase == "downloading":
            self._bars.update(task, description=text, completed=progress.done, total=progress.total)
        else:
            self._bars.update(task, description=text)


class Lines:
    """A line for each step, and one at each quarter of a download."""

    def __init__(self) -> None:
        self._last: tuple[str, int] = ("", 0)

    def __call__(self, progress: downloading.Progress) -> None:
        quarter = 4 * progress.done // progress.total if progress.total else 0
        step = f"{progress.package}: {progress.phase} {progress.source}"
        if step != self._last[0] or quarter < self._last[1]:
            err.print(step, markup=False, soft_wrap=True)
        elif quarter > self._last[1] and progress.total:
            line = f"{progress.package}: {25 * quarter} % of {progress.total / 1e6:.1f} MB"
            err.print(line, markup=False, soft_wrap=True)
        self._last = (step, quarter)
