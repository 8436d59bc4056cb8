"""What runs inside a child process: `main`, in a fresh interpreter started by `worker.py` only.

Tasks come through one socket as frames of `codec.py`, each after its length; answers go back the same way.
A task is (function reference, CPU seconds, arguments, keyword arguments). An answer is a `Reply`.
"""

from __future__ import annotations

import socket
import struct
import traceback
from dataclasses import dataclass
from typing import Any, BinaryIO

from monitor.errors import MonitorError
from monitor.run import codec
from monitor.run.confinement import Limits, allow_cpu, confine

LENGTH = struct.Struct(">Q")  # before every frame
OUT_OF_MEMORY = "ran out of the memory it may use"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The first frame a child is sent."""

    parent: int  # process id
    limits: Limits
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How a task went: exactly one of `value` (when both others are None), `error` and `failure`."""

    value: Any = None
    error: MonitorError | None = None
    failure: str | None = None  # one line
    details: str = ""  # the traceback behind `failure`
    spent: bool = False  # memory ran out: do not use this child again


def main(descriptor: int) -> None:
    """Serve tasks from the inherited socket until it closes."""
    with socket.socket(fileno=descriptor) as pipe:
        source, sink = pipe.makefile("rb"), pipe.makefile("wb")
    start: Start = codec.decode(read(source))
    isolation = confine(start.limits, start.parent)
    write(sink, codec.encode(Reply(value=isolation)))
    while frame := read(source):
        write(sink, perform(frame, start.packages))


def perform(frame: bytes, packages: tuple[str, ...]) -> bytes:
    """Do one task; whatever happens short of the end of the process, there is an answer."""
    reply = _attempt(frame, packages)
    try:
        return codec.encode(reply)
    except Exception as error:
        return codec.encode(_failure(error))


def _attempt(frame: bytes, packages: tuple[str, ...]) -> Reply:
    try:
        name, cpu_seconds, args, kwargs = codec.decode(frame, packages)
        function = codec.resolve(name, packages)
        allow_cpu(cpu_seconds)
        return Reply(value=function(*args, **kwargs))
    except MonitorError as error:
        return Reply(error=error)
    except BaseException as error:  # SystemExit too: a library must not end the pool's process
        return _failure(error)


def _failure(error: BaseException) -> Reply:
    if isinstance(error, MemoryError):
        return Reply(failure=OUT_OF_MEMORY, spent=True)
    line = f"{type(error).__name__}: {error}".splitlines()[0]
    return Reply(failure=line, details="".join(traceback.format_exception(error)))


def read(source: BinaryIO) -> bytes:
    """The next frame, b"" when the other side has gone."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    size = LENGTH.unpack(head)[0]
    frame = source.read(size)
    return frame if len(frame) == size else b""


def write(sink: BinaryIO, frame: bytes) -> None:
    """Send one frame."""
    sink.write(LENGTH.pack(len(frame)))
    sink.write(frame)
    sink.flush()
