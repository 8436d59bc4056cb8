"""Term packs: every shipped one, and what a user's file may and may not hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.script import tokens
from monitor.topics import territories
from monitor.topics.compile import compile_query
from monitor.topics.packs import load_packs, read_pack

PACKS = load_packs()
LANGUAGES = {"ar", "zh", "en", "fr", "de", "it", "fa", "pt", "ru", "es", "tr", "uk"}
COUNTRIES = {
    *("libya", "russia", "ukraine", "france", "italy", "turkey", "egypt", "tunisia", "algeria", "morocco", "sudan"),
    *("chad", "niger", "mali", "burkina_faso", "central_african_republic", "syria", "iran", "israel", "saudi_arabia"),
    *("united_arab_emirates", "china", "united_states", "united_kingdom", "germany"),
    *("lebanon", "iraq", "yemen", "palestine", "qatar", "jordan", "democratic_republic_of_congo", "rwanda", "ethiopia"),
    *("eritrea", "somalia", "south_sudan", "nigeria", "pakistan", "afghanistan", "india", "north_korea", "south_korea"),
    *("venezuela", "belarus", "georgia", "armenia", "azerbaijan", "taiwan", "japan", "poland", "serbia"),
    *("kuwait", "oman", "bahrain", "senegal", "mauritania", "south_africa", "kenya", "moldova", "kazakhstan", "cuba"),
}
ARABIC, CYRILLIC, CHINESE = "[\u0600-\u06ff\u200c]", "[\u0400-\u04ff]", "[\u3400-\u9fff]"
LATIN = ("mul", "en", "fr", "de", "it", "es", "pt", "tr", "pl", "nl", "sw", "so", "az", "ro", "hu", "id", "sq", "vi")
LETTERS = {
    **dict.fromkeys(("ar", "fa", "ur", "ps"), ARABIC),
    **dict.fromkeys(("ru", "uk", "be", "kk", "sr"), CYRILLIC),
    **dict.fromkeys(LATIN, "[A-Za-z\u00c0-\u0259\u1e00-\u1eff]"),
    "el": "[\u0370-\u03ff]",
    "hi": "[\u0900-\u097f]",
    "am": "[\u1200-\u137f]",
    "hy": "[\u0530-\u058f]",
    "ka": "[\u10a0-\u10ff]",
    "zh": CHINESE,
    "he": "[\u05d0-\u05ea]",
    "ja": "[\u3041-\u30ff\u3400-\u9fffA-Z]",
    "ko": "[\uac00-\ud7a3]",
}
SIGNS = re.compile(r"[\s\d.’'\"·*-]|VI|II")
EVERY_PACK = pytest.mark.parametrize("name", sorted(PACKS))


def key(term: str) -> tuple[tuple[str, ...], bool]:
    """A term as the index knows it."""
    return tuple(token.text for token in tokens(term)), term.endswith("*")


def test_the_countries_we_promise_are_there() -> None:
    """Sixty countries and more ship with a pack."""
    assert set(PACKS) >= COUNTRIES


@EVERY_PACK
def test_a_pack_has_names_in_every_promised_language(name: str) -> None:
    """Names in twelve languages, people in every script, a capital, and CLDR's names beyond."""
    pack = PACKS[name]
    assert set(pack.written) >= LANGUAGES
    assert set(pack.of_kind("names")) >= LANGUAGES
    assert {"ar", "fa", "zh", "ru", "uk", "mul"} <= set(pack.of_kind("people"))
    assert pack.of_kind("capitals")
    assert len(pack.terms) >= len(LANGUAGES) + 8


@EVERY_PACK
def test_no_term_is_written_twice_in_a_language(name: str) -> None:
    """Two spellings that the index cannot tell apart are one too many."""
    for language, terms in PACKS[name].terms.items():
        keys = [key(term) for term in terms]
        assert len(keys) == len(set(keys)), (language, sorted(t for t in terms if keys.count(key(t)) > 1))


@EVERY_PACK
def test_terms_are_written_in_the_letters_of_their_language(name: str) -> None:
    """A Cyrillic letter in an English term, or the reverse, would never be found."""
    for language, kinds in PACKS[name].written.items():
        for term in (term for terms in kinds.values() for term in terms):
            foreign = re.sub(LETTERS[language], "", SIGNS.sub("", term))
            assert not foreign, (language, term, foreign)


