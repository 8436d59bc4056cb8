"""Packages from an index: chosen, downloaded and installed only when told to, each refusal naming its language."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from argos_packages import archive, contents
from newsrooms import MODEL, NOW, FakeClock, candidate, config
from servers import RawServer, response

from monitor.config import Config
from monitor.errors import PackageError
from monitor.models import Language, Stage, TranslationState
from monitor.run import installing, translating
from monitor.run.downloading import Progress
from monitor.run.newsroom import open_newsroom
from monitor.translate import lock
from monitor.translate.install import install
from monitor.translate.packages import Package, verify

OFFER = {
    "type": "translate",
    "from_code": "fr",
    "to_code": "en",
    "from_name": "French",
    "to_name": "English",
    "package_version": "0.1",
}


@pytest.fixture
def site() -> Iterator[RawServer]:
    """An index with one package, French to English, whose first address is dead."""
    with RawServer() as site:
        offer = {**OFFER, "links": [site.url("/gone"), site.url("/fr_en.argosmodel")]}
        site.route("/index.json", response(200, {"Content-Type": "application/json"}, json.dumps([offer])))
        site.route("/gone", response(404))
        site.route("/fr_en.argosmodel", response(200, {"Content-Type": "application/zip"}, MODEL.read_bytes()))
        yield site


def settings(folder: Path, site: RawServer, **changes: object) -> Config:
    """The site as index; `changes` go into its entry."""
    if changes:
        links = [site.url("/gone"), site.url("/fr_en.argosmodel")]
        site.route("/index.json", response(200, {}, json.dumps([{**OFFER, "links": links, **changes}])))
    plain = config(folder)
    return replace(plain, translation=replace(plain.translation, index_url=site.url("/index.json")))


def fetched(
    config: Config, names: list[str], steps: list[Progress] | None = None, **more: Any
) -> tuple[tuple[Package, ...], list[float]]:
    """What was installed, and the pauses that were made; the clock moves by them."""
    clock, pauses = FakeClock(), list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock.advance(seconds=seconds)

    report = [].append if steps is None else steps.append  # type: ignore[var-annotated]
    return asyncio.run(installing.download(config, clock, names, report, sleep=sleep, **more)), pauses


def failed(config: Config, names: list[str], **more: Any) -> PackageError:
    with pytest.raises(PackageError) as caught:
        fetched(config, names, **more)
    return caught.value


def left(folder: Path) -> set[str]:
    """What is in the folder of packages."""
    return {path.name for path in (folder / "models").iterdir()}


INSTALLED = {".lock", "translate-fr_en-0.1"}


@pytest.mark.parametrize("name", ["fr", "fr_en", "fr-en", "fr→en", "translate-fr_en-0.1"])
def test_a_package_is_installed_from_the_index(tmp_path: Path, site: RawServer, name: str) -> None:
    """By language, pair or name: downloaded, from its second address when the first is dead, and installed."""
    steps: list[Progress] = []
    found, pauses = fetched(settings(tmp_path, site), [name], steps)
    assert [(package.source, package.target, package.verified) for package in found] == [("fr", "en", True)]
    assert list(dict.fromkeys((step.phase, step.source) for step in steps)) == [
        ("downloading", site.url("/gone")),
        ("downloading", site.url("/fr_en.argosmodel")),
        ("installing", site.url("/fr_en.argosmodel")),
    ]
    sizes = [step.done for step in steps if step.total == len(MODEL.read_bytes())]
    assert sizes == sorted(sizes)
    assert len(sizes) > 10
    assert sizes[-1] == len(MODEL.read_bytes())
    assert pauses == []
    assert left(tmp_path) == INSTALLED


def test_what_is_there_is_not_fetched_again(tmp_path: Path, site: RawServer) -> None:
    """The second time only the index is asked; a damaged package is fetched again, which mends it."""
    config = settings(tmp_path, site)
    ((package,), _) = fetched(config, ["fr"])
    steps: list[Progress] = []
    fetched(config, ["fr", "fr_en"], steps)
    assert [step.phase for step in steps] == ["already installed"]
    (package.path / "model" / "model.bin").write_bytes(b"damaged")
    fetched(config, ["fr"])
    assert len(site.seen("/fr_en.argosmodel")) == 2
    assert verify(tmp_path / "models") == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ar", r"ar: the index has no way from it to en\. It has: fr"),
        ("ar_en", r"ar_en: the index has no such package\. It has: fr_en"),
        ("translate-fr_en-2.0", r"translate-fr_en-2\.0: the index has no such package"),
    ],
)
def test_what_the_index_lacks_is_named(tmp_path: Path, site: RawServer, name: str, said: str) -> None:
    """A language or package that is not offered is refused by name, with what there is; nothing is downloaded."""
    assert re.match(said, failed(settings(tmp_path, site), ["fr", name]).message)
    assert site.seen("/fr_en.argosmodel") == []


# ── downloads that go wrong ──────────────────────────────────────────────────────────────────────

BODY = MODEL.read_bytes()


def cut(length: int) -> bytes:
    """The answer states the full length and breaks off."""
    return response(200, {"Content-Length": str(len(BODY))}, BODY[:length])


def unstated(length: int) -> bytes:
    """The answer states no length, so only the file itself can tell that it is not whole."""
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BODY[:length]


GOOD = response(200, {}, BODY)
LATER = response(429, {"Retry-After": "90"})
RECOVERED: dict[str, tuple[list[bytes], list[float]]] = {
    "cut": ([cut(1000), GOOD], [2.0]),
    "cut twice": ([cut(0), cut(5_000_000), GOOD], [2.0, 15.0]),
    "wrong size": ([unstated(9_000_000), GOOD], [2.0]),
    "longer than stated": ([response(200, {"Content-Length": "1000"}, BODY), GOOD], [2.0]),
    "a web page": ([response(200, {}, "<!DOCTYPE html><title>Busy</title>"), GOOD], [2.0]),
    "too many requests": ([LATER, GOOD], [90.0]),
    "unavailable": ([response(503), GOOD], [2.0]),
}


@pytest.mark.parametrize("name", RECOVERED)
def test_a_download_that_fails_is_begun_again(tmp_path: Path, site: RawServer, name: str) -> None:
    """After a pause, from the first byte; what arrived of the first attempt is gone."""
    answers, expected = RECOVERED[name]
    site.route("/gone", response(410))
    site.route("/fr_en.argosmodel", list(answers))
    found, pauses = fetched(settings(tmp_path, site), ["fr"])
    assert [package.verified for package in found] == [True]
    assert pauses == expected
    assert left(tmp_path) == INSTALLED
    assert len(site.seen("/gone")) == 1


GIVEN_UP: dict[str, tuple[bytes, str, bool, int]] = {  # answer, words, permanent, requests
    "always cut": (cut(1000), "broke off", False, 3),
    "not found": (response(404), "404 Not Found", False, 3),
    "gone": (response(410), "410 Gone", True, 1),
    "never a package": (response(200, {}, "<html>"), "it is a web page", True, 2),
    "an hour's pause": (response(429, {"Retry-After": "3600"}), "asked again in 60 min", False, 1),
}


@pytest.mark.parametrize("name", GIVEN_UP)
def test_a_download_is_given_up_in_the_end(tmp_path: Path, site: RawServer, name: str) -> None:
    """The message names package, cause and remedy; the version installed before keeps serving, nothing is left over."""
    answer, words, permanent, requests = GIVEN_UP[name]
    config = settings(tmp_path, site, package_version="0.2")
    install(MODEL, tmp_path / "models")
    site.route("/gone", response(410))
    site.route("/fr_en.argosmodel", answer)
    error = failed(config, ["fr"])
    assert error.message.startswith("translate-fr_en-0.2: could not be downloaded")
    assert words in error.message
    assert error.permanent is permanent
    assert len(site.seen("/fr_en.argosmodel")) == requests
    assert left(tmp_path) == INSTALLED
    assert verify(tmp_path / "models") == ()


def test_a_hash_in_the_index_is_enforced(tmp_path: Path, site: RawServer) -> None:
    """A file that is not the one the index means is refused, however good it is otherwise."""
    good = hashlib.sha256(BODY).hexdigest()
    assert "its SHA-256 is" in failed(settings(tmp_path, site, sha256="0" * 64), ["fr"]).message
    assert left(tmp_path) == {".lock"}
    fetched(settings(tmp_path, site, sha256=good.upper()), ["fr"])
    assert left(tmp_path) == INSTALLED


LIMITED = """
import asyncio, resource, sys
from pathlib import Path
from newsrooms import FakeClock, config
from dataclasses import replace
from monitor.run import installing
plain = config(Path(sys.argv[1]))
plain = replace(plain, translation=replace(plain.translation, index_url=sys.argv[2]))
if sys.argv[3] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    print(asyncio.run(installing.download(plain, FakeClock(), ["fr"], lambda _: None))[0].verified)
except Exception as error:
    print(type(error).__name__, error.permanent, error)
