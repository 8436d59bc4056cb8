"""The glossary of a configuration: the user's terms, and what the packs say theirs are in English."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.config import Config, TranslationSettings
from monitor.config_file import check
from monitor.errors import ConfigError
from monitor.models import Topic
from monitor.run.checking import check_file, load_checked
from monitor.run.terms import glossary_terms, pack_terms, world_terms
from monitor.script import tokens
from monitor.topics.packs import Pack, load_packs
from monitor.translate.glossary import Glossary, Term, base
from monitor.translate.pins import missing, settle

PACKS = load_packs()
TRANSLATED = [pack for pack in PACKS.values() if pack.english]
COUNTRIES = (
    *("libya", "russia", "ukraine", "france", "italy", "turkey", "egypt", "tunisia", "algeria", "morocco", "sudan"),
    *("chad", "niger", "mali", "burkina_faso", "central_african_republic", "syria", "iran", "israel", "saudi_arabia"),
    *("united_arab_emirates", "china", "united_states", "united_kingdom", "germany"),
)
TERMS = pack_terms(PACKS.values())
GLOSSARY = Glossary(TERMS)
EVERY_PACK = pytest.mark.parametrize("pack", TRANSLATED, ids=lambda pack: pack.name)
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\d .,&’'-]+")
WRITTEN = {
    **dict.fromkeys(("ru", "uk", "be", "kk", "sr"), "[\u0400-\u04ff]"),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), "[\u0600-\u06ff\u200c]"),
    "hi": "[\u0900-\u097f]",
    "am": "[\u1200-\u137f]",
    "hy": "[\u0530-\u058f]",
    "ka": "[\u10a0-\u10ff]",
    "he": "[\u05d0-\u05ea׳״]",
    "zh": "[\u3400-\u9fff]",
    "ja": "[\u3041-\u30ff\u3400-\u9fff]",
    "ko": "[\uac00-\ud7a3]",
    "el": "[\u0370-\u03ff]",
    **dict.fromkeys(("mul", "en", "fr", "de", "it", "es", "pt", "tr", "pl", "nl", "sw", "so"), "[A-Za-z\u00c0-\u0259]"),
    **dict.fromkeys(("az", "ro", "hu", "id", "vi"), "[A-Za-z\u00c0-\u0259\u1e00-\u1eff]"),
}
SIGNS = re.compile(r"[\s\d.,’'\"·*-]|VI\b|III\b|II\b")
TOPIC = Topic(name="Libya", query="@libya")


def found(sentence: str, language: str) -> list[str]:
    return [f"{sentence[one.start : one.end]} → {one.target}" for one in GLOSSARY.find(sentence, language)]


# ── the shipped packs ────────────────────────────────────────────────────────────────────────────


@EVERY_PACK
def test_the_english_of_a_pack_is_english(pack: Pack) -> None:
    """Every target has letters, Latin ones only, and at least one term in another language."""
    for target, languages in pack.english.items():
        assert LATIN.fullmatch(target), target
        assert set(languages) - {"en"} or target == pack.title, target
        assert all(languages.values()), target


@EVERY_PACK
def test_terms_are_written_in_the_letters_of_their_language(pack: Pack) -> None:
    """A Latin letter in a Cyrillic term would never be found."""
    for target, languages in pack.english.items():
        for language, terms in languages.items():
            foreign = [term for term in terms if re.sub(WRITTEN[language], "", SIGNS.sub("", term))]
            assert foreign in ([], ["ג׳ורג'יה מלוני"]), (target, language)


@EVERY_PACK
def test_no_term_of_a_pack_has_two_englishes(pack: Pack) -> None:
    """Within a language a term, as it is compared, stands under one target only, and there once."""
    seen: dict[tuple[str, str], str] = {}
    for target, languages in pack.english.items():
        for language in languages.keys() - {"en"}:
            for term in languages[language]:
                key = (language, " ".join(token.text for token in tokens(term)) + "*" * term.endswith("*"))
                assert seen.setdefault(key, target) == target, key


@pytest.mark.parametrize("pack", [PACKS[name] for name in COUNTRIES], ids=COUNTRIES)
def test_leaders_capital_and_country_have_their_english(pack: Pack) -> None:
    """In French, Russian and Arabic the country is known; in Russian and Arabic so are leaders and a city."""
    languages = {"fr", "ru", "ar"} - ({"ar"} if pack.name == "mali" else set())
    country = {term.language for term in TERMS if term.target == pack.title and term.origin == f"pack {pack.name}"}
    assert languages <= country
    for language in ("ru", "ar"):
        assert sum(language in forms for forms in pack.english.values()) >= 5


@pytest.mark.parametrize("pack", [PACKS["libya"], PACKS["russia"]], ids=["libya", "russia"])
def test_two_packs_are_rich(pack: Pack) -> None:
    """Libya and Russia: thirty names or more in Russian and Arabic, ten in each of eight other languages."""
    count = {
        language: sum(language in forms for forms in pack.english.values())
        for language in ("ru", "ar", "fr", "de", "it", "es", "tr", "uk", "zh", "mul")
    }
    assert min(count["ru"], count["ar"]) >= 30, count
    assert min(count.values()) >= 7, count


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("fr", "L'ANL de Haftar", ["ANL → LNA", "Haftar → Haftar"]),
        ("fr", "Poutine à Tripoli", ["Poutine → Putin", "Tripoli → Tripoli"]),
        ("ru", "с Хафтаром в Москве", ["Хафтаром → Haftar", "Москве → Moscow"]),
        ("ru", "Газпромбанк и Богданович", []),
        ("ar", "وحفتر ولافروف", ["حفتر → Haftar", "لافروف → Lavrov"]),
        ("de", "Libyens Regierung", ["Libyens → Libya"]),
        ("it", "La Libia", ["Libia → Libya"]),
        ("tr", "Hafter, Trablus'ta", ["Hafter → Haftar", "Trablus → Tripoli"]),
        ("zh", "俄军在的黎波里", ["的黎波里 → Tripoli"]),
        ("fr", "aux Émirats", []),
        ("hi", "लीबिया", ["लीबिया → Libya"]),
        ("es", "los males y la mosca", []),
    ],
)
def test_names_of_packs_are_found(language: str, sentence: str, expected: list[str]) -> None:
    """The promised names, countries by the packs' and by CLDR's names, and no phrases or parts of words."""
    assert found(sentence, language) == expected


def test_a_country_may_be_said_by_its_adjective() -> None:
    """ "Le ministre de la Libye" is "the Libyan minister"; nothing is missing then."""
    pins = GLOSSARY.find("Le ministre de la Libye", "fr")
    assert settle("Le ministre de la Libye", "The Libyan minister", pins)[1] == ()
    assert missing("The minister", pins) == pins


def test_people_spelled_alike_are_looked_for_but_not_their_variants() -> None:
    """A name of `mul` stands for itself unless a table says what it is in English."""
    alike = {term.source: term.target for term in TERMS if term.language == "mul"}
    assert alike["Tebboune"] == "Tebboune"
    assert alike["Kadhafi"] == "Gaddafi"
    assert alike["Sissi"] == "Sisi"


def test_no_term_is_english_or_common() -> None:
    """English terms are not translated; languages are codes; nothing has a target without letters."""
    assert {term.language for term in TERMS} & {"en"} == set()
    assert all(base(term.language) for term in TERMS)
    assert len(TERMS) > 5000
    assert len({(term.language, term.source) for term in TERMS}) == len(TERMS)
    assert not any(term.target in term.also for term in TERMS)


# ── with a configuration ─────────────────────────────────────────────────────────────────────────


def written(folder: Path, text: str) -> Path:
    path = folder / "glossary.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_users_terms_come_first(tmp_path: Path) -> None:
    """And so win over those of the packs."""
    config = Config(topics=(TOPIC,), glossary=written(tmp_path, '[fr]\n"ANL" = "Libyan army"\n'))
    terms = glossary_terms(config, PACKS)
    assert terms[0] == Term(source="ANL", target="Libyan army", language="fr", origin="glossary.toml")
    assert [one.target for one in Glossary(terms).find("L'ANL", "fr")] == ["Libyan army"]


def test_packs_serve_english_only(tmp_path: Path) -> None:
    """Into another language only the user's own terms apply."""
    config = Config(translation=TranslationSettings(language="de"))
    assert glossary_terms(config, PACKS) == ()
    config = replace(config, glossary=written(tmp_path, '[fr]\n"ANL" = "LNA"\n'))
    assert [term.target for term in glossary_terms(config, PACKS)] == ["LNA"]


