"""Citations: each form holds all that a reader needs to find the article again, and no text can break out of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.web.articles.citation import HASH, Cited, Passage, citations

SHA = "0123456789abcdef" * 4
CITED = Cited(
    article_id=12,
    title="Le maréchal Haftar reçu à Moscou",
    translated_title="Marshal Haftar received in Moscow",
    outlet="Le Phare",
    url="https://phare.example/a?b=1&c=2",
    permanent="https://desk.example/articles/12",
    archived=datetime(2026, 11, 25, 3, 37, tzinfo=UTC),
    language="fr",
    authors=("Claire Vasseur", "Ali Ben Omar"),
    published=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    sha256=SHA,
)
PASSAGE = Passage(position=3, source="Le chantier doit durer 18 mois.", target="It should last 80 months.",
                  unverified="18 is missing")  # fmt: skip


def forms(cited: Cited) -> dict[str, str]:
    return {citation.key: citation.text for citation in citations(cited)}


@pytest.mark.parametrize("form", ["sentence", "chicago", "bibtex", "ris", "csl"])
def test_every_form_has_all_of_it(form: str) -> None:
    """Authors, titles, outlet, date, address, when archived, page hash, permanent address, and who translated."""
    text = forms(CITED)[form].replace("\\&", "&")
    for part in (*CITED.authors, CITED.title, CITED.translated_title, CITED.outlet, CITED.url, CITED.permanent):
        assert part in text
    assert SHA[:HASH] in text
    assert SHA not in text
    assert "machine translation" in text
    assert re.search(r"25 November 2026|2026-11-25", text)
    assert re.search(r"24 November 2026|November 24, 2026|2026-11-24|2026/11/24|2026,\s+11,\s+24", text)


@pytest.mark.parametrize("form", ["sentence", "chicago", "bibtex", "ris", "csl"])
def test_a_passage_is_quoted_in_both_languages(form: str) -> None:
    """With the doubt about its translation, and that a machine made it."""
    text = forms(replace(CITED, passage=PASSAGE))[form]
    assert PASSAGE.source in text
    assert f"machine translation: “{PASSAGE.target}”, unverified: 18 is missing" in text


def test_the_plain_sentence_to_the_letter() -> None:
    """What is pasted into a footnote."""
    assert forms(CITED)["sentence"] == (
        "Claire Vasseur and Ali Ben Omar, “Le maréchal Haftar reçu à Moscou” (“Marshal Haftar received in Moscow”, "
        "machine translation), Le Phare, 24 November 2026, https://phare.example/a?b=1&c=2. Archived 25 November 2026, "
        "03:37 UTC, page SHA-256 begins 0123456789abcdef. https://desk.example/articles/12"
    )


def test_what_is_not_known_leaves_no_hole() -> None:
    """Without author, date, translation or page there are neither empty fields nor stray commas."""
    bare = replace(CITED, authors=(), published=None, translated_title="", sha256="", url="")
    found = forms(bare)
    assert found["sentence"].startswith("“Le maréchal Haftar reçu à Moscou”, Le Phare. Archived")
    assert "machine translation" not in "".join(found.values())
    assert "{}" not in found["bibtex"]
    assert not re.search(r"^[A-Z][A-Z0-9]  - $", found["ris"].replace("ER  - ", ""), re.M)
    assert not re.search(r", ,|\.\.|  ", found["chicago"])


def test_many_authors_become_the_first() -> None:
    """Four or more are "et al." in prose; reference managers get every one."""
    many = forms(replace(CITED, authors=("A", "B", "C", "D")))
    assert many["sentence"].startswith("A et al., ")
    assert many["ris"].count("AU  - ") == 4


def test_csl_is_json_that_reference_managers_read() -> None:
    """A list of one item with the types that the schema asks for."""
    (item,) = json.loads(forms(CITED)["csl"])
    assert item["type"] == "article-newspaper"
    assert item["issued"] == {"date-parts": [[2026, 11, 24]]}
    assert item["author"] == [{"literal": "Claire Vasseur"}, {"literal": "Ali Ben Omar"}]


HOSTILE = [
    "a}, url = {javascript:alert(1)",
    "x\nER  - \nTY  - BOOK",
    '"}],"type":"book',
    "\\input{/etc/passwd}",
    "50 % of $100 & #1_x~^",
    "</textarea><script>",
    "\u202egnp.exe",
    "{{{",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_its_field(text: str) -> None:
    """Braces balance, a record stays one record, JSON stays one item, and controls are gone."""
    bad = replace(CITED, title=text, translated_title=text, outlet=text, authors=(text,),
                  passage=Passage(position=1, source=text, target=text))  # fmt: skip
    check(bad)


@given(st.text(max_size=60))
def test_nor_does_any_other(text: str) -> None:
    """Whatever strangers write."""
    check(replace(CITED, title=text, outlet=text, authors=(text,)))


def check(cited: Cited) -> None:
    found = forms(cited)
    assert depths(found["bibtex"])[-1] == 0
    assert min(depths(found["bibtex"])[:-1]) >= 0
    fields = re.findall(r"^  (\w+) = \{", found["bibtex"], re.M)
    assert len(fields) == len(set(fields)) == found["bibtex"].count("\n") - 1
    lines = found["ris"].split("\n")
    assert [line[:6] for line in lines if line.startswith(("TY", "ER"))] == ["TY  - ", "ER  - "]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert json.loads(found["csl"])[0]["type"] == "article-newspaper"
    assert "\u202e" not in "".join(found.values())


def depths(bibtex: str) -> list[int]:
    """How many braces are open after each character, escaped ones left out."""
    depth, found = 0, []
    for brace in re.sub(r"\\[{}]", "", bibtex):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        found.append(depth)
    return found


def test_the_language_of_a_translated_title_is_named() -> None:
    """A newsroom that works in French does not call its translations English."""
    texts = [one.text for one in citations(replace(CITED, translated_title="Un titre", working="French"))]
    assert any("French title by machine translation: Un titre" in text for text in texts)
    assert not any("English" in text for text in texts)
