"""The outline of a page: its innermost blocks of text in reading order, and which of them are furniture.

trafilatura decides where on a page the article is; the outline knows things about single paragraphs that are
lost by then: that one is nothing but a link, that another is the caption of a picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import html

from monitor.extract.text import clean, key

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCK_TAGS = (
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer form "
    "header li main nav ol p pre section table tbody td th tr ul"
)
_INNERMOST = _HEADINGS | {"p"}  # HTML parsers end these where another block begins
_BLOCKS = _HEADINGS | frozenset(_BLOCK_TAGS.split())
_UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "select", "textarea", "head"})
_ASIDE = frozenset({"nav", "footer", "aside", "form"})
_CAPTION_TAGS = frozenset({"div", "p", "span", "small"})
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
    found: list[Block] = []
    _walk(tree.body if tree.body is not None else tree, found, caption=False, aside=False, linked=False)
    return found


def _walk(element: html.HtmlElement, found: list[Block], *, caption: bool, aside: bool, linked: bool) -> None:
    """Depth first; what an ancestor says (caption, aside, link) holds for all below it."""
    tag = element.tag
    if tag in _UNREAD:
        return
    caption = caption or _is_caption(tag, element.get("class", ""))
    aside = aside or tag in _ASIDE
    linked = linked or tag == "a"
    if tag in _BLOCKS and (tag in _INNERMOST or next(element.iterdescendants(*_BLOCKS), None) is None):
        text = clean(element.text_content())
        if text:
            within = len(text) if linked else _linked(element)
            found.append(Block(tag, text, key(text), within, caption, aside))
        return
    for child in element:
        _walk(child, found, caption=caption, aside=aside, linked=linked)


def _linked(element: html.HtmlElement) -> int:
    return sum(len(clean(link.text_content())) for link in element.iterdescendants("a"))


@lru_cache(maxsize=4096)
def _is_caption(tag: str, names: str) -> bool:
    return tag == "figcaption" or (tag in _CAPTION_TAGS and _CAPTION.search(names) is not None)


def links(outline: list[Block]) -> frozenset[str]:
    """Keys of the blocks that only lead elsewhere: related articles, tags, share buttons."""
    return frozenset(block.key for block in outline if block.is_link and block.tag != "h1")


def captions(outline: list[Block]) -> frozenset[str]:
    """Keys of captions and picture credits."""
    return frozenset(block.key for block in outline if block.caption and len(block.text) <= CAPTION_LENGTH)
