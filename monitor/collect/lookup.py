"""Names to addresses, by the machine's resolver."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor


class SystemLookup:
    """The machine's resolver, in threads of its own: a name server that hangs holds up nobody else."""

    def __init__(self, threads: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="lookup")

    async def __call__(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _getaddrinfo, host, port)
        return list(dict.fromkeys(found))


def _getaddrinfo(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [socket.getnameinfo(answer[4], socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0] for answer in answers]
