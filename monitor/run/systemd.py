"""Words to the service manager: ready, still alive, stopping (sd_notify(3)). Silent outside systemd."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

# A service manager that is busy must not hold up the event loop; it reads its queue again soon enough.
_PATIENCE_SECONDS = 1.0


class Notifier:
    """Sends datagrams to $NOTIFY_SOCKET; a no-op when there is none."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        # "@" stands for the NUL that begins a name in the abstract namespace.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        microseconds = environ.get("WATCHDOG_USEC", "")
        mine = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog_seconds = int(microseconds) / 1e6 if microseconds.isdigit() and mine else None

    def send(self, text: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.settimeout(_PATIENCE_SECONDS)
            try:
                sock.connect(self._address)
                sock.sendall(text.encode())
            except OSError:
                return  # a service manager that is gone must not take the service with it

    def ready(self, status: str) -> None:
        self.send(f"READY=1\nSTATUS={status}")

    def status(self, status: str) -> None:
        self.send(f"STATUS={status}")

    def alive(self) -> None:
        self.send("WATCHDOG=1")

    def stopping(self) -> None:
        self.send("STOPPING=1")

    def reloading(self, monotonic: float) -> None:
        self.send(f"RELOADING=1\nMONOTONIC_USEC={int(monotonic * 1e6)}")
