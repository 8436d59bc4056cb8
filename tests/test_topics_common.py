"""Words that are common: the shipped table, and every term of every pack against two thousand sentences of news.

The sentences are not part of the repository (licence); without them these tests are skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from common_words import HERE, NTREX, english_names, names_of, pairs, table, words

from monitor.script import words as split
from monitor.topics.common import TABLE, UNSPACED, begun_by, languages_of
from monitor.topics.packs import Pack, load_packs

PACKS = load_packs()
MOST = 10  # sentences of 1,997 in which a term may stand although the English has no name at all
NEEDED = pytest.mark.skipif(not HERE, reason=f"{NTREX} is not there; set MONITOR_SHARED to the folder with data/")


def test_common_words_are_known_by_language() -> None:
    """Function words of several languages, runs of Chinese characters, and no names."""
    assert "en" in languages_of(["who"])
    assert "fr" in languages_of(["un"])
    assert languages_of(["可", "以"]) == ("zh",)
    assert languages_of(["libya"]) == languages_of(["москва"]) == ()
    assert "government" in begun_by("govern")
    assert begun_by("zzzz") == []


@NEEDED
def test_the_table_is_what_the_sentences_give() -> None:
    """`python tests/common_words.py` writes it anew."""
    assert TABLE.read_text(encoding="utf-8").splitlines() == list(table())


@NEEDED
@pytest.mark.parametrize("language", sorted(pairs()) if HERE else [])
def test_no_term_stands_where_the_english_names_nobody(language: str) -> None:
    """A term found in many sentences whose English has no name in it is a word of the language."""
    nameless = [words(text, language) for text, english in pairs()[language] if not names_of(english)]
    counts = Counter(word for sentence in nameless for word in sentence)
    found = {
        (pack.name, term): _sentences(term, counts, nameless)
        for pack in PACKS.values()
        if not pack.noise
        for term in _terms(pack, language)
    }
    assert english_names()
    assert {term: n for term, n in found.items() if n > MOST} == {}


def _terms(pack: Pack, language: str) -> set[str]:
    """One-word terms; of languages written without spaces, those of two characters."""
    size = 2 if language in UNSPACED else 1
    terms = (*pack.terms.get(language, ()), *pack.terms.get("mul", ()))
    return {term for term in terms if len(split(term)) == size} - set(pack.common)


def _sentences(term: str, counts: Counter[str], sentences: Sequence[set[str]]) -> int:
    """How many sentences a term stands in."""
    word = " ".join(split(term))
    if not term.endswith("*"):
        return counts[word]
    begun = {one for one in counts if one.startswith(word)}
    return sum(not begun.isdisjoint(sentence) for sentence in sentences) if begun else 0
