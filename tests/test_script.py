"""fold() and tokens(): what the index holds, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from topic_index import indexed_words

from monitor import script
from monitor.script import Token, fold, tokens

SAMPLES = [
    "L’Armée nationale libyenne a annoncé, à 20 h, «une trêve» — c'est tout.",
    "Straße, Łódź, Ørsted, Đinđić, cœur, İstanbul'da, Iğdır, ISPARTA, naïve, ﬁnal, Ⅳ, ½",
    "Президент России встретился с ёлкой и Зеленским; «Нафтогаз» – Київ, її, Ўзбекистон",
    "وقالت وزارة الخارجيّة الروسيّة إنّ ليبـيا، ومصر٬ ٢٠٢٦ ﷺ ﻻ",
    "سازمان ملل می‌گوید روسیه‌ای‌ها در لیبی هستند ۱۴۰۴",
    "ראש הממשלה בִּנְיָמִין נתניהו וצה״ל",
    "利比亚国民军2026年5月宣布，俄罗斯已撤离。トリポリでリビア政府が会見ｶﾞｽ",
    "러시아와 리비아는 트리폴리에서 만났다",
    "ลิเบียและรัสเซียได้ทำข้อตกลง ເຈົ້າຫນ້າທີ່ រុស្ស៊ី ရုရှား",
    "रूस और लीबिया ने क़तर में बातचीत की। ரஷ்யா ലിബിയ",
    "Λιβύη ΛΙΒΥΗ ρωσικός Ὀδυσσεύς",
    "soft\u00adhyphen, zero\u200bwidth, e\u0301crit, И\u0306од, か\u3099 \u1112\u1161\u11ab\u1100\u116e\u11a8",
    "😀 ＦＵＬＬ width",
]

TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("aàÀßıİœСсйёїИи\u0306\u0301أإىیکةـ\u064e\u200cשׁ利ガか\u3099ﾞลิ리\u1112\u1161\u11abकि़\u00ad '’.-"),
    ),
    max_size=60,
)


def words(text: str) -> list[str]:
    return [token.text for token in tokens(text)]


def test_every_character_of_unicode_is_a_word_here_when_it_is_one_in_the_index() -> None:
    """tokens() and FTS5 agree on each character alone, so a newer SQLite or Python cannot part them unseen."""
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    texts = ["".join(f"a{c}b " for c in characters[at : at + 1000]) for at in range(0, len(characters), 1000)]
    for text, indexed in zip(texts, indexed_words(texts), strict=True):
        assert words(text) == indexed


@pytest.mark.parametrize("text", SAMPLES, ids=range(len(SAMPLES)))
def test_a_sentence_has_the_words_the_index_holds(text: str) -> None:
    """tokens() gives what FTS5 indexes on a sentence of every script."""
    assert words(text) == indexed_words([text])[0] != []


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_any_text_has_the_words_the_index_holds(text: str) -> None:
    """tokens() gives what FTS5 indexes on arbitrary mixtures, sequences included."""
    assert words(text) == indexed_words([text])[0]


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_words_without_places_are_the_same_words(text: str) -> None:
    """words() is tokens() without places."""
    assert script.words(text) == [token.text for token in tokens(text)]


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_places_are_in_the_original_and_in_order(text: str) -> None:
    """Every token stands on characters of the text that it could have come from."""
    before = 0
    for token in tokens(text):
        assert before <= token.start < token.end <= len(text)
        assert token.text in words(text[token.start : token.end])
        before = token.start


def test_a_place_covers_the_signs_that_vanish() -> None:
    """A word with a soft hyphen, harakat or a trailing accent is marked whole."""
    assert tokens("en Li\u00adbye.") == [Token("en", 0, 2), Token("libye", 3, 9)]
    assert tokens("لِيبِيا\u064b") == [Token("ليبيا", 0, 8)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("cœur", "coeur"),
        ("İstanbul", "istanbul"),
        ("Iğdır", "IĞDIR"),
        ("Wałęsa", "Walesa"),
        ("е\u0308лка", "елка"),
        ("И\u0306од", "йод"),
        ("ﻟﻴﺒﻴﺎ", "ليبيا"),
        ("لیبیا", "ليبيا"),
        ("أحمد", "احمد"),
        ("کرملین", "كرملين"),
        ("٢٠٢٦", "2026"),
        ("ＮＡＴＯ", "nato"),
        ("ﾛｼｱ", "ロシア"),
        ("か\u3099", "が"),
        ("\u1112\u1161\u11ab", "한"),
        ("क़तर", "कतर"),
        ("Λιβύη", "ΛΙΒΥΗ"),
        ("בִּנְיָמִין", "בנימין"),
        ("Li\u200bbye", "Libye"),
    ],
)
def test_spellings_of_one_word_are_one_word(one: str, other: str) -> None:
    """Ways to write the same word fold to the same tokens."""
    assert words(one) == words(other) != []


@pytest.mark.parametrize(("one", "other"), [("мой", "мои"), ("が", "か"), ("की", "का"), ("mac", "machine")])
def test_different_words_stay_different(one: str, other: str) -> None:
    """Folding does not go so far that letters of their own are lost."""
    assert words(one) != words(other)


def test_text_that_sqlite_reads_well_is_left_as_it_is() -> None:
    """Plain Latin and Cyrillic text takes the short way: the very same object comes back."""
    for text in ("L’Armée libyenne, 30 %", "Россия и Ливия — переговоры"):
        assert fold(text) is text


def test_a_megabyte_without_a_space_is_one_word() -> None:
    """A single huge token neither fails nor takes quadratic time (which would not end here)."""
    assert [len(token.text) for token in tokens("é" * 1_000_000)] == [1_000_000]


def test_lone_surrogates_and_nulls_part_words() -> None:
    """Characters that SQLite cannot store never reach it."""
    assert fold("a\ud800b\x00c").encode() is not None
    assert words("a\ud800b") == ["a", "b"]
