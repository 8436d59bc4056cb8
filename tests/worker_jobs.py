"""Functions that the tests of the worker pool run inside child processes."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from monitor.errors import StatusError
from monitor.models import Entry

calls = 0


def add(left: int, right: int = 0) -> int:
    return left + right


def echo(value: Any) -> Any:
    return value


def count_calls() -> int:
    global calls
    calls += 1
    return calls


def pid(_: int = 0) -> int:
    return os.getpid()


def entry(title: str) -> Entry:
    return Entry(title=title)


def raise_status() -> None:
    raise StatusError("the page is gone", status=410, permanent=True)


def raise_bug() -> None:
    raise KeyError("no such key")


def return_a_socket() -> object:
    return object()


def quit_politely() -> None:
    sys.exit(3)


def quit_at_once() -> None:
    print("giving up", file=sys.stderr, flush=True)
    os._exit(7)


def burn_cpu() -> None:
    while True:
        pass


def cpu_used_and_allowed() -> tuple[float, int]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, resource.getrlimit(resource.RLIMIT_CPU)[0]


def use_cpu(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def eat_memory() -> int:
    return sum(len(block) for block in [bytearray(64 * 1024 * 1024) for _ in range(100)])


def kill_self(number: int) -> None:
    os.kill(os.getpid(), number)


def crash() -> None:
    ctypes.string_at(1)


def hang(marker: str = "") -> None:
    if marker:
        Path(marker).write_text(str(os.getpid()))
    signal.pause()


def meet(mine: str, other: str) -> bool:
    Path(mine).touch()
    while not Path(other).exists():
        time.sleep(0.01)
    return True


def connect(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError as error:
        return f"{type(error).__name__}: {error}"
    return "connected"


def connect_natively(port: int) -> int:
    """connect(2) past Python's socket module, as code injected by an attacker would call it."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(2, 1, 0)
    address = (2).to_bytes(2, sys.byteorder) + port.to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
    return int(libc.connect(descriptor, address, len(address)))


def variables() -> dict[str, str]:
    return dict(os.environ)


def limits() -> dict[str, int]:
    names = ("RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_CORE", "RLIMIT_FSIZE")
    return {name: resource.getrlimit(getattr(resource, name))[0] for name in names}


def upper_or_die(texts: tuple[str, ...]) -> tuple[str, ...]:
    """A translator that crashes on one sentence, as native code does."""
    if any("poison" in text for text in texts):
        os.kill(os.getpid(), signal.SIGSEGV)
    return tuple(text.upper() for text in texts)
