"""Plain text as people paste it from a page: headline first, site furniture and all."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from monitor.errors import ExtractError
from monitor.extract import lines
from monitor.extract.text import Paragraph, is_sentence, join, split
from monitor.models import Extracted

TITLE_LENGTH = 300
LOOSE_LENGTH = 80  # a line at either end that is shorter and ends like no sentence is no paragraph
STRAY_SCRIPT = 0.9  # share of all letters in one script, from which a line in another is a stray


def from_text(text: str) -> Extracted:
    """An article from plain text, one paragraph a line; the first line is the title.

    Raises ExtractError when there is no text. Furniture goes by the rules of `lines`, and by position:
    after the last sentence there is nothing but loose ends.
    """
    found = split(text)
    if not found:
        raise ExtractError("no text: the document is empty")
    has_title = len(found) > 1 and len(found[0].text) <= TITLE_LENGTH
    title, rest = (found[0].text, found[1:]) if has_title else ("", found)
    kept = _without_stray_scripts(lines.without_furniture(lines.without_repeats(rest)))
    kept = _trimmed(lines.without_closing(kept)) or rest
    texts = {one.text for one in kept}
    return Extracted(
        text=join(kept),
        extractor="text",
        title=title,
        dropped=tuple(one.text for one in rest if one.text not in texts),
    )


def _trimmed(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Without the loose lines after the last sentence."""
    end = len(paragraphs)
    while end and _is_loose(paragraphs[end - 1].text):
        end -= 1
    return tuple(paragraphs[:end])


def _is_loose(text: str) -> bool:
    return len(text) < LOOSE_LENGTH and not is_sentence(text)


def _without_stray_scripts(paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """Without short lines in another script than practically all of the text."""
    total: Counter[str] = Counter()
    for one in paragraphs:
        total.update(_scripts(one.text))
    script, letters = total.most_common(1)[0] if total else ("", 0)
    if letters < STRAY_SCRIPT * total.total():
        return tuple(paragraphs)
    return tuple(one for one in paragraphs if len(one.text) >= LOOSE_LENGTH or _is_in(one.text, script))


def _is_in(text: str, script: str) -> bool:
    scripts = _scripts(text)
    return not scripts or scripts[script] > 0


def _scripts(text: str) -> Counter[str]:
    """Letters by script, the first word of a character's Unicode name: LATIN, CYRILLIC, CJK …"""
    letters = (letter for letter in text if letter.isalpha())
    return Counter(unicodedata.name(letter, "UNNAMED").split(" ", 1)[0].split("-", 1)[0] for letter in letters)
