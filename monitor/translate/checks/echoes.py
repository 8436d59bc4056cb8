"""Text that was copied instead of translated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.models import Doubt
from monitor.translate.checks.links import LINK
from monitor.translate.checks.pair import WORD, Pair
from monitor.translate.checks.scripts import written_in_latin

WHOLE = 4  # words; shorter lines, of names, may be the same in two languages
RUN = 4  # words in a row that the target has as the source has them

# Words of English that no other language of ours has: a run with two of them was English in the source already.
_ENGLISH = frozenset(
    {"the", "and", "with", "from", "that", "your", "this", "they", "their", "his", "would", "been", "have", "which"}
)
# Small words in English titles, too.
_SMALL = frozenset(
    {"a", "an", "the", "of", "in", "on", "to", "for", "and", "or", "as", "at", "by", "is", "it", "be", "with", "into"}
)


def echo(pair: Pair) -> Iterator[Doubt]:
    """The source again, whole or from `RUN` words in a row on.

    Names and titles are copied rightly: only words in small letters count, and not those that were English before.
    """
    if pair.source_language == pair.target_language:
        return
    before, after = pair.source_words, pair.target_words
    there = set(after)
    kept = [word for word in before if word in there]
    if len(before) >= WHOLE and len(kept) > 0.8 * len(before):
        if not _copied_rightly(kept, pair):
            yield Doubt(check="echo", words="left in the original language")
    elif (run := _longest(before, after)) and not _copied_rightly(run, pair):
        yield Doubt(check="echo", words=f"partly left in the original language: {' '.join(run)}")


def _longest(before: Sequence[str], after: Sequence[str]) -> Sequence[str]:
    """The longest run of words, `RUN` or more, that both have in the same order."""
    shared = set(before).intersection(after)
    if len(shared) < RUN:
        return ()
    places: dict[str, list[int]] = {}
    for at, word in enumerate(before):
        if word in shared:
            places.setdefault(word, []).append(at)
    best: Sequence[str] = ()
    for at, word in enumerate(after):
        for place in places.get(word, ()):
            length = _common(before, place, after, at)
            if length >= RUN and length > len(best):
                best = after[at : at + length]
    return best


def _common(before: Sequence[str], place: int, after: Sequence[str], at: int) -> int:
    length = 0
    while place + length < len(before) and at + length < len(after) and before[place + length] == after[at + length]:
        length += 1
    return length


def _copied_rightly(run: Sequence[str], pair: Pair) -> bool:
    if pair.target_language == "en" and len(_ENGLISH.intersection(run)) > len(run) // 8:
        return True
    latin = written_in_latin(pair.source_language)
    small = {word for word in WORD.findall(LINK.sub(" ", pair.source)) if word[0] == word[0].lower()}
    own = {word for word in run if word in small and (latin or not word.isascii())}
    return len(own - _SMALL) < 2
