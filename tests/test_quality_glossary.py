"""Names survive translation: a pinned floor for the small model, through the whole engine with its glossary."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from argos_packages import SMALL

from monitor.config import TranslationSettings
from monitor.models import Wanted
from monitor.translate import engine
from monitor.translate.glossary import Glossary, Term
from monitor.translate.install import install

PATH = Path(__file__).parent / "data" / "glossary_french.toml"
SHA256 = "fa9bc44f27989e133ba693aed8165dd5513d16c0a9fd3f22e1234d5bf424616c"
NAMES, FLOOR, PLAIN_CEILING = 88, 84, 60  # measured: 88 with the glossary, 51 without


def names(outputs: list[str], wanted: list[list[str]]) -> int:
    return sum(name in text for text, some in zip(outputs, wanted, strict=True) for name in some)


def test_names_survive_translation(tmp_path: Path) -> None:
    """Of 88 names in 40 French sentences at least 84 come out as the glossary has them; without it far fewer do."""
    assert hashlib.sha256(PATH.read_bytes()).hexdigest() == SHA256, "the sentences changed: measure again and pin both"
    data = tomllib.loads(PATH.read_text("utf-8"))
    glossary = Glossary(
        [Term(source=source, target=target, language="fr", origin="test") for source, target in data["terms"].items()]
    )
    sentences, wanted = list(data["sentences"]), list(data["sentences"].values())
    assert sum(map(len, wanted)) == NAMES
    package = install(SMALL, tmp_path)
    with_glossary, without = (
        engine.outputs(
            tuple(Wanted(source=text, pinned=glossary.find(text, "fr") if pins else ()) for text in sentences),
            ((package,),),
            "en",
            TranslationSettings(threads=2),
        )
        for pins in (True, False)
    )
    assert names([output.text for output in with_glossary], wanted) >= FLOOR
    assert names([output.text for output in without], wanted) <= PLAIN_CEILING
    changed = [output for output in with_glossary if output.pinned]
    assert len(changed) >= 10  # what the glossary changed is told
