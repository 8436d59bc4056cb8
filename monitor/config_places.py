"""Where Argos Translate and LibreTranslate keep the packages they install.

After `argostranslate.settings` (1.11), which LibreTranslate uses too; in its container the home is that of a
user called libretranslate, and people mount the same path outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_STATED = ("ARGOS_PACKAGES_DIR", "ARGOS_TRANSLATE_PACKAGE_DIR")  # the folder itself; the second is the older name
_BELOW_DATA = Path("argos-translate", "packages")
_BELOW_HOME = Path(".local", "share") / _BELOW_DATA
_CONTAINER = Path("/home", "libretranslate") / _BELOW_HOME


def package_folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The folders to look in, in order, each once; they need not exist. Relative ones are left out."""
    stated = [
        Path(environ[name]) for name in ("ARGOS_PACKAGES_DIR", "ARGOS_TRANSLATE_PACKAGE_DIR") if environ.get(name)
    ]
    data = [Path(environ["XDG_DATA_HOME"]) / _BELOW_DATA] if environ.get("XDG_DATA_HOME") else []
    home = [Path(environ["HOME"]) / _BELOW_HOME] if environ.get("HOME") else []
    return tuple(path for path in dict.fromkeys((*stated, *data, *home, _CONTAINER)) if path.is_absolute())
