"""What a child process gives up before it touches anything from outside.

Guaranteed on Linux, whatever code then runs in the child:
  * it dies with the daemon (PR_SET_PDEATHSIG; the thread that starts children must live as long as the pool);
  * memory, file size and core dumps are bounded (RLIMIT_AS or RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_CORE);
  * it gains no privileges by executing others (PR_SET_NO_NEW_PRIVS), is first to go when the machine runs out
    of memory, and yields the processor to the daemon.

No network is guaranteed where the kernel lets us make a network namespace: as root, or where unprivileged
user namespaces are allowed (`isolation` is then "namespace"). Elsewhere, e.g. under RestrictNamespaces= of
systemd or in most containers, an audit hook refuses every use of Python's socket module ("python"): that stops
libraries which mean to download something, not native code taken over by an attacker.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024
# py3langid unpacks its model into a temporary file of 68 MB; nothing else here writes more than a few.
LARGEST_FILE = 96 * MEGABYTE

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38  # <linux/prctl.h>
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # <linux/sched.h>


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may use. `cpu_seconds` is for one task, the rest for the whole process; 0 means no limit.

    `address_mb` bounds all the address space, `data_mb` only private writable memory: a translator reserves
    far more address space (thread arenas, mapped models, CUDA) than it ever fills.
    """

    cpu_seconds: int = 0
    wall_seconds: float = 20.0
    address_mb: int = 0
    data_mb: int = 0


def confine(limits: Limits, parent: int) -> str:
    """Give up what the module's head lists. Returns how the network was closed: namespace or python.

    `parent` is the process id of the daemon; ends the process if that is already gone.
    """
    _die_with(parent)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE)
    if limits.address_mb:
        _limit(resource.RLIMIT_AS, limits.address_mb * MEGABYTE)
    if limits.data_mb:
        _limit(resource.RLIMIT_DATA, limits.data_mb * MEGABYTE)
    _stand_back()
    return _close_network()


def allow_cpu(seconds: int) -> None:
    """Let this process use `seconds` more of CPU time from now; then SIGXCPU ends it. 0: no limit."""
    if seconds:
        used = resource.getrusage(resource.RUSAGE_SELF)
        # RLIMIT_CPU counts from the start of the process and in whole seconds.
        soft = math.ceil(used.ru_utime + used.ru_stime) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _limit(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died before the line above took effect
        os._exit(1)


def _stand_back() -> None:
    os.nice(5)
    with suppress(OSError):  # not Linux, or /proc is hidden
        Path("/proc/self/oom_score_adj").write_text("500")


def _close_network() -> str:
    isolated = sys.platform == "linux" and (
        _libc().unshare(_CLONE_NEWNET) == 0 or _libc().unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    )
    sys.addaudithook(_refuse_sockets)
    return "namespace" if isolated else "python"


def _refuse_sockets(event: str, _: tuple[object, ...]) -> None:
    if event.startswith("socket.") and event != "socket.gethostname":
        raise PermissionError(f"child processes have no network ({event})")
