"""Pins: a sentence with its terms in English for the model, and what became of them in its translation.

    sentence, found ──pin──▶ what the model is given ──model──▶ text ──settle──▶ text mended, terms still missing

A model copies words it does not know, names above all, so an English name put in the place of the foreign one
mostly comes out again; in quotation marks it nearly always does. Of 88 names in 40 French sentences the small model
gave 51 (71 after `settle`), 73 pinned bare, 79 pinned in quotation marks, and all 88 when it was asked plainly first
and again with only the missing ones pinned, which is how `pin` is meant to be used: most sentences stay untouched.
`settle` takes the marks away again, and counts a term as there when its English or one of the forms in `Pinned.also`
is, whole words, possessive and plural included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.models import Pinned
from monitor.script import Token, tokens
from monitor.translate.glossary import spelled

_LETTER = re.compile(r"\w|[\u0300-\u036f\u05b0-\u05c7\u064b-\u0652]")  # accents, points and harakat are not in \w
_QUOTES = frozenset("\"“”„«»'‘’")
_OPENING = frozenset('"“”')
_CLOSING = re.compile(r'([.,]?)["“”]')
_PLURALS = ("", "s", "es")
_LEAST_GARBLED = 5  # letters: shorter names are too near to other words
_LEAST_OPENING = 6  # letters, at the beginning of a sentence, where every word has a capital
_LEAST_ACRONYM = 3  # letters: US is not "Us"


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    opens: bool  # is it the first word of the text?


def pin(sentence: str, found: Sequence[Pinned]) -> str:
    """The sentence with each term replaced by its target in quotation marks, parted from letters that touch it.

    Hand in what a plain translation lacks (`missing`), not everything that was found.
    """
    parts: list[str] = []
    position = 0
    for one in sorted(found, key=lambda one: one.start):
        if position <= one.start < one.end <= len(sentence):
            parts += [sentence[position : one.start], _parted(sentence, one)]
            position = one.end
    return "".join((*parts, sentence[position:]))


def settle(source: str, text: str, found: Sequence[Pinned]) -> tuple[str, tuple[Pinned, ...]]:
    """The translation `text` of `source` with terms mended where that is safe, and the terms it still lacks.

    Mended are a term left as in the source ("the ANL"), one in the wrong case ("Lna"), and one a letter off
    ("Hafter" for Haftar) in a word that has its capital and is no word of the source.
    """
    for one in found:
        text = _translated(source, _recased(text, one.target), one)
    for one in missing(text, found):
        if place := _garbled(source, text, one.target):
            text = _put(text, place, one.target)
    for one in found:
        if not _quoted(source, one.start, one.end):
            text = _unquoted(text, one.target)
    return text, missing(text, found)


def missing(text: str, found: Sequence[Pinned]) -> tuple[Pinned, ...]:
    """The terms of which a translation has neither the target nor another form."""
    if not found:  # most sentences: cutting a text into words costs as much as all the checks
        return ()
    words = _words(text)
    return tuple(one for one in found if not any(_places(text, words, form) for form in (one.target, *one.also)))


def changes(sentence: str, found: Sequence[Pinned]) -> tuple[str, ...]:
    """What was made of a sentence, for a reader: "ANL → LNA (pack libya)". Names that stay the same are not told."""
    told = (
        f"{sentence[one.start : one.end]} → {one.target} ({one.origin})"
        for one in found
        if spelled(sentence[one.start : one.end]) != spelled(one.target)
    )
    return tuple(dict.fromkeys(told))


def _parted(sentence: str, one: Pinned) -> str:
    before = " " if _LETTER.fullmatch(sentence[: one.start][-1:]) else ""
    after = " " if _LETTER.fullmatch(sentence[one.end : one.end + 1]) else ""
    mark = "" if _quoted(sentence, one.start, one.end) else '"'
    return f"{before}{mark}{one.target}{mark}{after}"


def _quoted(text: str, start: int, end: int) -> bool:
    """Does it stand in quotation marks? An elided article ("l'ANL") is no mark."""
    return text[:start].rstrip()[-1:] in _QUOTES and text[end:].lstrip()[:1] in _QUOTES


def _places(text: str, words: Sequence[Token], form: str) -> list[_Place]:
    """Where a text has these words; the last may be plural. An acronym counts in capitals only."""
    wanted = _spelled(form)
    acronym = form.isupper()
    return [place for place in _windows(words, wanted) if not acronym or _capitals(text, place, form)]


def _windows(words: Sequence[Token], wanted: tuple[tuple[str, bool], ...]) -> Iterator[_Place]:
    count = len(wanted)
    for at in range(len(words) - count + 1 if count else 0):
        window = words[at : at + count]
        if all(map(_is, window[:-1], wanted)) and _ends(window[-1].text, *wanted[-1]):
            yield _Place(window[0].start, window[-1].end, at == 0)


def _is(word: Token, wanted: tuple[str, bool]) -> bool:
    text, inflected = wanted
    return word.text.startswith(text) if inflected else word.text == text


def _ends(word: str, wanted: str, inflected: bool) -> bool:
    return word.startswith(wanted) and (inflected or word.removeprefix(wanted) in _PLURALS)


def _capitals(text: str, place: _Place, form: str) -> bool:
    return text[place.start : place.end][: len(form)].isupper()


@lru_cache(maxsize=64)
def _words(text: str) -> tuple[Token, ...]:
    """A sentence is asked about several times in a row, once for each term and attempt."""
    return tuple(tokens(text))


@lru_cache(maxsize=4096)
def _spelled(form: str) -> tuple[tuple[str, bool], ...]:
    return spelled(form)


def _recased(text: str, target: str) -> str:
    """The text with the capitals of a target that it has in other letters: "haftar", "Lna"."""
    if target == target.lower():
        return text
    for place in reversed(list(_windows(_words(text), _spelled(target)))):
        form = text[place.start : place.end]
        if form.casefold() == target.casefold() and _may_recase(form, target, place):
            text = _put(text, place, target)
    return text


def _may_recase(form: str, target: str, place: _Place) -> bool:
    """A headline in capitals stays one. "who" is no WHO, nor is the "Who" that opens a sentence."""
    if form == target or form.isupper():
        return False
    return not target.isupper() or (len(target) >= _LEAST_ACRONYM and form != form.lower() and not place.opens)


def _translated(source: str, text: str, one: Pinned) -> str:
    """The text with the term's target wherever it has the term letter by letter as the source has it."""
    form = source[one.start : one.end]
    if len(form) < 2 or form == one.target:
        return text
    for place in reversed(list(_windows(_words(text), _spelled(form)))):
        if text[place.start : place.end] == form and missing(form, [one]):
            text = _put(text, place, one.target)
    return text


