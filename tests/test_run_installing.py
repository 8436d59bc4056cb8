"""Packages from an index: chosen, downloaded and installed only when told to, each refusal naming its language."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from newsrooms import MODEL, NOW, FakeClock, candidate, config
from servers import RawServer, response

from monitor.config import Config
from monitor.errors import PackageError
from monitor.models import Language, TranslationState
from monitor.run import installing, translating
from monitor.run.newsroom import open_newsroom


@pytest.fixture
def site() -> Iterator[RawServer]:
    """An index with one package, French to English, whose first address is dead."""
    with RawServer() as site:
        offer = {
            "type": "translate",
            "from_code": "fr",
            "to_code": "en",
            "from_name": "French",
            "to_name": "English",
            "package_version": "0.1",
            "links": [site.url("/gone"), site.url("/fr_en.argosmodel")],
        }
        site.route("/index.json", response(200, {"Content-Type": "application/json"}, json.dumps([offer])))
        site.route("/gone", response(404))
        site.route("/fr_en.argosmodel", response(200, {"Content-Type": "application/zip"}, MODEL.read_bytes()))
        yield site


def settings(folder: Path, site: RawServer) -> Config:
    plain = config(folder)
    return replace(plain, translation=replace(plain.translation, index_url=site.url("/index.json")))


def test_a_language_is_installed_from_the_index(tmp_path: Path, site: RawServer) -> None:
    """The package of a language is downloaded, from its second address when the first is dead, and installed."""
    lines: list[str] = []
    found = asyncio.run(installing.download(settings(tmp_path, site), FakeClock(), ["fr"], lines.append))
    assert [(package.source, package.target) for package in found] == [("fr", "en")]
    assert len(lines) == 2
    assert list((tmp_path / "models").glob("*.argosmodel")) == []


def test_a_language_the_index_lacks_is_named(tmp_path: Path, site: RawServer) -> None:
    """A language without a package is refused by name, with the languages there are; nothing is downloaded."""
    with pytest.raises(PackageError, match=r"ar: the index has no way from it to en\. It has: fr"):
        asyncio.run(installing.download(settings(tmp_path, site), FakeClock(), ["ar"], print))
    assert site.seen("/fr_en.argosmodel") == []


def test_auto_install_fetches_what_articles_wait_for(tmp_path: Path, site: RawServer) -> None:
    """Languages that articles wait for are installed; one the index lacks is logged and stays waiting."""

    async def run() -> tuple[int, dict[str, int]]:
        async with open_newsroom(settings(tmp_path, site), FakeClock()) as context:
            numbers = context.archive.articles.take([candidate("guid:1"), candidate("guid:2")], NOW).new
            for number, code in zip(numbers, ("fr", "ar"), strict=True):
                found = Language(code=code, confidence=1, method="text")
                context.archive.stages.identified(number, found, TranslationState.WAITING)
                context.archive.translations.missing([number], TranslationState.WAITING)
            installed = await translating.auto_install(context)
            translating.release_waiting(context)
            return installed, context.archive.translations.waiting_languages()

    assert asyncio.run(run()) == (1, {"ar": 1})
