"""The language of an article, by its text, with its title and declarations as support."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract import identify
from monitor.models import Language

SENTENCES = tomllib.loads((Path(__file__).parent / "data" / "languages.toml").read_text("utf-8"))


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_tells_its_language(code: str) -> None:
    """One sentence of news is enough, and the code is the one Argos Translate uses."""
    found = identify(SENTENCES[code])
    assert (found.code, found.method) == (code, "text")
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize(
    "text", ["", " \n", "😀🎉", "12:30 – 14:00", "https://example.org/lire-la-suite", "🇫🇷 !", "\ud800"]
)
def test_what_holds_no_words_is_undetermined(text: str) -> None:
    """Emoji, digits and addresses are in no language, whatever is declared."""
    assert identify(text, title=text, declared=("fr",)) == Language(code="und", confidence=0.0, method="none")


@pytest.mark.parametrize("text", ["x" * 1_000_000, "а" * 1_000_000, "\udfff mot", "\x00\x01 word", "a\u0301" * 9])
def test_no_text_is_too_strange(text: str) -> None:
    """Megabyte tokens, lone surrogates and control characters are answered, not raised."""
    assert identify(text).code


def test_furniture_in_another_script_does_not_mislead() -> None:
    """A few Russian labels around a French article change nothing; nor does the reverse."""
    labels = "\n".join(["Заголовок материала", "Читать далее", "Комментарии читателей", "Подписаться"])
    assert identify(f"{labels}\n{SENTENCES['fr']}\n{labels}").code == "fr"
    menu = "\n".join(["Accueil", "Politique", "Nous suivre"])
    assert identify(f"{menu}\n{SENTENCES['ru']}").code == "ru"


def test_a_title_speaks_for_an_article_without_text() -> None:
    """Headline-only feeds are common: the title alone is identified, and that is recorded."""
    found = identify("", title="Le gouvernement annonce une réforme des retraites")
    assert (found.code, found.method) == ("fr", "title")


def test_a_declaration_decides_what_a_short_text_leaves_open() -> None:
    """Three words that are Danish as well as Norwegian are what the feed declares."""
    text = "Brand i lejlighed"
    assert identify(text, declared=(None, "xx", "nb-NO")).code in ("nb", "da")
    danish = identify("Ny bok i dag", declared=("da-DK",))
    norwegian = identify("Ny bok i dag", declared=("no",))
    assert {danish.code, norwegian.code} == {"da", "nb"}


def test_a_wrong_declaration_does_not_outvote_the_text() -> None:
    """Feeds often declare "en" out of habit."""
    assert identify(SENTENCES["ru"], declared=("en",)).code == "ru"
    assert identify(SENTENCES["pt"] * 3, declared=("es",)).code == "pt"


def test_serbian_in_latin_letters_is_told_from_croatian() -> None:
    """The two part at one vowel, which takes some text to see."""
    serbian = "Vreme je bilo lepo, a deca su u svetu igre uvek htela mleko i belo cveće na reci. "
    croatian = "Vrijeme je bilo lijepo, a djeca su u svijetu igre uvijek htjela mlijeko i bijelo cvijeće na rijeci. "
    assert identify(serbian * 6).code == "sr"
    assert identify(croatian * 6).code in ("hr", "bs")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_has_an_answer(text: str, title: str) -> None:
    """No text raises, and confidence is a probability."""
    assert 0 <= identify(text, title=title).confidence <= 1
