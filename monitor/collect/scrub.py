"""What must go before a feed parser sees a document: the few constructs that make parsers raise, swell or hang.

Everything before the root element is dropped, the document type with it, so no parser ever resolves an
entity; the harmless ones (and HTML's, which feeds use without declaring) are replaced here.
"""

from __future__ import annotations

import html.entities
import re
from dataclasses import dataclass
from xml.parsers import expat

from monitor.errors import ParseError

MAX_AUTHOR = 512
"""Characters of an author element; feedparser's e-mail pattern takes quadratic time (feedparser #562)."""
MAX_DEPTH = 500
"""Elements inside elements. Feeds stay under 60; a million take feedparser 13 s and 418 MB."""
MAX_ATTRIBUTES = 1_000
"""Attributes of one element; feedparser takes quadratic time (100,000 of them: a minute)."""
MAX_ENTITIES = 300
"""Entities a document may declare: HTML has 252, and some feeds list them all."""
MAX_ENTITY = 256
"""Characters an entity may stand for."""
MAX_GROWTH = 1_000_000
"""Characters that replacing declared entities may add."""

_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|feed|rdf|channel|urlset|sitemapindex|opml)(?=[\s>])", re.IGNORECASE)
_ROOT_WITHIN = 64 * 1024
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][\w.-]{0,63});")
_BARE = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)|<(?![A-Za-z_/!?])")
_DECLARATION = re.compile(r"<!ENTITY\s+(%\s+)?([^\s%\"'<>]{1,64})\s+(?:(?:SYSTEM|PUBLIC)\b|\"([^\"]*)\"|'([^']*)')")
_HTML = {
    name.removesuffix(";"): text
    for name, text in html.entities.html5.items()
    if name.endswith(";") and not set(text) & set("<>&\"'")
}
# An author's opening tag, then more than MAX_AUTHOR characters up to its end or, unclosed, the item's.
_AUTHOR = re.compile(
    r"(<((?:[\w.-]+:)?(?:author|creator|managingeditor|webmaster|publisher|owner))(?=[\s>])[^<>]*(?<!/)>)"
    r"(?:[^<]|<(?!/\2\s*>|/?(?:[\w.-]+:)?(?:item|entry|channel)[\s>])){" + str(MAX_AUTHOR + 1) + r",}+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """A document safe to parse.

    `root` is the name of its first element, lower case, without prefix; `line` the line it begins on.
    """

    text: str
    root: str
    line: int
    warnings: tuple[str, ...] = ()


def scrub(text: str) -> Scrubbed | None:
    """The document from its root element on, or None if none of ours begins in the first 64 KB.

    Raises:
        ParseError: `entities` (a bomb: entities that swell or refer to one another) or `limit` (elements nested too
            deep, or with too many attributes).
    """
    text = _UNWANTED.sub("", text)
    root = _ROOT.search(text, 0, _ROOT_WITHIN)
    if root is None:
        return None
    entities = _declared(text[: root.start()])
    line = text.count("\n", 0, root.start()) + 1
    text = text[root.start() :]
    _check_growth(text, entities)
    text = _ENTITY.sub(lambda m: entities.get(m[1]) or _HTML.get(m[1]) or m[0], text)
    text = _REFERENCE.sub(_legal, text)
    text, authors = _AUTHOR.subn(r"\1", text)
    warnings = [f"{authors} author fields over {MAX_AUTHOR} characters left out"] if authors else []
    if not _is_well_formed(text):
        text = _BARE.sub(lambda m: "&amp;" if m[0] == "&" else "&lt;", text)
        if _is_well_formed(text):
            warnings.append("ill-formed XML, mended: & or < not escaped")
    return Scrubbed(text=text, root=root[1].lower(), line=line, warnings=tuple(warnings))


def _declared(prolog: str) -> dict[str, str]:
    """Entities of the internal subset as text to insert. External and parameter entities are dropped."""
    values = {m[2]: m[3] or m[4] or "" for m in _DECLARATION.finditer(prolog) if not m[1]}
    if len(values) > MAX_ENTITIES:
        raise ParseError(f"the feed declares {len(values)} entities; {MAX_ENTITIES} is the most accepted",
                         reason="entities")  # fmt: skip
    plain = {name: html.unescape(_REFERENCE.sub(_legal, value)) for name, value in values.items()}
    for name, value in values.items():
        if len(value) > MAX_ENTITY or any(inner in values for inner in _ENTITY.findall(value)):
            raise ParseError(f"the feed's entity {name!r} is built to swell; it was not read", reason="entities")
    return {name: html.escape(value, quote=False) for name, value in plain.items()}


def _check_growth(text: str, entities: dict[str, str]) -> None:
    added = sum(text.count(f"&{name};") * len(value) for name, value in entities.items())
    if added > MAX_GROWTH:
        raise ParseError(f"the feed's entities would add {added:,} characters; it was not read", reason="entities")


def _legal(match: re.Match[str]) -> str:
    """A numeric reference as it stands, or U+FFFD when XML has no such character."""
    digits = (match[1] or match[2]).lstrip("0")
    if len(digits) > 7:
        return "\ufffd"
    code = int(digits or "0", 16 if match[1] else 10)
    allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    return match[0] if allowed else "\ufffd"


class _Shape:
    """Watches the elements while expat reads, and stops it when there is too much of something."""

    def __init__(self) -> None:
        self.depth = 0

    def start(self, _name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ParseError(f"the feed nests more than {MAX_DEPTH} elements; it was not read", reason="limit")
        if len(attributes) > MAX_ATTRIBUTES:
            raise ParseError(f"an element has more than {MAX_ATTRIBUTES} attributes; not read", reason="limit")

    def end(self, _name: str) -> None:
        self.depth -= 1


def _is_well_formed(text: str) -> bool:
    """Whether expat reads the document to its end. Raises ParseError (`limit`) for shapes that no feed has."""
    shape = _Shape()
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = shape.start
    parser.EndElementHandler = shape.end
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError:
        return False
    return True
