"""A Python environment with the whole of Argos Translate in it, PyTorch included: what the program never installs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# The newest PyTorch of which the index has a build for processors alone; where it lacks it, whatever pip takes.
REQUIREMENTS = (("torch==2.13.0", "argostranslate>=1.11,<2"), ("argostranslate>=1.11,<2",))
INSTALL_SECONDS = 1800
CHECK = "import argostranslate.translate, ctranslate2, importlib.metadata as m; print(m.version('argostranslate'))"


class UnavailableError(Exception):
    """There is no such environment, and none can be made. Says why."""


def ready(folder: Path) -> Path:
    """The Python of the environment in `folder`, which is made there when it is not. Raises UnavailableError."""
    python = folder / "bin" / "python"
    if works(python):
        return python
    print(f"Installing Argos Translate with its dependencies into {folder}: some minutes …", file=sys.stderr)
    _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    for requirements in REQUIREMENTS:
        try:
            _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements])
        except UnavailableError as error:
            reason = error
        else:
            break
    else:
        raise reason
    if not works(python):
        raise UnavailableError("argostranslate.translate was installed and cannot be imported")
    return python


def works(python: Path) -> bool:
    """Whether Argos Translate can be imported there."""
    return python.is_file() and subprocess.run([str(python), "-P", "-c", CHECK], capture_output=True).returncode == 0


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Variables for Argos Translate: its folders below `home`, nothing of the user's, and `settings` of its own."""
    plain = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR", "HOME")}
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("DATA", "CONFIG", "CACHE")}
    return plain | folders | {"ARGOS_PACKAGES_DIR": str(home / "packages")} | settings


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:] or ["no reason given"]
        raise UnavailableError(last[0]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(str(error)) from error