"""


def running(folder: Path, index: str, limit: int = 0) -> subprocess.Popen[str]:
    """Another process that installs French; no file of its may grow beyond `limit` bytes."""
    command = [sys.executable, "-c", LIMITED, str(folder), index, str(limit)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent)


@pytest.mark.parametrize("mirrored", [False, True], ids=["while downloading", "while unpacking"])
def test_a_disk_that_takes_no_more_leaves_the_old_package(tmp_path: Path, site: RawServer, mirrored: bool) -> None:
    """A real write fails after 2 MB: transient, said to be the disk, nothing left over, the old package verified."""
    (tmp_path / "old.argosmodel").write_bytes(archive(contents(package_version="0.0.1")))
    old = install(tmp_path / "old.argosmodel", tmp_path / "models")
    index = str(MODEL.parent) if mirrored else settings(tmp_path, site).translation.index_url
    said = running(tmp_path, index, 2_000_000).communicate(timeout=60)[0]
    assert said.startswith("PackageError False translate-fr_en-")
    assert "File too large" in said
    assert "Check the space" in said
    assert left(tmp_path) == {".lock", old.name}
    assert verify(tmp_path / "models") == ()


def test_two_processes_that_install_the_same_package(tmp_path: Path, site: RawServer) -> None:
    """Both succeed, one copy is there, and neither takes the other's download for something left over."""
    index = settings(tmp_path, site).translation.index_url
    both = [running(tmp_path, index), running(tmp_path, index)]
    assert [process.communicate(timeout=60)[0].strip() for process in both] == ["True", "True"]
    assert left(tmp_path) == INSTALLED
    assert verify(tmp_path / "models") == ()


