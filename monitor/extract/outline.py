"""The outline of a page: its innermost blocks of text in reading order, and which of them are furniture.

trafilatura decides where on a page the article is; the outline knows things about single paragraphs that are
lost by then: that one is nothing but a link, that another is the caption of a picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from monitor.extract.text import clean, key

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCK_TAGS = (
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer form "
    "header li main nav ol p pre section table tbody td th tr ul"
)
_BLOCKS = _HEADINGS | frozenset(_BLOCK_TAGS.split())
_UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "select", "textarea", "head"})
_ASIDE = frozenset({"nav", "footer", "aside", "form"})
_CAPTION = re.compile(
    r"(^|[\s_-])(fig-?)?caption|(^|[\s_-])credits?($|[\s_-])|copyright|bildunterschrift|bildnachweis|legende|"
    r"(image|photo|img|picture|media|foto|bild)[-_]*(credit|source|author|caption|legend)",
    re.IGNORECASE,
)
LINK_SHARE = 0.8  # of a block's characters: then it leads elsewhere and says nothing here
LINK_LENGTH = 250  # a longer block is text, whatever it links to
CAPTION_LENGTH = 500


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """An innermost block. `linked`: its characters within links; `caption`: it describes a picture."""

    tag: str
    text: str
    key: str  # of the text
    linked: int
    caption: bool = False
    aside: bool = False  # inside nav, footer, aside or a form

    @property
    def is_heading(self) -> bool:
        return self.tag in _HEADINGS

    @property
    def is_link(self) -> bool:
        """Does it only lead to another page?"""
        return len(self.text) <= LINK_LENGTH and self.linked >= LINK_SHARE * len(self.text)


def blocks(tree: html.HtmlElement) -> list[Block]:
    """The innermost blocks of a page that have text, in reading order."""
    return list(_walk(tree.body if tree.body is not None else tree, False, False, False))


def _walk(element: html.HtmlElement, caption: bool, aside: bool, linked: bool) -> Iterator[Block]:
    """Depth first; what an ancestor says (caption, aside, link) holds for all below it."""
    if element.tag in _UNREAD:
        return
    caption = caption or _is_caption(element)
    aside = aside or element.tag in _ASIDE
    linked = linked or element.tag == "a"
    parts = [child for child in element.iterchildren("*") if child.tag not in _UNREAD]
    if element.tag in _BLOCKS and not _holds_blocks(element):
        text = clean(element.text_content())
        if text:
            yield Block(element.tag, text, key(text), len(text) if linked else _linked(element), caption, aside)
        return
    for child in parts:
        yield from _walk(child, caption, aside, linked)


def _holds_blocks(element: html.HtmlElement) -> bool:
    return next(element.iterdescendants(*_BLOCKS), None) is not None


def _linked(element: html.HtmlElement) -> int:
    return sum(len(clean(link.text_content())) for link in element.iterdescendants("a"))


def _is_caption(element: html.HtmlElement) -> bool:
    if element.tag == "figcaption":
        return True
    return element.tag in ("div", "p", "span", "small") and _CAPTION.search(element.get("class", "")) is not None


def links(outline: list[Block]) -> frozenset[str]:
    """Keys of the blocks that only lead elsewhere: related articles, tags, share buttons."""
    return frozenset(block.key for block in outline if block.is_link and block.tag != "h1")


def captions(outline: list[Block]) -> frozenset[str]:
    """Keys of captions and picture credits."""
    return frozenset(block.key for block in outline if block.caption and len(block.text) <= CAPTION_LENGTH)