def test_glossary_toml_beside_the_configuration_is_taken(tmp_path: Path) -> None:
    """Without the key, if it is there; with the key, the file that it names."""
    path = tmp_path / "config.toml"
    assert check("", path, {})[0] == Config(**vars_of(check("", path, {})[0]))
    for text, name in (("", "glossary.toml"), ('glossary = "terms.toml"\n', "terms.toml")):
        config, problems = check(text, path, {})
        assert config is not None
        assert config.glossary is None
        assert len(problems) == bool(text)
        (tmp_path / name).write_text("", encoding="utf-8")
        config, problems = check(text, path, {})
        assert config is not None
        assert (config.glossary, problems) == (tmp_path / name, ())


def vars_of(config: Config | None) -> dict[str, object]:
    assert config is not None
    return {name: getattr(config, name) for name in config.__slots__}


def test_check_reports_a_mistake_in_the_glossary(tmp_path: Path) -> None:
    """With the line of the key, and loading stops there; so does a named file that is missing."""
    config = tmp_path / "config.toml"
    config.write_text('glossary = "glossary.toml"\n[[topics]]\nname = "Libya"\nquery = "@libya"\n', encoding="utf-8")
    (problem,) = check_file(config, {})
    assert (problem.line, problem.key) == (1, "glossary")
    assert "is no file" in problem.message
    written(tmp_path, '[topics.Lybia.fr]\n"ANL" = "LNA"\n')
    (problem,) = check_file(config, {})
    assert (problem.line, problem.key, problem.fatal) == (1, "glossary", True)
    assert "Did you mean “Libya”?" in problem.message
    with pytest.raises(ConfigError, match="Lybia"):
        load_checked(config, {})
    written(tmp_path, '[topics.Libya.fr]\n"ANL" = "LNA"\n')
    assert check_file(config, {}) == ()


@pytest.mark.parametrize(
    ("language", "sentence", "targets"),
    [
        ("fr", "L'Ouganda reçoit l'Angola.", ["Uganda", "Angola"]),
        ("de", "Äthiopien und Kenia spielen.", ["Ethiopia", "Kenya"]),
        ("zh", "肯尼亚对墨西哥", ["Kenya", "Mexico"]),
        ("ko", "저지선을 뚫었다", []),
    ],
)
def test_states_of_the_world_are_asked_for_and_never_insisted_on(
    language: str, sentence: str, targets: list[str]
) -> None:
    """A country no pack is about is pinned when it was lost, without a doubt when it stays lost."""
    found = Glossary(tuple(world_terms())).find(sentence, language)
    assert [one.target for one in found] == targets
    assert not any(one.firm for one in found)
