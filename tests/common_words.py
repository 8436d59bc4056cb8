"""Words that are common in a language, counted over sentences of news: what `monitor/topics/common.tsv` is made of.

From NTREX-128 (CC BY-SA 4.0): `parallel-ntrex.tar.xz`, news in English beside 25 translations of it, 1,997 sentences
each, and `langid-ntrex.tsv.gz`, about 150 sentences of each of 128 languages. `python tests/common_words.py` writes
the table anew; tests/test_topics_common.py holds it equal to what this counts.
"""

from __future__ import annotations

import itertools
import sys
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from page_corpora import SENTENCES, SHARED, sentences

from monitor.script import tokens
from monitor.script import words as split
from monitor.topics.common import TABLE, UNSPACED

NTREX = SHARED / "data" / "parallel-ntrex.tar.xz"
HERE = NTREX.exists() and SENTENCES.exists()

OFTEN = 5  # sentences of 1,997: once in 400, so that it stands in a few of every hundred articles
OFTEN_UNSPACED = 10  # for runs of characters, which are not all words
OFTEN_FEW = 5  # sentences of 150
# A word is a name where half of its sentences have one and the same name in English. Names are compared by their
# first letters: "Bolivia" stands where English has "Bolivian".
OF_ITS_OWN, BEGINNING = 0.5, 4

SAME = {"US": "amer", "U.S.": "amer", "UK": "brit", "Engl": "brit", "UN": "unit", "U.N.": "unit"}

CODES = {
    "af": "afr", "am": "amh", "az": "aze-Latn", "be": "bel", "bn": "ben", "bs": "bos", "ca": "cat", "da": "dan",
    "et": "est", "eu": "eus", "fi": "fin", "gl": "glg", "gu": "guj", "hr": "hrv", "hy": "hye", "is": "isl",
    "ka": "kat", "kk": "kaz", "kn": "kan", "ky": "kir", "lt": "lit", "lv": "lav", "mk": "mkd", "ml": "mal",
    "mr": "mar", "ms": "msa", "ne": "nep", "no": "nob", "pa": "pan", "ps": "pus", "si": "sin", "sk": "slk",
    "sl": "slv", "sq": "sqi", "sr": "srp-Cyrl", "sw": "swa", "ta": "tam", "te": "tel", "ur": "urd", "uz": "uzb",
}  # fmt: skip


@cache
def pairs() -> dict[str, list[tuple[str, str]]]:
    """Language → (sentence, English)."""
    found = {}
    with tarfile.open(NTREX) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                rows = [line.split("\t") for line in file.read().decode("utf-8").splitlines()]
                found[Path(member.name).name[:2]] = [(row[0], row[1]) for row in rows]
    return found


def words(text: str, language: str) -> set[str]:
    """The words of a sentence; of a language without spaces every run of two characters, with a blank between."""
    found = split(text)
    if language in UNSPACED:
        return {f"{one} {other}" for one, other in itertools.pairwise(found) if len(one) == len(other) == 1}
    return {word for word in found if not word.isdigit()}


@cache
def english_names() -> frozenset[str]:
    """English words that mostly have a capital where they do not begin a sentence."""
    texts = [english for _, english in pairs()["fr"]]
    inside = Counter(token.text for text in texts for token in tokens(text)[1:])
    capital = Counter(token.text for text in texts for token in tokens(text)[1:] if text[token.start].isupper())
    return frozenset(word for word, n in capital.items() if n >= inside[word] * 0.5)


@cache
def names_of(english: str) -> set[str]:
    """How the names of an English sentence begin; of the two states that have many names, one of them."""
    found = {word[:BEGINNING] for word in words(english, "en") & english_names()}
    return found | {name for sign, name in SAME.items() if sign in english}


def common_words(language: str) -> list[str]:
    """The words of one language that are common and no names, the most common first."""
    many, few = pairs(), _few().get(language, [])
    if language == "en":
        return _english([english for _, english in many["fr"]])
    if language in many:
        return _beside_english(language)
    return _ordered(_counted([words(text, language) - _all_names() for text in few]), OFTEN_FEW)


def _english(texts: list[str]) -> list[str]:
    counts = _counted([words(text, "en") - english_names() for text in texts])
    return _ordered(counts, OFTEN)


def _beside_english(language: str) -> list[str]:
    counts, names = _counts_and_names(language)
    common = Counter({word: n for word, n in counts.items() if word not in names})
    return _ordered(common, OFTEN_UNSPACED if language in UNSPACED else OFTEN)


@cache
def _counts_and_names(language: str) -> tuple[Counter[str], set[str]]:
    counts: Counter[str] = Counter()
    beside: dict[str, Counter[str]] = defaultdict(Counter)
    for text, english in pairs()[language]:
        for word in words(text, language):
            counts[word] += 1
            beside[word].update(names_of(english))
    return counts, {word for word, n in counts.items() if n >= OFTEN and _is_name(n, beside[word])}


@cache
def _all_names() -> set[str]:
    """Names in any of the languages that have English beside them: the others are searched for the same."""
    return set(english_names()).union(*(_counts_and_names(language)[1] for language in pairs()))


def _is_name(count: int, beside: Counter[str]) -> bool:
    return any(n >= count * OF_ITS_OWN for _, n in beside.most_common(1))


def _counted(texts: list[set[str]]) -> Counter[str]:
    return Counter(word for text in texts for word in text)


def _ordered(counts: Counter[str], least: int) -> list[str]:
    return [word for word, n in sorted(counts.items(), key=lambda one: (-one[1], one[0])) if n >= least]


@cache
def _few() -> dict[str, list[str]]:
    by_code: dict[str, list[str]] = defaultdict(list)
    for code, text in sentences():
        by_code[code].append(text)
    return {language: by_code[code] for language, code in CODES.items()}


def table() -> Iterator[str]:
    """The lines of the shipped table: language, tab, words parted by tabs."""
    yield "# Words common in news, by language, the most common first. Counted over NTREX-128 (CC BY-SA 4.0,"
    yield "# https://github.com/MicrosoftTranslator/NTREX); names left out. Written by tests/common_words.py."
    for language in sorted({"en", *pairs(), *CODES}):
        yield "\t".join([language, *common_words(language)])


if __name__ == "__main__":
    TABLE.write_text("".join(f"{line}\n" for line in table()), encoding="utf-8")
    sys.stdout.write(f"{TABLE.stat().st_size} bytes\n")
