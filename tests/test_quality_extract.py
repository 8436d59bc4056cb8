"""Quality with pinned floors: the text of annotated pages and the language of sentences.

The corpora are not part of the repository (licences); without them these tests are skipped. Floors and the digests
of what they were measured on stand in `data/quality_extract.json`. Lowering a floor needs a reason in the commit.
The suite reads a fixed sample of the pages; `benchmarks/extract.py` reads them all.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from pathlib import Path
from statistics import mean

import page_corpora as corpora
import pytest

from monitor.config import ExtractSettings
from monitor.errors import ExtractError
from monitor.extract import extract, identify

PINNED = json.loads((Path(__file__).parent / "data" / "quality_extract.json").read_text("utf-8"))
SETTINGS = ExtractSettings()


def present(path: Path) -> None:
    if not path.exists():
        pytest.skip(f"{path} is not there; set MONITOR_SHARED to the folder that holds data/{path.name}")


def sample(pages: list[corpora.Page], every: int) -> list[corpora.Page]:
    return sorted(pages, key=lambda one: hashlib.md5(one.name.encode()).hexdigest())[::every]


def texts(pages: list[corpora.Page]) -> dict[str, str]:
    return {page.name: text(page) for page in pages}


def text(page: corpora.Page) -> str:
    try:
        return extract(page.body, url=page.url, settings=SETTINGS).text
    except ExtractError:
        return ""


@pytest.fixture(autouse=True)
def quiet() -> None:
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def test_news_pages_yield_their_text() -> None:
    """F1 over four-word shingles on a third of the news pages with full text."""
    present(corpora.FUNDUS)
    pinned = PINNED["text"]
    pages = sample(corpora.fundus(), pinned["every"])
    assert corpora.digest(pages) == pinned["sha256"], "the corpus changed: measure again and pin both"
    assert corpora.f1_texts(texts(pages), pages) >= pinned["floor"]


def test_annotated_pages_yield_what_they_must_and_nothing_else() -> None:
    """F1 over strings that must and must not come out, on a tenth of the annotated pages."""
    present(corpora.ANNOTATED)
    pinned = PINNED["strings"]
    pages = sample(corpora.annotated(), pinned["every"])
    assert corpora.digest(pages) == pinned["sha256"], "the corpus changed: measure again and pin both"
    assert corpora.f1_strings(texts(pages), pages) >= pinned["floor"]


@pytest.mark.parametrize("name", ["sentences", "titles"])
def test_languages_are_identified(name: str) -> None:
    """Accuracy over the languages Argos can translate, each counting the same."""
    present(corpora.SENTENCES)
    pinned = PINNED[name]
    known = corpora.translatable(pinned["words"])[:: pinned["every"]]
    digest = hashlib.sha256("\n".join(f"{code} {line}" for code, line in known).encode()).hexdigest()
    assert digest == pinned["sha256"], "the corpus changed: measure again and pin both"
    asked = Counter(code for code, _ in known)
    right = Counter(code for code, line in known if identify(line).code == code)
    assert mean(right[code] / asked[code] for code in asked) >= pinned["floor"]
