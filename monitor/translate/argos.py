"""Argos Translate's package reader, imported without its side effects.

Importing `argostranslate.settings` creates folders in the user's home and reads a settings file there.
The home of a service account is often read-only, and what lies in it is not ours to obey: so the import
happens with the variables that name those folders pointing at a temporary one. Nothing here opens a
connection. `argostranslate.translate` is never imported: it needs stanza, hence PyTorch.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# Every variable `argostranslate.settings` (1.11) turns into a folder; SNAP adds folders of its own.
_FOLDERS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
_LEFT_OUT = ("ARGOS_PACKAGES_DIR", "ARGOS_TRANSLATE_PACKAGE_DIR", "SNAP")


@contextmanager
def _away_from_home() -> Iterator[None]:
    """The environment with a throw-away home for Argos, put back exactly as it was afterwards."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="monitor-argos-") as scratch:
        os.environ.update(dict.fromkeys(_FOLDERS, scratch))
        for name in _LEFT_OUT:
            os.environ.pop(name, None)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


with _away_from_home():
    from argostranslate.package import AvailablePackage, argospm_package_name
    from argostranslate.package import Package as ArgosPackage

__all__ = ["ArgosPackage", "AvailablePackage", "argospm_package_name"]
