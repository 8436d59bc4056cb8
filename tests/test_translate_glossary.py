"""The glossary: what is found in a sentence, what the model is given, what became of it, and reading the file."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.models import Pinned
from monitor.translate.glossary import Glossary, Term
from monitor.translate.glossary_file import read_glossary
from monitor.translate.pins import changes, missing, pin, settle

DATA = Path(__file__).parent / "data"
TABLE = tomllib.loads((DATA / "glossary.toml").read_text("utf-8"))
FRENCH = tomllib.loads((DATA / "glossary_french.toml").read_text("utf-8"))
CASES = [pytest.param(case, id=f"{case['language']}: {case['says']}") for case in TABLE["case"]]


def term(source: str, target: str, language: str = "fr", **more: Any) -> Term:
    return Term(source=source, target=target, language=language, origin="test", **more)


def terms() -> Iterator[Term]:
    for language, pairs in TABLE["terms"].items():
        yield from (term(source, target, language) for source, target in pairs.items())
    for topic, languages in TABLE["topics"].items():
        for language, pairs in languages.items():
            yield from (term(source, target, language, topics=(topic,)) for source, target in pairs.items())


GLOSSARY = Glossary(tuple(terms()))


def pinned(sentence: str, form: str, target: str, **more: Any) -> Pinned:
    start = sentence.index(form)
    return Pinned(start=start, end=start + len(form), target=target, origin="pack libya", **more)


# ── finding ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", CASES)
def test_terms_are_found(case: dict[str, Any]) -> None:
    """Exactly these terms, in order, at the places where they stand."""
    sentence = case["sentence"]
    found = GLOSSARY.find(sentence, case["language"], frozenset(case.get("topics", ())))
    assert [f"{sentence[one.start : one.end]} → {one.target}" for one in found] == case["found"]


def test_of_equal_terms_the_first_wins_and_the_longer_before_it() -> None:
    """The user's terms are handed in before the packs'; a longer term of a pack still stands."""
    ours = (term("Haftar", "Hifter"), term("Haftar", "Haftar"), term("Saddam Haftar", "Saddam Haftar"))
    assert [one.target for one in Glossary(ours).find("Haftar et Saddam Haftar", "fr")] == ["Hifter", "Saddam Haftar"]


def test_every_name_of_the_french_sentences_is_found() -> None:
    """The sentences that pinning was measured on: 88 names in 40 of them."""
    glossary = Glossary([term(source, target) for source, target in FRENCH["terms"].items()])
    found = {text: sorted(one.target for one in glossary.find(text, "fr")) for text in FRENCH["sentences"]}
    assert found == {text: sorted(names) for text, names in FRENCH["sentences"].items()}
    assert (len(found), sum(map(len, found.values()))) == (40, 88)


def test_a_few_thousand_terms_are_looked_for_quickly() -> None:
    """Under 0.1 ms a sentence where this was written (0.06); ten times that here, since machines are shared."""
    many = tuple(term(f"Nom{number} Autre{number % 7}", "Name") for number in range(4000))
    glossary = Glossary((*GLOSSARY.terms, *many))
    sentences = list(FRENCH["sentences"]) * 10
    glossary.find("", "fr")
    started = time.process_time()
    for sentence in sentences:
        glossary.find(sentence, "fr")
    assert (time.process_time() - started) / len(sentences) < 0.001


SCRIPTS = "aéÉzANLüß İı ХафтарЛНА حفترالوب ُلْ הכנסתבלו 利比亚リビア미국รัสเซีย\u200c\u0301'’\"-.@:/0\n\ud800"
texts = st.lists(
    st.one_of(
        st.text(alphabet=SCRIPTS, max_size=12),
        st.text(max_size=6),
        st.sampled_from([case["sentence"] for case in TABLE["case"]]),
        st.sampled_from(sorted({one.source.replace("*", "") for one in GLOSSARY.terms})),
    ),
    max_size=6,
).map(" ".join)
languages = st.sampled_from([*TABLE["terms"], "zt", "xx"])


@settings(deadline=None)
@given(sentence=texts, output=texts, language=languages)
def test_any_text_can_be_searched_pinned_and_settled(sentence: str, output: str, language: str) -> None:
    """Nothing raises; terms stand apart, in order and within the sentence; settling says what is missing."""
    found = GLOSSARY.find(sentence, language)
    ends = [0, *(one.end for one in found)]
    for before, one in zip(ends, found, strict=False):
        assert before <= one.start < one.end <= len(sentence)
        assert any(map(str.isalpha, sentence[one.start : one.end]))
    given = pin(sentence, found)
    assert missing(given, found) == ()
    text, lacking = settle(sentence, output, found)
    assert missing(text, found) == lacking
    assert set(lacking) <= set(missing(output, found))
    changes(sentence, found)


@settings(deadline=None)
@given(sources=st.lists(st.text(alphabet=SCRIPTS + "*", max_size=8), max_size=5), sentence=texts, language=languages)
def test_any_term_can_be_looked_for(sources: list[str], sentence: str, language: str) -> None:
    """Terms of any characters, empty ones too, neither raise nor match nothing at all."""
    found = Glossary([term(source, "Name", language) for source in sources]).find(sentence, language)
    assert all(one.start < one.end for one in found)


# ── pinning and settling ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "sentence", "given"),
    [
        ("fr", "L'ANL avance.", 'L\'"LNA" avance.'),
        ("fr", "« ANL » et “ANL”", "« LNA » et “LNA”"),
        ("ru", "Он видел Хафтара.", 'Он видел "Haftar".'),
        ("ar", "وحفتر", 'و "Haftar"'),
        ("ar", "وَحفتر", 'وَ "Haftar"'),
        ("zh", "在利比亚国", '在 "Libya" 国'),
    ],
)
def test_the_model_is_given_the_english_in_quotation_marks(language: str, sentence: str, given: str) -> None:
    """In the term's place, apart from the letters that touch it, with the marks it already has."""
    assert pin(sentence, GLOSSARY.find(sentence, language)) == given


