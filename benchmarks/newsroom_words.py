"""Word statistics of six languages, and sentences drawn from them many at a time.

Bigrams are those of NTREX-128 (`../shared/data`, or $MONITOR_SHARED), some 45,000 words a language; where that is
missing, of a few words made up. One step in four starts afresh, so that sentences are not the corpus over again. One
word in 25 comes from a tail of rare ones (p(k) ~ 1/(k + 300), Zipf's law where a corpus of this size breaks off):
words that nobody wrote, a real beginning with a real ending, half of them with a capital, and figures.
"""

from __future__ import annotations

import io
import os
import random
import re
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).resolve().parents[2] / "shared"))
LANGUAGES = ("en", "fr", "ru", "ar", "es", "zh")
TAIL = 150_000  # rare words a language
TAIL_SHARE, TAIL_SHIFT = 0.04, 300
AFRESH = 0.25  # share of steps that forget the word before
WORDS = "budget council election harbour minister court match team goal market price school road water law talks the of"
_CHINESE = re.compile(r"[A-Za-z0-9.%]+|\S")  # written without spaces: a character is a word
_END = -1


class Words:
    """What one language is written with."""

    def __init__(self, language: str, sentences: Sequence[str], tail: int = TAIL) -> None:
        self.alone = language == "zh"
        self.stop = "。" if self.alone else "."
        tokens = [self._tokens(sentence) for sentence in sentences]
        known = list(dict.fromkeys(token for sentence in tokens for token in sentence))
        number = {token: at for at, token in enumerate(known)}
        stream = [each for sentence in tokens for each in (*(number[token] for token in sentence), _END)]
        self._stream = np.array(stream, dtype=np.int32)
        self._words = np.array(known + self._tail(known, tail), dtype=object)
        self._known, self._tail_size = len(known), tail
        self._starts = np.array([number[sentence[0]] for sentence in tokens], dtype=np.int32)
        places = np.flatnonzero(self._stream != _END)
        self._any = self._stream[places]
        self._places = places[np.argsort(self._any, kind="stable")]
        self._count = np.bincount(self._any, minlength=len(known))
        self._first = np.concatenate(([0], np.cumsum(self._count)[:-1]))

    def _tokens(self, sentence: str) -> list[str]:
        sentence = sentence.strip().rstrip(".!?。！？…\"'»”").strip()
        return (_CHINESE.findall(sentence) if self.alone else sentence.split()) or ["–"]

    def _tail(self, known: Sequence[str], size: int) -> list[str]:
        chance = random.Random(len(known))
        plain = [word for word in known if word.isalpha() and len(word) > 3] or list(known)
        return [self._rare(chance, plain, known) for _ in range(size)]

    def _rare(self, chance: random.Random, plain: Sequence[str], known: Sequence[str]) -> str:
        if chance.random() < 0.1:
            return f"{chance.randrange(1, 10 ** chance.randint(2, 6)):,}"
        if self.alone:
            return "".join(chance.choices(known, k=chance.randint(2, 3)))
        one, other = chance.choice(plain), chance.choice(plain)
        word = one[: len(one) // 2 + 1] + other[len(other) // 2 :]
        return word.capitalize() if chance.random() < 0.5 else word

    def rare(self, number: int) -> list[str]:
        """Words of the tail, from its middle on."""
        tail = [word for word in self._words[self._known + self._tail_size // 2 :].tolist() if word.isalpha()]
        return tail[:number]

    def sentences(self, lengths: Sequence[int], dice: np.random.Generator) -> list[str]:
        """One sentence of so many words for each length, without its full stop."""
        return [self.joined(words) for words in self.drawn(lengths, dice)]

    def drawn(self, lengths: Sequence[int], dice: np.random.Generator) -> list[list[str]]:
        if not lengths:
            return []
        ids = self._walk(len(lengths), max(lengths), dice)
        rare = dice.random(ids.shape) < TAIL_SHARE
        ids[rare] = self._known + self._rare_ids(int(rare.sum()), dice)
        rows = self._words[ids].tolist()
        return [row[:length] for row, length in zip(rows, lengths, strict=True)]

    def joined(self, words: Sequence[str]) -> str:
        text = ("" if self.alone else " ").join(words)
        return text[:1].upper() + text[1:]

    def _walk(self, rows: int, steps: int, dice: np.random.Generator) -> Ids:
        """As many chains as rows, all a step at a time."""
        ids = np.empty((rows, steps), dtype=np.int32)
        word = ids[:, 0] = self._starts[dice.integers(0, len(self._starts), rows)]
        for step in range(1, steps):
            pick = (dice.random(rows) * self._count[word]).astype(np.int64)
            following = self._stream[self._places[self._first[word] + pick] + 1]
            afresh = (following == _END) | (dice.random(rows) < AFRESH)
            word = np.where(afresh, self._any[dice.integers(0, len(self._any), rows)], following)
            ids[:, step] = word
        return ids

    def _rare_ids(self, number: int, dice: np.random.Generator) -> Ids:
        shift = min(TAIL_SHIFT, self._tail_size)
        picks = shift * ((self._tail_size + shift) / shift) ** dice.random(number) - shift
        return np.minimum(picks, self._tail_size - 1).astype(np.int32)


def load(tail: int = TAIL) -> Mapping[str, Words]:
    """The statistics of each language."""
    sentences = _corpus()
    return {language: Words(language, sentences[language], tail) for language in LANGUAGES}


def _corpus() -> Mapping[str, Sequence[str]]:
    path = SHARED / "data" / "parallel-ntrex.tar.xz"
    if not path.exists():
        print(f"{path} is missing: sentences are made up")
        chance = random.Random(0)
        made = [" ".join(chance.choices(WORDS.split(), k=18)) for _ in range(2000)]
        return dict.fromkeys(LANGUAGES, made)
    found: dict[str, list[str]] = {}
    with tarfile.open(path) as tar:
        for member in tar:
            language = Path(member.name).name.split("-")[0]
            if language not in LANGUAGES:
                continue
            file = tar.extractfile(member)
            assert file is not None
            lines = [line.rstrip("\n").split("\t") for line in io.TextIOWrapper(file, encoding="utf-8")]
            found[language] = [line[0] for line in lines if line[0].strip()]
            found.setdefault("en", [line[1] for line in lines if len(line) > 1 and line[1].strip()])
    return found
