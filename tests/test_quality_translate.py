"""Quality with pinned floors: the small model's chrF on held-out news text, and what the checks catch and pass.

The corpora are not part of the repository (licences); without them these tests are skipped. The floors and the
digests of the corpora they were measured on stand in `data/quality_translate.json`. Lowering a floor needs a reason
in the commit.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from argos_packages import SMALL
from chrf import chrf
from translation_faults import FAULTS, Example, ntrex
from translations import translate

from monitor.config import TranslationSettings
from monitor.models import Document
from monitor.translate.checks import examine
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


@pytest.fixture(scope="module")
def held_out() -> list[Example]:
    """Every odd line of NTREX-128 in each of its languages; the checks were tuned on the even ones."""
    corpus(PINNED["checks"]["corpus"])
    return [example for examples in ntrex().values() for example in examples[1::2]]


def test_the_checks_are_quiet_on_human_translations(held_out: list[Example]) -> None:
    """Share of the human translations that any check objects to: over the held-out lines, and in each language."""
    pinned = PINNED["checks"]
    assert digest([f"{one.source}\t{one.target}" for one in held_out]) == pinned["sha256"], "the corpus changed"
    alarms = Counter(one.language for one in held_out if examine(one.source, one.target, one.language, "en"))
    assert alarms.total() / len(held_out) <= pinned["ceiling of false alarms"]
    each = Counter(one.language for one in held_out)
    assert max(alarms[code] / each[code] for code in each) <= pinned["ceiling in any language"]


@pytest.mark.parametrize("kind", FAULTS)
def test_the_checks_catch_faults(kind: str, held_out: list[Example]) -> None:
    """Share of the faults of one kind, put into a sample of the held-out lines, that any check objects to."""
    pinned = PINNED["faults"][kind]
    chance = random.Random(f"faults {kind}")
    injected = caught = 0
    for example in held_out[:: pinned["every"]]:
        spoilt = FAULTS[kind](example, chance)
        if spoilt is not None:
            injected += 1
            caught += bool(examine(spoilt.source, spoilt.target, spoilt.language, "en", known=spoilt.known))
    assert injected == pinned["injected"]
    assert caught / injected >= pinned["floor"]
