"""Terms with their English: which of them stand in a sentence, and where.

    Term ──Glossary──▶ words to look up ──find──▶ Pinned (characters of the sentence and what they become)

Words are those of `monitor.script`: case, accents and the variants of Arabic letters are folded, Chinese and its
like go character by character. Beyond that a term is found

    in whole words only             Japanese katakana and Korean, written without spaces, too: リビア is not in ボリビア
    with what is joined to it       و ب ل ال, ו ב ל ה: وحفتر is حفتر (see `joined`)
    in any inflection               if written so: Хафтар* is Хафтара, and each word of "Ливийск* арми*" may bend
    in capitals                     if it is all capitals (ANL, ЛНА), so that UE is not "ue"
    with its capitals               if all its words have one, so that Mosca is not a fly; in a sentence without any
                                    capital, case says nothing and does not count

and never inside an address. Of terms that overlap the longest wins; of equals, one of the article's topics, then
the one that was handed in first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from monitor.models import Pinned
from monitor.script import Token, tokens
from monitor.translate.joined import LANGUAGES, LONGEST, Form, forms, without_article

ANY = "mul"
"""ISO 639-2 for several languages: the code of terms that are looked for in all of them."""

# Codes that mean a language whose terms stand under another: Argos's own and the written forms of one language.
_SAME = {"zt": "zh", "pb": "pt", "nb": "no", "nn": "no", "tl": "fil"}
_ADDRESS = re.compile(r"\S*(?://|www\.|@)\S*")
_KATAKANA = ("\u30a1", "\u30ff")
_HANGUL = ("\uac00", "\ud7a3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term and its English. `source` is as written in a file: * ends a word that may be inflected."""

    source: str
    target: str
    language: str  # ISO 639, or ANY
    origin: str  # e.g. "glossary.toml", "pack libya"
    topics: tuple[str, ...] = ()  # names of the topics whose articles it applies to; (): all
    also: tuple[str, ...] = ()  # English that says the same and may stand in the translation instead
    firm: bool = True  # see `Pinned`


@dataclass(frozen=True, slots=True)
class _Entry:
    term: Term
    words: tuple[tuple[str, bool], ...]  # folded, and whether it may be inflected
    rank: int  # the lower, the sooner it wins
    case: str  # "upper", "capital" or "" for any
    definite: bool = False  # its article was taken off, so the sentence must have one


@dataclass(frozen=True, slots=True)
class _Found:
    entry: _Entry
    start: int
    end: int

    @property
    def order(self) -> tuple[int, bool, int]:
        return self.start - self.end, not self.entry.term.topics, self.entry.rank


