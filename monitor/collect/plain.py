"""HTML fragments → plain text, its paragraphs separated by one newline.

Feeds put HTML in every field, escaped once, twice or not at all; what comes out is what a person would
read. It is text, not safe HTML: whoever shows it escapes it.
"""

from __future__ import annotations

import html
import re

from lxml import etree

_PARSER = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
_UNSEEN = ("script", "style", "template", "iframe", "object", "noscript", "svg", "head", "title")
_BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "center", "dd", "details", "div", "dl", "dt", "fieldset"),
    *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
    *("nav", "ol", "option", "p", "pre", "section", "summary", "table", "td", "th", "tr", "ul"),
)
_BLOCK_TAG = re.compile(r"<(?:" + "|".join(_BLOCKS) + r")[\s/>]", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")

# Signs that text is markup and not talk about it: an end tag, a void element or an entity. "The <table>
# tag" has none of them and stays as it is.
_ELEMENT = "a|abbr|b|big|blockquote|cite|code|div|em|figure|font|h[1-6]|i|li|ol|p|q|s|small|span|strong|sub|sup|u|ul"
_END_TAG = re.compile(rf"</(?:{_ELEMENT})\s*>|<(?:br|hr|img|wbr)[\s/>]", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

_INVISIBLE = re.compile(  # controls, soft hyphen, zero-width space and joiner marks, surrogates, noncharacters
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_MARKS = re.compile(  # a heap of combining marks on one letter; eight are more than any script needs
    "([\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe20-\ufe2f]{8})[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_LAYERS = 3  # escaped HTML in escaped HTML in escaped HTML has been seen; four has not


def to_text(fragment: str) -> str:
    """The text of an HTML fragment (or of text that was never HTML), one line for each paragraph."""
    text = _one_layer(fragment)
    for _ in range(_LAYERS - 1):
        if not (_END_TAG.search(text) or _ENTITY.search(text)):
            break
        text = _one_layer(text)
    return text


def to_line(text: str) -> str:
    """One line of text from a title or name. Tags go only where there is a sign that they are markup."""
    for _ in range(_LAYERS):
        if _END_TAG.search(text):
            text = _one_layer(text)
        elif _ENTITY.search(text):
            text = html.unescape(text)
        else:
            break
    return one_line(text)


def one_line(text: str) -> str:
    """Text that is plain already, cleaned and without line breaks or double spaces."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Text without what nobody sees: controls, zero-width spaces, surrogates, heaps of combining marks.

    Joiners and direction marks stay: Persian and mixed-direction text need them.
    """
    return _MARKS.sub(r"\1", _INVISIBLE.sub("", text))


def _one_layer(fragment: str) -> str:
    if "<" not in fragment:
        return _paragraphs(_BLANK_LINE.split(clean(html.unescape(fragment))))
    if not _BLOCK_TAG.search(fragment):  # its blank lines are the only paragraphs it has
        fragment = _BLANK_LINE.sub("<br>", fragment)
    return _paragraphs(clean(_rendered(" ".join(fragment.split()))).split("\n"))


def _paragraphs(lines: list[str]) -> str:
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _rendered(fragment: str) -> str:
    """Text of markup with a newline wherever a block begins or ends."""
    try:
        root = etree.fromstring(fragment, _PARSER)
    except (etree.XMLSyntaxError, ValueError):  # ValueError: characters XML cannot hold
        root = None
    if root is None:
        return _without_tags(fragment)
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    for element in root.iter(*_BLOCKS):
        element.text = "\n" + clean(element.text or "")
        element.tail = "\n" + clean(element.tail or "")
    text = "".join(root.itertext())
    # libxml2 gives up without a word at 255 nested elements
    return text if text.strip() else _without_tags(fragment)


def _without_tags(fragment: str) -> str:
    return html.unescape(_TAG.sub("\n", fragment))