def _unquoted(text: str, target: str) -> str:
    """The text without the quotation marks that `pin` put around a target, a full stop or comma within or not."""
    for place in reversed(list(_windows(_words(text), _spelled(target)))):
        start = place.start - 1
        closing = _CLOSING.match(text, place.end)
        if closing and start >= 0 and text[start] in _OPENING:
            text = text[:start] + text[place.start : place.end] + closing[1] + text[closing.end() :]
        elif sum(text.count(mark) for mark in _OPENING) % 2:
            text = _without_half(text, place)
    return text


def _without_half(text: str, place: _Place) -> str:
    """A model may keep one of the two marks: what stands alone beside the target belongs to nobody."""
    if text[place.end : place.end + 1] in _OPENING:
        return text[: place.end] + text[place.end + 1 :]
    if place.start and text[place.start - 1] in _OPENING:
        return text[: place.start - 1] + text[place.start :]
    return text


def _put(text: str, place: _Place, target: str) -> str:
    return text[: place.start] + target + text[place.end :]


def _garbled(source: str, text: str, target: str) -> _Place | None:
    """Where the text has the target but for one letter."""
    wanted = [word for word, _ in _spelled(target)]
    words, known = _words(text), {word.text for word in _words(source)}
    for at in range(len(words) - len(wanted) + 1 if wanted else 0):
        window = words[at : at + len(wanted)]
        wrong = [(word, right) for word, right in zip(window, wanted, strict=True) if word.text != right]
        if len(wrong) == 1 and _mistaken(text, *wrong[0], known, opens=at == 0):
            return _Place(window[0].start, window[-1].end, at == 0)
    return None


def _mistaken(text: str, word: Token, right: str, known: set[str], *, opens: bool) -> bool:
    least = _LEAST_OPENING if opens else _LEAST_GARBLED
    if len(right) < least or word.text in known or text[word.start] == text[word.start].lower():
        return False
    return _one_off(word.text, right)


def _one_off(a: str, b: str) -> bool:
    """Is one letter changed, added, dropped, or are two neighbours swapped?"""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    swapped = rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:]
    return swapped or rest_a[1:] in (rest_b[1:], rest_b) or rest_a == rest_b[1:]
