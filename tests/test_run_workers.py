"""The pool answers, keeps its limits, and outlives whatever happens to its children."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
import worker_jobs as jobs

from monitor.config import WorkerSettings
from monitor.errors import StatusError, WorkerError
from monitor.models import Entry
from monitor.run import workers as pool
from monitor.run.codec import CodecError
from monitor.run.workers import Workers

T = TypeVar("T")
PACKAGES = ("monitor", "worker_jobs")
LANES = ("parse", "translate")


def with_pool(job: Callable[[Workers], Awaitable[T]], **settings: int) -> T:
    """What `job` returns when handed a pool of one process (unless told otherwise)."""

    async def run() -> T:
        async with Workers(WorkerSettings(**({"processes": 1} | settings)), packages=PACKAGES) as workers:
            return await job(workers)

    return asyncio.run(run())


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether the condition comes true; looks often, gives up late."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("lane", LANES)
def test_results_and_values_come_back(lane: str) -> None:
    """Arguments go out by position and by name, dataclasses and large bodies come back."""

    async def job(workers: Workers) -> Any:
        body = os.urandom(3_000_000)
        same = await workers.run(lane, jobs.echo, body) == body
        return same, await workers.run(lane, jobs.add, 2, right=3), await workers.run(lane, jobs.entry, "ж")

    assert with_pool(job) == (True, 5, Entry(title="ж"))


def test_errors_of_the_tree_come_back_as_themselves() -> None:
    """The pipeline sees the StatusError that the child raised, with its number."""
    with pytest.raises(StatusError, match="the page is gone") as caught:
        with_pool(lambda workers: workers.run("parse", jobs.raise_status))
    assert (caught.value.status, caught.value.permanent) == (410, True)


def test_a_bug_comes_back_with_its_traceback() -> None:
    """Any other exception is a permanent WorkerError that names it and carries the child's traceback."""
    with pytest.raises(WorkerError, match="raise_bug: KeyError: 'no such key'") as caught:
        with_pool(lambda workers: workers.run("parse", jobs.raise_bug))
    assert caught.value.permanent
    assert "worker_jobs.py" in caught.value.__notes__[0]


def test_a_result_that_cannot_cross_is_an_error() -> None:
    """A function that returns something the codec does not know is told so by name."""
    with pytest.raises(WorkerError, match="type object cannot cross"):
        with_pool(lambda workers: workers.run("parse", jobs.return_a_socket))


DEATHS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, int], str]] = {
    "cpu": (jobs.burn_cpu, (), {"cpu_seconds": 1}, "passed its limit of CPU time"),
    "memory": (jobs.eat_memory, (), {"memory_mb": 256}, "ran out of the memory"),
    "sys.exit": (jobs.quit_politely, (), {}, "SystemExit: 3"),
    "os._exit": (jobs.quit_at_once, (), {}, "exit code 7: giving up"),
    "SIGKILL": (jobs.kill_self, (int(signal.SIGKILL),), {}, "SIGKILL"),
    "SIGSEGV": (jobs.crash, (), {}, "SIGSEGV"),
    "hang": (jobs.hang, (), {"wall_seconds": 1}, "longer than 1 s"),
}


@pytest.mark.parametrize("name", DEATHS)
def test_the_pool_survives(name: str) -> None:
    """Whatever a document does to its child is one WorkerError that says what happened; the next task runs."""
    function, arguments, settings, words = DEATHS[name]

    async def job(workers: Workers) -> int:
        with pytest.raises(WorkerError, match=words):
            await workers.run("parse", function, *arguments)
        return await workers.run("parse", jobs.add, 1, 1)

    assert with_pool(job, **settings) == 2


def test_the_translating_child_has_a_memory_limit_too() -> None:
    """A runaway translator ends itself, not the machine."""
    with pytest.raises(WorkerError, match="ran out of the memory"):
        with_pool(lambda workers: workers.run("translate", jobs.eat_memory), translate_memory_mb=256)


def test_a_child_killed_from_outside_while_working() -> None:
    """SIGKILL in the middle of a task is a WorkerError at once, not a time-out."""

    async def job(workers: Workers) -> int:
        victim = await workers.run("parse", jobs.pid)
        task = asyncio.create_task(workers.run("parse", jobs.hang))
        await asyncio.sleep(0)
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(WorkerError, match="SIGKILL"):
            await task
        return await workers.run("parse", jobs.pid) - victim

    assert with_pool(job, wall_seconds=600) != 0


def test_a_child_killed_while_idle_costs_no_task() -> None:
    """The out-of-memory killer may take an idle child; the next task gets a fresh one."""

    async def job(workers: Workers) -> bool:
        victim = await workers.run("parse", jobs.pid)
        os.kill(victim, signal.SIGKILL)
        assert eventually(lambda: not alive(victim))
        return await workers.run("parse", jobs.pid) != victim

    assert with_pool(job)


def test_a_child_asked_while_an_error_is_handled_lives_on() -> None:
    """What an `except` block asks of a child is answered, by the same child each time."""

    async def job(workers: Workers) -> list[int]:
        try:
            raise StatusError("gone", status=410)
        except StatusError:
            return [await workers.run("parse", jobs.pid) for _ in range(3)]

    assert len(set(with_pool(job))) == 1


