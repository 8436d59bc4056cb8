"""Paragraphs: how text is kept, cleaned and compared in this room."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Soft hyphens, zero-width spaces and byte order marks part words that readers see whole; control characters
# and lone surrogates cannot be stored. Zero-width (non-)joiners stay: Persian and Hindi spell with them.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_MEANINGLESS = re.compile(r"[\W_]+")

# What ends a sentence, closing quotes and brackets not counted.
_END = re.compile(r"[.!?…。！？｡؟۔।॥։።៕][\"'”’»›)\]」』）]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article. `kind`: text, head, item, quote or row (cells parted by " | ")."""

    text: str
    kind: str = "text"


def clean(text: str) -> str:
    """One line of NFC text without invisible characters, every run of white space one blank."""
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def key(text: str) -> str:
    """What two printings of a paragraph have in common: its letters and digits, in lower case."""
    return _MEANINGLESS.sub("", text.casefold())


def is_sentence(text: str) -> bool:
    """Does it end like one? Labels, captions and menu items usually do not."""
    return _END.search(text) is not None


def split(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of plain text, one to a line."""
    return tuple(Paragraph(line) for line in map(clean, text.splitlines()) if line)


def join(paragraphs: Iterable[Paragraph]) -> str:
    """The text of an article: its paragraphs, parted by one newline."""
    return "\n".join(paragraph.text for paragraph in paragraphs)


def size(paragraphs: Iterable[Paragraph]) -> int:
    """Characters in all paragraphs."""
    return sum(len(paragraph.text) for paragraph in paragraphs)