@EVERY_PACK
def test_no_term_is_so_short_that_it_is_found_everywhere(name: str) -> None:
    """Latin terms have two letters or more, prefixes four, and every term compiles."""
    for language, terms in PACKS[name].terms.items():
        for term in terms:
            words, prefix = key(term)
            assert words, (language, term)
            if "".join(words).isascii():
                assert len("".join(words)) >= (4 if prefix else 2), (language, term)
            assert compile_query(f'"{term.rstrip("*").replace(chr(34), chr(34) * 2)}"', PACKS).terms


def test_country_names_are_those_of_cldr() -> None:
    """The shipped table is what Babel has; `python -m monitor.topics.territories` writes it anew."""
    assert territories.TABLE.read_text(encoding="utf-8") == territories.from_cldr()


def test_cldr_names_come_in_only_where_the_pack_is_silent() -> None:
    """A hand-written language stands alone, others get the country's name, avoided names stay out."""
    mali = PACKS["mali"].terms
    assert "Mali" in mali["fr"]
    assert mali["el"] == ("Μάλι",)
    assert "ja" in PACKS["mali"].written
    assert "hi" not in mali  # माली is a gardener
    assert PACKS["libya"].terms["hi"] == ("लीबिया",)
    assert "vi" not in PACKS["russia"].terms  # Nga is too short to be safe


def test_a_users_pack_joins_the_shipped_and_replaces_its_namesake(tmp_path: Path) -> None:
    """A folder of one's own adds packs and wins over shipped ones of the same name."""
    (tmp_path / "wagner.toml").write_text('[mul]\ninstitutions = ["Wagner", "Africa Corps"]\n', encoding="utf-8")
    (tmp_path / "libya.toml").write_text('title = "Ours"\n[en]\nnames = ["Libya"]\n', encoding="utf-8")
    packs = load_packs(tmp_path)
    assert packs["wagner"].terms == {"mul": ("Wagner", "Africa Corps")}
    assert packs["wagner"].title == "wagner"
    assert packs["libya"].title == "Ours"
    assert packs["russia"] == PACKS["russia"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("names = [", "cannot be read"),
        ('names = ["Libya"]', "`names` is not a key"),
        ('[englisch]\nnames = ["Libya"]', "`englisch` is not a language"),
        ("english = 3", "`english` must be tables"),
        ('[english]\nnames = ["Libya"]', "`english.names` must be a table of languages"),
        ('[english."…"]\nfr = ["ANL"]', "`english.…` has no letter or digit"),
        ('[english.LNA]\nfrench = ["ANL"]', "`english.LNA.french` is not a language"),
        ('[english.LNA]\nfr = "ANL"', "`english.LNA.fr` must be a list"),
        ('[english.LNA]\nfr = [""]', "no letter or digit"),
        ('[en]\nname = ["Libya"]', "`en.name` is not a kind of term"),
        ('[en]\nnames = "Libya"', "`en.names` must be a list"),
        ("[en]\nnames = [1]", "`en.names` must hold texts"),
        ('[en]\nnames = ["Libya", "*"]', "no letter or digit"),
        ('territory = "XX"', "no country code"),
        ("title = 3", "`title` must hold texts"),
        ('avoid = "x"', "`avoid` must be a list"),
    ],
)
def test_a_mistake_in_a_pack_names_file_and_key(tmp_path: Path, content: str, says: str) -> None:
    """Every mistake is a ConfigError with the file, the key and what to write."""
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_pack(path)
    assert str(path) in str(caught.value)
    assert says in str(caught.value)


def test_what_terms_are_in_english_is_read(tmp_path: Path) -> None:
    """English → language → terms; a pack without is silent, and its terms for topics stay the same."""
    path = tmp_path / "libya.toml"
    path.write_text('[fr]\nnames = ["Libye"]\n[english.LNA]\nfr = ["ANL"]\nru = ["ЛНА"]\n', encoding="utf-8")
    pack = read_pack(path)
    assert pack.english == {"LNA": {"fr": ("ANL",), "ru": ("ЛНА",)}}
    assert pack.terms == {"fr": ("Libye",)}
    path.write_text("", encoding="utf-8")
    assert read_pack(path).english == {}


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A folder that is not there is a mistake in the configuration, not an empty one."""
    with pytest.raises(ConfigError, match="nowhere"):
        load_packs(tmp_path / "nowhere")
