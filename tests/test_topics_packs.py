"""Term packs: every shipped one, and what a user's file may and may not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.script import words
from monitor.topics import territories
from monitor.topics.compile import compile_query
from monitor.topics.pack_check import problems, twice_named
from monitor.topics.packs import load_packs, read_pack
from monitor.topics.stories.names import gazetteer

PACKS = load_packs()
WRITTEN = sorted(PACKS.heads)
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


def test_the_countries_we_promise_are_there() -> None:
    """Sixty countries and more ship with a pack."""
    assert set(PACKS) >= COUNTRIES


@pytest.mark.parametrize("name", sorted(COUNTRIES))
def test_a_pack_has_names_in_every_promised_language(name: str) -> None:
    """Names in twelve languages, people in every script, a capital, and CLDR's names beyond."""
    pack = PACKS[name]
    assert set(pack.written) >= LANGUAGES
    assert set(pack.of_kind("names")) >= LANGUAGES
    assert {"ar", "fa", "zh", "ru", "uk", "mul"} <= set(pack.of_kind("people"))
    assert pack.of_kind("capitals")
    assert len(pack.terms) >= len(LANGUAGES) + 6


def test_the_kinds_of_noise_we_promise_are_there_in_every_promised_language() -> None:
    """Six kinds of article, and which words tell each in twelve languages."""
    noise = {name for name, head in PACKS.heads.items() if head.noise}
    assert {"sport", "markets", "weather", "quiz", "showbiz", "digest"} <= noise
    assert [name for name in sorted(noise) if not set(PACKS[name].written) >= LANGUAGES] == []


@pytest.mark.parametrize("name", WRITTEN)
def test_nothing_is_wrong_with_the_terms_of_a_pack(name: str) -> None:
    """No term twice, none that a stem covers, the letters of its language, no common word, every term compiles."""
    assert problems(PACKS[name]) == ()
    for terms in PACKS[name].terms.values():
        for term in terms:
            assert compile_query(f'"{term.rstrip("*").replace(chr(34), chr(34) * 2)}"', PACKS).terms


def test_no_two_packs_have_the_same_name() -> None:
    """An alias names one pack, and is not another's own name."""
    assert twice_named(PACKS[name] for name in WRITTEN) == ()


@pytest.mark.parametrize(
    "name", ["un", "nato", "eu", "wagner", "african_union", "arab_league", "opec", "islamic_state"]
)
def test_an_actor_has_names_in_every_promised_language(name: str) -> None:
    """Those that the news is full of, in twelve languages or as `mul`."""
    languages = set(PACKS[name].of_kind("names"))
    assert languages >= (LANGUAGES - {"en", "fr", "de", "it", "es", "pt"} if "mul" in languages else LANGUAGES) - {"tr"}


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("un", "un homme, une femme", False),
        ("un", "Il rapporto dell'Onu", True),
        ("un", "onu gördüm", False),
        ("un", "Le Conseil de l'ONU", True),
        ("nato", "È nato a Roma", False),
        ("nato", "NATO allies met", True),
        ("nato", "Блок НАТО", True),
        ("eu", "eu não sei", False),
        ("eu", "Staaten der EU", True),
        ("who", "the man who came", False),
        ("who", "l'OMS alerte", True),
        ("wagner", "Richard Wagner", False),
        ("wagner", "mercenaires de Wagner", True),
        ("al_shabaab", "وزارة الشباب والرياضة", False),
        ("aes", "Les pays de l'AES", True),
        ("mali", "вони мали час", False),
        ("sudan", "South Sudan's army", False),
        ("sudan", "Sudan and South Sudan", True),
        ("sudan", "وجنوب السودان", False),
        ("south_sudan", "South Sudan's army", True),
        ("guinea", "Papua New Guinea", False),
        ("russia", "白俄罗斯总统", False),
        ("russia", "俄罗斯总统", True),
    ],
)
def test_abbreviations_that_are_words_are_found_as_names_alone(name: str, text: str, found: bool) -> None:
    """The index sees no capitals: UN is an article, NATO is born, EU is I, WHO is who."""
    assert bool(compile_query(f"@{name}", PACKS).finder.find(words(text))) is found


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


def test_what_is_made_of_the_shipped_packs_is_made_once(tmp_path: Path) -> None:
    """Each pack is one object in a process, and so is the gazetteer of them; with a user's pack it is another."""
    again = load_packs()
    assert [name for name in PACKS if again[name] is not PACKS[name]] == []
    assert gazetteer(again.values()) is gazetteer(PACKS.values())
    (tmp_path / "wagner.toml").write_text(
        '[en]\nnames = ["Wagner"]\n[english.Corps]\nfr = ["Corps"]\n', encoding="utf-8"
    )
    theirs = gazetteer(load_packs(tmp_path).values())
    assert [known.english for known in theirs.find("le Corps", "fr")] == ["Corps"]
    assert list(gazetteer(PACKS.values()).find("le Corps", "fr")) == []


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
