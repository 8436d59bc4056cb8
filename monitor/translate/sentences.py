"""Cutting an article into sentences with sentencex, and putting their translations together again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import sentencex

from monitor.models import Document, Sentence

LIMIT = 400
"""Longest sentence in units of `_weight`: about 130 tokens. Argos's models are trained on sentences, and
translate less and less of what is longer; it is then cut at a clause mark, else at a space."""

BLOCK = 10_000
"""Characters handed to sentencex at once, more than any paragraph has: its time grows with the square of
them on some inputs (300,000 characters of opening quotes took 12 s)."""

# Scripts in which one character is about a syllable or a word: they count three times.
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WEIGHT_DENSE = 3
_DENSE_TARGETS = frozenset({"ja", "km", "lo", "my", "th", "zh", "zt"})  # written without spaces

# No end of a sentence: initials (J.-P. Durand), and titles missing from sentencex's lists of abbreviations.
_INITIAL = re.compile(r"(?:^|[\s(«\"'’.-])[A-ZÀ-ÞА-ЯЁІЇЄ]\.$")
_TITLES = {
    "fr": re.compile(r"(?:^|\W)(?:MM?|Mmes?|Mlles?|Mgr|Dr|Pr|Me|Ste?|[Gg]én|[Cc]ol|[Ll]t|cf|art)\.$"),
    "it": re.compile(r"(?:^|\W)(?:[Oo]n|[Gg]en|[Ss]ig)\.$"),
    "pl": re.compile(r"(?:^|\W)(?:[Gg]en|[Dd]r|[Pp]rof)\.$"),
    "ru": re.compile(r"(?:^|\W)(?:им|ген|полк|акад)\.$"),
    "uk": re.compile(r"(?:^|\W)(?:ім|ген|полк|акад)\.$"),
}

# Where a long sentence is cut, best first; a mark between digits ("1,5", "20:30") does not count.
_CUTS = (
    re.compile(r"[;；؛…:：]\s|[;；؛：]|\s[–—-]\s"),
    re.compile(r"[,،、，](?!\d)"),
    re.compile(r"\s"),
)


def split(title: str, text: str, language: str) -> tuple[Sentence, ...]:
    """The sentences of an article in order, `target` empty.

    Paragraph 0 is the title; paragraph n is the nth line of `text`, blank lines counted but without
    sentences. Sources are free of white space at their ends: within a paragraph, joining them with a
    space gives its words back. `language` is an ISO code; one that sentencex does not know is cut by its
    general rules.
    """
    return _numbered(title, text, lambda line: _split(line, language))


def split_plainly(document: Document) -> tuple[Sentence, ...]:
    """The same without sentencex: a line is a sentence, cut where it is too long for one."""
    return _numbered(document.title, document.text, lambda line: _cut(line.strip()))


def _numbered(title: str, text: str, cut: Callable[[str], Iterator[str]]) -> tuple[Sentence, ...]:
    sources = [(number, source) for number, line in enumerate(_lines(title, text)) for source in cut(line)]
    return tuple(
        Sentence(position=position, paragraph=paragraph, source=source, target="")
        for position, (paragraph, source) in enumerate(sources)
    )


def split_all(documents: Sequence[Document]) -> tuple[tuple[Sentence, ...], ...]:
    """`split` for each of several articles."""
    return tuple(split(document.title, document.text, document.language) for document in documents)


def join(sentences: Sequence[Sentence], paragraphs: int, language: str) -> tuple[str, str]:
    """The translated title and text: `paragraphs` lines, as many as the original text has.

    `language` is that of the targets, which decides whether a space goes between two of them.
    """
    between = "" if language in _DENSE_TARGETS else " "
    lines: list[list[str]] = [[] for _ in range(paragraphs + 1)]
    for sentence in sentences:
        lines[sentence.paragraph].append(sentence.target)
    title, *text = (between.join(line) for line in lines)
    return title, "\n".join(text)


def _lines(title: str, text: str) -> Iterator[str]:
    yield " ".join(_encodable(title).split())
    yield from _encodable(text).split("\n")


def _encodable(text: str) -> str:
    """Lone surrogates, which some pages hold, become "?": neither sentencex nor SentencePiece takes them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _split(line: str, language: str) -> Iterator[str]:
    for block in _blocks(line):
        for sentence in _mended(sentencex.segment(language, block), language):
            yield from _cut(sentence.strip())


def _mended(sentences: Sequence[str], language: str) -> Iterator[str]:
    """Sentences that sentencex (1.0) ends after "M." or an initial, put together again."""
    start = ""
    for sentence in sentences:
        start += sentence
        end = start.rstrip()
        if not (_INITIAL.search(end) or (language in _TITLES and _TITLES[language].search(end))):
            yield start
            start = ""
    if start:
        yield start


def _blocks(line: str) -> Iterator[str]:
    """A line in blocks of `BLOCK` characters at most, parted at a space where there is one."""
    line = line.strip()
    while len(line) > BLOCK:
        end = line.rfind(" ", BLOCK // 2, BLOCK) + 1 or BLOCK
        yield line[:end].rstrip()
        line = line[end:].lstrip()
    if line:
        yield line


def _cut(sentence: str) -> Iterator[str]:
    """A sentence in pieces of at most `LIMIT`, none of them empty."""
    while reach := _reach(sentence):
        end = _best_cut(sentence, reach)
        yield sentence[:end].rstrip()
        sentence = sentence[end:].lstrip()
    if sentence:
        yield sentence


def _reach(sentence: str) -> int:
    """How many characters fit under the limit; 0 when all of them do."""
    window = sentence[: LIMIT + 1]
    weight = 0
    for index, character in enumerate(window):
        weight += _WEIGHT_DENSE if _DENSE.match(character) else 1
        if weight > LIMIT:
            return index
    return 0


def parts(sentence: str) -> tuple[str, ...]:
    """A sentence in two at the clause mark nearest its middle, else at a space; itself when it is one word.

    For a sentence that a model cannot deal with as a whole.
    """
    middle = len(sentence) // 2
    for marks in _CUTS:
        ends = [match.end() for match in marks.finditer(sentence) if 1 < match.end() < len(sentence)]
        if ends:
            end = min(ends, key=lambda end: abs(end - middle))
            return tuple(filter(None, (sentence[:end].strip(), sentence[end:].strip())))
    return (sentence,)


def _best_cut(sentence: str, reach: int) -> int:
    """The last good place in the second half of what fits, so that no scrap is left over."""
    for marks in _CUTS:
        ends = [match.end() for match in marks.finditer(sentence, reach // 2, reach)]
        if ends:
            return ends[-1]
    return reach