def test_a_download_under_way_is_nobody_elses(tmp_path: Path) -> None:
    """Installing clears what killed processes left, but not what another is downloading into."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / ".download-dead.argosmodel").write_bytes(b"x")
    with lock.download(tmp_path / "models") as (path, stream):
        stream.write(b"x")
        install(MODEL, tmp_path / "models")
        assert left(tmp_path) == {*INSTALLED, path.name}
    assert left(tmp_path) == INSTALLED


# ── a folder instead of an index ─────────────────────────────────────────────────────────────────


def test_a_folder_serves_without_network(tmp_path: Path) -> None:
    """A plain folder of files, as `index_url` or handed in: a pivot is resolved, a damaged file is named."""
    mirror = tmp_path / "stick"
    mirror.mkdir()
    (mirror / "x.argosmodel").write_bytes(archive(contents(from_code="ar", to_code="fr")))
    (mirror / "y.argosmodel").write_bytes(BODY)
    (mirror / "z.argosmodel").write_bytes(BODY[:1000])
    plain = config(tmp_path)
    steps: list[Progress] = []
    found, _ = fetched(plain, ["ar"], steps, folder=mirror)
    assert [package.name for package in found] == ["translate-ar_fr-1.0", "translate-fr_en-0.1"]
    assert [Path(step.source).name for step in steps] == ["x.argosmodel", "y.argosmodel"]
    configured = replace(plain, translation=replace(plain.translation, index_url=str(mirror)))
    assert "z.argosmodel: refused" in failed(configured, ["de"]).message
    offers = asyncio.run(installing.available(configured, FakeClock()))
    assert [offer.name for offer in offers.packages] == ["translate-ar_fr-1.0", "translate-fr_en-0.1"]
    assert [problem.split(":")[0] for problem in offers.problems] == ["z.argosmodel"]


def test_a_hash_in_the_folder_is_enforced(tmp_path: Path) -> None:
    """index.json beside the files states another SHA-256: refused, with both hashes."""
    mirror = tmp_path / "stick"
    mirror.mkdir()
    (mirror / "y.argosmodel").write_bytes(BODY)
    (mirror / "index.json").write_text(json.dumps([{"links": ["y.argosmodel"], "sha256": "0" * 64}]))
    assert f"not {'0' * 64}" in failed(config(tmp_path), ["fr"], folder=mirror).message
    assert verify(tmp_path / "models") == ()
    assert not list((tmp_path / "models").glob("translate-*"))


def test_auto_install_fetches_what_articles_wait_for(tmp_path: Path, site: RawServer) -> None:
    """Languages that articles wait for are installed; one the index lacks is logged and stays waiting."""

    async def run() -> tuple[int, dict[str, int]]:
        async with open_newsroom(settings(tmp_path, site), FakeClock()) as context:
            numbers = context.archive.articles.take([candidate("guid:1"), candidate("guid:2")], NOW).new
            for number, code in zip(numbers, ("fr", "ar"), strict=True):
                found = Language(code=code, confidence=1, method="text")
                context.archive.stages.identified(number, found, TranslationState.WAITING)
                context.archive.articles.update(number, {"stage": Stage.TRANSLATE})
                context.archive.translations.missing([number], TranslationState.WAITING)
            installed = await translating.auto_install(context)
            translating.release_waiting(context)
            return installed, context.archive.translations.waiting_languages()

    assert asyncio.run(run()) == (1, {"ar": 1})
