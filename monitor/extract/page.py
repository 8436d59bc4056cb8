"""Pages: from the bytes a server sent to a tree that can be read within bounds."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes
from lxml import html
from lxml.etree import ParserError

from monitor.config import ExtractSettings
from monitor.errors import ExtractError

# Measured with trafilatura 2.3 on one core: 100,000 short paragraphs take 15 s, 60,000 attributes 11 s.
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTES = 200

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)["']""")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NOT_HTML = re.compile(r"^\s*(application/(pdf|zip|octet-stream|json)|image/|audio/|video/|font/)", re.IGNORECASE)
_NOT_XML_CHARACTERS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

# What browsers read these names as (WHATWG Encoding Standard, section 4.2).
_READ_AS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"} | {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
}
# Seven-bit encodings pass for UTF-8, so here the declaration comes first.
_SEVEN_BIT = {"iso-2022-jp", "iso-2022-kr", "hz-gb-2312"}


def decode(page: bytes, content_type: str | None = None) -> str:
    """The page as text: byte order mark, UTF-8 where it fits, else the HTTP charset, else the page's own.

    Text that is valid UTF-8 is UTF-8, whatever is declared: other encodings practically never pass for it.
    A few bad bytes (fewer than 5 % of what is not ASCII) cost a character each, not the page.
    """
    for mark, name in _BOMS:
        if page.startswith(mark):
            return page.decode(name, "replace")
    declared = _declared(page, content_type)
    if declared and declared[0] in _SEVEN_BIT:
        return page.decode(declared[0], "replace")
    try:
        return page.decode("utf-8")
    except UnicodeDecodeError:
        text = page.decode("utf-8", "replace")
    if text.count("\ufffd") <= 0.05 * sum(letter > "\x7f" for letter in text):
        return text
    for name in declared:
        try:
            return page.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return _guess(page, declared, text)


def _declared(page: bytes, content_type: str | None) -> list[str]:
    """Names of the encodings that HTTP, `<?xml` and `<meta>` state, in that order, as Python knows them."""
    head = page[:8192]  # WHATWG looks at 1024 bytes; many pages put scripts before the meta element
    found = [_CHARSET.search((content_type or "").encode("ascii", "ignore")), _XML_ENCODING.match(head)]
    found.append(_CHARSET.search(head))
    names = (match[1].decode("ascii", "ignore").lower() for match in found if match)
    return [_READ_AS.get(name, name) for name in names if name not in ("utf-8", "utf8")]


def _guess(page: bytes, declared: list[str], as_utf8: str) -> str:
    best = from_bytes(page[:65_536]).best()
    for name in ([best.encoding] if best else []) + declared:
        try:
            return page.decode(name, "replace")
        except LookupError:
            continue
    return as_utf8


def is_plain_text(content_type: str | None) -> bool:
    """Is it text without markup, by its declared type?"""
    return (content_type or "").split(";")[0].strip().lower() == "text/plain"


def limited(page: bytes, settings: ExtractSettings) -> bytes:
    """The page itself. Raises ExtractError when it is larger than we read."""
    if len(page) > settings.max_page_mb * 1_000_000:
        raise ExtractError(f"page too large: {len(page) / 1e6:.1f} MB, the limit is {settings.max_page_mb:g} MB")
    return page


def parse(page: bytes, content_type: str | None, settings: ExtractSettings) -> html.HtmlElement:
    """The tree of a page. Raises ExtractError when it is no HTML, empty, or larger than we read."""
    page = limited(page, settings)
    if _NOT_HTML.match(content_type or "") or page[:5] == b"%PDF-":
        raise ExtractError(f"not an HTML page: {(content_type or 'application/pdf').split(';')[0]}")
    if b"\0" in page[:1024] and not page.startswith(_UTF16):
        raise ExtractError("not an HTML page: binary data")
    source = _NOT_XML_CHARACTERS.sub("", _XML_DECLARATION.sub("", decode(page, content_type)))
    if not source.strip():
        raise ExtractError("empty page")
    return _bounded(_tree(source))


def _tree(source: str) -> html.HtmlElement:
    try:
        return html.document_fromstring(source, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    except (ParserError, ValueError) as error:
        raise ExtractError("not an HTML page: no elements in it") from error


def _bounded(tree: html.HtmlElement) -> html.HtmlElement:
    if tree.xpath("count(//*)") > MAX_ELEMENTS:
        raise ExtractError(f"page too large: more than {MAX_ELEMENTS:,} elements")
    for element in tree.xpath(f"//*[count(@*) > {MAX_ATTRIBUTES}]"):
        element.attrib.clear()
    return tree