def test_pins_that_overlap_or_lie_outside_are_passed_over() -> None:
    """`pin` takes what others made, too."""
    wrong = [Pinned(start=s, end=e, target="X", origin="") for s, e in ((0, 3), (2, 5), (5, 5), (4, 90), (-2, 1))]
    assert pin("abc def", wrong[:4]) == '"X" def'


@pytest.mark.parametrize(
    ("source", "form", "target", "text", "settled"),
    [
        ("l'ANL", "ANL", "LNA", "the LNA's men", "the LNA's men"),
        ("les Houthis", "Houthis", "Houthi", "the Houthis", "the Houthis"),
        ("l'ANL", "ANL", "LNA", "the ANL, said ANL", "the LNA, said LNA"),
        ("Хафтар", "Хафтар", "Haftar", "Said Хафтар", "Said Haftar"),
        ("l'ANL", "ANL", "LNA", "the Lna", "the LNA"),
        ("Хафтар", "Хафтар", "Haftar", "said haftar", "said Haftar"),
        ("Хафтар", "Хафтар", "Haftar", "HAFTAR IN MOSCOW", "HAFTAR IN MOSCOW"),
        ("Хафтар", "Хафтар", "Haftar", "Hafter said", "Haftar said"),
        ("Хафтар", "Хафтар", "Haftar", "said Haftra and Co", "said Haftar and Co"),
        ("ЛНА", "ЛНА", "Libyan National Army", "the Libyan Nationale Army", "the Libyan National Army"),
        ("l'ANL", "ANL", "LNA", 'the "LNA" left', "the LNA left"),
        ("Syrte", "Syrte", "Sirte", 'left "Sirte."', "left Sirte."),
        ("Choïgou", "Choïgou", "Shoigu", '"Shoigou" promised', "Shoigu promised"),
        ("« Syrte »", "Syrte", "Sirte", 'left "Sirte"', 'left "Sirte"'),
    ],
)
def test_a_term_is_mended(source: str, form: str, target: str, text: str, settled: str) -> None:
    """Left over, in the wrong case, a letter off, or in the marks that pinning put around it."""
    assert settle(source, text, [pinned(source, form, target)]) == (settled, ())


@pytest.mark.parametrize(
    ("source", "form", "target", "text"),
    [
        ("Хафтар", "Хафтар", "Haftar", "the general said"),
        ("Hafter et Haftar", "Haftar", "Haftar", "Hafter said"),  # a word of the source
        ("Хафтар", "Хафтар", "Haftar", "he said hafter"),  # no capital
        ("Париж", "Париж", "Paris", "Parts of it"),  # opens the sentence
        ("Чад", "Чад", "Chad", "The Chat"),  # too short
        ("L'OMS", "OMS", "WHO", "Who said who said it"),
        ("Les US", "US", "US", "told us so"),
        ("Хафтар", "Хафтар", "Haftar", ""),
    ],
)
def test_what_is_not_safe_to_mend_is_missing(source: str, form: str, target: str, text: str) -> None:
    """The text stays as it is and the term is reported."""
    one = pinned(source, form, target)
    assert settle(source, text, [one]) == (text, (one,))