@dataclass(slots=True)
class _Index:
    """The terms of one language by their first words."""

    joined: bool  # may other words be written together with a name?
    whole: dict[str, list[_Entry]] = field(default_factory=dict)
    stems: dict[str, list[_Entry]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()  # of the stems

    def add(self, entry: _Entry) -> None:
        text, inflected = entry.words[0]
        (self.stems if inflected else self.whole).setdefault(text, []).append(entry)

    def beginning(self, word: str) -> Iterator[_Entry]:
        """The entries whose first word is this one."""
        yield from self.whole.get(word, ())
        for length in self.lengths:
            if length > len(word):
                return
            yield from self.stems.get(word[:length], ())


class Glossary:
    """Terms ready to be looked for. Each language is prepared when it is first asked for.

    Of terms that could stand in the same place the first in `terms` wins: put the user's before the packs'.
    """

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        self._indexes: dict[str, _Index] = {}

    def find(self, sentence: str, language: str, topics: frozenset[str] = frozenset()) -> tuple[Pinned, ...]:
        """The terms in a sentence in order, none overlapping. `topics`: names of those the article matched."""
        index = self._index(base(language))
        words = tokens(sentence) if index.whole or index.stems else []
        found = [one for at in range(len(words)) for one in _at(index, sentence, words, at)]
        found = [one for one in found if _applies(one.entry.term, topics)]
        return tuple(map(_pinned, _apart(found, sentence))) if found else ()

    def _index(self, language: str) -> _Index:
        if language not in self._indexes:
            self._indexes[language] = _compiled(self.terms, language)
        return self._indexes[language]


def base(language: str) -> str:
    """The code under which terms of a language stand: zh for zh_Hant and Argos's zt."""
    code = re.split("[-_]", language, maxsplit=1)[0].lower()
    return _SAME.get(code, code)


def spelled(text: str) -> tuple[tuple[str, bool], ...]:
    """The words of a term, folded, and whether each ends in * and may be inflected."""
    return tuple((word.text, text[word.end : word.end + 1] == "*") for word in tokens(text))


def _compiled(terms: Sequence[Term], language: str) -> _Index:
    index = _Index(joined=language in LANGUAGES)
    for rank, term in enumerate(terms):
        words = spelled(term.source)
        if not words or base(term.language) not in (language, ANY):
            continue
        index.add(_Entry(term, words, rank, _case(term.source)))
        if index.joined and (bare := without_article(words[0][0])) is not None:
            index.add(_Entry(term, ((bare, words[0][1]), *words[1:]), rank, "", definite=True))
    index.lengths = tuple(sorted({len(stem) for stem in index.stems}))
    return index


def _case(source: str) -> str:
    if source.isupper():
        return "upper"
    return "capital" if all(source[word.start].isupper() for word in tokens(source)) else ""


def _at(index: _Index, sentence: str, words: Sequence[Token], at: int) -> Iterator[_Found]:
    """The terms that begin with the word at this place, or within it after what is joined to it."""
    for form in forms(words[at].text) if index.joined else (Form(words[at].text),):
        for entry in index.beginning(form.text):
            last = at + len(entry.words) - 1
            if entry.definite > form.definite or last >= len(words) or not _follow(entry, words, at):
                continue
            start = _start(sentence, words[at], form)
            if _whole(words, at, last) and _cased(entry, sentence, start, words[at : last + 1]):
                yield _Found(entry, start, words[last].end)


def _follow(entry: _Entry, words: Sequence[Token], at: int) -> bool:
    """Do the words after the first go on as the term does?"""
    return all(
        words[at + number].text.startswith(text) if inflected else words[at + number].text == text
        for number, (text, inflected) in enumerate(entry.words)
        if number
    )


def _start(sentence: str, word: Token, form: Form) -> int:
    """Where in the sentence the name begins: folding drops vowel points, so letters are counted one by one."""
    if not form.cut:
        return word.start
    if len(word.text) == word.end - word.start:
        return word.start + form.cut
    start = word.start
    for end in range(word.start + 1, min(word.end, word.start + 4 * LONGEST)):
        if sum(len(token.text) for token in tokens(sentence[word.start : end])) <= form.cut:
            start = end
    return start


def _whole(words: Sequence[Token], first: int, last: int) -> bool:
    """Is it a word of its own, in the two scripts whose words are longer than what `tokens` calls one?"""
    before = first > 0 and words[first - 1].end == words[first].start
    after = last + 1 < len(words) and words[last + 1].start == words[last].end
    if before and (_both(_KATAKANA, words, first - 1) or _both(_HANGUL, words, first - 1)):
        return False
    return not (after and _both(_KATAKANA, words, last))


def _both(script: tuple[str, str], words: Sequence[Token], at: int) -> bool:
    return all(script[0] <= words[place].text[0] <= script[1] for place in (at, at + 1))


def _cased(entry: _Entry, sentence: str, start: int, words: Sequence[Token]) -> bool:
    if not entry.case:
        return True
    if entry.case == "upper":
        form = sentence[start : words[-1].end][: len(entry.term.source)]
        return form == form.upper()
    firsts = [sentence[start], *(sentence[word.start] for word in words[1:])]
    return all(first != first.lower() for first in firsts) or sentence == sentence.lower()


def _applies(term: Term, topics: frozenset[str]) -> bool:
    return not term.topics or not topics.isdisjoint(term.topics)


def _apart(found: list[_Found], sentence: str) -> list[_Found]:
    """Those that win where terms overlap, in the order of the sentence."""
    taken = [match.span() for match in _ADDRESS.finditer(sentence)]
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: one.order):
        if all(one.end <= start or end <= one.start for start, end in taken):
            taken.append((one.start, one.end))
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _pinned(one: _Found) -> Pinned:
    term = one.entry.term
    return Pinned(start=one.start, end=one.end, target=term.target, origin=term.origin, also=term.also, firm=term.firm)
