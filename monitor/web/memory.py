"""How the server's memory is looked after: what has been loaded stays, and threads share their heaps."""

from __future__ import annotations

import ctypes
import gc

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_ARENAS = 2
_THRESHOLDS = (700, 10, 100)  # Python's own, with a full look for garbage a tenth as often


def settle() -> None:
    """Before the first request, and before threads begin.

    A full look through packs, templates and compiled queries for garbage stops every answer for 50 ms. Threads that
    each have a heap of their own (glibc's default) took the server to 276 MB under four readers; two heaps, to 165.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none, and no such heaps
    if mallopt is not None:
        mallopt(_ARENA_MAX, _ARENAS)
