"""What an edit changed: two texts compared, paragraph by paragraph, then word by word. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from monitor.wording.clean import scrub

# Scripts without spaces are compared letter by letter; elsewhere words, spaces and marks.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|\s+|\w+(?:[-'’]\w+)*|[^\w\s]"
)
_MOST = 2_000  # words of a rewritten part that are compared one by one; comparing takes the square of their number
_PAIRS = 10_000  # pairs of equal paragraphs, on which the time of a comparison depends
_AHEAD = 20  # paragraphs among which a partner is looked for
_ALIKE = 0.4  # share of words in common below which two paragraphs are shown one after the other, not mixed


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words. `kind`: same | added | removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A paragraph of both texts together. One without changes has a single part of kind `same`."""

    parts: tuple[Part, ...]

    @property
    def same(self) -> bool:
        return all(part.kind == "same" for part in self.parts)


def differences(old: str, new: str) -> tuple[Changed, ...]:
    """How `old` became `new`: their paragraphs in order, those between two changes included."""
    before, after = _lines(old), _lines(new)
    changed: list[Changed] = []
    for kind, a, b, c, d in _lines_compared(before, after):
        if kind == "equal":
            changed += [Changed((Part("same", scrub(line)),)) for line in before[a:b]]
        else:
            changed += _rewritten(before[a:b], after[c:d])
    return tuple(changed)


def _lines_compared(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Opcodes of `difflib`; what the texts begin and end with alike is found without it, and the rest is one change
    where it is too long, or too much alike in itself, to be compared."""
    most = min(len(before), len(after))
    head = next((at for at in range(most) if before[at] != after[at]), most)
    tail = next((at for at in range(most - head) if before[-1 - at] != after[-1 - at]), most - head)
    a, b = before[head : len(before) - tail], after[head : len(after) - tail]
    pairs = Counter(a)
    if sum(pairs[line] for line in b) > _PAIRS:
        codes = [("replace", 0, len(a), 0, len(b))]
    else:
        codes = [*SequenceMatcher(None, a, b, autojunk=False).get_opcodes()]
    return [
        ("equal", 0, head, 0, head),
        *((kind, head + i, head + j, head + k, head + m) for kind, i, j, k, m in codes),
        ("equal", len(before) - tail, len(before), len(after) - tail, len(after)),
    ]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _rewritten(before: Sequence[str], after: Sequence[str]) -> Iterator[Changed]:
    """Each paragraph beside the next one that it resembles; what has no partner was added or removed whole."""
    start = 0
    for old in before:
        partner = next((at for at in range(start, min(len(after), start + _AHEAD)) if _alike(old, after[at])), None)
        if partner is None:
            yield Changed((Part("removed", scrub(old)),))
            continue
        yield from (Changed((Part("added", scrub(new)),)) for new in after[start:partner])
        yield _compared(old, after[partner])
        start = partner + 1
    yield from (Changed((Part("added", scrub(new)),)) for new in after[start:])


def _alike(old: str, new: str) -> bool:
    """Whether enough words are in both, and few enough to be compared one by one."""
    before, after = (Counter(word for word in _WORD.findall(text) if word[0].isalnum()) for text in (old, new))
    longest = max(before.total(), after.total(), 1)
    return longest <= _MOST and (before & after).total() / longest >= _ALIKE


def _compared(old: str, new: str) -> Changed:
    before, after = _WORD.findall(old), _WORD.findall(new)
    return Changed(tuple(_joined(_parts(before, after, SequenceMatcher(None, before, after)))))


def _parts(before: Sequence[str], after: Sequence[str], matcher: SequenceMatcher[str]) -> Iterator[Part]:
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield Part("same", scrub("".join(before[a:b])))
        else:
            yield Part("removed", scrub("".join(before[a:b])))
            yield Part("added", scrub("".join(after[c:d])))


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """A space alone between two changes goes with both, so that what changed reads as words and not as a comb."""
    removed = added = space = ""
    for part in parts:
        if part.kind == "removed":
            removed, added, space = removed + space + part.text, added + space, ""
        elif part.kind == "added":
            added += part.text
        elif (removed or added) and part.text.isspace():
            space = part.text
        else:
            yield from _change(removed, added)
            yield Part("same", space + part.text)
            removed = added = space = ""
    yield from _change(removed, added)
    if space:
        yield Part("same", space)


def _change(removed: str, added: str) -> Iterator[Part]:
    if removed.strip():
        yield Part("removed", removed)
    if added:
        yield Part("added", added)
