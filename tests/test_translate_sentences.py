"""Articles into sentences and back: nothing is lost, paragraphs stay, nothing is too long."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.translate.sentences import LIMIT, join, split

CASES = json.loads((Path(__file__).parent / "data" / "translate_sentences.json").read_text("utf-8"))
TEXTS = st.text(alphabet=st.characters() | st.sampled_from('ab .?!\n\t«»"中。،')) | st.text(max_size=2000)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_split(case: dict[str, object]) -> None:
    """Sentence ends, abbreviations, quotations and marks of several scripts."""
    sentences = split("", str(case["text"]), str(case["language"]))
    assert [sentence.source for sentence in sentences] == case["sentences"]


def test_positions_and_paragraphs() -> None:
    """Positions run through the article; the title is paragraph 0, line n of the text paragraph n."""
    sentences = split("Un titre", "Une phrase. Une autre.\n\n   \nLa fin.", "fr")
    assert [(s.position, s.paragraph, s.source, s.target, s.unverified) for s in sentences] == [
        (0, 0, "Un titre", "", None),
        (1, 1, "Une phrase.", "", None),
        (2, 1, "Une autre.", "", None),
        (3, 4, "La fin.", "", None),
    ]


def test_an_article_without_words_has_no_sentences() -> None:
    """Nothing in, nothing out, in whatever language."""
    assert split("", "", "fr") == split(" \n", "\n\n \t", "") == ()


@pytest.mark.parametrize("language", ["fr", "ar", "zh", "th", "xx", "und", "", "pt-BR", "../x"])
def test_any_language_code_will_do(language: str) -> None:
    """A code that sentencex does not know is cut by its general rules."""
    assert [s.source for s in split("", "One here. Two there.", language)] == ["One here.", "Two there."]


def test_a_title_is_one_line() -> None:
    """Line breaks inside a title are spaces."""
    assert [s.source for s in split("Un\ntitre\r\n long", "", "fr")] == ["Un titre long"]


@pytest.mark.parametrize(
    ("clause", "mark"),
    [
        ("mot mot mot mot mot mot, alors que ", " "),
        ("mot mot mot; et puis encore des mots ", ";"),
        ("слово, слово, ", ","),
    ],
)
def test_long_sentences_are_cut_at_the_best_mark(clause: str, mark: str) -> None:
    """Clause marks before commas before spaces; every piece but the last is at least half full."""
    pieces = [sentence.source for sentence in split("", (clause * 60).strip() + ".", "fr")]
    assert len(pieces) > 2
    assert all(LIMIT // 2 <= len(piece) <= LIMIT for piece in pieces[:-1])
    if mark != " ":
        assert all(piece.endswith(mark) for piece in pieces[:-1])


def test_dense_scripts_are_cut_sooner() -> None:
    """A Chinese character is about a word: a third as many fit."""
    pieces = [sentence.source for sentence in split("", "天" * 1000, "zh")]
    assert {len(piece) for piece in pieces[:-1]} == {LIMIT // 3}
    assert "".join(pieces) == "天" * 1000


@pytest.mark.parametrize("text", ["a" * 300_000, "mot " * 75_000, "« " * 60_000, "." * 300_000, "中" * 100_000])
def test_a_sentence_of_any_size_is_cut(text: str) -> None:
    """Hostile paragraphs come apart into pieces that a model can take, and come back together."""
    pieces = [sentence.source for sentence in split("", text, "fr")]
    assert max(map(len, pieces)) <= LIMIT
    assert "".join("".join(pieces).split()) == "".join(text.split())


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, st.sampled_from(["fr", "ru", "ar", "zh", "th", "xx"]))
@example("\ud800", "lone \udfff surrogates\x00", "fr")
def test_no_character_is_lost(title: str, text: str, language: str) -> None:
    """Put together again, the sources hold every character of every line but white space."""
    sentences = split(title, text, language)
    assert all(s.source == s.source.strip() and s.source for s in sentences)
    assert [s.position for s in sentences] == list(range(len(sentences)))
    encodable = text.encode("utf-8", "replace").decode()
    for number, line in enumerate(encodable.split("\n"), 1):
        kept = "".join(s.source for s in sentences if s.paragraph == number)
        assert "".join(kept.split()) == "".join(line.split())


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
def test_join_keeps_the_number_of_paragraphs(title: str, text: str) -> None:
    """A translation can be read beside its article line by line."""
    sentences = [replace(sentence, target="x y") for sentence in split(title, text, "fr")]
    joined_title, joined = join(sentences, text.count("\n") + 1, "en")
    assert joined.count("\n") == text.count("\n")
    assert "\n" not in joined_title
    assert (joined_title + joined).count("x y") == len(sentences)


def test_join_puts_spaces_where_the_target_language_has_them() -> None:
    """English sentences are parted by a space, Chinese ones are not."""
    sentences = [
        replace(sentence, target=f"{sentence.position}.") for sentence in split("A", "Un. Deux.\nTrois.", "fr")
    ]
    assert join(sentences, 2, "en") == ("0.", "1. 2.\n3.")
    assert join(sentences, 2, "zh") == ("0.", "1.2.\n3.")
