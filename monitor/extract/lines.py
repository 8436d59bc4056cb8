"""Short lines that are furniture by themselves, wherever they come from: labels, prompts, credits, dates.

The rules look at shape (length, digits, how a line ends, where it stands); the words they need are data, in
`furniture.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from monitor.extract.text import Paragraph, is_sentence, key
from monitor.script import fold

LABEL_LENGTH = 60
PROMPT_LENGTH = 200
CREDIT_LENGTH = 150
DATE_REST = 25  # letters a line may have beside its date and still be only a date line
TAIL = 0.6  # share of the text after which a closing heading can stand
REPEATED = 40  # characters from which a paragraph said twice was printed twice by mistake
WALL_LENGTH = 1200

_DATE = re.compile(
    r"\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?"
    r"|\d{1,2}\.?\s[^\W\d]{3,12}\.?,?\s\d{4}|[^\W\d]{3,12}\.?\s\d{1,2},?\s\d{4}"
)
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}(:\d{2})?")
_BEFORE_COLON = re.compile(r"\s+:")
_LETTER = re.compile(r"[^\W\d_]")
_CREDIT = re.compile(
    r"^[©ⓒ]|^\(c\)\s|[/\s|(](AFP|Getty Images|Reuters|EPA|dpa|Shutterstock|Imago|AP Photo|iStock)[\s)/.]*$"
)
# "Caption text - Site, 1920, 26.09.2023": what some sites print below pictures for search engines.
_PICTURE_SIZE = re.compile(r",\s*\d{3,4},\s*" + _DATE.pattern.split("|")[0] + "$")


@cache
def words(kind: str) -> tuple[str, ...]:
    """All words of one kind (labels, prompts, credits, closers, walls) in every language, folded."""
    by_language = tomllib.loads(files("monitor.extract").joinpath("furniture.toml").read_text("utf-8"))
    return tuple(sorted({_folded(word) for lists in by_language.values() for word in lists[kind]} - {""}))


@cache
def _keys(kind: str) -> frozenset[str]:
    return frozenset(key(word) for word in words(kind))


def _folded(text: str) -> str:
    """Case, typographic apostrophes and the blank before a French colon do not matter."""
    return _BEFORE_COLON.sub(":", fold(text).casefold().replace("’", "'")).strip()


def begins_with(text: str, kind: str) -> bool:
    """Does the line begin with a word of this kind, and not merely with its letters?"""
    said = _folded(text[:80])
    if not said.startswith(words(kind)):
        return False
    return any(said.startswith(word) and _ends_at(said, len(word)) for word in words(kind))


def _ends_at(text: str, end: int) -> bool:
    return not (text[end - 1 : end + 1].isalpha() and len(text) > end)


def is_known(text: str, kind: str) -> bool:
    """Is the whole line a word of this kind, punctuation not counted?"""
    return key(_folded(text)) in _keys(kind)


def is_label(text: str) -> bool:
    """A menu item, a button, a counter: one of the known labels, or nothing but digits and signs."""
    return len(text) <= LABEL_LENGTH and (_LETTER.search(text) is None or is_known(text, "labels"))


def is_prompt(text: str) -> bool:
    """A line that asks to subscribe, log in, follow or read something else."""
    return len(text) <= PROMPT_LENGTH and begins_with(text, "prompts")


def is_credit(text: str) -> bool:
    """Who took a picture, or what is on it."""
    if len(text) > CREDIT_LENGTH:
        return False
    found = _CREDIT.search(text) or _PICTURE_SIZE.search(text) or begins_with(text, "credits")
    return bool(found)


def is_date(text: str) -> bool:
    """A line that says when, and next to nothing else."""
    if len(text) > LABEL_LENGTH or is_sentence(text) or not _DATE.search(text):
        return False
    return len(_LETTER.findall(_TIME.sub("", _DATE.sub("", text)))) <= DATE_REST


def is_byline(text: str, authors: Sequence[str]) -> bool:
    """A line that names the authors, and next to nothing else."""
    said = key(text)
    named = [key(author) for author in authors if len(key(author)) >= 4 and key(author) in said]
    return bool(named) and len(said) <= sum(map(len, named)) + 12 and not text.endswith(":")


def is_furniture(text: str, authors: Sequence[str] = ()) -> bool:
    """Is this line no part of any article?"""
    return is_label(text) or is_prompt(text) or is_credit(text) or is_date(text) or is_byline(text, authors)


def without_furniture(paragraphs: Sequence[Paragraph], authors: Sequence[str] = ()) -> tuple[Paragraph, ...]:
    """The paragraphs that are not furniture by themselves. Cells of tables are left alone."""
    return tuple(one for one in paragraphs if one.kind == "row" or not is_furniture(one.text, authors))


def without_closing(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Cut what follows a closing heading ("Related articles") and headings that nothing follows."""
    end = len(paragraphs)
    for at in range(int(end * TAIL), end):
        one = paragraphs[at]
        if len(one.text) <= LABEL_LENGTH and is_known(one.text, "closers"):
            end = at
            break
    while end > 1 and _is_dangling(paragraphs[end - 1]):
        end -= 1
    return tuple(paragraphs[:end])


def _is_dangling(one: Paragraph) -> bool:
    return len(one.text) <= LABEL_LENGTH and (one.kind == "head" or one.text.endswith((":", "：")))


def without_repeats(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Long paragraphs once; lines that stand three times or more on a page not at all, if anything else does."""
    counts = Counter(key(one.text) for one in paragraphs)
    seen: set[str] = set()
    once = []
    for one in paragraphs:
        said = key(one.text)
        if one.kind == "row" or said not in seen or len(one.text) < REPEATED:
            once.append(one)
        seen.add(said)
    rare = [one for one in once if one.kind == "row" or counts[key(one.text)] < 3 or len(one.text) < REPEATED / 2]
    return tuple(rare or once)


def is_wall(text: str) -> bool:
    """Does a short text look like a cookie wall, a log-in or an error page?"""
    if len(text) > WALL_LENGTH:
        return False
    said = key(_folded(text))
    hits = sum(word in said for word in _keys("walls"))
    return hits >= (1 if len(text) <= WALL_LENGTH / 3 else 2)