def test_other_english_counts() -> None:
    """A form in `also` is as good, in any inflection where it says so; a longer word is not."""
    one = pinned("la Libye", "Libye", "Libya", also=("Libyan*", "U.K."))
    assert settle("la Libye", "the Libyans", [one]) == ("the Libyans", ())
    assert missing("the U.K. government", [one]) == ()
    assert missing("the Libyas of the u.k. Libyus", [one]) == ()
    assert missing("the Libyum of the u.k.", [one]) == (one,)


def test_a_reader_is_told_what_changed() -> None:
    """Each change once with its origin; a name that is the same in English but for accents is not told."""
    sentence = "L'ANL, l'ANL et Goïta"
    found = [pinned(sentence, "ANL", "LNA"), pinned(sentence, "ANL", "LNA"), pinned(sentence, "Goïta", "Goita")]
    assert changes(sentence, found) == ("ANL → LNA (pack libya)",)


# ── the file ─────────────────────────────────────────────────────────────────────────────────────

EXAMPLE = """
[fr]
"ANL" = "LNA"
"Banque  centrale" = ["Central Bank", "CBL"]
[mul]
"Paris" = "Paris"
[topics."Libya–Russia relations".fr]
"corps africain" = " Africa Corps "
"""


def test_a_glossary_is_read(tmp_path: Path) -> None:
    """Terms of topics first, so that they win; languages, other English and origin kept."""
    path = tmp_path / "glossary.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    more = {"language": "fr", "origin": "glossary.toml"}
    assert read_glossary(path, ["Libya–Russia relations"]) == (
        Term(source="corps africain", target="Africa Corps", topics=("Libya–Russia relations",), **more),
        Term(source="ANL", target="LNA", **more),
        Term(source="Banque  centrale", target="Central Bank", also=("CBL",), **more),
        Term(source="Paris", target="Paris", language="mul", origin="glossary.toml"),
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[fr", "cannot be read"),
        ('"ANL" = "LNA"', "“ANL” stands in no language"),
        ('[french]\n"ANL" = "LNA"', "“french” is no language code"),
        ('[fr]\n"ANL" = ""', "[fr], “ANL” has no translation"),
        ('[fr]\n"ANL" = "…"', "[fr], “ANL” has no translation"),
        ('[fr]\n"ANL" = []', "[fr], “ANL” has no translation"),
        ('[fr]\n"ANL" = ["LNA", 3]', "[fr], “ANL” has no translation"),
        ('[fr]\n"ANL" = 3', "[fr], “ANL” has no translation"),
        ('[fr]\n"*" = "LNA"', "[fr], “*” has no letters"),
        ('[fr]\n"24" = "LNA"', "[fr], “24” has no letters"),
        ("topics = 3", "“topics” is not a term"),
        ('[topics."Libya-Russia relations".fr]\n"ANL" = "LNA"', "Did you mean “Libya–Russia relations”?"),
        ('[topics.Z.fr]\n"ANL" = "LNA"', "There are Libya–Russia relations."),
        ('[topics]\n"Libya–Russia relations" = 3', "must hold tables of languages"),
        ('[topics."Libya–Russia relations"]\n"ANL" = "LNA"', '[topics."Libya–Russia relations"], “ANL” stands in no'),
        ('[topics."Libya–Russia relations".fr]\n"ANL" = 1', '[topics."Libya–Russia relations".fr], “ANL” has no'),
    ],
)
def test_a_mistake_in_the_glossary_names_file_table_and_key(tmp_path: Path, content: str, says: str) -> None:
    """Every mistake is a ConfigError with the file, the table, the key and what to write."""
    path = tmp_path / "terms.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_glossary(path, ["Libya–Russia relations"])
    assert str(path) in str(caught.value)
    assert says in str(caught.value)


def test_a_glossary_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """A folder in its place, or bytes that are no UTF-8."""
    (tmp_path / "latin.toml").write_bytes(b'[fr]\n"mar\xe9chal" = "Marshal"\n')
    for path in (tmp_path, tmp_path / "latin.toml"):
        with pytest.raises(ConfigError, match="cannot be read"):
            read_glossary(path, [])
