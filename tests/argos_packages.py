"""Argos packages for tests: the small French–English one that ships with the program, and made-up ones."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from monitor.translate import manifest
from monitor.translate.packages import Package, read

SMALL = Path(__file__).resolve().parents[1] / "monitor" / "demo" / "models" / "translate-fr_en-small.argosmodel"


def metadata(**changes: object) -> bytes:
    plain = {"package_version": "1.0", "from_code": "fr", "to_code": "en", "from_name": "French", "to_name": "English"}
    return json.dumps({**plain, "type": "translate", **changes}).encode()


def contents(**changes: object) -> dict[str, bytes]:
    """The files of a package whose model is noise: good enough for everything but translating."""
    return {
        "fr_en/metadata.json": metadata(**changes),
        "fr_en/README.md": b"A package made up for a test.\n",
        "fr_en/sentencepiece.model": bytes(range(256)) * 8,
        "fr_en/model/model.bin": bytes((7 * i) % 251 for i in range(5000)),
        "fr_en/model/shared_vocabulary.json": b'["<s>", "</s>", "<unk>"]',
    }


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive with these files in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, body in files.items():
            zipped.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpacked(path: Path, **changes: object) -> Path:
    """The files of `contents` in a folder, as another program would have put them there: no manifest."""
    for name, body in contents(**changes).items():
        file = path.joinpath(*Path(name).parts[1:])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    return path


def relabelled(package: Package, folder: Path, **changes: object) -> Package:
    """A copy of an installed package that says it is something else, with a manifest to match."""
    plain = {**json.loads((package.path / "metadata.json").read_text()), **changes}
    path = folder / f"translate-{plain['from_code']}_{plain['to_code']}-{plain['package_version']}"
    shutil.copytree(package.path, path)
    (path / "metadata.json").write_text(json.dumps(plain))
    return sealed(path)


def sealed(path: Path) -> Package:
    """The package in `path` as it is now, with a new manifest."""
    files = {
        file.relative_to(path).as_posix(): manifest.File(size=file.stat().st_size, sha256=manifest.sha256(file))
        for file in path.rglob("*")
        if file.is_file() and file.name != manifest.NAME
    }
    (path / manifest.NAME).write_text(manifest.Manifest(archive="0" * 64, files=files).dump())
    package = read(path)
    assert package is not None
    return package