def test_children_are_reused_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child keeps its modules from task to task, until it has done its share."""
    monkeypatch.setattr(pool, "MAX_TASKS", 3)

    async def job(workers: Workers) -> list[int]:
        return [await workers.run("translate", jobs.count_calls) for _ in range(5)]

    assert with_pool(job) == [1, 2, 3, 1, 2]


def test_cpu_time_is_counted_per_task() -> None:
    """The limit grows with what earlier tasks used, so an old child is no worse than a new one."""

    async def job(workers: Workers) -> tuple[float, int]:
        await workers.run("parse", jobs.use_cpu, 1.2)
        return await workers.run("parse", jobs.cpu_used_and_allowed)

    used, allowed = with_pool(job, cpu_seconds=2)
    assert used > 1.2
    assert used + 2 <= allowed <= used + 3


def test_fifty_tasks_on_two_processes() -> None:
    """Tasks queue for the processes there are, and each gets its own answer."""

    async def job(workers: Workers) -> tuple[list[int], set[int]]:
        sums = asyncio.gather(*(workers.run("parse", jobs.add, n, n) for n in range(50)))
        pids = asyncio.gather(*(workers.run("parse", jobs.pid, n) for n in range(50)))
        return await sums, set(await pids)

    sums, pids = with_pool(job, processes=2)
    assert sums == [2 * n for n in range(50)]
    assert len(pids) <= 2


def test_two_processes_work_at_the_same_time(tmp_path: Path) -> None:
    """Two tasks that wait for each other both come home."""
    one, two = str(tmp_path / "one"), str(tmp_path / "two")

    async def job(workers: Workers) -> list[bool]:
        return await asyncio.gather(
            workers.run("parse", jobs.meet, one, two), workers.run("parse", jobs.meet, two, one)
        )

    assert with_pool(job, processes=2) == [True, True]


def test_a_cancelled_task_frees_its_place() -> None:
    """Cancelling ends the child that was at work; the place is not lost."""

    async def job(workers: Workers) -> int:
        task = asyncio.create_task(workers.run("parse", jobs.hang))
        await workers.run("translate", jobs.pid)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await workers.run("parse", jobs.add, 1, 2)

    assert with_pool(job, wall_seconds=600) == 3


def test_closing_ends_busy_and_idle_children(tmp_path: Path) -> None:
    """`close` leaves no process behind, and whoever waits for an answer hears of it."""
    marker = tmp_path / "pid"

    async def job(workers: Workers) -> list[int]:
        idle = await workers.run("translate", jobs.pid)
        task = asyncio.create_task(workers.run("parse", jobs.hang, str(marker)))
        while not (marker.exists() and marker.read_text()):
            await asyncio.sleep(0.01)
        workers.close()
        with pytest.raises(WorkerError):
            await task
        return [idle, int(marker.read_text())]

    assert not any(alive(pid) for pid in with_pool(job, wall_seconds=600))


PARENT = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
import worker_jobs as jobs
from monitor.config import WorkerSettings
from monitor.run.workers import Workers

async def main():
    workers = Workers(WorkerSettings(processes=1, wall_seconds=600), packages=("monitor", "worker_jobs"))
    print(await workers.run("translate", jobs.pid), flush=True)
    await workers.run("parse", jobs.hang, sys.argv[2])

asyncio.run(main())
"""


def test_children_die_with_the_daemon(tmp_path: Path) -> None:
    """After SIGKILL of the daemon neither an idle nor a busy child is left."""
    marker = tmp_path / "pid"
    command = [sys.executable, "-c", PARENT, str(Path(__file__).parent), str(marker)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        idle = int(parent.stdout.readline())
        assert eventually(lambda: marker.exists() and marker.read_text() != "")
        busy = int(marker.read_text())
        assert alive(idle)
        assert alive(busy)
        parent.kill()
    assert eventually(lambda: not alive(idle) and not alive(busy))


def listener() -> socket.socket:
    server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)
    return server


@pytest.mark.parametrize("lane", LANES)
def test_python_code_in_a_child_has_no_network(lane: str) -> None:
    """A library that wants to download something is refused before a packet leaves."""
    with listener() as server:
        port = server.getsockname()[1]
        said = with_pool(lambda workers: workers.run(lane, jobs.connect, port))
        assert said.startswith("PermissionError: child processes have no network")
        with pytest.raises(BlockingIOError):
            server.accept()


def test_native_code_in_a_child_has_no_network() -> None:
    """Where the kernel allows a network namespace, connect(2) itself finds nobody."""
    if (
        subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode
        and subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True).returncode
    ):
        pytest.skip("this kernel lets us make no network namespace")
    with listener() as server:
        port = server.getsockname()[1]
        assert jobs.connect_natively(port) == 0
        server.accept()[0].close()
        assert with_pool(lambda workers: workers.run("parse", jobs.connect_natively, port)) == -1
        with pytest.raises(BlockingIOError):
            server.accept()


def test_children_do_not_see_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets in the daemon's environment stay there; numeric libraries are told to use one thread."""
    monkeypatch.setenv("MONITOR_SMTP_PASSWORD", "s3cret")
    variables = with_pool(lambda workers: workers.run("parse", jobs.variables))
    assert "s3cret" not in variables.values()
    assert variables["OPENBLAS_NUM_THREADS"] == "1"


def test_limits_are_in_force() -> None:
    """Address space, file size and core dumps of a parsing child are those of the settings."""
    limits = with_pool(lambda workers: workers.run("parse", jobs.limits), memory_mb=300)
    assert limits["RLIMIT_AS"] == 300 * 1024 * 1024
    assert limits["RLIMIT_CORE"] == 0
    assert limits["RLIMIT_FSIZE"] < 100 * 1024 * 1024


def test_only_functions_of_the_packages_run() -> None:
    """A lambda or a function of another package is refused before anything is sent."""
    for function in (lambda: 1, os.getpid, subprocess.run):
        with pytest.raises(CodecError):
            with_pool(lambda workers, function=function: workers.run("parse", function))


def test_a_child_that_cannot_start_says_why() -> None:
    """Memory too small even for the interpreter's imports is an error, not a hang."""
    with pytest.raises(WorkerError, match="add"):
        with_pool(lambda workers: workers.run("parse", jobs.add, 1), memory_mb=1)
