"""Names and pinned terms that left no trace.

A name that nobody told us of can only be known by its company, since every language writes words with capitals that
translate (Royaume-Uni, Außenministerium). So only these are looked for: a word of Latin letters in a text of another
script; a word right after one that is a name, because the target has that one as it is; and one after a title.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.models import Doubt
from monitor.translate.checks.links import LINK
from monitor.translate.checks.pair import WORD, Pair
from monitor.translate.checks.romanise import fold, skeleton
from monitor.translate.checks.scripts import written_in_latin

SHORTEST = 4  # letters; shorter ones are too often something else
_PREFIX = 4  # letters that two forms of a name share

# Languages that write many more words with a capital than names, or names in several cases: no company is looked at.
_TITLES_ONLY = frozenset({"bg", "cs", "de", "el", "hu", "id", "lb", "pl", "ru", "sk", "tr", "uk"})
_DIRECTION = re.compile(  # the West of West Virginia, in many languages
    "o[ce]+id|orient|nor[dt]|sul|sur|est|ouest|öst|väst|norr|söd|p[oó]łn|połud|zach|wsch|sever|jih|vých|záp",
    re.IGNORECASE,
)
_LATIN_NAME = re.compile(r"(?<![A-Za-z.])[A-Z][a-z]+(?:[A-Z][a-z]+)*(?![A-Za-z])")
_TITLE = re.compile(
    r"\b(?:M\.|Mme|Mlle|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Herrn?|Frau|Sra?\.|Sig\.|Signora?|Señora?|Don|Doña|Dott\.|Pan[ia]?"
    r"|Pán|Paní|Dhr\.|Mevrouw|Meneer|Monsieur|Madame|Γ?[Κκ]\.|[гГ]-н|[гГ]-жа|[пП]ан[іи]?)\s+$"
)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    capital: bool
    follows: bool  # with one space right after the word before
    titled: bool


@dataclass(frozen=True, slots=True)
class _Traces:
    """The words of a target in the forms in which a name may be found."""

    names: frozenset[str]  # folded, of words with a capital
    starts: frozenset[str]
    skeletons: frozenset[str]


def names(pair: Pair) -> Iterator[Doubt]:
    """A name of the source that has left no trace in the target."""
    if pair.source_language == pair.target_language or not written_in_latin(pair.target_language):
        return
    candidates = _candidates(pair)
    if not candidates:
        return
    traces = _traces(pair.target)
    for word, before in candidates:
        if before is not None and fold(before) not in traces.names:
            continue
        if not _traced(word, traces) and not (before is not None and _translated(before, pair, traces)):
            yield Doubt(check="name", words=f"a name is missing: {word}")
            return


def _translated(kept: str, pair: Pair, traces: _Traces) -> bool:
    """Has the name that was kept a new neighbour? Then it is the word in English: West Virginia."""
    origin = _traces(pair.source)
    words = WORD.findall(pair.target)
    return any(
        word[0].isupper() and not _traced(word, origin)
        for at, one in enumerate(words)
        if fold(kept) in map(fold, {one, *re.split(r"['’-]", one)})
        for word in words[max(1, at - 2) : at + 3]
    )


def terms(pair: Pair) -> Iterator[Doubt]:
    """A pinned term that the target does not have, with or without a capital or accents."""
    if pair.known:
        target = fold(pair.target)
        for source, wanted in pair.known:
            if fold(wanted) not in target:
                yield Doubt(check="glossary", words=f"{source} should read {wanted}")


def _candidates(pair: Pair) -> list[tuple[str, str | None]]:
    """Words that may be names, each with the word that must be one for it to count (None: it counts by itself)."""
    source = LINK.sub(" ", pair.source) if "." in pair.source else pair.source
    if not written_in_latin(pair.source_language):
        found: list[tuple[str, str | None]] = [
            (name, None) for name in _LATIN_NAME.findall(source) if len(name) >= SHORTEST
        ]
        if found:
            return found
    words = list(_words(source))
    if pair.source_language in _TITLES_ONLY or sum(word.capital for word in words) > 0.6 * len(words):
        return [(word.text, None) for word in words if word.titled and len(word.text) >= SHORTEST]
    return list(_in_company(words))


def _words(text: str) -> Iterator[_Word]:
    end = -1
    for match in WORD.finditer(text):
        word = match[0]
        capital = word[0].isupper()
        follows = match.start() == end + 1 and text[end] == " "
        titled = capital and _TITLE.search(text, max(0, match.start() - 12), match.start()) is not None
        yield _Word(word, capital, follows, titled)
        end = match.end()


def _in_company(words: Sequence[_Word]) -> Iterable[tuple[str, str | None]]:
    for before, word in itertools.pairwise(words):
        if not word.capital or len(word.text) < SHORTEST or _DIRECTION.match(word.text):
            continue
        if word.titled:
            yield word.text, None
        elif word.follows and before.capital and len(before.text) >= SHORTEST:
            yield word.text, before.text


def _traces(target: str) -> _Traces:
    words = WORD.findall(target)
    parts = {part for word in words for part in re.split(r"['’-]", word)} | set(words)
    return _Traces(
        frozenset(fold(part) for part in parts if part[:1].isupper()),
        frozenset(fold(part)[:_PREFIX] for part in parts),
        frozenset(skeleton(part) for part in parts),
    )


def _traced(word: str, traces: _Traces) -> bool:
    """Is some form of the word there: the same beginning, or the same consonants?"""
    return any(_part_traced(part, traces) for part in {word, *re.split(r"['’-]", word)} if part)


def _part_traced(word: str, traces: _Traces) -> bool:
    if fold(word)[:_PREFIX] in traces.starts:
        return True
    bones = skeleton(word)
    return len(bones) < 2 or any(_alike(bones, other) for other in traces.skeletons)


def _alike(one: str, other: str) -> bool:
    """The same consonants, but for two at the end; or for the first, since w and h come and go (Уилинг, Гантер)."""
    if len(other) < 2:
        return False
    if other.startswith(one) or (one.startswith(other) and len(one) - len(other) <= 2):
        return True
    return (len(one) > 3 and other.startswith(one[1:])) or (len(other) > 3 and one.startswith(other[1:]))
