"""One child process, as the daemon sees it: start it, ask it, end it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO

from monitor.errors import WorkerError
from monitor.run import codec
from monitor.run.child import LENGTH, Reply, Start
from monitor.run.confinement import Limits

START_SECONDS = 60.0  # an interpreter on a slow disk, first run
LARGEST_ANSWER = 256 * 1024 * 1024  # a child that announces more is lying or broken
_LAST_WORDS = 2000  # characters of a dead child's stderr that are kept
_COMMAND = "import sys; from monitor.run.child import main; main(int(sys.argv[1]))"

# Secrets may stand in the daemon's environment: children get what interpreters and libraries need, no more.
_ENVIRONMENT = {"PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"}
_ENVIRONMENT_PREFIXES = ("LC_", "XDG_", "ARGOS_", "CT2_", "CUDA_", "NVIDIA_", "OMP_", "MKL_", "OPENBLAS_")


class Worker:
    """A running child. Made by `start`; of no further use once `ask` has raised anything but an answer."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: socket.socket, stderr: BinaryIO) -> None:
        self._process = process
        self._pipe = pipe
        self._stderr = stderr
        self.isolation = ""  # how the network was closed: namespace | python
        self.tasks = 0

    @classmethod
    async def start(cls, limits: Limits, packages: tuple[str, ...], threads: int | None = None) -> Worker:
        """A child that has taken on its limits. `threads` bounds OpenMP and BLAS. Raises `WorkerError`."""
        worker = cls._spawn(threads)
        start = Start(parent=os.getpid(), limits=limits, packages=packages)
        try:
            worker.isolation = (await worker.ask(codec.encode(start), START_SECONDS, packages)).value
        except WorkerError as error:
            raise WorkerError(f"a child process did not start: {error}") from error
        worker.tasks = 0
        return worker

    @classmethod
    def _spawn(cls, threads: int | None) -> Worker:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _COMMAND, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                env=_environment(os.environ, threads),
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                start_new_session=True,  # Ctrl-C is for the daemon to act on
            )
        return cls(process, ours, stderr)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    async def ask(self, frame: bytes, wall_seconds: float, packages: tuple[str, ...]) -> Reply:
        """Send a task, await its answer. Raises `WorkerError` when the child died, hung or answered nonsense;
        it has then been ended, as it has when this is cancelled.
        """
        self.tasks += 1
        try:
            return await self._ask(frame, wall_seconds, packages)
        except BaseException:
            self.kill()
            raise

    async def _ask(self, frame: bytes, wall_seconds: float, packages: tuple[str, ...]) -> Reply:
        try:
            async with asyncio.timeout(wall_seconds):
                answer = await self._exchange(frame)
            reply = codec.decode(answer, packages)
        except TimeoutError as error:
            raise WorkerError(f"took longer than {wall_seconds:g} s and was ended") from error
        except (EOFError, ConnectionError) as error:
            raise WorkerError(await self._epitaph()) from error
        except codec.CodecError as error:
            raise WorkerError(f"sent an answer that cannot be read: {error}") from error
        if not isinstance(reply, Reply):
            raise WorkerError("answered with something that is no answer")
        return reply

    async def _exchange(self, frame: bytes) -> bytes:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._pipe, LENGTH.pack(len(frame)))
        await loop.sock_sendall(self._pipe, frame)
        size = LENGTH.unpack(await self._receive(LENGTH.size))[0]
        if size > LARGEST_ANSWER:
            raise codec.CodecError(f"it announces {size} bytes")
        return await self._receive(size)

    async def _receive(self, size: int) -> bytes:
        loop = asyncio.get_running_loop()
        buffer = bytearray(size)
        view, got = memoryview(buffer), 0
        while got < size:
            count = await loop.sock_recv_into(self._pipe, view[got:])
            if not count:
                raise EOFError
            got += count
        return bytes(buffer)

    async def _epitaph(self) -> str:
        """Why the child is gone, in words."""
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, 5)
        words = self._last_words()
        return _cause_of_death(self._process.poll()) + (f": {words}" if words else "")

    def _last_words(self) -> str:
        self._stderr.seek(0)
        lines = self._stderr.read()[-_LAST_WORDS:].decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def interrupt(self) -> None:
        """End the child; a pending `ask` then finds it dead."""
        self._process.kill()

    def kill(self) -> None:
        """End the child and let go of it; it holds nothing worth saving. May be called twice."""
        if self._pipe.fileno() != -1:
            self._process.kill()
            self._process.wait()
            self._pipe.close()
            self._stderr.close()


def _environment(environ: Mapping[str, str], threads: int | None) -> dict[str, str]:
    kept = {
        name: value for name, value in environ.items() if name in _ENVIRONMENT or name.startswith(_ENVIRONMENT_PREFIXES)
    }
    kept["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    kept["MALLOC_ARENA_MAX"] = "2"  # glibc reserves 64 MB of address space per arena
    if threads is not None:
        kept |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    return kept


def _cause_of_death(status: int | None) -> str:
    if status is None:
        return "closed its pipe"
    if status >= 0:
        return f"ended with exit code {status}"
    name = signal.Signals(-status).name
    if -status == signal.SIGXCPU:
        return "passed its limit of CPU time"
    return f"was ended by {name}" + (" (out of memory?)" if -status == signal.SIGKILL else "")
