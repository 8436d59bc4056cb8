"""The body trafilatura found, as paragraphs (its XML: p, head, list/item, quote, table/row/cell, lb)."""

from __future__ import annotations

from lxml import etree

from monitor.extract.text import Paragraph, clean

_KINDS = {"head": "head", "item": "item", "quote": "quote", "row": "row"}
_BLOCKS = frozenset({"body", "p", "list", "table", "div", "code", "fw", "ab", *_KINDS})
# A list item or quote may hold paragraphs: the outer kind is the one that counts.
_OUTER = frozenset({"item", "quote", "row"})


def paragraphs(body: etree._Element) -> tuple[Paragraph, ...]:
    """The text of a body, block by block; line breaks part paragraphs, cells of a row are joined by " | "."""
    found: list[Paragraph] = []
    parts: list[str] = []
    kinds = ["text"]

    def finish() -> None:
        text = clean("".join(parts)).removesuffix(" |")
        parts.clear()
        if text:
            found.append(Paragraph(text, kinds[-1]))

    for event, element in etree.iterwalk(body, events=("start", "end")):
        block = element.tag in _BLOCKS and not (kinds[-1] == "row" and element.tag == "p")
        if block or element.tag == "lb":
            finish()
        if event == "start":
            if block:
                kinds.append(kinds[-1] if kinds[-1] in _OUTER else _KINDS.get(element.tag, "text"))
            parts.append(element.text or "")
            continue
        if block:
            kinds.pop()
        parts.append((" | " if element.tag == "cell" else "") + (element.tail or ""))
    finish()
    return tuple(found)
