"""The made-up package of the translation benchmark: it must behave like a real one, or what is measured is nothing."""

from __future__ import annotations

import pytest
import synthetic_model

from monitor.config import TranslationSettings
from monitor.translate import model
from monitor.translate.install import install
from monitor.translate.model import Model, Search

SETTINGS = TranslationSettings(threads=2)


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Built, installed with every check that a package from the network gets, and loaded."""
    folder = tmp_path_factory.mktemp("synthetic")
    archive = synthetic_model.build(folder / "synthetic.argosmodel")
    (folder / "packages").mkdir()
    package = install(archive, folder / "packages")
    assert 70e6 < package.size_bytes < 90e6
    return model.load(package, SETTINGS)


SENTENCES = [
    "Il pleut.",
    "Le ministre a rencontré les représentants des deux partis à Paris mardi soir.",
    "Selon les premiers éléments de l'enquête, le convoi a été attaqué à une vingtaine de kilomètres au sud de la "
    "capitale, alors qu'il transportait de l'aide destinée aux familles déplacées par les combats de la semaine.",
]


@pytest.mark.parametrize("beam", [1, 4])
def test_outputs_end_at_about_the_length_of_their_source(synthetic: Model, beam: int) -> None:
    """Not at the limit, and not at once: longer sentences take longer, as in life."""
    assert all(rendering.ended for _, rendering in synthetic.translate(SENTENCES, Search(beam=beam)))
    tokens = [synthetic._tokenizer.encode(sentence) for sentence in SENTENCES]
    results = synthetic._translator.translate_batch(tokens, beam_size=beam)
    lengths = [(len(result.hypotheses[0]), len(pieces)) for result, pieces in zip(results, tokens, strict=True)]
    assert all(abs(output - source) <= 3 + source // 4 for output, source in lengths), lengths


def test_outputs_are_not_one_piece_over_and_over(synthetic: Model) -> None:
    """Nothing would be left for a beam to choose from."""
    tokens = synthetic._tokenizer.encode(SENTENCES[-1])
    pieces = synthetic._translator.translate_batch([tokens], beam_size=1)[0].hypotheses[0]
    assert len(set(pieces)) > len(pieces) / 2, pieces
