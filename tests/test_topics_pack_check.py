"""What the check of a pack finds, on packs with one mistake each; and nothing where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.topics.letters import foreign_letters
from monitor.topics.pack_check import problems, twice_named
from monitor.topics.packs import Pack, read_pack


def pack(folder: Path, text: str, name: str = "mine") -> Pack:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return read_pack(path)


@pytest.mark.parametrize(
    ("text", "term", "says"),
    [
        ('[fr]\nnames = ["Égypte", "egypte"]', "egypte", "takes it for “Égypte”"),
        ('[fr]\nnames = ["Libye"]\npeople = ["libye"]', "libye", "takes it for “Libye”"),
        ('[fr]\nadjectives = ["libyen*", "libyenne"]', "libyenne", "“libyen*” finds it already"),
        ('[ru]\nadjectives = ["ливийск*", "ливийски*"]', "ливийски*", "“ливийск*” finds it already"),
        ('[ru]\nnames = ["Kремль"]', "Kремль", "“K” is Latin"),
        ('[fr]\nnames = ["Мoscou"]', "Мoscou", "“М” is Cyrillic"),
        ('[ja]\nnames = ["리비아"]', "리비아", "is Hangul"),
        ('[en]\nnames = ["the"]', "the", "common word in"),
        ('[mul]\nnames = ["UN"]', "UN", "common word in"),
        ('[tr]\nnames = ["onu"]', "onu", "common word in tr"),
        ('[es]\nnames = ["eu"]', "eu", "common word in"),
        ('[ru]\nnames = ["Мали"]', "Мали", "common word in uk"),
        ('[zh]\nnames = ["可以"]', "可以", "common word in zh"),
        ('[en]\nnames = ["gove*"]', "gove*", "begins common words (gove"),
        ('territory = "NE"\n[fr]\nadjectives = ["niger*"]', "niger*", "another state"),
        ('territory = "IR"\n[ru]\nnames = ["ирак*"]', "ирак*", "begins Ирак, another state"),
        ('[en]\nadjectives = ["mal*"]', "mal*", "fewer than 4 letters"),
        ('[en]\nnames = ["u"]', "u", "one letter"),
    ],
)
def test_a_mistake_is_found_and_named(tmp_path: Path, text: str, term: str, says: str) -> None:
    """Each pack has one bad term: the problem names it and what is wrong with it."""
    assert any(one.term == term and says in one.what for one in problems(pack(tmp_path, text)))


@pytest.mark.parametrize(
    "text",
    [
        'territory = "LY"\n[fr]\nnames = ["Libye"]\nadjectives = ["libyen*"]',
        '[fr]\nnames = ["Libye"]\n[en]\nnames = ["Libya"]',
        '[ru]\npeople = ["Мухаммед VI"]\n[ja]\nnames = ["UAE", "アラブ首長国連邦"]\n[he]\ninstitutions = ["צה\\"ל"]',
        'common = ["the"]\n[en]\nnames = ["the"]',
        'common = ["gove*"]\n[en]\nnames = ["gove*"]',
        'noise = true\n[en]\nnames = ["match"]',
        '[zz]\nnames = ["Ливия", "Libya"]',
        'territory = "LY"\n[en]\nnames = ["Liby*"]',
    ],
)
def test_what_is_right_passes(tmp_path: Path, text: str) -> None:
    """Stems, kept words, Roman numerals, abbreviations in Japanese, words of noise, languages we do not know."""
    assert problems(pack(tmp_path, text)) == ()


def test_a_name_of_two_packs_is_found(tmp_path: Path) -> None:
    """An alias that is another pack's name, or alias, is told once."""
    packs = [
        pack(tmp_path, 'aliases = ["two", "both"]\n[en]\nnames = ["Oneland"]', "one"),
        pack(tmp_path, 'aliases = ["both"]\n[en]\nnames = ["Twoland"]', "two"),
    ]
    assert [(problem.pack, problem.term) for problem in twice_named(packs)] == [("one", "two"), ("two", "both")]


@pytest.mark.parametrize(
    ("term", "language", "foreign"),
    [
        ("Ливия", "ru", ""),
        ("Lивия", "ru", "L"),
        ("Србија", "sr", ""),
        ("Srbija", "sr", ""),
        ("ليبيا", "fa", ""),
        ("G7", "mul", ""),
        ("中国", "zh_Hant", ""),
        ("ליביה", "ar", "ליביה"),
        ("कतर", "hi", ""),
    ],
)
def test_letters_of_a_language(term: str, language: str, foreign: str) -> None:
    """Scripts by Unicode's names, languages of two scripts included."""
    assert foreign_letters(term, language) == foreign
