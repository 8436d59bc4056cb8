"""Quality with pinned floors: the small model's chrF on held-out news text, and how quiet the checks are.

The corpora are not part of the repository (licences); without them these tests are skipped. The floors and the
digests of the corpora they were measured on stand in `data/quality_translate.json`. Lowering a floor needs a reason
in the commit.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from argos_packages import SMALL
from chrf import chrf

from monitor.config import TranslationSettings
from monitor.models import Document
from monitor.translate.checks import examine
from monitor.translate.engine import translate
from monitor.translate.install import install

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).resolve().parents[1].parent / "shared"))
PINNED = json.loads((Path(__file__).parent / "data" / "quality_translate.json").read_text("utf-8"))


def corpus(name: str) -> Path:
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"{path} is not there; set MONITOR_SHARED to the folder that holds data/{name}")
    return path


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_the_small_model_translates_as_well_as_when_it_was_shipped(tmp_path: Path) -> None:
    """chrF of the default settings on FLORES-200 dev, article by article through the whole engine."""
    pinned = PINNED["small model"]
    path = corpus(pinned["corpus"])
    lines = path.read_text("utf-8").splitlines()[: pinned["sentences"]]
    assert digest(lines) == pinned["sha256"], "the corpus changed: measure again and pin both"
    assert hashlib.sha256(SMALL.read_bytes()).hexdigest() == pinned["package sha256"], (
        "the model changed: measure again"
    )
    package = install(SMALL, tmp_path)
    pairs = [line.split("\t")[:2] for line in lines]
    documents = tuple(
        Document(article_id=n, language="fr", title="", text=french) for n, (french, _) in enumerate(pairs)
    )
    done = translate(documents, (package,), "en", TranslationSettings(threads=2))
    assert chrf([translation.text for translation in done], [english for _, english in pairs]) >= pinned["chrf floor"]
    sentences = [sentence for translation in done for sentence in translation.sentences]
    marked = sum(sentence.unverified is not None for sentence in sentences) / len(sentences)
    assert marked <= pinned["unverified ceiling"]


def _references(path: Path, first: int) -> Iterator[tuple[str, str]]:
    """(language, line) for the first lines of each language."""
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None and member.name.endswith("-en.tsv"):
                language = Path(member.name).name.removesuffix("-en.tsv")
                for number, line in enumerate(file):
                    if number == first:
                        break
                    yield language, line.decode().rstrip("\n")


def test_the_checks_are_quiet_on_human_translations() -> None:
    """Share of NTREX-128's human translations that any check objects to, over 25 languages."""
    pinned = PINNED["false alarms"]
    rows = sorted(_references(corpus(pinned["corpus"]), pinned["sentences of each language"]))
    assert digest([line for _, line in rows]) == pinned["sha256"], "the corpus changed: measure again and pin both"
    alarms = sum(bool(examine(*line.split("\t")[:2], language, "en")) for language, line in rows)
    assert alarms / len(rows) <= pinned["ceiling"]
