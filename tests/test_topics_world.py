"""Every state of the world is a pack, and its name is told from a longer one."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.topics import territories, world
from monitor.topics.cases import cases
from monitor.topics.nearest import nearest
from monitor.topics.packs import load_packs

PACKS = load_packs()


def test_every_state_is_a_pack() -> None:
    """Each of CLDR's states by its name, each once, and none without a term."""
    codes = [pack.territory for pack in PACKS.values() if pack.territory]
    assert sorted(codes) == sorted(territories.countries())
    assert all(pack.terms for pack in PACKS.values())
    assert len(PACKS) == len(set(PACKS)) == len(list(PACKS))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("brazil", "BR"),
        ("Brazil", "BR"),
        ("br", "BR"),
        ("ivory_coast", "CI"),
        ("cote-d-ivoire", "CI"),
        ("drc", "CD"),
        ("congo", "CG"),
        ("turkey", "TR"),
        ("turkiye", "TR"),
        ("czech_republic", "CZ"),
        ("uk", "GB"),
        ("us", "US"),
        ("bosnia_and_herzegovina", "BA"),
        ("dominica", "DM"),
        ("dominican_republic", "DO"),
        ("guinea", "GN"),
        ("equatorial_guinea", "GQ"),
        ("palestine", "PS"),
    ],
)
def test_a_state_has_several_names(name: str, code: str) -> None:
    """CLDR's English name, what else it is called, and its ISO code."""
    assert PACKS[name].territory == code


def test_an_actor_wins_over_a_country_code() -> None:
    """@un and @eu are the actors; an alias leads to its pack; what is not there is not there."""
    assert PACKS["un"].title == "United Nations"
    assert PACKS["eu"] is PACKS["european_union"]
    assert "atlantis" not in PACKS


def test_a_file_of_any_name_replaces_a_bare_state(tmp_path: Path) -> None:
    """A user's `brasil.toml` with the territory BR is what @brazil and @br mean."""
    (tmp_path / "brasil.toml").write_text('territory = "BR"\n[fr]\nnames = ["Brésil"]\n', encoding="utf-8")
    packs = load_packs(tmp_path)
    assert packs["brazil"] is packs["br"] is packs["brasil"]
    assert "brazil" not in list(packs)
    assert not packs["brazil"].bare
    assert PACKS["brazil"].bare


@pytest.mark.parametrize(
    ("name", "longer"),
    [
        ("sudan", {"South Sudan", "Soudan du Sud", "Южного Судана", "جنوب السودان", "南苏丹"}),
        ("guinea", {"Equatorial Guinea", "Papua New Guinea", "Guinea-Bissau", "赤道几内亚", "Gulf of Guinea"}),
        ("ireland", {"Northern Ireland", "Irlande du Nord"}),
        ("georgia", {"Georgia Tech"}),
        ("russia", {"白俄罗斯"}),
        ("libya", {"ボリビア"}),
        ("mexico", {"New Mexico"}),
        ("samoa", {"American Samoa"}),
    ],
)
def test_longer_names_are_known(name: str, longer: set[str]) -> None:
    """Names of others with ours in them, from CLDR and by hand."""
    assert longer <= set(PACKS[name].longer)


def test_a_longer_name_is_not_ones_own() -> None:
    """South Sudan is not kept from its own name, nor Nigeria from Niger's."""
    assert "South Sudan" not in PACKS["south_sudan"].longer
    assert PACKS["brazil"].longer == ()


def test_notes_are_of_states() -> None:
    """Every table of states.toml is a state's, and no two states share a name."""
    known = set(territories.countries())
    assert set(world._notes()) <= known
    names = [name for code in known for name in (world.slug(code), *world.notes(code).aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "language", "form"),
    [
        ("Бразилия", "ru", "Бразилией"),
        ("Канада", "ru", "Канаде"),
        ("Вьетнам", "ru", "Вьетнамом"),
        ("Парагвай", "ru", "Парагвая"),
        ("Бразилія", "uk", "Бразилії"),
        ("Brasilien", "de", "Brasiliens"),
    ],
)
def test_names_are_declined(name: str, language: str, form: str) -> None:
    """The regular cases of names of one word, beside the name itself."""
    assert {name, form} <= set(cases(name, language))


@pytest.mark.parametrize(
    ("name", "language"), [("Перу", "ru"), ("Никарагуа", "ru"), ("Costa Rica", "de"), ("Chile", "fr")]
)
def test_names_that_do_not_decline_stay(name: str, language: str) -> None:
    """Foreign endings, names of two words, languages without cases."""
    assert cases(name, language) == (name,)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("lybia", ["libya"]), ("frnace", ["france"]), ("saudi", ["saudi_arabia"]), ("xyzzy", [])],
)
def test_a_mistyped_name_is_guessed(name: str, meant: list[str]) -> None:
    """Few wrong letters, exchanged ones, a beginning; nothing for what is far from all."""
    assert nearest(name, PACKS) == meant
