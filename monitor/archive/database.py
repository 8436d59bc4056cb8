"""sqlite-utils, which runs the migrations, taken in without numpy and pandas.

Where they are installed (CTranslate2 brings numpy) it imports them, for columns of their types, of which we have none:
0.1 s at the start of every command, and 20 MB in the daemon.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _hidden(*modules: str) -> Iterator[None]:
    """Within, importing one of these fails as if it were not installed."""
    hidden = [module for module in modules if module not in sys.modules]
    for module in hidden:
        sys.modules[module] = None  # type: ignore[assignment]  # Python's own mark for it
    try:
        yield
    finally:
        for module in hidden:
            del sys.modules[module]


with _hidden("numpy", "pandas"):
    from sqlite_utils import Database

__all__ = ("Database",)
