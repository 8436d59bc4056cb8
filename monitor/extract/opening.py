"""How an article opens: its title is kept apart from the text, its standfirst belongs to it.

trafilatura often leaves out the standfirst, which sites set apart from the body; it is the sentence that says
what the article is about. We take it from the page when it stands between the headline and the first
paragraph found, or when the page describes itself with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.extract.outline import Block
from monitor.extract.text import Paragraph, is_sentence, join, key

TITLE_WITHIN = 8  # paragraphs from the top in which the title is looked for
LABEL_LENGTH = 160  # what stands above a title is a label if no longer than this
LEAD_LENGTH = (40, 1000)
LEAD_WITHIN = 15  # blocks between headline and text
LEAD_BLOCKS = 3
SAME = 40  # characters of two keys that must agree for them to be the same paragraph


def without_title(paragraphs: Sequence[Paragraph], titles: frozenset[str]) -> tuple[Paragraph, ...]:
    """The paragraphs below the title. `titles` are keys. Longer text above it stays."""
    for at, paragraph in enumerate(paragraphs[:TITLE_WITHIN]):
        if key(paragraph.text) in titles:
            above = paragraphs[:at]
            kept = () if all(len(one.text) < LABEL_LENGTH for one in above) else tuple(above)
            return (*kept, *paragraphs[at + 1 :])
    return tuple(paragraphs)


def standfirst(
    outline: Sequence[Block], paragraphs: Sequence[Paragraph], titles: frozenset[str], description: str
) -> tuple[Paragraph, ...]:
    """What the page says between its headline and the paragraphs found, in reading order; () if nothing."""
    have = key(join(paragraphs))
    described = _described(outline, key(description))
    between = described or _between(outline, paragraphs, titles)
    return tuple(Paragraph(block.text) for block in between if block.key[:SAME] not in have)


def _described(outline: Sequence[Block], said: str) -> list[Block]:
    """The block that the page's own description repeats, or begins when it is cut short."""
    shortest, longest = LEAD_LENGTH
    if len(said) < shortest * 0.75:
        return []
    return [block for block in outline if len(block.text) <= longest and block.key.startswith(said[:60])][:1]


def _between(outline: Sequence[Block], paragraphs: Sequence[Paragraph], titles: frozenset[str]) -> list[Block]:
    keys = [block.key for block in outline]
    first = next((key(one.text)[:SAME] for one in paragraphs if len(one.text) >= LEAD_LENGTH[0]), None)
    if first is None:
        return []
    end = next((at for at, one in enumerate(keys) if one.startswith(first)), 0)
    start = max((at for at, one in enumerate(keys[:end]) if one in titles and outline[at].tag != "li"), default=end)
    found = [block for block in outline[start + 1 : end] if _could_lead(block)]
    return found if end - start <= LEAD_WITHIN and len(found) <= LEAD_BLOCKS else []


def _could_lead(block: Block) -> bool:
    if block.caption or block.aside or block.linked > len(block.text) / 2:
        return False
    shortest, longest = LEAD_LENGTH
    return shortest <= len(block.text) <= longest and is_sentence(block.text)
